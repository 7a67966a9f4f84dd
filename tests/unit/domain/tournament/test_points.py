"""Points for a match by the rules of a competition."""

from dataclasses import replace
from fractions import Fraction

import pytest

from domain.match.events import Result
from domain.tournament.match_summary import MatchSummary
from domain.tournament.points import Outcome, PointsRules, PointsWon, RunRateBonus, outcome_for, points_won
from tests.unit.domain.tournament.given import innings, match, no_result, tie, won_by

TWO_FOR_A_WIN = PointsRules()


@pytest.mark.parametrize(
    ("played", "ours", "theirs"),
    [
        (won_by("A", "B"), 2, 0),
        (won_by("B", "A"), 0, 2),
        (tie("A", "B"), 1, 1),
        (tie("A", "B", settled_for="B"), 0, 2),
        (no_result("A", "B"), 1, 1),
    ],
    ids=["win", "loss", "tie", "tie settled by a Super Over", "no result"],
)
def test_two_for_a_win_one_for_a_tie_or_no_result(played: MatchSummary, ours: int, theirs: int) -> None:
    assert points_won(played, "A", TWO_FOR_A_WIN) == PointsWon(ours)
    assert points_won(played, "B", TWO_FOR_A_WIN) == PointsWon(theirs)


def test_an_awarded_match_is_a_win() -> None:
    awarded = replace(won_by("A", "B"), result=Result(outcome="win", winner="B", method="Awarded"))
    assert outcome_for(awarded, "B") is Outcome.WON


def test_a_draw_has_points_of_its_own() -> None:
    drawn = replace(won_by("A", "B"), result=Result(outcome="draw"))
    assert points_won(drawn, "A", PointsRules(draw=4)) == PointsWon(4)
    assert outcome_for(drawn, "B") is Outcome.DRAWN


WITH_BONUS = PointsRules(win=4, bonus=RunRateBonus(Fraction(5, 4)))


def test_a_run_rate_a_quarter_higher_earns_the_bonus() -> None:
    quick = match(innings("A", "B", "120/8", "20"), innings("B", "A", "121/2", "16"))
    assert points_won(quick, "B", WITH_BONUS) == PointsWon(4, bonus=1)


def test_a_run_rate_just_short_of_a_quarter_higher_does_not() -> None:
    slow = match(innings("A", "B", "120/8", "20"), innings("B", "A", "121/2", "16.1"))
    assert points_won(slow, "B", WITH_BONUS) == PointsWon(4)


def test_bowling_a_side_out_counts_its_full_quota_for_the_bonus() -> None:
    bowled_out = match(innings("A", "B", "150/8", "20"), innings("B", "A", "120", "10"))
    assert points_won(bowled_out, "A", WITH_BONUS) == PointsWon(4, bonus=1)


def test_the_loser_and_a_tie_earn_no_bonus() -> None:
    heavy = match(innings("A", "B", "200/2", "20"), innings("B", "A", "90/9", "20"))
    assert points_won(heavy, "B", WITH_BONUS) == PointsWon(0)
    assert points_won(tie("A", "B", settled_for="A"), "A", WITH_BONUS) == PointsWon(4)
