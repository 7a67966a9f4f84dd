"""What the tables of a tournament need to know of a finished match.

A summary is made from a scored match once and then only read: the points table, net run rate, the leaders'
lists and qualification are all sums over summaries. Lengths are in balls, an over that was called complete
counting its full number however many balls it had (``"19.4"`` is 19 × balls per over + 4), because that is
how overs are counted in every table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.match.events import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class BattingLine:
    """One batter in one innings. ``out`` tells whether the innings counts as completed (Law 25.4):
    retired hurt and retired not out do not."""

    player: str
    name: str
    runs: int
    balls: int
    fours: int = 0
    sixes: int = 0
    out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BowlingLine:
    """One bowler in one innings. ``balls``: whole overs × balls per over + loose balls. ``dots`` None: unknown."""

    player: str
    name: str
    balls: int
    maidens: int
    runs: int
    wickets: int
    dots: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedTarget:
    """``runs`` to win off ``balls``, set by a rain rule (``method``: D/L, DLS, VJD …)."""

    runs: int
    balls: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsSummary:
    """One innings of ``batting`` against ``bowling``.

    ``quota`` is the length in balls the innings was allowed when it ended, None without limit. ``revised``
    is set on the chasing side's innings when a rain rule changed what it had to make.
    """

    batting: str
    bowling: str
    runs: int
    wickets: int
    balls: int
    quota: int | None
    all_out: bool = False
    super_over: bool = False
    revised: RevisedTarget | None = None
    batters: tuple[BattingLine, ...] = ()
    bowlers: tuple[BowlingLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSummary:
    """A match that is over (or was abandoned without a ball: then ``innings`` is empty).

    ``teams[0]`` is the home side where there is one. ``stage`` and ``group`` are the organiser's words.
    ``full_quota`` is the length in balls of an innings of this match before any interruption.
    ``line_ups`` are the ids of those who took part, by team. ``conditions`` names the playing conditions.
    """

    id: str
    teams: tuple[str, str]
    result: Result
    innings: tuple[InningsSummary, ...] = ()
    played_on: date | None = None
    stage: str | None = None
    group: str | None = None
    match_number: int | None = None
    conditions: str | None = None
    balls_per_over: int = 6
    full_quota: int | None = None
    line_ups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def counted_innings(self) -> tuple[InningsSummary, ...]:
        """All but Super Overs, which stand outside every table and record."""
        return tuple(innings for innings in self.innings if not innings.super_over)

    @property
    def was_given(self) -> bool:
        """Awarded or conceded: decided off the field, or by a side that gave up (Law 16.3)."""
        return self.result.method in ("Awarded", "Conceded")

    def opponent(self, team: str) -> str:
        return self.teams[1] if team == self.teams[0] else self.teams[0]


def abandoned_without_a_ball(teams: tuple[str, str], *, id: str, group: str | None = None) -> MatchSummary:
    """A fixture that never began: no result, one match played for either side."""
    return MatchSummary(id=id, teams=teams, result=Result(outcome="no result"), group=group)


def awarded_without_play(
    teams: tuple[str, str],
    winner: str,
    *,
    id: str,
    full_quota: int | None,
    group: str | None = None,
    conditions: str | None = None,
    balls_per_over: int = 6,
) -> MatchSummary:
    """A match that one side did not come to, or may not play: awarded to ``winner``, one of ``teams``."""
    if winner not in teams:
        raise ValueError(f"{winner} does not play in {teams[0]} v {teams[1]}")
    return MatchSummary(
        id=id,
        teams=teams,
        result=Result(outcome="win", winner=winner, method="Awarded"),
        group=group,
        full_quota=full_quota,
        conditions=conditions,
        balls_per_over=balls_per_over,
    )


def overs(balls: int, balls_per_over: int = 6) -> str:
    """Balls in the printed form: 118 is ``"19.4"``, 120 is ``"20"``."""
    whole, loose = divmod(balls, balls_per_over)
    return f"{whole}.{loose}" if loose else str(whole)
