"""How a competition counts and orders its table, as data, with the rules of known competitions."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.tournament.points import PointsRules, RunRateBonus


class Criterion(StrEnum):
    """One step of the order of a table; more is better for all of them."""

    POINTS = "points"
    POINTS_PER_MATCH = "points per match"
    """Where teams play unequal numbers of matches (as percentage of points in the Test Championship)."""
    WINS = "wins"
    BONUS_POINTS = "bonus points"
    NET_RUN_RATE = "net run rate"
    HEAD_TO_HEAD_POINTS = "head-to-head points"
    """Points in the matches among those still level."""
    HEAD_TO_HEAD_WINS = "head-to-head wins"
    HEAD_TO_HEAD_NET_RUN_RATE = "head-to-head net run rate"
    WICKETS_PER_BALL = "wickets per ball"
    """Wickets taken per ball bowled in matches with a result (the IPL's fourth criterion)."""
    AWAY_WINS = "away wins"
    DRAWING_OF_LOTS = "drawing of lots"
    """By the recorded seed of the rules; the same seed draws the same order."""


HEAD_TO_HEAD = frozenset(
    {Criterion.HEAD_TO_HEAD_POINTS, Criterion.HEAD_TO_HEAD_WINS, Criterion.HEAD_TO_HEAD_NET_RUN_RATE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRules:
    """How a competition's table is counted and ordered."""

    name: str
    points: PointsRules
    order: tuple[Criterion, ...]
    lots_seed: str | None = None
    """Without a seed lots are not drawn: those level stay level."""
    head_to_head_anew: bool = False
    """When head-to-head has separated some of those level, it starts again among those who still are, by
    their meetings alone, before the next criterion is looked at."""


_TWO_FOR_A_WIN = PointsRules()

IPL = TableRules(
    name="ipl",
    points=_TWO_FOR_A_WIN,
    order=(
        Criterion.POINTS,
        Criterion.WINS,
        Criterion.NET_RUN_RATE,
        Criterion.WICKETS_PER_BALL,
        Criterion.DRAWING_OF_LOTS,
    ),
)
"""IPL match playing conditions 16.10."""

ICC_WORLD_CUP = TableRules(
    name="icc-world-cup",
    points=_TWO_FOR_A_WIN,
    order=(
        Criterion.POINTS,
        Criterion.WINS,
        Criterion.NET_RUN_RATE,
        Criterion.HEAD_TO_HEAD_POINTS,
        Criterion.HEAD_TO_HEAD_NET_RUN_RATE,
        Criterion.DRAWING_OF_LOTS,
    ),
)
"""ICC Cricket World Cup and T20 World Cup, league stages. (Seeding, the last step, is here the lots.)"""

ICC_SUPER_LEAGUE = TableRules(
    name="icc-super-league",
    points=PointsRules(win=10, tie=5, no_result=5),
    order=ICC_WORLD_CUP.order,
)
"""ICC Cricket World Cup Super League, 2020 to 2023."""

ONE_DAY_BONUS = TableRules(
    name="one-day-bonus",
    points=PointsRules(win=4, tie=2, no_result=2, bonus=RunRateBonus(Fraction(5, 4), 1)),
    order=(
        Criterion.POINTS,
        Criterion.WINS,
        Criterion.HEAD_TO_HEAD_POINTS,
        Criterion.NET_RUN_RATE,
    ),
)
"""Four for a win and one more for a run rate 1.25 times the loser's, as in one-day series with bonus points."""

WORLD_TEST_CHAMPIONSHIP = TableRules(
    name="world-test-championship",
    points=PointsRules(win=12, tie=6, draw=4, no_result=0),
    order=(Criterion.POINTS_PER_MATCH, Criterion.WINS),
)
"""ICC World Test Championship since 2021."""

PRESETS: dict[str, TableRules] = {
    rules.name: rules
    for rules in (IPL, ICC_WORLD_CUP, ICC_SUPER_LEAGUE, ONE_DAY_BONUS, WORLD_TEST_CHAMPIONSHIP)
}
CUSTOMARY: dict[str, TableRules] = {
    "ipl-2022": IPL,
    "ipl-2023": IPL,
    "t20": ICC_WORLD_CUP,
    "odi": ICC_WORLD_CUP,
    "the-hundred": ICC_WORLD_CUP,
    "test": WORLD_TEST_CHAMPIONSHIP,
    "first-class": WORLD_TEST_CHAMPIONSHIP,
}
"""By playing conditions: how a table of such matches is counted when nobody says otherwise."""


def rules_named(name: str) -> TableRules:
    """Table rules by their own name or by that of playing conditions. Raises KeyError naming those there are."""
    rules = PRESETS.get(name) or CUSTOMARY.get(name)
    if rules is None:
        raise KeyError(f"no conditions named {name!r}; there are {', '.join([*PRESETS, *CUSTOMARY])}")
    return rules
