"""One ball as it was bowled: who, what runs, what wickets."""

from dataclasses import dataclass
from enum import StrEnum


class DismissalKind(StrEnum):
    """How a batter's innings ended (Laws 25.4 and 32 to 40)."""

    BOWLED = "bowled"
    CAUGHT = "caught"
    CAUGHT_AND_BOWLED = "caught and bowled"
    LBW = "lbw"
    STUMPED = "stumped"
    HIT_WICKET = "hit wicket"
    RUN_OUT = "run out"
    OBSTRUCTING_THE_FIELD = "obstructing the field"
    HIT_THE_BALL_TWICE = "hit the ball twice"
    HANDLED_THE_BALL = "handled the ball"
    TIMED_OUT = "timed out"
    RETIRED_OUT = "retired out"
    RETIRED_HURT = "retired hurt"
    RETIRED_NOT_OUT = "retired not out"


class Called(StrEnum):
    """The umpire's call that makes a delivery not count in the over."""

    WIDE = "wide"
    NO_BALL = "no ball"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fielder:
    """A fielder who had a part in a dismissal; ``player`` is None when nobody noted who."""

    player: str | None = None
    name: str | None = None
    substitute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wicket:
    """A batter's innings ending on, or between, deliveries.

    ``crossed``: had the batters crossed on the run in progress (or while the ball was in the air)?
    None when nobody noted it; the next ball's striker then settles who is at which end (Law 18.11, 18.12).
    """

    player: str
    kind: DismissalKind
    fielders: tuple[Fielder, ...] = ()
    crossed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A player review. ``outcome``: upheld, struck down, umpire's call, technical failure."""

    by: str
    outcome: str
    batter: str | None = None
    umpire: str | None = None
    kind: str = "wicket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """Where the ball went: wagon-wheel point in metres from the striker's stumps, and the stroke's name."""

    stroke: str | None = None
    x_metres: float | None = None
    y_metres: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery.

    Runs are runs scored, each to its own column: ``wides`` and ``no_balls`` include the penalty run of the
    call and all that was run off it; ``penalty`` are penalty runs to the batting side on this ball
    (Law 41). ``called`` is filled in from ``wides``/``no_balls`` and matters alone where the playing
    conditions give such a ball no runs. ``boundary`` is "four" or "six" when the ball reached it,
    None when all was run; None in a command means "four" for 4 bat runs and "six" for 6 unless
    ``all_run``. ``overthrows`` (part of the runs) and ``short_runs`` (not counted) are notes; short runs
    also turn the strike.
    """

    striker: str
    non_striker: str
    bowler: str
    bat_runs: int = 0
    wides: int = 0
    no_balls: int = 0
    byes: int = 0
    leg_byes: int = 0
    penalty: int = 0
    called: Called | None = None
    boundary: str | None = None
    all_run: bool = False
    overthrows: int = 0
    short_runs: int = 0
    wickets: tuple[Wicket, ...] = ()
    free_hit: bool = False
    no_ball_reason: str | None = None
    review: Review | None = None
    shot: Shot | None = None
    commentary: str | None = None

    @property
    def runs(self) -> int:
        """All runs added to the batting side's total."""
        return self.bat_runs + self.wides + self.no_balls + self.byes + self.leg_byes + self.penalty

    @property
    def extras(self) -> int:
        """Runs not off the bat."""
        return self.wides + self.no_balls + self.byes + self.leg_byes + self.penalty

    @property
    def conceded(self) -> int:
        """Runs charged to the bowler: bat runs, wides and no-balls (not byes, leg byes, penalties)."""
        return self.bat_runs + self.wides + self.no_balls
