"""How likely each side is to win a T20, from the score alone.

A side with balls and wickets left still makes, on average, ``expected_runs`` (the form that Duckworth and Lewis gave
the resources of an innings, "A fair method for resetting the target in interrupted one-day cricket matches", 1998).
The chance of the chase follows from what the chasing side is expected to make over what it needs, against how far such
totals scatter, which goes by the root of the runs that are to come: the logistic function of
``slope × (expected - needed) / √(runs to come)``. While the first side bats, what will be needed is expected too. Fitted
on IPL 2019 to 2022 (``docs/win-probability.md``).

It knows nothing of who plays, where, or who won the toss. It is monotone by its form: more runs to make, or a wicket
more, never raise the chance of the side they burden.
"""

from dataclasses import dataclass
from math import exp, sqrt

from domain.analytics.win_coefficients import COEFFICIENTS, Coefficients
from domain.match.conditions import PlayingConditions
from domain.match.innings import second_innings
from domain.match.state import Innings, MatchState
from domain.match.tally import main_innings

EVEN = 0.5
WICKETS = 10
DIGITS = 4
"""Decimals of a chance that is told: more would say what nobody knows."""
LEAST = 10**-DIGITS
"""What is not decided is never told as certain."""
_OVERS, _BALLS_PER_OVER, _PLAYERS = 20, 6, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An undecided match: ``chasing`` needs ``needed`` runs off ``balls`` with ``wickets_lost``.

    While the first side bats, with ``first_balls`` left and ``first_wickets_lost``, what it still makes comes on top.
    """

    chasing: str
    defending: str
    needed: int
    balls: int
    wickets_lost: int = 0
    first_balls: int = 0
    first_wickets_lost: int = 0


def covers(conditions: PlayingConditions) -> bool:
    """Does the model answer for matches under these conditions?

    For T20s of eleven a side, also when they are shortened: what counts is the balls and wickets left. Not for
    five-ball overs, other lengths and first-class cricket, with which it was never compared.
    """
    return (
        conditions.innings_per_side == 1
        and conditions.overs_per_innings == _OVERS
        and conditions.balls_per_over == _BALLS_PER_OVER
        and conditions.players_per_side == _PLAYERS
        and not conditions.last_batter_stands
    )


def win_probability(state: MatchState, coefficients: Coefficients = COEFFICIENTS) -> dict[str, float] | None:
    """The chance of each side, by team, to four decimals; they add up to 1.

    Even before the first ball, and between sides that are level until a Super Over has parted them; 1 and 0 once
    there is a winner; even for good in a tie that stands and where there is no result. None: the model does not
    cover the match, or the target is not known yet.
    """
    if state.conditions is None or not covers(state.conditions):
        return None
    if state.result is not None:
        winner = state.result.winner
        return {team: EVEN if winner is None else float(team == winner) for team in state.teams}
    if not any(innings.balls or innings.closed for innings in state.innings):
        return dict.fromkeys(state.teams, EVEN)
    if state.target_awaited is not None:
        return None
    found = situation(state)
    if found is None:
        return dict.fromkeys(state.teams, EVEN)
    chance = min(1 - LEAST, max(LEAST, round(chance_of_the_chase(found, coefficients), DIGITS)))
    return {found.defending: round(1 - chance, DIGITS), found.chasing: chance}


def situation(state: MatchState) -> Situation | None:
    """Where a match in play stands; None once both innings are over and level."""
    main = main_innings(state)
    if len(main) > 1:
        return _chase(main[1]) if main[1].closed is None else None
    first, revised = main[0], state.revised_targets.get(2)
    closed = first.closed is not None
    return Situation(
        chasing=first.bowling,
        defending=first.batting,
        needed=first.runs + 1 if revised is None else revised.runs,
        balls=second_innings(state).length or 0,
        first_balls=0 if closed else first.balls_left or 0,
        first_wickets_lost=_wickets_lost(first),
    )


def _chase(second: Innings) -> Situation:
    return Situation(
        chasing=second.batting,
        defending=second.bowling,
        needed=second.target.runs - second.runs if second.target else 0,
        balls=second.balls_left or 0,
        wickets_lost=_wickets_lost(second),
    )


def chance_of_the_chase(found: Situation, coefficients: Coefficients = COEFFICIENTS) -> float:
    """The chance of the side that bats second, from 0 to 1; even where it is level with nothing left to come."""
    if found.needed <= 0:
        return 1.0
    if expected_runs(found.balls, found.wickets_lost, coefficients) <= 0:
        return EVEN if found.needed == 1 else 0.0
    return logistic(coefficients.slope * advantage(found, coefficients))


def advantage(found: Situation, coefficients: Coefficients = COEFFICIENTS) -> float:
    """What the side batting second is expected to make over what it needs, in roots of the runs that are to come."""
    chase = expected_runs(found.balls, found.wickets_lost, coefficients)
    added = expected_runs(found.first_balls, found.first_wickets_lost, coefficients)
    # Of the first innings the balls alone, without the wickets: a wicket must move the expected total, nothing else.
    to_come = chase + expected_runs(found.first_balls, 0, coefficients)
    return (chase - found.needed - added) / sqrt(to_come)


def expected_runs(balls: int, wickets_lost: int, coefficients: Coefficients = COEFFICIENTS) -> float:
    """What an innings still brings: it grows with every ball left, and shrinks with every wicket down."""
    share = coefficients.shares[min(wickets_lost, WICKETS)]
    if share <= 0 or balls <= 0:
        return 0.0
    return coefficients.runs * share * (1 - exp(-coefficients.pace * balls / share))


def logistic(odds: float) -> float:
    """The probability whose odds have the logarithm ``odds``."""
    if odds >= 0:
        return 1 / (1 + exp(-odds))
    grown = exp(odds)
    return grown / (1 + grown)


def _wickets_lost(innings: Innings) -> int:
    """Of ten: a side with fewer batters begins with as many down."""
    return max(0, innings.wickets + WICKETS - innings.wickets_limit)
