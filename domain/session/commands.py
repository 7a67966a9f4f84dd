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
    tournament: str = ""
    node: str = ""
    """Which of whose matches it is: by it the result finds its way, even long after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleSession:
    starts_at: datetime
    ground: str = ""
    reserve_starts_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameOfficials:
    """The officials, and the captains where given (team and person), as the tournament has them now."""

    officials: tuple[Official, ...]
    captains: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """A stoppage of play. ``version`` of the match names it; ``until`` None: it still lasts.

    ``innings`` had begun before it (0: none), and ``between`` it and the next nothing was in progress.
    ``after`` is when the match was last heard of before it. ``settled``: those at the ground have since said
    themselves how many overs or which target remain.
    """

    version: int
    since: datetime | None
    until: datetime | None = None
    reason: str = ""
    innings: int = 0
    between: bool = False
    after: datetime | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsFacts:
    """``length`` and ``bowled`` in balls (None: no limit); ``cut_short``: ended by a decision, not by the Laws."""

    batting: str
    length: int | None
    bowled: int
    score: str
    closed: bool = False
    cut_short: bool = False
    super_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFacts:
    """How far the match itself is: read from its stream, so that a lost or doubled message changes nothing.

    Times are the tournament's. ``facts_of`` makes it from the match's state.
    """

    version: int = 0
    line_ups: tuple[str, ...] = ()
    toss_made: bool = False
    innings: tuple[InningsFacts, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    active_at: datetime | None = None
    """When something was last recorded."""
    level: bool = False
    """All innings are played and the sides are level: a Super Over (or what the conditions say) decides."""
    planned: int | None = None
    """Balls that the first innings will have, before it begins."""
    chase: int | None = None
    """Balls that the second innings has, or will have once the first has begun."""
    target_method: str | None = None
    """How the target was revised, if it was."""
    target_due: int = 0
    """The version of what made the target unfair, as long as nobody has revised it since; 0: nothing did."""
    decided_if_ended: bool = False
    """Were play to end now, the playing conditions would give a result (on par, a draw, a tie)."""
    over: bool = False
    """A result was reached, or the match was called off."""
    outcome: str = ""
    winner: str | None = None
    result_text: str = ""

    @property
    def interrupted(self) -> bool:
        return bool(self.interruptions) and self.interruptions[-1].until is None

    @property
    def in_progress(self) -> bool:
        """An innings is in progress."""
        return bool(self.innings) and not self.innings[-1].closed


NOTHING_KNOWN = MatchFacts()


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
    """By a captain (``team`` is theirs) or the referee (``team`` None), while the window is open."""

    person: str
    reason: str
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDispute:
    """What the other side (or, with ``team`` None, an official) says to it."""

    person: str
    answer: str
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWindow:
    """The time to confirm or dispute the result, or to answer the dispute, ends at another time."""

    what: Literal["result", "dispute answer"]
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDispute:
    """``stands``: the result as it is; ``awarded`` to ``to``; ``replay``: played again; ``no result``."""

    person: str
    ruling: Literal["stands", "awarded", "replay", "no result"]
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonMatch:
    """Called off. With a reserve day ahead the match goes there instead, unless ``for_good`` or enough was
    played for a result."""

    reason: str
    for_good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMatch:
    """The referee awards the match (Law 16.3), whatever its result was."""

    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcedeMatch:
    """A captain gives the match up."""

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
    """What was due and is not done. A Super Over that has not begun in time will not be played."""

    what: Literal["line-ups", "toss", "officials", "start", "innings break", "super over", "dispute answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireLease:
    """The holder was silent too long (where the match is was looked up first)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """No result by the cut-off time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOfficial:
    """The window for confirming and disputing has passed."""


# --- said by who carries out the orders to the match -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOrder:
    """What came of an order. ``order`` is the version of the session's event that gave it.

    ``refused``: the code for which the match refused it. ``match_version``: where the match is after it.
    """

    order: int
    refused: str | None = None
    match_version: int = 0


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
    | MoveWindow
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
    | NoteOrder
)
