"""The points table: rows from matches, and an order that explains itself.

Each match adds a :class:`Tally` to either side; a table is the sum, so a match can be added, or taken away
again after a correction, without looking at the others. The order is a list of :class:`Criterion` applied
one after the other to those still level. What separated a row from the next is kept with the row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from hashlib import sha256
from itertools import groupby

from domain.tournament.match_summary import MatchSummary
from domain.tournament.net_run_rate import Rate, credits, net_run_rate, rounded
from domain.tournament.points import Deduction, Outcome, outcome_for, points_won
from domain.tournament.table_rules import Criterion, TableRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What matches add up to for one team. ``points`` include ``bonus``.

    ``scored`` and ``conceded`` are as charged for net run rate; ``wickets`` off ``balls_delivered`` as bowled,
    in matches with a result.
    """

    played: int = 0
    won: int = 0
    lost: int = 0
    tied: int = 0
    drawn: int = 0
    no_result: int = 0
    points: int = 0
    bonus: int = 0
    away_wins: int = 0
    scored: Rate = field(default_factory=Rate)
    conceded: Rate = field(default_factory=Rate)
    wickets: int = 0
    balls_delivered: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One team's line. ``above_next`` is None in the last row and between teams nothing separates."""

    team: str
    tally: Tally
    points: int
    """With bonus points, less deductions."""
    deducted: int
    net_run_rate: Fraction
    above_next: Separation | None
    level_with_next: bool = False


def contributions(match: MatchSummary, rules: TableRules) -> dict[str, Tally]:
    """What one match adds to the tallies of its two sides."""
    tallies = {team: _outcome_tally(match, team, rules) for team in match.teams}
    for credit in credits(match):
        tallies[credit.team] += Tally(scored=credit.rate)
        if credit.both_sides:
            tallies[credit.opponent] += Tally(conceded=credit.rate)
    if match.result.outcome != "no result":
        for innings in match.counted_innings:
            tallies[innings.bowling] += Tally(wickets=innings.wickets, balls_delivered=innings.balls)
    return tallies


def _outcome_tally(match: MatchSummary, team: str, rules: TableRules) -> Tally:
    outcome = outcome_for(match, team)
    won = points_won(match, team, rules.points)
    return Tally(
        played=1,
        won=int(outcome is Outcome.WON),
        lost=int(outcome is Outcome.LOST),
        tied=int(outcome is Outcome.TIED),
        drawn=int(outcome is Outcome.DRAWN),
        no_result=int(outcome is Outcome.NO_RESULT),
        points=won.points + won.bonus,
        bonus=won.bonus,
        away_wins=int(outcome is Outcome.WON and team == match.teams[1]),
    )


def total(matches: Iterable[MatchSummary], rules: TableRules) -> dict[str, Tally]:
    """The tallies of all teams that played in ``matches``."""
    tallies: dict[str, Tally] = {}
    for match in matches:
        for team, tally in contributions(match, rules).items():
            tallies[team] = tallies.get(team, Tally()) + tally
    return tallies


def standings(
    matches: Sequence[MatchSummary],
    rules: TableRules,
    *,
    teams: Iterable[str] = (),
    deductions: Iterable[Deduction] = (),
) -> list[Row]:
    """The table of ``matches``, best first. ``teams`` are listed even if they have not played yet.

    Raises ValueError when the matches' overs differ in length: such rates cannot be added.
    """
    table = _Table(matches, rules, teams, deductions)
    order = table.ordered(sorted(table.tallies), rules.order)
    return [
        table.row(team, separation, last=place == len(order))
        for place, (team, separation) in enumerate(order, start=1)
    ]


_Ordered = list[tuple[str, Separation | None]]


class _Table:
    """The tallies of one table, with what the criteria need to look up."""

    def __init__(
        self,
        matches: Sequence[MatchSummary],
        rules: TableRules,
        teams: Iterable[str],
        deductions: Iterable[Deduction],
    ) -> None:
        self.matches = matches
        self.rules = rules
        self.balls_per_over = _common_over(matches)
        self.tallies = {team: Tally() for team in teams} | total(matches, rules)
        self.deducted = dict.fromkeys(self.tallies, 0)
        for deduction in deductions:
            if deduction.team not in self.deducted:
                raise ValueError(f"points are deducted from {deduction.team}, which is not in the table")
            self.deducted[deduction.team] += deduction.points

    def points(self, team: str) -> int:
        return self.tallies[team].points - self.deducted[team]

    def row(self, team: str, separation: Separation | None, *, last: bool) -> Row:
        return Row(
            team=team,
            tally=self.tallies[team],
            points=self.points(team),
            deducted=self.deducted[team],
            net_run_rate=_rate(self.tallies[team], self.balls_per_over),
            above_next=separation,
            level_with_next=separation is None and not last,
        )

    def ordered(self, level: Sequence[str], criteria: Sequence[Criterion]) -> _Ordered:
        """``level`` in order, each with what separates it from the one after it in ``level``."""
        if len(level) < 2 or not criteria:
            return [(team, None) for team in level]
        values = _MEASURES[criteria[0]](self, level)
        by_value = sorted(level, key=lambda team: -values[team])
        order: _Ordered = []
        for value, equal in groupby(by_value, key=lambda team: values[team]):
            if order:
                above = order[-1][0]
                order[-1] = (above, Separation(criteria[0], values[above], value))
            order += self.ordered(list(equal), criteria[1:])
        return order

    def among(self, level: Sequence[str]) -> "_Table":
        """The table of only the matches among ``level``."""
        matches = [match for match in self.matches if set(match.teams) <= set(level)]
        return _Table(matches, self.rules, level, ())


_Measure = Callable[[_Table, Sequence[str]], Mapping[str, Fraction]]


def _of_tally(value: Callable[[Tally], Fraction | int]) -> _Measure:
    return lambda table, level: {team: Fraction(value(table.tallies[team])) for team in level}


def _points(table: _Table, level: Sequence[str]) -> Mapping[str, Fraction]:
    return {team: Fraction(table.points(team)) for team in level}


def _points_per_match(table: _Table, level: Sequence[str]) -> Mapping[str, Fraction]:
    return {team: Fraction(table.points(team), table.tallies[team].played or 1) for team in level}


def _net_run_rate(table: _Table, level: Sequence[str]) -> Mapping[str, Fraction]:
    return {team: _rate(table.tallies[team], table.balls_per_over) for team in level}


def _lots(table: _Table, level: Sequence[str]) -> Mapping[str, Fraction]:
    seed = table.rules.lots_seed
    if seed is None:
        return dict.fromkeys(level, Fraction(0))
    return {team: Fraction(int(sha256(f"{seed}/{team}".encode()).hexdigest(), 16)) for team in level}


def _wickets_per_ball(tally: Tally) -> Fraction:
    return Fraction(tally.wickets, tally.balls_delivered) if tally.balls_delivered else Fraction(0)


_MEASURES: dict[Criterion, _Measure] = {
    Criterion.POINTS: _points,
    Criterion.POINTS_PER_MATCH: _points_per_match,
    Criterion.WINS: _of_tally(lambda tally: tally.won),
    Criterion.NET_RUN_RATE: _net_run_rate,
    Criterion.HEAD_TO_HEAD_POINTS: lambda table, level: _points(table.among(level), level),
    Criterion.HEAD_TO_HEAD_NET_RUN_RATE: lambda table, level: _net_run_rate(table.among(level), level),
    Criterion.WICKETS_PER_BALL: _of_tally(_wickets_per_ball),
    Criterion.AWAY_WINS: _of_tally(lambda tally: tally.away_wins),
    Criterion.DRAWING_OF_LOTS: _lots,
}


def _rate(tally: Tally, balls_per_over: int) -> Fraction:
    return net_run_rate(tally.scored, tally.conceded, balls_per_over)


def _common_over(matches: Sequence[MatchSummary]) -> int:
    lengths = {match.balls_per_over for match in matches} or {6}
    if len(lengths) > 1:
        raise ValueError(f"one table cannot hold overs of {' and '.join(map(str, sorted(lengths)))} balls")
    return lengths.pop()


def _told_apart(value: Fraction, next_value: Fraction, sign: str) -> str:
    """Both values with as many decimals as it takes to see the difference."""
    if not sign and value.denominator == next_value.denominator == 1:
        return f"{value} to {next_value}"
    decimals = 3
    while rounded(value, decimals) == rounded(next_value, decimals):
        decimals += 1
    return f"{rounded(value, decimals):{sign}} to {rounded(next_value, decimals):{sign}}"
