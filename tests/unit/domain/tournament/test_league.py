"""Which matches make the tables of a competition, and where an abandoned fixture belongs."""

from dataclasses import replace
from datetime import date

import pytest

from domain.tournament.league import UnplacedMatch, add_abandoned, is_league, tables
from domain.tournament.match_summary import MatchSummary
from tests.unit.domain.tournament.given import won_by


@pytest.mark.parametrize(
    "stage",
    [
        "Final",
        "Semi Final",
        "Qualifier 1",
        "Eliminator",
        "Quarter-final",
        "3rd Place Play-off",
        "Super Final",
    ],
)
def test_a_knockout_stage_is_outside_the_tables(stage: str) -> None:
    assert not is_league(stage)


@pytest.mark.parametrize(
    "stage",
    [
        None,
        "Group A",
        "Group Stage",
        "Pool B",
        "Super 12",
        "Super Six",
        "Super Sixes",
        "First Round",
        "League",
    ],
)
def test_a_stage_played_as_a_league_has_a_table(stage: str | None) -> None:
    assert is_league(stage)


def a_match(
    one: str, other: str, group: str | None = None, stage: str | None = None, day: int = 1
) -> MatchSummary:
    return replace(won_by(one, other), group=group, stage=stage, played_on=date(2022, 10, day))


def test_matches_without_groups_make_one_table() -> None:
    assert list(tables([a_match("A", "B"), a_match("C", "D"), a_match("A", "D", stage="Final")])) == [None]


def test_groups_come_in_the_order_in_which_they_began() -> None:
    played = [a_match("A", "B", "1", day=9), a_match("A", "C", "B", day=2), a_match("E", "F", "A", day=2)]
    assert list(tables(played)) == ["A", "B", "1"]


def test_groups_of_a_second_league_stage_are_tables_of_their_own() -> None:
    played = [a_match("A", "B", "1"), a_match("A", "B", "1", stage="Super Eight", day=2)]
    assert list(tables(played)) == ["1", "Super Eight 1"]


def test_an_abandoned_fixture_joins_the_table_both_teams_play_in() -> None:
    by_table = tables([a_match("Ireland", "Scotland", "B"), a_match("Ireland", "England", "1", day=5)])
    add_abandoned(by_table, [("England", "Ireland")])
    assert [match.teams for match in by_table["1"]][1:] == [("England", "Ireland")]


def test_a_team_without_a_match_joins_the_table_of_its_opponents() -> None:
    by_table = tables(
        [a_match("Ireland", "Scotland", "B"), a_match("Ireland", "New Zealand", "1", day=5)],
    )
    add_abandoned(by_table, [("Ireland", "Afghanistan"), ("New Zealand", "Afghanistan")])
    assert len(by_table["1"]) == 3


def test_where_several_tables_would_do_the_group_must_be_named() -> None:
    by_table = tables([a_match("Ireland", "Scotland", "B"), a_match("Ireland", "England", "1", day=5)])
    with pytest.raises(UnplacedMatch, match="could be in B or 1"):
        add_abandoned(by_table, [("Ireland", "Afghanistan")])
    add_abandoned(by_table, [("Ireland", "Afghanistan")], table="1")
    assert len(by_table["1"]) == 2


def test_teams_that_share_no_table_cannot_have_met() -> None:
    by_table = tables([a_match("A", "B", "1"), a_match("C", "D", "2")])
    with pytest.raises(UnplacedMatch, match="share no table"):
        add_abandoned(by_table, [("A", "C")])
