"""What can be asked of a match's session: everything about a match day that is not cricket itself.

``decide`` turns a command into events or refuses it with a code. What the session wants of the match (call it
off, award it, fewer overs) follows from its events (``orders``) and is put to the match as a command like
anybody's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.clock import REAL, Clock
from domain.match.commands import CreateMatch
from domain.session.settings import SessionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    person: str
    name: str
    role: Literal["scorer", "umpire", "referee"]
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """``match`` is what the match is created from. ``must_decide``: a knockout, which needs a winner."""

    match: CreateMatch
    starts_at: datetime
    settings: SessionSettings
    ground: str = ""
    officials: tuple[Official, ...] = ()
    captains: tuple[tuple[str, str], ...] = ()
    """Team and person."""
    must_decide: bool = False
    reserve_starts_at: datetime | None = None
    clock: Clock = REAL


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleSession:
    starts_at: datetime
    ground: str = ""
    reserve_starts_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameOfficials:
    """The officials as the tournament has them now."""

    officials: tuple[Official, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFacts:
    """How far the match itself is: read from its stream, so that a lost or doubled message changes nothing."""

    version: int
    line_ups: tuple[str, ...] = ()
    toss_made: bool = False
    innings_started: int = 0
    innings_closed: int = 0
    super_overs: int = 0
    interrupted_since: datetime | None = None
    interruption_reason: str = ""
    last_ball_at: datetime | None = None
    over: bool = False
    """A result was reached, or the match was called off."""
    outcome: str = ""
    winner: str | None = None
    result_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """Take in where the match is. Anything already known changes nothing."""

    facts: MatchFacts


# --- the scorer's lease ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLease:
    """One scorer holds the pad. Taken again by its holder it is renewed."""

    scorer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverLease:
    scorer: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOverLease:
    """From a holder who is still there; the reason is kept and both are told."""

    scorer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLease:
    scorer: str


# --- the result --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmResult:
    """By a captain (``team`` is theirs) or the referee (``team`` None). Both captains or the referee suffice."""

    person: str
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseDispute:
    person: str
    team: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDispute:
    person: str
    team: str | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDispute:
    """``stands``: the result as it is; ``awarded`` to ``to``; ``replay``: played again; ``no result``."""

    person: str
    ruling: Literal["stands", "awarded", "replay", "no result"]
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonMatch:
    """Called off. With a reserve day ahead the match goes there instead, unless ``for_good``."""

    reason: str
    for_good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMatch:
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcedeMatch:
    team: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForfeitMatch:
    """A side does not appear, or refuses to play."""

    team: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSession:
    """The match will not be played at all (tournament cancelled, team out, played again elsewhere)."""

    reason: str


# --- said by the clock -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOverdue:
    """``what`` was due and is not done: "line-ups", "toss", "start", "innings break", "super over", "officials",
    "dispute answer"."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireLease:
    """The holder was silent too long (``last_ball_at`` is looked up first)."""

    last_ball_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """No result by the cut-off time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOfficial:
    """The window for confirming and disputing has passed."""


SessionCommand = (
    OpenSession
    | RescheduleSession
    | NameOfficials
    | CatchUp
    | TakeLease
    | HandOverLease
    | TakeOverLease
    | ReleaseLease
    | ConfirmResult
    | RaiseDispute
    | AnswerDispute
    | RuleDispute
    | AbandonMatch
    | AwardMatch
    | ConcedeMatch
    | ForfeitMatch
    | CancelSession
    | NoteOverdue
    | ExpireLease
    | CutOff
    | MakeOfficial
)
