"""The state of a match: what folding its events gives.

It is mutable, and only ``evolve`` may change it; everybody else reads. All of it is derived: two folds of
the same effective facts are equal.
"""

from dataclasses import dataclass, field
from datetime import datetime

from domain.match.commands import Player, Team
from domain.match.conditions import PlayingConditions
from domain.match.delivery import Delivery, Wicket
from domain.match.errors import CommandRefused
from domain.match.events import Fact, InningsClosed, MatchEnded, Result


@dataclass(slots=True)
class Side:
    """One team in this match. ``players`` are those who may bat and bowl now, in line-up order."""

    team: Team
    players: list[str] = field(default_factory=list[str])
    substitutes: list[str] = field(default_factory=list[str])
    replaced: list[str] = field(default_factory=list[str])
    captain: str | None = None
    wicket_keeper: str | None = None
    impact_player_used: bool = False


@dataclass(slots=True)
class Ball:
    """A ball in its place. ``version`` names it; ``over`` from 0, ``position`` from 1 in the over.

    ``legal``: it counts as one of the over. ``score``/``wickets``: the innings' after it.
    """

    version: int
    over: int
    position: int
    delivery: Delivery
    legal: bool
    score: int
    wickets: int
    at: datetime | None = None
    umpire_decision: str | None = None


@dataclass(slots=True)
class Batter:
    """A batting line. ``out`` is how the innings ended or stands interrupted (retired hurt), else None."""

    player: str
    runs: int = 0
    balls: int = 0
    fours: int = 0
    sixes: int = 0
    out: Wicket | None = None
    bowler: str | None = None
    """The bowler of the ball that ended it, credited or not."""
    arrived_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(slots=True)
class Bowler:
    """A bowling line. ``whole_overs`` bowled alone, ``loose_balls`` legal balls of overs shared or unfinished."""

    player: str
    whole_overs: int = 0
    loose_balls: int = 0
    maidens: int = 0
    runs: int = 0
    wickets: int = 0
    wides: int = 0
    no_balls: int = 0
    dots: int = 0
    fours: int = 0
    sixes: int = 0
    balls: int = 0
    """Legal balls in all."""
    overs_begun: int = 0
    suspended: bool = False


@dataclass(slots=True)
class Fall:
    """The fall of a wicket: ``wicket`` from 1 at ``runs``, after ``over``.``ball`` (printed form)."""

    wicket: int
    runs: int
    player: str
    over: int
    ball: int


@dataclass(slots=True)
class Partnership:
    """Two batters together. ``contributions``: runs off the bat and balls faced of each."""

    wicket: int
    batters: tuple[str, ...]
    runs: int = 0
    balls: int = 0
    contributions: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    unbroken: bool = True


@dataclass(slots=True)
class PowerplaySpan:
    """From the first to the last delivery, each (over from 0, position in the over from 1).

    One whose last position is an over's last legal ball or beyond lasts until that over ends.
    """

    kind: str
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(slots=True)
class Stoppage:
    """Balls lost in mid-innings: what was left before and after, with the wickets down then."""

    balls_left_before: int
    balls_left_after: int
    wickets: int


@dataclass(slots=True)
class Target:
    """Runs to win. ``method`` is None for an unrevised one."""

    runs: int
    method: str | None = None


@dataclass(slots=True)
class Innings:
    """One innings; ``number`` from 1 in order of play, Super Overs included."""

    number: int
    batting: str
    bowling: str
    balls_per_over: int = 6
    super_over: bool = False
    follow_on: bool = False
    declared: bool = False
    forfeited: bool = False
    length: int | None = None
    """Balls it may last, as whole overs of balls_per_over plus balls; None without limit."""
    full_length: int | None = None
    """What ``length`` was when it began (for resources)."""
    wickets_limit: int = 10
    runs: int = 0
    wickets: int = 0
    overs: int = 0
    """Completed overs."""
    over_balls: int = 0
    """Legal balls of the over in progress."""
    legal_balls: int = 0
    byes: int = 0
    leg_byes: int = 0
    wides: int = 0
    no_balls: int = 0
    penalty: int = 0
    """Penalty runs on deliveries and off them together."""
    penalty_before: int = 0
    penalty_after: int = 0
    balls: list[Ball] = field(default_factory=list[Ball])
    batters: dict[str, Batter] = field(default_factory=dict[str, Batter])
    """In order of arrival."""
    bowlers: dict[str, Bowler] = field(default_factory=dict[str, Bowler])
    """In order of first ball."""
    falls: list[Fall] = field(default_factory=list[Fall])
    partnerships: list[Partnership] = field(default_factory=list[Partnership])
    absent: dict[str, str] = field(default_factory=dict[str, str])
    powerplays: list[PowerplaySpan] = field(default_factory=list[PowerplaySpan])
    stoppages: list[Stoppage] = field(default_factory=list[Stoppage])
    target: Target | None = None
    closed: str | None = None
    """Why it is over, else None."""
    ended: str | None = None
    """The reason given by EndInnings."""
    striker: str | None = None
    non_striker: str | None = None
    ends_known: bool = True
    """False after a wicket of which nobody noted whether the batters had crossed."""
    bowler: str | None = None
    """Who bowls the over in progress; None between overs."""
    over_position: int = 0
    """Deliveries so far in the over in progress."""
    over_runs_conceded: int = 0
    over_bowlers: list[str] = field(default_factory=list[str])
    """Everybody who bowled in the over in progress."""
    previous_over_bowlers: list[str] = field(default_factory=list[str])
    """Everybody who bowled in the over before."""
    bowler_overs_running: int = 0
    """Overs running by the bowler of the over before."""
    free_hit: bool = False
    previous_over_legal_balls: int = 0
    previous_over_position: int = 0
    previous_over_conceded: int = 0

    @property
    def progress(self) -> int:
        """How far the innings is, in balls: a completed over counts in full, however many balls it had."""
        return self.overs * self.balls_per_over + min(self.over_balls, self.balls_per_over)

    @property
    def balls_left(self) -> int | None:
        """Balls until the overs are done; None without limit."""
        return None if self.length is None else max(0, self.length - self.progress)

    @property
    def overs_text(self) -> str:
        """As printed: "19.4"."""
        return f"{self.overs}.{self.over_balls}" if self.over_balls else f"{self.overs}"


@dataclass(slots=True)
class MatchState:
    """A match. ``facts`` are the effective ones, each with the version that names it."""

    version: int = 0
    conditions: PlayingConditions | None = None
    sides: dict[str, Side] = field(default_factory=dict[str, Side])
    players: dict[str, Player] = field(default_factory=dict[str, Player])
    created: Fact | None = None
    toss_winner: str | None = None
    toss_decision: str | None = None
    toss_uncontested: bool = False
    innings: list[Innings] = field(default_factory=list[Innings])
    interrupted: str | None = None
    pending_penalties: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """Penalty runs to a side that has no innings to put them in yet: (team, runs)."""
    reduced: dict[int, int] = field(default_factory=dict[int, int])
    """Lengths in balls set for innings that have not begun."""
    revised_targets: dict[int, Target] = field(default_factory=dict[int, Target])
    target_awaited: str | None = None
    """The method by which the chase has a target that is not known yet."""
    bowl_out: tuple[tuple[str, str, bool], ...] = ()
    ended: MatchEnded | None = None
    awarded_to: str | None = None
    conceded: bool = False
    award_reason: str | None = None
    abandoned: str | None = None
    result: Result | None = None
    """Derived from the facts; None while the match is undecided."""
    announced_result: Result | None = None
    scorer: str | None = None
    """Who alone may score now; None: anybody whose role allows it."""
    announced_closed: dict[int, InningsClosed] = field(default_factory=dict[int, InningsClosed])
    facts: list[tuple[int, Fact]] = field(default_factory=list[tuple[int, Fact]])

    @property
    def rules(self) -> PlayingConditions:
        """The playing conditions; there are some as soon as the match exists."""
        if self.conditions is None:
            raise CommandRefused("match_not_found", "there is no such match")
        return self.conditions

    @property
    def teams(self) -> tuple[str, ...]:
        return tuple(self.sides)

    @property
    def play_is_over(self) -> bool:
        """Play was ended by a decision: called off, awarded, abandoned."""
        return self.ended is not None or self.awarded_to is not None or self.abandoned is not None

    @property
    def current(self) -> Innings | None:
        """The innings in progress."""
        if self.innings and self.innings[-1].closed is None and not self.play_is_over:
            return self.innings[-1]
        return None
