"""What is asked of a tournament's tables, as JSON has it."""

import pytest

from domain.match.errors import CommandRefused
from domain.tournament.lifecycle import commands as c
from projections.table_views import correction as correction_view
from projections.table_views import in_play, live_standings, qualification, run_rate_needs
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
    assert in_play(organiser.state) == (node,)
    (table,) = live_standings(organiser.state, {node: won_by("d", "b")})
    rows = {row["team"]: row for row in table["rows"]}
    assert [row["team"] for row in table["rows"]][:2] == ["a", "d"]
    assert (rows["d"]["points"], rows["d"]["provisional"], rows["d"]["live"]) == (2, True, True)
    assert rows["d"]["climbed"] == rows["d"]["official_place"] - 2 > 0
    assert (rows["a"]["provisional"], rows["a"]["name"]) == (False, "Team a")


def test_without_a_match_in_play_it_is_the_official_table() -> None:
    organiser, _ = with_open_match()
    (table,) = live_standings(organiser.state, {})
    assert all(row["place"] == row["official_place"] and not row["live"] for row in table["rows"])


def test_qualification_says_who_is_certain_and_who_is_out() -> None:
    organiser = play_on(league(), "abcd", until=node_of(league(), "c", "d"))
    (table,) = qualification(organiser.state)
    assert table["places"] == 2
    assert {one["team"]: one["status"] for one in table["teams"]}["d"] == "out"
    assert table["to_play"] == sum(not organiser.match(node).over for node in LEAGUE)


def test_the_first_of_the_only_table_is_the_champion() -> None:
    (table,) = qualification(scheduled().state)
    assert table["places"] == 1


def test_what_a_team_needs_is_told_in_names_and_in_figures() -> None:
    organiser, node = with_open_match()
    found = run_rate_needs(organiser.state, "league", "b", "c", node, (140, 160))
    assert found["team"] == {"team": "b", "name": "Team b"}
    assert found["win"].verdict == "above"
    assert found["lines"] == ["Any win takes Team b above Team c, no defeat does"]
    assert [one.score for one in found["win"].by_runs] == [140, 160]


@pytest.mark.parametrize(
    ("table", "team", "rival", "code"),
    [
        ("elsewhere", "b", "c", "unknown_table"),
        ("league", "a", "c", "not_to_be_played"),
        ("league", "b", "b", "team_not_in_table"),
        ("league", "b", "nobody", "team_not_in_table"),
    ],
)
def test_a_question_without_an_answer_is_refused(table: str, team: str, rival: str, code: str) -> None:
    organiser, node = with_open_match()
    with pytest.raises(CommandRefused) as refused:
        run_rate_needs(organiser.state, table, team, rival, node, (140,))
    assert refused.value.code == code


def test_a_correction_that_waits_is_shown_with_all_it_would_move() -> None:
    organiser = play_on(league(), "abcd", until="final-final").do(c.OpenSession(node="final-final"))
    node = node_of(organiser, "b", "c")
    organiser.do(correction(organiser, node, "c"))
    found = correction_view(organiser.state, node, organiser.now)
    assert found["disturbed"] == ("final-final",)
    assert found["after"]["winner"] == {"team": "c", "name": "Team c"}
    (table,) = found["tables"]
    assert [team["team"] for team in table["goes_on_before"]] == ["a", "b"]
    assert [team["team"] for team in table["goes_on_after"]] == ["a", "c"]
    (final,) = found["matches"]
    assert [team["team"] for team in final["after"]] == ["a", "c"]
