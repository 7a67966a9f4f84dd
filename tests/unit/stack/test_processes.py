"""The table of the project's processes."""

from pathlib import Path

import pytest

from stack.processes import PROJECT_PROCESSES, ProjectProcess, as_role
from stack.stack import Stack

SERVER = "postgresql://postgres@127.0.0.1:5000/pavilion"


def test_names_are_given_once() -> None:
    names = [process.name for process in PROJECT_PROCESSES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("process", PROJECT_PROCESSES, ids=lambda p: p.name)
def test_a_process_comes_after_others_of_the_table(process: ProjectProcess) -> None:
    names = [other.name for other in PROJECT_PROCESSES]
    assert all(names.index(earlier) < names.index(process.name) for earlier in process.after)


def test_a_process_gets_its_port_its_servers_and_its_own_role() -> None:
    api = ProjectProcess(
        "api", ("serve", "--port", "{port}"), postgres_role="pavilion_app", health="/healthz"
    )
    addresses = {"postgres_dsn": SERVER, "kafka_bootstrap": "127.0.0.1:9092"}
    process = api.process(Path("/somewhere"), {"api": 8000}, addresses)
    assert process.command == ("serve", "--port", "8000")
    assert process.env["PAVILION_KAFKA_BOOTSTRAP"] == "127.0.0.1:9092"
    assert process.env["PAVILION_POSTGRES_DSN"] == "postgresql://pavilion_app@127.0.0.1:5000/pavilion"
    assert process.directory == Path("/somewhere")


def test_one_that_speaks_grpc_is_found_by_host_and_port() -> None:
    auth = ProjectProcess(
        "auth", ("serve",), postgres_role="pavilion_auth", health="auth.AuthService", grpc=True
    )
    assert auth.url({"auth": 7000}) == "127.0.0.1:7000"
    process = auth.process(Path("/somewhere"), {"auth": 7000}, {"auth_grpc": "127.0.0.1:7000"})
    assert process.env["PAVILION_AUTH_GRPC"] == "127.0.0.1:7000"
    assert process.ready is not None
    assert not process.ready(), "nobody serves there"


def test_a_process_without_a_role_gets_no_database() -> None:
    process = ProjectProcess("stripe", ("serve", "{data}"), postgres_role=None)
    ran = process.process(Path("/somewhere"), {}, {"postgres_dsn": SERVER})
    assert ran.command == ("serve", "/somewhere/.pavilion/data/stripe")
    assert "PAVILION_POSTGRES_DSN" not in ran.env


@pytest.mark.parametrize("variable", ["PAVILION_STRIPE_KEY", "PAVILION_STRIPE_URL"])
def test_the_simulator_of_stripe_stands_in_only_while_there_is_no_other(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PAVILION_STRIPE_KEY", "PAVILION_STRIPE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert "stripe" in [process.name for process in Stack.whole(tmp_path).processes]
    monkeypatch.setenv(variable, "elsewhere")
    assert "stripe" not in [process.name for process in Stack.whole(tmp_path).processes]


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        (SERVER, "postgresql://pavilion_app@127.0.0.1:5000/pavilion"),
        ("postgresql://127.0.0.1:5000/x", "postgresql://pavilion_app@127.0.0.1:5000/x"),
        (
            "postgresql://a:b@db.example/x?sslmode=require",
            "postgresql://pavilion_app@db.example/x?sslmode=require",
        ),
    ],
)
def test_a_role_replaces_user_and_password(dsn: str, expected: str) -> None:
    assert as_role(dsn, "pavilion_app") == expected
