"""The order of a table: a list of criteria, applied one after the other to those still level.

What separated a team from the next is kept with it, so that every table can say why it is as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import combinations, groupby

from domain.tournament.net_run_rate import net_run_rate, rounded
from domain.tournament.table_rules import HEAD_TO_HEAD, Criterion, TableRules
from domain.tournament.tally import Tally


@dataclass(frozen=True, slots=True)
class Separation:
    """Why a row stands above the next: ``criterion`` with the values of the two, exact."""

    criterion: Criterion
    value: Fraction
    next_value: Fraction

    def __str__(self) -> str:
        if self.criterion is Criterion.DRAWING_OF_LOTS:
            return "drawing of lots"
        sign = "+" if "net run rate" in self.criterion else ""
        return f"{self.criterion}: {_told_apart(self.value, self.next_value, sign)}"


def _told_apart(value: Fraction, next_value: Fraction, sign: str) -> str:
    """Both values with as many decimals as it takes to see the difference."""
    if not sign and value.denominator == next_value.denominator == 1:
        return f"{value} to {next_value}"
    decimals = 3
    while rounded(value, decimals) == rounded(next_value, decimals):
        decimals += 1
    return f"{rounded(value, decimals):{sign}} to {rounded(next_value, decimals):{sign}}"


Pair = frozenset[str]
Ordered = list[tuple[str, Separation | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the criteria look up: tallies of all matches, and of the meetings of each pair alone."""

    tallies: Mapping[str, Tally]
    deducted: Mapping[str, int]
    meetings: Mapping[Pair, Mapping[str, Tally]]
    balls_per_over: int

    def points(self, team: str) -> int:
        return self.tallies[team].points - self.deducted.get(team, 0)

    def rate(self, team: str) -> Fraction:
        tally = self.tallies[team]
        return net_run_rate(tally.scored, tally.conceded, self.balls_per_over)

    def among(self, level: Iterable[str]) -> "Sums":
        """The sums of only the matches among ``level``; deductions are not earned in any match."""
        tallies = {team: Tally() for team in level}
        for pair in map(frozenset, combinations(tallies, 2)):
            for team, tally in self.meetings.get(pair, {}).items():
                tallies[team] += tally
        return Sums(tallies=tallies, deducted={}, meetings={}, balls_per_over=self.balls_per_over)


def in_order(teams: Iterable[str], sums: Sums, rules: TableRules) -> Ordered:
    """``teams`` best first, each with what separates it from the next (None: nothing does, or it is last)."""
    return _ordered(sorted(teams), rules.order, sums, rules)


def ranks(order: Ordered) -> dict[str, int]:
    """Each team's rank from 0 in ``order``; those nothing separates share one."""
    found: dict[str, int] = {}
    rank = 0
    for team, separation in order:
        found[team] = rank
        rank += separation is not None
    return found


def _ordered(level: Sequence[str], criteria: Sequence[Criterion], sums: Sums, rules: TableRules) -> Ordered:
    if len(level) < 2 or not criteria:
        return [(team, None) for team in level]
    criterion = criteria[0]
    values = _MEASURES[criterion](sums, level, rules)
    by_value = sorted(level, key=lambda team: -values[team])
    order: Ordered = []
    for value, group in groupby(by_value, key=lambda team: values[team]):
        if order:
            above = order[-1][0]
            order[-1] = (above, Separation(criterion, values[above], value))
        still_level = list(group)
        separated = len(still_level) < len(level)
        order += _ordered(still_level, _next(criteria, rules, separated=separated), sums, rules)
    return order


def _next(criteria: Sequence[Criterion], rules: TableRules, *, separated: bool) -> Sequence[Criterion]:
    """What decides among those still level: the next criterion, or head-to-head anew among fewer of them."""
    if separated and rules.head_to_head_anew and criteria[0] in HEAD_TO_HEAD:
        first = next(place for place, one in enumerate(rules.order) if one in HEAD_TO_HEAD)
        return rules.order[first:]
    return criteria[1:]


_Measure = Callable[[Sums, Sequence[str], TableRules], Mapping[str, Fraction]]


def _each(value: Callable[[Sums, str], Fraction | int]) -> _Measure:
    return lambda sums, level, rules: {team: Fraction(value(sums, team)) for team in level}


def _of_tally(value: Callable[[Tally], Fraction | int]) -> _Measure:
    return _each(lambda sums, team: value(sums.tallies[team]))


def _among(measure: _Measure) -> _Measure:
    """``measure`` in the matches among those level."""
    return lambda sums, level, rules: measure(sums.among(level), level, rules)


def _lots(sums: Sums, level: Sequence[str], rules: TableRules) -> Mapping[str, Fraction]:
    seed = rules.lots_seed
    if seed is None:
        return dict.fromkeys(level, Fraction(0))
    return {team: Fraction(int(sha256(f"{seed}/{team}".encode()).hexdigest(), 16)) for team in level}


def _wickets_per_ball(tally: Tally) -> Fraction:
    return Fraction(tally.wickets, tally.balls_delivered) if tally.balls_delivered else Fraction(0)


_MEASURES: dict[Criterion, _Measure] = {
    Criterion.POINTS: _each(Sums.points),
    Criterion.POINTS_PER_MATCH: _each(
        lambda sums, team: Fraction(sums.points(team), sums.tallies[team].played or 1)
    ),
    Criterion.WINS: _of_tally(lambda tally: tally.won),
    Criterion.BONUS_POINTS: _of_tally(lambda tally: tally.bonus),
    Criterion.NET_RUN_RATE: _each(Sums.rate),
    Criterion.HEAD_TO_HEAD_POINTS: _among(_each(Sums.points)),
    Criterion.HEAD_TO_HEAD_WINS: _among(_of_tally(lambda tally: tally.won)),
    Criterion.HEAD_TO_HEAD_NET_RUN_RATE: _among(_each(Sums.rate)),
    Criterion.WICKETS_PER_BALL: _of_tally(_wickets_per_ball),
    Criterion.AWAY_WINS: _of_tally(lambda tally: tally.away_wins),
    Criterion.DRAWING_OF_LOTS: _lots,
}
