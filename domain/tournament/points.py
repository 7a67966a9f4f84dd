"""Points for the outcome of a match, as data.

A competition's rules are a value of :class:`PointsRules`; :func:`points_won` reads them. Deductions are not
rules but facts (a slow over rate, an ineligible player) and are given to the table one by one.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.tournament.match_summary import MatchSummary
from domain.tournament.net_run_rate import credits


class Outcome(StrEnum):
    """How a match ended for one side."""

    WON = "won"
    LOST = "lost"
    TIED = "tied"
    DRAWN = "drawn"
    NO_RESULT = "no result"


@dataclass(frozen=True, slots=True)
class RunRateBonus:
    """``points`` more for a winner whose run rate was at least ``ratio`` times the loser's.

    Rates are those that count for net run rate: a side all out is charged its quota, a revised target less
    one stands for the first side's runs (bonus point rule of the ICC one-day leagues and of South African,
    New Zealand and Australian one-day cricket).
    """

    ratio: Fraction
    points: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRules:
    """Points of one match. A tie that was settled (Super Over, bowl-out, boundary count) is a win."""

    win: int = 2
    tie: int = 1
    draw: int = 1
    no_result: int = 1
    loss: int = 0
    bonus: RunRateBonus | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """``points`` taken from a team; ``reason`` is shown with the table."""

    team: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class PointsWon:
    """Points of one side from one match; ``bonus`` is not in ``points``."""

    points: int
    bonus: int = 0


def outcome_for(match: MatchSummary, team: str) -> Outcome:
    """How ``match`` ended for ``team``."""
    result = match.result
    if result.winner is not None:
        return Outcome.WON if result.winner == team else Outcome.LOST
    return {"tie": Outcome.TIED, "draw": Outcome.DRAWN}.get(result.outcome, Outcome.NO_RESULT)


def points_won(match: MatchSummary, team: str, rules: PointsRules) -> PointsWon:
    """What ``team`` gets for ``match``."""
    outcome = outcome_for(match, team)
    points = {
        Outcome.WON: rules.win,
        Outcome.LOST: rules.loss,
        Outcome.TIED: rules.tie,
        Outcome.DRAWN: rules.draw,
        Outcome.NO_RESULT: rules.no_result,
    }[outcome]
    earned = rules.bonus is not None and outcome is Outcome.WON and _earned(rules.bonus, match, team)
    return PointsWon(points, rules.bonus.points if rules.bonus and earned else 0)


def _earned(bonus: RunRateBonus, match: MatchSummary, winner: str) -> bool:
    if match.result.outcome != "win" or match.was_given:
        return False
    rates = {credit.team: credit.rate.per_over(match.balls_per_over) for credit in credits(match)}
    loser = match.opponent(winner)
    return winner in rates and loser in rates and rates[winner] >= bonus.ratio * rates[loser]
