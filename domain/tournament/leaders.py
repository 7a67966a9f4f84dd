"""Batting and bowling aggregates over a set of matches.

Counted as records are kept: Super Overs stand apart; a batter who came in has an innings even without
facing a ball; retired hurt and retired not out are not out; a hundred is no fifty as well, five wickets are
not four as well. Averages and rates are exact, None where nothing divides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from domain.tournament.match_summary import BattingLine, BowlingLine, MatchSummary


@dataclass(slots=True)
class BattingRecord:
    """One batter's sums. ``highest`` is None before the first innings."""

    player: str
    name: str
    team: str
    matches: int = 0
    innings: int = 0
    not_outs: int = 0
    runs: int = 0
    balls: int = 0
    highest: int | None = None
    highest_not_out: bool = False
    fifties: int = 0
    hundreds: int = 0
    fours: int = 0
    sixes: int = 0

    @property
    def average(self) -> Fraction | None:
        """Runs per completed innings."""
        return _per(self.runs, self.innings - self.not_outs)

    @property
    def strike_rate(self) -> Fraction | None:
        """Runs per hundred balls."""
        return _per(self.runs * 100, self.balls)

    def add(self, line: BattingLine) -> None:
        self.innings += 1
        self.not_outs += not line.out
        self.runs += line.runs
        self.balls += line.balls
        self.fours += line.fours
        self.sixes += line.sixes
        self.fifties += 50 <= line.runs < 100
        self.hundreds += line.runs >= 100
        if self.highest is None or (line.runs, not line.out) > (self.highest, self.highest_not_out):
            self.highest, self.highest_not_out = line.runs, not line.out


@dataclass(slots=True)
class BowlingRecord:
    """One bowler's sums. ``best`` is (wickets, runs) of the best innings; ``dots`` None if any were unknown."""

    player: str
    name: str
    team: str
    balls_per_over: int
    matches: int = 0
    innings: int = 0
    balls: int = 0
    maidens: int = 0
    runs: int = 0
    wickets: int = 0
    best: tuple[int, int] | None = None
    four_wickets: int = 0
    five_wickets: int = 0
    dots: int | None = 0

    @property
    def average(self) -> Fraction | None:
        """Runs per wicket."""
        return _per(self.runs, self.wickets)

    @property
    def economy(self) -> Fraction | None:
        """Runs per over."""
        return _per(self.runs * self.balls_per_over, self.balls)

    @property
    def strike_rate(self) -> Fraction | None:
        """Balls per wicket."""
        return _per(self.balls, self.wickets)

    def add(self, line: BowlingLine) -> None:
        self.innings += 1
        self.balls += line.balls
        self.maidens += line.maidens
        self.runs += line.runs
        self.wickets += line.wickets
        self.four_wickets += line.wickets == 4
        self.five_wickets += line.wickets >= 5
        self.dots = None if self.dots is None or line.dots is None else self.dots + line.dots
        if self.best is None or (line.wickets, -line.runs) > (self.best[0], -self.best[1]):
            self.best = (line.wickets, line.runs)


@dataclass(frozen=True, slots=True)
class Leaders:
    """Both lists, best first."""

    batting: list[BattingRecord]
    bowling: list[BowlingRecord]


def leaders(matches: Iterable[MatchSummary]) -> Leaders:
    """The aggregates of everybody who batted or bowled in ``matches``.

    Batters by runs, then strike rate (as the Orange Cap is settled); bowlers by wickets, then economy (as
    the Purple Cap is); then by name, so that the order is total. A player is shown with the name and team
    of the last match given.
    """
    batters: dict[str, BattingRecord] = {}
    bowlers: dict[str, BowlingRecord] = {}
    appearances: dict[str, int] = {}
    for match in matches:
        for player in {player for line_up in match.line_ups.values() for player in line_up}:
            appearances[player] = appearances.get(player, 0) + 1
        for innings in match.counted_innings:
            _add_batters(batters, innings.batters, innings.batting)
            _add_bowlers(bowlers, innings.bowlers, innings.bowling, match.balls_per_over)
    for record in (*batters.values(), *bowlers.values()):
        record.matches = appearances.get(record.player, 0)
    return Leaders(
        batting=sorted(batters.values(), key=_batting_order),
        bowling=sorted(bowlers.values(), key=_bowling_order),
    )


def _add_batters(records: dict[str, BattingRecord], lines: Iterable[BattingLine], team: str) -> None:
    for line in lines:
        record = records.setdefault(line.player, BattingRecord(line.player, line.name, team))
        record.name, record.team = line.name, team
        record.add(line)


def _add_bowlers(
    records: dict[str, BowlingRecord], lines: Iterable[BowlingLine], team: str, balls_per_over: int
) -> None:
    for line in lines:
        record = records.setdefault(line.player, BowlingRecord(line.player, line.name, team, balls_per_over))
        record.name, record.team = line.name, team
        record.add(line)


def _batting_order(record: BattingRecord) -> tuple[int, Fraction, str, str]:
    return (-record.runs, -(record.strike_rate or Fraction(0)), record.name, record.player)


def _bowling_order(record: BowlingRecord) -> tuple[int, bool, Fraction, str, str]:
    economy = record.economy
    return (-record.wickets, economy is None, economy or Fraction(0), record.name, record.player)


def _per(number: int, divisor: int) -> Fraction | None:
    return Fraction(number, divisor) if divisor > 0 else None
