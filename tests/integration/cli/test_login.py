"""Logging in by command: on a terminal and without one, against the real server."""

import json
import os
import pty
import select
import signal
import socket
import stat
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from typer.testing import CliRunner, Result

from cli.logins import Login, Logins
from cli.main import app
from tests.conftest import a_name, fresh_database
from tests.integration.api.conftest import PAYLOAD_KEYS

PROJECT = Path(__file__).resolve().parents[3]
UP_SECONDS = 60
PASSWORD = "seven willow bats at dusk"


class Pavilion(NamedTuple):
    """A running Auth Service."""

    url: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def pavilion(postgres_server: str, template_database: str) -> Iterator[Pavilion]:
    with fresh_database(postgres_server, template_database, a_name()) as dsn:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            "PAVILION_POSTGRES_DSN": dsn,
            "PAVILION_IDENTITY_KEY": PAYLOAD_KEYS,
            "PAVILION_KAFKA_BOOTSTRAP": "127.0.0.1:1",
            "PAVILION_TEMPORAL_ADDRESS": "127.0.0.1:1",
        }
        arguments = "-m granian --interface asgi --loop uvloop --no-ws --workers 1 --host 127.0.0.1"
        process = subprocess.Popen(
            [sys.executable, *arguments.split(), "--port", str(port), "auth.http:app"],
            env={**os.environ, **environment},
            cwd=PROJECT,
            start_new_session=True,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url)
            yield Pavilion(url, environment)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + UP_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture
def home(pavilion: Pavilion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's configuration folder, and the environment of whoever runs the installation."""
    for name, value in {**pavilion.environment, "XDG_CONFIG_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PAVILION_AUTH_URL", raising=False)
    return tmp_path / "pavilion"


def run(*arguments: str, said: str = "", code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(arguments), input=said)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def a_league(email: str, slug: str) -> str:
    """The id of a new league of somebody."""
    made = run(
        *("tenants", "create", slug, "--name", f"League {slug}", "--owner", email),
        *("--password-stdin", "--json"),
        said=f"{PASSWORD}\n",
    )
    return json.loads(made.stdout)["id"]


@pytest.fixture
def owner(home: Path, pavilion: Pavilion) -> str:
    """Somebody who owns a league, logged in."""
    email = f"{a_name()}@example.com"
    a_league(email, a_name())
    run("login", "--url", pavilion.url, "--email", email, "--password-stdin", said=PASSWORD)
    return email


class Terminal:
    """A command on a terminal."""

    def __init__(self, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        code = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from cli.main import app; app()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=PROJECT,
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""

    def wait_for(self, text: str, seconds: float = 40) -> None:
        """Read until the text is there."""
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            if not select.select([self._master], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"{text!r} did not come; there is {self.shown!r}")
            try:
                self.shown += os.read(self._master, 4096).decode()
            except OSError as error:  # the command has ended
                raise AssertionError(f"{text!r} did not come; there is {self.shown!r}") from error

    def types(self, text: str) -> None:
        """Type a line, once nothing is echoed any more where it is a secret."""
        os.write(self._master, f"{text}\n".encode())

    def wait_for_no_echo(self) -> None:
        deadline = time.monotonic() + 10
        while termios.tcgetattr(self._master)[3] & termios.ECHO:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def end(self) -> int:
        """The exit code."""
        code = self._process.wait(20)
        os.close(self._master)
        return code


def test_a_person_logs_in_on_a_terminal(home: Path, pavilion: Pavilion) -> None:
    email, first, second = f"{a_name()}@example.com", a_name(), a_name()
    a_league(email, first)
    a_league(email, second)
    terminal = Terminal("login", "--url", pavilion.url)
    terminal.wait_for("E-mail")
    terminal.types(email)
    terminal.wait_for("Password:")
    terminal.wait_for_no_echo()
    terminal.types(PASSWORD)
    terminal.wait_for(f"League {second}")
    terminal.wait_for("League [")
    terminal.types(second)
    terminal.wait_for("Logged in to")
    assert terminal.end() == 0
    assert PASSWORD not in terminal.shown
    file = Logins(home).file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text()
    me = json.loads(run("whoami", "--json").stdout)
    assert (me["user"]["email"], me["tenant"]["slug"], me["roles"]) == (email, second, ["owner"])


def test_a_script_logs_in_and_out(owner: str, home: Path, pavilion: Pavilion) -> None:
    assert owner in run("whoami").stdout
    assert (
        run("login", "--url", pavilion.url, "--email", owner, "--password-stdin", said=PASSWORD).stdout == ""
    )
    kept = Logins(home).of(pavilion.url)
    assert kept is not None
    assert "Logged out" in run("logout").stderr
    assert Logins(home).of(pavilion.url) is None
    headers = {"authorization": f"Bearer {kept.access_token}"}
    assert httpx.get(f"{pavilion.url}/v1/auth/me", headers=headers).status_code == 401
    assert "not logged in" in run("whoami", "--url", pavilion.url, code=1).stderr


@pytest.mark.parametrize(
    ("arguments", "said", "complaint"),
    [
        (("--email", "nobody@example.com", "--password-stdin"), "wrong password", "credentials_wrong"),
        (("--email", "nobody@example.com", "--password-stdin"), "", "no password on standard input"),
        (("--email", "nobody@example.com"), "", "nobody can be asked here"),
        (("--password-stdin",), PASSWORD, "say --email"),
    ],
)
def test_what_is_no_login(
    home: Path, pavilion: Pavilion, arguments: tuple[str, ...], said: str, complaint: str
) -> None:
    result = run("login", "--url", pavilion.url, *arguments, said=said, code=1)
    assert complaint in result.stderr
    assert "Traceback" not in result.output
    assert not Logins(home).file.exists()


def test_nobody_there(home: Path) -> None:
    result = run(
        *("login", "--url", "http://127.0.0.1:1", "--email", "a@b.example", "--password-stdin"),
        said="x",
        code=1,
    )
    assert "nobody answers at http://127.0.0.1:1" in result.stderr


def test_tokens_are_refreshed_without_a_word_and_by_one_command_at_a_time(
    owner: str, home: Path, pavilion: Pavilion
) -> None:
    logins = Logins(home)
    known = logins.of(pavilion.url)
    assert known is not None
    logins.keep(_expired(known))
    with ThreadPoolExecutor(4) as pool:
        commands = [
            pool.submit(
                subprocess.run,
                [sys.executable, "-m", "cli.main", "whoami"],
                cwd=PROJECT,
                capture_output=True,
                text=True,
                check=False,
            )
            for _ in range(3)
        ]
        ended = [each.result() for each in commands]
    assert [each.returncode for each in ended] == [0, 0, 0], [each.stderr for each in ended]
    assert all(owner in each.stdout for each in ended)
    after = logins.of(pavilion.url)
    assert after is not None
    assert after.refresh_token != known.refresh_token


def test_a_session_that_is_over_is_forgotten(owner: str, home: Path, pavilion: Pavilion) -> None:
    logins = Logins(home)
    known = logins.of(pavilion.url)
    assert known is not None
    headers = {"authorization": f"Bearer {known.access_token}"}
    ended = httpx.delete(f"{pavilion.url}/v1/auth/sessions/current", headers=headers)
    assert ended.status_code == 204
    logins.keep(_expired(known))
    assert "run `pavilion login`" in run("whoami", code=1).stderr
    assert logins.of(pavilion.url) is None


def test_keys_by_command(owner: str, pavilion: Pavilion) -> None:
    made = run("keys", "create", "scoreboard", "--role", "viewer")
    secret = made.stdout.strip()
    assert secret.startswith("pvk_")
    (key,) = json.loads(run("keys", "list", "--json").stdout)
    assert (key["name"], key["roles"]) == ("scoreboard", ["viewer"])
    assert "scoreboard" in run("keys", "list").stdout
    rotated = run("keys", "rotate", key["id"], "--overlap-hours", "0").stdout.strip()
    exchange = f"{pavilion.url}/v1/auth/tokens"
    assert httpx.post(exchange, json={"api_key": secret}).status_code == 401
    assert httpx.post(exchange, json={"api_key": rotated}).status_code == 200
    run("keys", "revoke", key["id"])
    assert httpx.post(exchange, json={"api_key": rotated}).status_code == 401
    assert json.loads(run("keys", "list", "--json").stdout) == []
    assert len(json.loads(run("keys", "list", "--revoked", "--json").stdout)) == 1
    refused = run("keys", "create", "x", "--role", "king", code=1)
    assert "[role_unknown]" in refused.stderr


def test_members_by_command(owner: str) -> None:
    assert "is invited as scorer" in run("members", "invite", "ravi@example.com", "--role", "scorer").stderr
    (member,) = json.loads(run("members", "list", "--json").stdout)
    assert (member["email"], member["roles"]) == (owner, ["owner"])
    assert "last_owner" in run("members", "remove", owner, code=1).stderr
    assert "is no member" in run("members", "remove", "nobody@example.com", code=1).stderr


def test_whoever_runs_the_installation_suspends_and_resumes_a_league(owner: str, home: Path) -> None:
    slug = json.loads(run("whoami", "--json").stdout)["tenant"]["slug"]
    run("tenants", "suspend", slug, "--reason", "unpaid")
    assert "tenant_suspended" in run("whoami", code=1).stderr
    listed = {each["slug"]: each for each in json.loads(run("tenants", "list", "--json").stdout)}
    assert (listed[slug]["status"], listed[slug]["suspended_because"]) == ("suspended", "unpaid")
    run("tenants", "resume", listed[slug]["id"])
    assert "tenant_not_found" in run("tenants", "suspend", "no-such-league", "--reason", "x", code=1).stderr


def test_a_signing_key_that_got_out_is_replaced(owner: str, pavilion: Pavilion) -> None:
    (key,) = json.loads(run("signing-keys", "list", "--json").stdout)
    assert key["state"] == "signs"
    next_one = run("signing-keys", "rotate").stdout.strip()
    assert run("signing-keys", "rotate").stdout.strip() == next_one, "it waits already"
    states = {each["kid"]: each["state"] for each in json.loads(run("signing-keys", "list", "--json").stdout)}
    assert states == {key["kid"]: "signs", next_one: "waits"}

    kid = json.loads(run("signing-keys", "rotate", "--revoke", key["kid"], "--json").stdout)["kid"]
    states = {each["kid"]: each["state"] for each in json.loads(run("signing-keys", "list", "--json").stdout)}
    assert states == {kid: "signs", next_one: "waits"}
    deadline = time.monotonic() + 1.0
    while key["kid"] in httpx.get(f"{pavilion.url}/.well-known/jwks.json").text:
        assert time.monotonic() < deadline, "it is still published"
    run("login", "--url", pavilion.url, "--email", owner, "--password-stdin", said=PASSWORD)
    run("whoami")
    assert "signing_key_not_found" in run("signing-keys", "rotate", "--revoke", key["kid"], code=1).stderr


def _expired(known: Login) -> Login:
    return replace(known, expires_at=datetime.now(UTC))
