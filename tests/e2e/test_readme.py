"""What the README tells a newcomer to try works as it stands there."""

import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from stack import tools
from stack.stack import Stack
from tests.e2e.conftest import Pavilion
from tests.unit.docs.pages import PROJECT, blocks, shell_lines

LINES = list(shell_lines(PROJECT / "README.md"))
PATIENCE_SECONDS = 60


@pytest.fixture
def shell(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables that the README's assignments set, each by the command it names."""
    return variables_of(LINES, monkeypatch)


def variables_of(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the assignments among a page's lines set, in the running stack of the test."""
    monkeypatch.setenv("PATH", f"{Path(tools.uv()).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("UV_FROZEN", "1")
    assignments = [line for line in lines if re.match("[A-Z]+=", line)]
    names = [line.partition("=")[0] for line in assignments]
    script = "\n".join(["set -euo pipefail", *assignments, *(f'echo "${name}"' for name in names)])
    done = subprocess.run(["bash", "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(names, done.stdout.split(), strict=True))


def send(command: str, variables: dict[str, str]) -> httpx.Response:
    """Do what a curl command says; machines without curl run this too. Waits for an API that is restarting."""
    for name, value in variables.items():
        command = command.replace(f"${name}", value)
    _, *words = shlex.split(command)
    headers: dict[str, str] = {}
    url, method, data, rest = "", "", None, iter(words)
    for word in rest:
        if word == "-H":
            name, value = next(rest).split(": ", 1)
            headers[name] = value
        elif word == "-d":
            data = next(rest)
        elif word == "-X":
            method = next(rest)
        elif word != "-s":
            url = word
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            answer = httpx.request(method or ("POST" if data else "GET"), url, headers=headers, content=data)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
        else:
            if answer.status_code < 500 or time.monotonic() > deadline:
                return answer
        time.sleep(0.2)


def answers(variables: dict[str, str]) -> list[httpx.Response]:
    return [send(line, variables) for line in LINES if line.startswith("curl ")]


def test_the_three_calls_succeed(shell: dict[str, str]) -> None:
    matches, created, meaning = answers(shell)
    assert (matches.status_code, created.status_code, meaning.status_code) == (200, 201, 200)
    assert matches.json().keys() == {"matches", "next"}
    assert meaning.json() == {
        "code": "bowler_quota_reached",
        "status": 422,
        "title": "Bowler quota reached",
    }


def test_the_same_key_gives_the_same_match(shell: dict[str, str]) -> None:
    first, again = (answers(shell)[1] for _ in range(2))
    assert first.json()["match_id"] == again.json()["match_id"]
    assert again.headers["idempotent-replayed"] == "true"


def test_the_demo_plays_the_match_of_the_readme(pavilion: Pavilion) -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    (seed,) = re.findall(r"pavilion demo --match --seed (\d+)", text)
    (card,) = (block for block in blocks(PROJECT / "README.md", "text") if "won the toss" in block)
    result = card.strip().splitlines()[-1]
    done = pavilion("demo", "--match", "--seed", seed, "--speed", "0")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert result in said
    assert "the card is right in every figure" in said
