"""Duckworth-Lewis, Standard Edition: targets and par scores of a limited-overs match cut short.

The method (ICC, "Duckworth/Lewis method of re-calculating the target score", clauses 1 to 6) measures what
a side had to score with, balls and wickets together, as a percentage of a full 50-over innings. Resources
are integers here, in tenths of a percent, as the ICC publishes them; nothing is ever rounded but the final
score, downwards. Later editions (Professional, Stern) are unpublished: their targets are entered by hand.
"""

from collections.abc import Iterable

from domain.match.dls_table import MAXIMUM_BALLS, RESOURCES
from domain.match.state import Innings, Stoppage

METHOD = "D/L Standard Edition"
"""How a target of this module is labelled."""

_WICKETS = 10  # of a side, in the table
_WHOLE = 1000  # the resources of a 50-over innings, in tenths of a percent

_RAN_ITS_COURSE = frozenset(
    {"all out", "overs complete", "target reached", "declared", "forfeited", "conceded"}
)
# What else ends an innings (weather, time) takes the resources that were left away from the side.

_UNLIMITED = f"{METHOD} needs innings of limited overs"


def short_name(method: str | None) -> str | None:
    """A method as Cricsheet's files call it, which name no edition."""
    return "D/L" if method == METHOD else method


def covers(balls: int, balls_per_over: int = 6) -> bool:
    """Is an innings of so many balls within the table (50 overs)?"""
    return 0 <= balls * 6 <= MAXIMUM_BALLS * balls_per_over


def resource(balls_left: int, wickets: int, balls_per_over: int = 6) -> int:
    """Resources of a side with ``balls_left`` and ``wickets`` lost, in tenths of a percent.

    Overs of another length count as overs: 50 balls of five-ball overs are ten overs, and what falls between
    two balls of the table is interpolated and rounded half up to its tenth.

    Raises ValueError beyond 50 overs, which the table does not cover.
    """
    if not covers(balls_left, balls_per_over):
        raise ValueError(
            f"{METHOD} covers up to 50 overs, not {balls_left} balls of {balls_per_over} an over"
        )
    if wickets >= _WICKETS:
        return 0
    row, rest = divmod(balls_left * 6, balls_per_over)
    below = RESOURCES[row][wickets]
    if not rest:
        return below
    rise = RESOURCES[row + 1][wickets] - below
    return below + (2 * rise * rest + balls_per_over) // (2 * balls_per_over)


def resources_available(
    length_at_start: int,
    stoppages: Iterable[Stoppage] = (),
    balls_per_over: int = 6,
    wickets_limit: int = _WICKETS,
) -> int:
    """What an innings of ``length_at_start`` balls had in all, less what each stoppage took.

    A side of fewer wickets than ten starts with as many lost.
    """
    lost_before = _wickets_lost(0, wickets_limit)
    available = resource(length_at_start, lost_before, balls_per_over)
    for stop in stoppages:
        lost = _wickets_lost(stop.wickets, wickets_limit)
        available -= resource(stop.balls_left_before, lost, balls_per_over)
        available += resource(stop.balls_left_after, lost, balls_per_over)
    return available


def target(team1_score: int, r1: int, r2: int, g50: int) -> int:
    """Runs with which the side batting second wins; one fewer is a tie.

    ``r1`` and ``r2`` are the resources of the two sides in tenths of a percent, ``g50`` the average total
    of a 50-over innings at this level. With fewer resources than the first side the score is scaled down;
    with more, the excess is worth its share of ``g50`` (clause 5).
    """
    return par_score(team1_score, r1, r2, g50) + 1


def par_score(team1_score: int, r1: int, r2_used: int, g50: int) -> int:
    """The score that ties when the second side has used ``r2_used`` and play ends there."""
    if r2_used < r1:
        return team1_score * r2_used // r1
    return team1_score + (r2_used - r1) * g50 // _WHOLE


def resources_of(innings: Innings, balls_per_over: int = 6) -> int:
    """What an innings had in all: what it began with, less the overs lost in stoppages and at its end.

    Raises ValueError for an innings without a limit of overs.
    """
    left_unused = resources_left(innings, balls_per_over) if innings.closed is not None else 0
    return _available(innings, balls_per_over) - left_unused


def resources_left(innings: Innings, balls_per_over: int = 6) -> int:
    """What an innings has, or had when it was cut short, left at its present point.

    Nothing after one that ran its course, whatever overs or batters remained.
    """
    if innings.closed in _RAN_ITS_COURSE:
        return 0
    if innings.balls_left is None:
        raise ValueError(_UNLIMITED)
    return resource(innings.balls_left, _wickets_lost(innings.wickets, innings.wickets_limit), balls_per_over)


def revised_target(first: Innings, second: Innings, balls_per_over: int = 6, g50: int = 245) -> int:
    """Runs with which ``second`` wins in the overs that it now has.

    Penalty runs given to the first side after its innings are not scaled: they raise the target, and every
    par score, as they are (clause 6.2).
    """
    r1, r2 = resources_of(first, balls_per_over), _available(second, balls_per_over)
    return target(first.runs - first.penalty_after, r1, r2, g50) + first.penalty_after


def par(first: Innings, second: Innings, balls_per_over: int = 6, g50: int = 245) -> int:
    """The score that ties if ``second`` ends at its present point; more wins, less loses."""
    r1 = resources_of(first, balls_per_over)
    r2_used = _available(second, balls_per_over) - resources_left(second, balls_per_over)
    return par_score(first.runs - first.penalty_after, r1, r2_used, g50) + first.penalty_after


def _available(innings: Innings, balls_per_over: int) -> int:
    if innings.full_length is None:
        raise ValueError(_UNLIMITED)
    return resources_available(innings.full_length, innings.stoppages, balls_per_over, innings.wickets_limit)


def _wickets_lost(wickets: int, wickets_limit: int) -> int:
    """The column of the table: what counts is the wickets in hand, so a side of six players starts five down."""
    return max(0, wickets + _WICKETS - wickets_limit)
