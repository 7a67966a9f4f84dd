"""What a body may be."""

import json
from dataclasses import replace
from typing import Any

import pytest

from api.errors import Problem
from api.match.commands import COMMANDS
from api.match.schemas import BatchBody, MatchBody
from api.strict import Body
from domain.match.commands import AppointScorer, CreateMatch, MatchCommand, NameLineUp, Player, RecordBall
from domain.match.conditions import IPL_2023, ODI
from domain.match.delivery import DismissalKind, Wicket

TEAMS = [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]
BALL = Body(RecordBall)


def refusal(body: Any, raw: bytes | dict[str, Any]) -> Problem:
    """The problem that a body is refused with."""
    with pytest.raises(Problem) as caught:
        body.decode(raw if isinstance(raw, bytes) else json.dumps(raw).encode())
    return caught.value


def test_every_command_can_be_sent() -> None:
    assert {CreateMatch, AppointScorer, *(row.command for row in COMMANDS)} == set(MatchCommand.__args__)


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.operation)
def test_the_examples_are_accepted(row: Any) -> None:
    said = dict.fromkeys(row.addressed, "rcb")
    assert isinstance(
        Body(row.command, row.addressed).decode(json.dumps(row.example).encode(), **said), row.command
    )


def test_a_ball_is_read_with_its_wickets() -> None:
    raw = b'{"bat_runs": 1, "wickets": [{"player": "p1", "kind": "run out", "crossed": true}]}'
    wicket = Wicket(player="p1", kind=DismissalKind.RUN_OUT, crossed=True)
    assert BALL.decode(raw) == RecordBall(bat_runs=1, wickets=(wicket,))


def test_what_the_address_says_is_not_in_the_body() -> None:
    body = Body(NameLineUp, ("team",))
    raw = b'{"players": [{"id": "p1", "name": "One"}]}'
    assert body.decode(raw, team="a") == NameLineUp(team="a", players=(Player(id="p1", name="One"),))
    assert refusal(body, {"players": [], "team": "b"}).code == "invalid_body"


def test_an_unknown_field_is_an_error() -> None:
    problem = refusal(BALL, {"bat_rusn": 4})
    assert (problem.code, problem.status) == ("invalid_body", 422)
    assert "bat_rusn" in problem.detail


def test_a_fault_is_pointed_at() -> None:
    problem = refusal(BALL, {"wickets": [{"player": "p", "kind": "caught", "fielders": [{"player": 7}]}]})
    assert problem.members == {
        "param": "wickets[0].fielders[0].player",
        "pointer": "/wickets/0/fielders/0/player",
    }


@pytest.mark.parametrize(
    "ball",
    [
        {"striker": "x" * 201},
        {"striker": ""},
        {"commentary": "x" * 2001},
        {"bat_runs": -1},
        {"bat_runs": 100_001},
        {"bat_runs": 1.5},
        {"bat_runs": "4"},
        {"bat_runs": True},
        {"shot": {"x_metres": 1e9}},
        {"wickets": [{"player": "p", "kind": "bowled"}] * 61},
        {"wickets": [{"player": "p", "kind": "abducted"}]},
        {"commentary": "a\x00b"},
    ],
    ids=lambda ball: next(iter(ball)) + "-" + str(next(iter(ball.values())))[:12],
)
def test_what_is_too_long_too_much_or_of_another_kind_is_refused(ball: dict[str, Any]) -> None:
    assert refusal(BALL, ball).code == "invalid_body"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"nonsense", "malformed_json"),
        (b'{"striker":"\xff"}', "malformed_json"),
        (b'{"striker":"\\ud800"}', "malformed_json"),
        (b"[" * 100_000, "invalid_body"),
    ],
    ids=["empty", "cut", "nonsense", "not-utf8", "surrogate", "deep"],
)
def test_what_is_not_json_is_refused(raw: bytes, code: str) -> None:
    assert refusal(BALL, raw).code == code


def test_a_batch_has_its_limit() -> None:
    body = BatchBody()
    assert len(body.decode(json.dumps({"balls": [{"bat_runs": 1}] * 1000}).encode())) == 1000
    problem = refusal(body, {"balls": [{}] * 1001})
    assert (problem.code, problem.status) == ("batch_too_large", 413)
    assert refusal(body, {"balls": []}).code == "invalid_body"
    assert refusal(body, {"balls": [{}, {"bat_runs": "x"}]}).members["pointer"].startswith("/balls")


def test_conditions_by_name_or_by_what_differs() -> None:
    body = MatchBody()
    _, named = body.decode(json.dumps({"conditions": "ipl-2023", "teams": TEAMS}).encode())
    assert named.conditions == IPL_2023
    own = {"based_on": "odi", "overs_per_innings": 40, "powerplays": []}
    _, custom = body.decode(json.dumps({"conditions": own, "teams": TEAMS}).encode())
    assert custom.conditions == replace(ODI, name="custom", overs_per_innings=40, powerplays=())


def test_conditions_nobody_can_play_by_are_refused() -> None:
    body = MatchBody()
    assert refusal(body, {"conditions": "t21", "teams": TEAMS}).members["param"] == "conditions"
    problem = refusal(body, {"conditions": {"balls_per_over": 0}, "teams": TEAMS})
    assert problem.members["param"] == "conditions.balls_per_over"


def test_a_match_has_two_teams_and_its_time_a_zone() -> None:
    body = MatchBody()
    assert refusal(body, {"conditions": "t20", "teams": TEAMS[:1]}).members["param"] == "teams"
    late = {"conditions": "t20", "teams": TEAMS, "starts_at": "2026-04-01T19:30:00"}
    assert refusal(body, late).members["param"] == "starts_at"
