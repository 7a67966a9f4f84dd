"""docs/tournaments.md: whole tournaments, typed as they stand there."""

import time
from typing import Any

import httpx
import pytest
from aiohttp import ClientSession

from stack.stack import Stack
from stack.stripe_simulator.payer import Payer
from tests.e2e.test_readme import send, variables_of
from tests.unit.docs.pages import PROJECT, shell_lines

LINES = list(shell_lines(PROJECT / "docs/tournaments.md"))
SECONDS = 60
"""For what follows from a payment, on a busy machine."""
Said = dict[str, str]


@pytest.fixture
def variables(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Said:
    return variables_of(LINES, monkeypatch)


def read(page: str, variables: Said) -> Any:
    answer = send(f'curl -s "{page}" -H "Authorization: Bearer $TOKEN"', variables)
    assert not answer.is_error, answer.text
    return answer.json()


def until(page: str, variables: Said, **said: object) -> dict[str, Any]:
    """What is at a page once it says this."""
    deadline = time.monotonic() + SECONDS
    while not said.items() <= (found := read(page, variables)).items():
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


async def pay(stack: Stack, client_secret: str) -> None:
    """What the payer's browser does."""
    async with ClientSession() as session:
        paid = await Payer(stack.addresses().stripe_url or "", session).pay(client_secret)
    assert paid.status == "succeeded"


async def answered(stack: Stack, variables: Said) -> dict[str, httpx.Response]:
    """The answer to each call of the page, one after the other; a payment that one begins is paid."""
    answers: dict[str, httpx.Response] = {}
    for line in LINES:
        if not line.startswith("curl "):
            continue
        answer = answers[line] = send(line, variables)
        secret = None if answer.is_error or "json" not in answer.headers["content-type"] else _secret(answer)
        if secret is not None:
            await pay(stack, secret)
            until(f"$API{answer.headers['location']}", variables, status="confirmed")
    return answers


def _secret(answer: httpx.Response) -> str | None:
    said = answer.json()
    return said.get("client_secret") if isinstance(said, dict) else None


async def test_every_call_of_the_page_succeeds(stack: Stack, variables: Said) -> None:
    answers = await answered(stack, variables)
    assert {line: answer.text for line, answer in answers.items() if answer.is_error} == {}
    of_cup = {line.split('"')[1]: answer for line, answer in answers.items()}
    check_cup(of_cup, variables)
    check_shield(answers, variables)


def check_cup(answers: dict[str, httpx.Response], variables: Said) -> None:
    """The first tournament is scheduled."""
    assert [one["status"] for one in answers["$CUP/fixtures"].json()["fixtures"]] == ["scheduled"] * 3
    assert answers["$CUP/calendar.ics"].text.count("BEGIN:VEVENT") == 3
    assert {row["name"] for row in answers["$CUP/standings"].json()["tables"][0]["rows"]} == {
        *("Hambledon", "Chertsey", "Dartford")
    }
    assert answers["$CUP/bracket"].json()["champion"] is None
    on_the_day = answers["$CUP/fixtures?day=2030-06-08"].json()["fixtures"]
    assert [one["node"] for one in on_the_day] == ["league-R2-1"]
    of_a_team = answers["$API/v1/calendar.ics?team=hambledon"]
    assert of_a_team.headers["content-type"].startswith("text/calendar")
    cup = read("$CUP", variables)
    assert (cup["name"], cup["phase"]) == ("Broadhalfpenny Cup", "scheduled")


def check_shield(answers: dict[str, httpx.Response], variables: Said) -> None:
    """Of the second, one has paid and has half of it back, and one who waited pays in its place."""
    begun = next(answer for line, answer in answers.items() if "hambledon pays" in line)
    payment = until(f"$API{begun.headers['location']}", variables, status="refunded")
    assert (payment["paid"]["amount"], payment["given_back"]["amount"]) == (250_000, 125_000)
    until("$SHIELD", variables, teams=2, waiting=0)
    statuses = {entry["team"]: entry["status"] for entry in read("$SHIELD/entries", variables)["entries"]}
    assert statuses == {
        "hambledon": "withdrawn",
        "chertsey": "pending payment",
        "dartford": "pending payment",
    }
    balances = read("$API/v1/ledger/balances", variables)["balances"]
    assert {row["difference"]["amount"] for row in balances} == {0}
