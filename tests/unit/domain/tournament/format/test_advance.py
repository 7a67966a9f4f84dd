"""Who goes on from a knockout match without a winner."""

import pytest

from domain.tournament.format.advance import Advance, AdvanceBy, advance
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Known, NodeResult
from domain.tournament.format.presets import groups_and_semi_finals, ipl, single_elimination
from tests.unit.domain.tournament.format.given import drawn


def after_league(*order: str) -> Known:
    return Known(seeds=drawn(len(order)).seeds, tables={"league": order})


def test_in_the_ipl_who_finished_higher_in_the_league_goes_on() -> None:
    known = after_league("T4", "T3", "T2", "T1")
    assert advance(lay_out(ipl(), 4), known, "qualifier-1") == Advance(
        "T4", AdvanceBy.TABLE, "League place 1 against 2"
    )


def test_the_away_side_can_be_the_better_placed() -> None:
    known = after_league("T4", "T3", "T2", "T1")
    structure = lay_out(ipl(), 4)
    known.tables["league"] = ("T4", "T3", "T2", "T1")
    assert advance(structure, known, "eliminator") == Advance(
        "T2", AdvanceBy.TABLE, "League place 3 against 4"
    )


def test_from_two_groups_the_better_place_goes_on() -> None:
    structure = lay_out(groups_and_semi_finals(), 4)
    known = Known(seeds=drawn(4).seeds, tables={"group-A": ("T4", "T1"), "group-B": ("T3", "T2")})
    going_on = advance(structure, known, "semi-final-1")
    assert going_on == Advance("T4", AdvanceBy.GROUP_PLACE, "Group place 1 against 2")


def test_level_in_their_groups_the_better_seed_goes_on() -> None:
    structure = lay_out(groups_and_semi_finals(), 4)
    known = Known(seeds=drawn(4).seeds, tables={"group-A": ("T4", "T1"), "group-B": ("T3", "T2")})
    for match, winner in (("semi-final-1", "T4"), ("semi-final-2", "T3")):
        known.results[match] = _won(winner)
    assert advance(structure, known, "final") == Advance("T3", AdvanceBy.SEED, "seed 3 against 4")


def _won(winner: str) -> NodeResult:
    return NodeResult(winner=winner, loser=None)


def test_without_a_table_the_better_seed_goes_on() -> None:
    going_on = advance(lay_out(single_elimination(), 2), drawn(2), "knockout-final")
    assert going_on is not None
    assert (going_on.team, going_on.by) == ("T1", AdvanceBy.SEED)


def test_conditions_can_leave_it_to_a_replay() -> None:
    structure = lay_out(single_elimination(), 2)
    assert advance(structure, drawn(2), "knockout-final", order=(AdvanceBy.TABLE,)) is None
    assert advance(structure, drawn(2), "knockout-final", order=()) is None


def test_nobody_goes_on_before_both_are_known() -> None:
    assert advance(lay_out(ipl(), 4), drawn(4), "final") is None


def test_a_match_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        advance(lay_out(ipl(), 4), drawn(4), "semi-final-1")
