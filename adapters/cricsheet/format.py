"""The format's objects as types: https://cricsheet.org/format/json/.

Optional keys have defaults, so that a file that leaves them out reads like one that gives them. Keys the
format does not have are ignored here; ``document.unknown_keys`` reports them.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]
Label = str | int | float


class Part(Struct, frozen=True, gc=False):
    """One object of the file. Keys it does not name are left alone here and reported by ``unknown_keys``."""


class Runs(Part, frozen=True):
    batter: Count
    extras: Count
    total: Count
    non_boundary: bool = False


class FielderPart(Part, frozen=True):
    name: str | None = None
    substitute: bool = False


class WicketPart(Part, frozen=True):
    player_out: str
    kind: str
    fielders: tuple[FielderPart, ...] = ()


class MatchReplacement(Part, frozen=True, rename={"player_in": "in", "player_out": "out"}):
    player_in: str
    team: str
    player_out: str | None = None
    reason: str = "unknown"


class RoleReplacement(Part, frozen=True, rename={"player_in": "in", "player_out": "out"}):
    player_in: str
    role: str
    player_out: str | None = None
    reason: str = "unknown"


class Replacements(Part, frozen=True):
    match: tuple[MatchReplacement, ...] = ()
    role: tuple[RoleReplacement, ...] = ()


class ReviewPart(Part, frozen=True):
    by: str
    decision: str
    batter: str | None = None
    umpire: str | None = None
    umpires_call: bool = False
    type: str = "wicket"


class DeliveryPart(Part, frozen=True):
    batter: str
    bowler: str
    non_striker: str
    runs: Runs
    extras: dict[str, Count] = {}
    wickets: tuple[WicketPart, ...] = ()
    replacements: Replacements = Replacements()
    review: ReviewPart | None = None


class OverPart(Part, frozen=True):
    over: Count
    deliveries: tuple[DeliveryPart, ...]


class PenaltyRuns(Part, frozen=True):
    pre: Count = 0
    post: Count = 0


class TargetPart(Part, frozen=True):
    runs: Count | None = None
    overs: Annotated[float, Meta(ge=0)] | None = None


class PowerplayPart(Part, frozen=True, rename={"start": "from", "end": "to"}):
    start: float
    end: float
    type: str = "mandatory"


class InningsPart(Part, frozen=True):
    team: str
    overs: tuple[OverPart, ...] = ()
    absent_hurt: tuple[str, ...] = ()
    penalty_runs: PenaltyRuns = PenaltyRuns()
    declared: bool = False
    forfeited: bool = False
    powerplays: tuple[PowerplayPart, ...] = ()
    miscounted_overs: dict[str, Any] = {}
    target: TargetPart | None = None
    super_over: bool = False


class BowlOutBall(Part, frozen=True):
    bowler: str
    outcome: str


class Event(Part, frozen=True):
    name: str | None = None
    match_number: Label | None = None
    group: Label | None = None
    stage: str | None = None


class Toss(Part, frozen=True):
    winner: str | None = None
    decision: str | None = None
    uncontested: bool = False


class Registry(Part, frozen=True):
    people: dict[str, str] = {}


class Info(Part, frozen=True):
    """All but ``outcome``, of which only the ``Ending`` is read (:mod:`adapters.cricsheet.ending`)."""

    teams: tuple[str, str]
    match_type: str
    players: dict[str, tuple[str, ...]]
    dates: tuple[str, ...] = ()
    balls_per_over: Annotated[int, Meta(ge=1)] = 6
    overs: Annotated[int, Meta(ge=1)] | None = None
    toss: Toss = Toss()
    event: Event = Event()
    registry: Registry = Registry()
    bowl_out: tuple[BowlOutBall, ...] = ()
    supersubs: dict[str, str] = {}
    season: Label | None = None
    gender: str | None = None
    team_type: str | None = None
    venue: str | None = None
    city: str | None = None


class Match(Part, frozen=True):
    info: Info
    innings: tuple[InningsPart, ...] = ()
