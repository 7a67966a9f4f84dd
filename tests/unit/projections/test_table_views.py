"""What is asked of a tournament's tables, as JSON has it."""

import json
from typing import Any

import pytest

from domain.match.errors import CommandRefused
from domain.tournament.lifecycle import commands as c
from domain.tournament.live_table import InPlay
from projections.table_views import corrections, live_standings, needs, qualification
from tests.unit.domain.tournament.given import won_by
from tests.unit.domain.tournament.lifecycle.organiser import (
    LEAGUE_AND_FINAL,
    Organiser,
    correction,
    play,
    play_on,
    scheduled,
    settings,
)

LEAGUE = [f"league-R{round}-{match}" for round in (1, 2, 3) for match in (1, 2)]


def league() -> Organiser:
    return scheduled(settings_=settings(LEAGUE_AND_FINAL))


def node_of(organiser: Organiser, *teams: str) -> str:
    return next(node for node in LEAGUE if set(organiser.match(node).teams or ()) == set(teams))


def with_open_match() -> tuple[Organiser, str]:
    """a beat b and c, d beat nobody yet; b v d is being played."""
    organiser = league()
    organiser.do(
        play(organiser, node_of(organiser, "a", "b"), "a"), play(organiser, node_of(organiser, "a", "c"), "a")
    )
    node = node_of(organiser, "b", "d")
    return organiser.do(c.OpenSession(node=node)), node


def test_the_live_table_counts_the_match_in_play_and_says_so() -> None:
    organiser, node = with_open_match()
    (table,) = live_standings(
        organiser.state, [InPlay(key=node, teams=("b", "d"), as_it_stands=won_by("d", "b"))]
    )
    rows = {row["team"]: row for row in table["rows"]}
    assert table["playing"] == [node]
    assert [row["team"] for row in table["rows"]][:2] == ["a", "d"]
    assert (rows["d"]["points"], rows["d"]["provisional"], rows["d"]["playing"]) == (2, True, True)
    assert rows["d"]["climbed"] == rows["d"]["official_place"] - 2 > 0
    assert (rows["a"]["provisional"], rows["a"]["name"]) == (False, "Team a")


def test_without_a_match_in_play_it_is_the_official_table() -> None:
    organiser, _ = with_open_match()
    (table,) = live_standings(organiser.state, [])
    assert [(row["place"], row["official_place"], row["playing"]) for row in table["rows"]] == [
        (place, place, False) for place in range(1, 5)
    ]


def test_qualification_says_who_is_certain_and_who_is_out() -> None:
    organiser = play_on(league(), "abcd", until=node_of(league(), "c", "d"))
    (table,) = qualification(organiser.state)
    assert table["places"] == (1, 2)
    assert {one["team"]: one["status"] for one in table["prospects"]}["d"] == "out"
    assert table["to_play"] == sum(not organiser.match(node).over for node in LEAGUE)


def test_a_table_that_leads_nowhere_has_no_qualification() -> None:
    organiser = scheduled()
    (table,) = qualification(organiser.state)
    assert table["places"] == (1,), "its first is the champion"
    assert qualification(Organiser().state) == []


def test_what_a_team_needs_is_told_in_names_and_in_figures() -> None:
    organiser, node = with_open_match()
    found = needs(organiser.state, node, "b", "c")
    assert found["team"] == {"team": "b", "name": "Team b"}
    assert found["win"]["verdict"] == "above"
    (line,) = found["lines"]
    assert "Team b" in line
    assert [one["score"] for one in found["win"]["by_runs"]] == [140, 160, 180, 200]


@pytest.mark.parametrize(
    ("team", "rival", "node", "code"),
    [
        ("a", "c", None, "wrong_teams"),
        ("b", "b", None, "wrong_teams"),
        ("b", "nobody", None, "wrong_teams"),
        ("a", "b", "final-final", "no_table"),
        ("a", "b", "league-R1-1", "match_over"),
        ("a", "b", "somewhere", "unknown_match"),
    ],
)
def test_a_question_without_an_answer_is_refused(team: str, rival: str, node: str | None, code: str) -> None:
    organiser, playing = with_open_match()
    if node == "league-R1-1" and not organiser.match(node).over:
        organiser.do(play(organiser, node, None))
    with pytest.raises(CommandRefused) as refused:
        needs(organiser.state, node or playing, team, rival)
    assert refused.value.code == code


def test_a_correction_that_waits_is_shown_with_all_it_would_move() -> None:
    organiser = play_on(league(), "abcd", until="final-final").do(c.OpenSession(node="final-final"))
    node = node_of(organiser, "b", "c")
    organiser.do(correction(organiser, node, "c"))
    (found,) = corrections(organiser.state, organiser.now)
    assert found["calls_in_question"] == ("final-final",)
    assert found["after"] == {"outcome": "win", "winner": {"team": "c", "name": "Team c"}}
    (table,) = found["tables"]
    assert [team["team"] for team in table["goes_on_before"]] == ["a", "b"]
    assert [team["team"] for team in table["goes_on_after"]] == ["a", "c"]
    (final,) = found["matches"]
    assert [team["team"] for team in final["after"]] == ["a", "c"]


def test_everything_is_ready_for_json() -> None:
    organiser, node = with_open_match()
    views: list[Any] = [
        live_standings(organiser.state, []),
        qualification(organiser.state),
        needs(organiser.state, node, "b", "d", scores=(100,)),
    ]
    assert json.loads(json.dumps(views))[2]["node"] == node
