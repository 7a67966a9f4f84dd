"""What happened in a match: the facts people stated, and the announcements that follow from them.

The stream holds both in order. A *fact* is what somebody saw; a correction replaces, removes or inserts
facts by their version. An *announcement* (``InningsClosed``, ``ResultReached`` and their withdrawals) is
appended by ``decide`` right after the fact that caused it, so that those who listen need not know the
Laws; the fold derives the same from the facts and uses announcements only to know what was already said.
An *appointment* says who may score.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.match.commands import Player, Team
from domain.match.conditions import PlayingConditions
from domain.match.delivery import Delivery, DismissalKind, Fielder
from domain.persons import PersonErased


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCreated:
    conditions: PlayingConditions
    teams: tuple[Team, Team]
    tournament: str | None = None
    stage: str | None = None
    group: str | None = None
    match_number: int | None = None
    venue: str | None = None
    city: str | None = None
    starts_at: datetime | None = None
    season: str | None = None
    gender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUpNamed:
    team: str
    players: tuple[Player, ...]
    substitutes: tuple[Player, ...] = ()
    captain: str | None = None
    wicket_keeper: str | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TossMade:
    winner: str
    decision: str
    uncontested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsStarted:
    innings: int
    batting: str
    bowling: str
    follow_on: bool = False
    super_over: bool = False
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsForfeited:
    innings: int
    batting: str
    bowling: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BallRecorded:
    """``over`` from 0 (overs completed before it), ``position`` from 1 (every delivery counts).

    ``derived``: the batters' ends were left to the engine, so a correction may turn them.
    """

    innings: int
    over: int
    position: int
    delivery: Delivery
    derived: bool = False
    at: datetime | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatterSentIn:
    innings: int
    player: str
    as_striker: bool
    at: datetime | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatterDismissed:
    innings: int
    player: str
    kind: DismissalKind
    fielders: tuple[Fielder, ...] = ()
    at: datetime | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerAbsent:
    innings: int
    player: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerReplaced:
    team: str
    player_out: str
    player_in: str
    player_in_name: str
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BowlerReplaced:
    innings: int
    over: int
    bowler: str
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverEnded:
    innings: int
    over: int
    umpire_decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyRunsAwarded:
    """``innings``: where the runs go, decided when they were awarded."""

    team: str
    runs: int
    innings: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerplaySet:
    innings: int
    kind: str
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayInterrupted:
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayResumed:
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OversReduced:
    innings: int
    overs: int
    balls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRevised:
    """``runs`` to win (None: not known yet), in ``overs``.``balls`` when the innings was shortened too.

    ``computed``: found by the D/L Standard Edition, and found again after a correction.
    """

    innings: int
    runs: int | None
    method: str
    overs: int | None = None
    balls: int = 0
    computed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsDeclared:
    innings: int
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsEnded:
    """Ended by a decision, not by the Laws' count (see the command)."""

    innings: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BowlOutHeld:
    balls: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchEnded:
    reason: str
    par: int | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAwarded:
    winner: str
    reason: str
    conceded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAbandoned:
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BallCorrected:
    """The fact of version ``ball`` is now ``recorded``."""

    ball: int
    recorded: BallRecorded
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BallRemoved:
    ball: int
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BallInserted:
    """Its own version names the new ball from now on."""

    before: int
    recorded: BallRecorded
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWithdrawn:
    version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsClosed:
    """Announcement. ``reason``: all out, overs complete, target reached, declared, forfeited, or as ended."""

    innings: int
    reason: str
    runs: int
    wickets: int
    overs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsReopened:
    """Announcement: a correction, or the umpires, made a closed innings go on."""

    innings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a match ended.

    ``outcome``: win, tie, draw, no result. ``winner`` is also set for a tie that was settled
    (``decided_by``: super over, bowl out, boundary count) and for an awarded match. The margin is one of
    ``by_runs``, ``by_wickets`` and, with ``by_innings`` 1, runs. ``method``: D/L, VJD, Awarded, ….
    """

    outcome: str
    winner: str | None = None
    by_runs: int | None = None
    by_wickets: int | None = None
    by_innings: int | None = None
    method: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReached:
    """Announcement: the first result, or another after a correction (``revised``)."""

    result: Result
    revised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultWithdrawn:
    """Announcement: after a correction the match is no longer decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorerAppointed:
    """An appointment: who may score. It is no fact of play, so no correction or undo touches it."""

    scorer: str | None = None


Fact = (
    MatchCreated
    | LineUpNamed
    | TossMade
    | InningsStarted
    | InningsForfeited
    | BallRecorded
    | BatterSentIn
    | BatterDismissed
    | PlayerAbsent
    | PlayerReplaced
    | BowlerReplaced
    | OverEnded
    | PenaltyRunsAwarded
    | PowerplaySet
    | PlayInterrupted
    | PlayResumed
    | OversReduced
    | TargetRevised
    | InningsDeclared
    | InningsEnded
    | BowlOutHeld
    | MatchEnded
    | MatchAwarded
    | MatchAbandoned
)
Correction = BallCorrected | BallRemoved | BallInserted | FactWithdrawn
Announcement = InningsClosed | InningsReopened | ResultReached | ResultWithdrawn
Appointment = ScorerAppointed
MatchEvent = Fact | Correction | Announcement | Appointment | PersonErased

FACT_TYPES: frozenset[type[Fact]] = frozenset(Fact.__args__)
CORRECTION_TYPES: frozenset[type[Correction]] = frozenset(Correction.__args__)
ANNOUNCEMENT_TYPES: frozenset[type[Announcement]] = frozenset(Announcement.__args__)
EVENT_TYPES: dict[str, type[MatchEvent]] = {
    kind.__name__: kind
    for kind in (*Fact.__args__, *Correction.__args__, *Announcement.__args__, ScorerAppointed, PersonErased)
}
"""Every event of a match by its type name, as stored."""
