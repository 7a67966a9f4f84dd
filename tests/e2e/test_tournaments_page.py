"""docs/tournaments.md: a whole tournament, typed as it stands there."""

import pytest

from stack.stack import Stack
from tests.e2e.test_readme import send, variables_of
from tests.unit.docs.pages import PROJECT, shell_lines

LINES = list(shell_lines(PROJECT / "docs/tournaments.md"))


def test_every_call_of_the_page_succeeds_and_leaves_a_scheduled_tournament(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = variables_of(LINES, monkeypatch)
    calls = [line for line in LINES if line.startswith("curl ")]
    answers = [send(line, variables) for line in calls]
    assert {line: answer.text for line, answer in zip(calls, answers, strict=True) if answer.is_error} == {}
    fixtures, calendar, standings, bracket, on_the_day, of_a_team = answers[-6:]
    assert [one["status"] for one in fixtures.json()["fixtures"]] == ["scheduled"] * 3
    assert calendar.text.count("BEGIN:VEVENT") == 3
    assert {row["name"] for row in standings.json()["tables"][0]["rows"]} == {
        *("Hambledon", "Chertsey", "Dartford")
    }
    assert bracket.json()["champion"] is None
    assert [one["node"] for one in on_the_day.json()["fixtures"]] == ["league-R2-1"]
    assert of_a_team.headers["content-type"].startswith("text/calendar")
    tournament = send('curl -s "$CUP" -H "Authorization: Bearer $TOKEN"', variables)
    assert (tournament.json()["name"], tournament.json()["phase"]) == ("Broadhalfpenny Cup", "scheduled")
