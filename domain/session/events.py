"""What happened around a match. Some of it asks something of the match itself: ``orders`` says what.

Times (``at``, ``…_by``) are the tournament's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.clock import REAL, Clock
from domain.match.commands import CreateMatch
from domain.persons import PersonErased
from domain.session.commands import MatchFacts, Official
from domain.session.settings import SessionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    match: CreateMatch
    starts_at: datetime
    settings: SessionSettings
    ground: str = ""
    officials: tuple[Official, ...] = ()
    captains: tuple[tuple[str, str], ...] = ()
    must_decide: bool = False
    reserve_starts_at: datetime | None = None
    clock: Clock = REAL
    tournament: str = ""
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRescheduled:
    starts_at: datetime
    ground: str = ""
    reserve_starts_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialsNamed:
    officials: tuple[Official, ...]
    captains: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFollowed:
    """The match is further than was known, or was corrected."""

    facts: MatchFacts
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed:
    """``what`` (of :class:`NoteOverdue`) was due ``due_at`` and is not done: somebody should look."""

    what: str
    due_at: datetime


# --- interruptions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayTimeLost:
    """What an interruption cost. ``in_first``: before the end of the first innings, which both sides share."""

    interruption: int
    minutes: float
    in_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OversCut:
    """For time lost an innings gets shorter: ``overs``.``balls`` is its new length."""

    innings: int
    overs: int
    balls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedTargetAsked:
    """The target is no longer fair. ``computed``: the match finds it by itself; else somebody enters it.

    ``overs``.``balls``: the new length of the chase, if it is shorter. ``cause``: the version of the match
    that asks for it.
    """

    cause: int
    computed: bool
    overs: int | None = None
    balls: int = 0


# --- the scorer's lease ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTaken:
    scorer: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRenewed:
    scorer: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseHandedOver:
    scorer: str
    to: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTakenOver:
    """``scorer`` took it from ``holder``, who may still be there."""

    scorer: str
    holder: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseReleased:
    scorer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseExpired:
    """The scorer was silent since ``silent_since``: nobody is scoring."""

    scorer: str
    silent_since: datetime


# --- how it ends -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPostponed:
    """It goes on, or begins, on its reserve day."""

    to: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayCalledOff:
    """No more play. ``played``: there was some, so the playing conditions say whether there is a result."""

    reason: str
    played: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WinAwarded:
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchConceded:
    """``team`` gave the match up; ``to`` wins."""

    team: str
    to: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchForfeited:
    """``team`` did not appear or refused to play; ``to`` wins."""

    team: str
    to: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultAnnulled:
    """By a ruling the match has no result."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCancelled:
    """``unfinished``: the match has no result yet and will get none."""

    reason: str
    unfinished: bool


# --- the result --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultProposed:
    """It is official after ``confirm_by`` unless it is disputed, or confirmed earlier."""

    outcome: str
    winner: str | None
    text: str
    scores: tuple[str, ...]
    confirm_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWithdrawn:
    """After a correction the match is no longer decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultConfirmed:
    """``team`` None: by the referee."""

    person: str
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRaised:
    person: str
    team: str | None
    reason: str
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAnswered:
    person: str
    team: str | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowMoved:
    what: Literal["result", "dispute answer"]
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRuled:
    person: str
    ruling: str
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultMadeOfficial:
    """Final. ``by``: "captains", "referee", "window" (nobody disputed it in time) or "ruling"."""

    by: str
    outcome: str
    winner: str | None
    text: str
    match_version: int


# --- orders to the match -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCarriedOut:
    """``order`` is the version of the event that asked for it; ``match_version`` where the match is after it."""

    order: int
    match_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused:
    """The match did not allow it, for ``code``: somebody should look."""

    order: int
    code: str


SessionEvent = (
    SessionOpened
    | SessionRescheduled
    | OfficialsNamed
    | MatchFollowed
    | DeadlineMissed
    | PlayTimeLost
    | OversCut
    | RevisedTargetAsked
    | LeaseTaken
    | LeaseRenewed
    | LeaseHandedOver
    | LeaseTakenOver
    | LeaseReleased
    | LeaseExpired
    | MatchPostponed
    | PlayCalledOff
    | WinAwarded
    | MatchConceded
    | MatchForfeited
    | ResultAnnulled
    | SessionCancelled
    | ResultProposed
    | ProposalWithdrawn
    | ResultConfirmed
    | DisputeRaised
    | DisputeAnswered
    | WindowMoved
    | DisputeRuled
    | ResultMadeOfficial
    | OrderCarriedOut
    | OrderRefused
    | PersonErased
)

EVENT_TYPES: dict[str, type[SessionEvent]] = {kind.__name__: kind for kind in SessionEvent.__args__}
"""Every event of a session by its type name, as stored."""
