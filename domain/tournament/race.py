"""A table with matches to come, as numbers that can be searched.

Of a match to come only its outcome is foreseen, never its margin. So the leading criteria of the table that
outcomes alone decide (points, wins, …) are folded into one whole number per team, its score, and each match
into the pairs of scores it can add. From the first criterion on that hangs on margins (net run rate), or on
who else is level (head-to-head), the order among equal scores is open; only between teams that have played
all their matches it may be settled already.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from math import lcm

from domain.tournament.ordering import in_order, ranks
from domain.tournament.points import PointsRules
from domain.tournament.running_table import RunningTable
from domain.tournament.table_rules import HEAD_TO_HEAD, Criterion
from domain.tournament.tally import Tally


@dataclass(frozen=True, slots=True)
class Fixture:
    """A match of the table that is still to be played."""

    key: str
    home: str
    away: str


@dataclass(frozen=True, slots=True)
class ToCome:
    """A match between teams ``one`` and ``other`` (indexes) and what its ``outcomes`` add to their scores.

    ``won`` and ``lost`` are the outcomes in which one, or the other, wins (without a bonus point).
    """

    one: int
    other: int
    outcomes: tuple[tuple[int, int], ...]
    won: tuple[int, int]
    lost: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Race:
    """``scores`` by index in ``teams``; more is better.

    ``settled`` gives teams that have played all their matches their order among equal scores, from 0 at the
    top; two with the same number are open. The others are not in it.
    """

    teams: tuple[str, ...]
    scores: tuple[int, ...]
    matches: tuple[ToCome, ...]
    settled: dict[int, int]

    def beats(self, one: int, other: int) -> bool | None:
        """Does ``one`` stand above ``other`` when their scores are equal? None: that is open."""
        mine, theirs = self.settled.get(one), self.settled.get(other)
        return None if mine is None or theirs is None or mine == theirs else mine < theirs


_FORESEEN = frozenset(
    {
        Criterion.POINTS,
        Criterion.POINTS_PER_MATCH,
        Criterion.WINS,
        Criterion.BONUS_POINTS,
        Criterion.AWAY_WINS,
    }
)


def race(table: RunningTable, fixtures: Sequence[Fixture], *, draws: bool = False) -> Race:
    """The race of ``table`` with ``fixtures`` to come. ``draws``: can a match be drawn (two innings a side)?

    Disqualified teams run no race; a match against one whose results are void counts for nobody. Raises
    ValueError for a fixture of a team that is not in the table.
    """
    sums = table.sums()
    void = {team for team, one in table.disqualified.items() if one.played == "void"}
    for fixture in fixtures:
        for team in (fixture.home, fixture.away):
            if team not in sums.tallies:
                raise ValueError(f"{team} of {fixture.home} v {fixture.away} is not in the table")
    counting = [fixture for fixture in fixtures if not {fixture.home, fixture.away} & void]
    teams = tuple(sorted(sums.tallies))
    index = {team: number for number, team in enumerate(teams)}
    to_play = Counter(team for fixture in counting for team in (fixture.home, fixture.away))
    scale = _Scale(table, to_play)
    matches = [
        _to_come(scale, index, fixture, _outcomes(table.rules.points, draws=draws)) for fixture in counting
    ]
    done = [team for team in teams if not to_play[team]]
    return Race(
        teams=teams,
        scores=tuple(
            scale.score(team, replace(sums.tallies[team], points=sums.points(team))) for team in teams
        ),
        matches=tuple(matches),
        settled={index[team]: rank for team, rank in _settled(table, done).items()},
    )


def _outcomes(rules: PointsRules, *, draws: bool) -> list[tuple[Tally, Tally]]:
    """What a match can add to the home and the away side; first that either wins without a bonus."""
    loss = Tally(lost=1, points=rules.loss)
    win = Tally(won=1, points=rules.win)
    away = replace(win, away_wins=1)
    level = [
        Tally(tied=1, points=rules.tie),
        Tally(no_result=1, points=rules.no_result),
        *([Tally(drawn=1, points=rules.draw)] if draws else []),
    ]
    outcomes = [(win, loss), (loss, away), *((one, one) for one in level)]
    if rules.bonus is not None:
        more = Tally(points=rules.bonus.points, bonus=rules.bonus.points)
        outcomes += [(win + more, loss), (loss, away + more)]
    return outcomes


def _to_come(
    scale: "_Scale", index: dict[str, int], fixture: Fixture, outcomes: list[tuple[Tally, Tally]]
) -> ToCome:
    added = [(scale.score(fixture.home, home), scale.score(fixture.away, away)) for home, away in outcomes]
    return ToCome(
        one=index[fixture.home],
        other=index[fixture.away],
        outcomes=tuple(dict.fromkeys(added)),
        won=added[0],
        lost=added[1],
    )


class _Scale:
    """Turns tallies into scores. Scores of one team can be added; those of two can be compared at the end."""

    def __init__(self, table: RunningTable, to_play: Counter[str]) -> None:
        tallies, points = table.sums().tallies, table.rules.points
        self.criteria = list(takewhile(_FORESEEN.__contains__, table.rules.order))
        self._played_at_the_end = {team: (tallies[team].played + to_play[team]) or 1 for team in tallies}
        self._common = lcm(*self._played_at_the_end.values())
        best = max(points.win + (points.bonus.points if points.bonus else 0), points.tie, points.draw, 1)
        deducted = sum(abs(one.points) for one in table.deductions)
        matches = max(self._played_at_the_end.values(), default=1)
        span = 2 * (best * matches + deducted) * self._common + 1
        self._weights = [span ** (len(self.criteria) - place - 1) for place in range(len(self.criteria))]

    def score(self, team: str, tally: Tally) -> int:
        """The lexicographic value of ``tally`` by the foreseen criteria, as one number."""
        return sum(
            weight * self._value(criterion, team, tally)
            for weight, criterion in zip(self._weights, self.criteria, strict=True)
        )

    def _value(self, criterion: Criterion, team: str, tally: Tally) -> int:
        if criterion is Criterion.POINTS_PER_MATCH:
            return tally.points * (self._common // self._played_at_the_end[team])
        values = {
            Criterion.POINTS: tally.points,
            Criterion.WINS: tally.won,
            Criterion.BONUS_POINTS: tally.bonus,
            Criterion.AWAY_WINS: tally.away_wins,
        }
        return values[criterion]


def _settled(table: RunningTable, done: Sequence[str]) -> dict[str, int]:
    """The order among ``done`` by every criterion before head-to-head; those still level share a number."""
    order = tuple(takewhile(lambda one: one not in HEAD_TO_HEAD, table.rules.order))
    return ranks(in_order(done, table.sums(), replace(table.rules, order=order)))
