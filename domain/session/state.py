"""The state of a session: what folding its events gives.

The phase is not stored but read off what is known, so that the same knowledge always gives the same phase,
in whatever order it came.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.clock import REAL, Clock
from domain.match.commands import CreateMatch
from domain.match.conditions import PlayingConditions
from domain.match.errors import CommandRefused
from domain.session.commands import NOTHING_KNOWN, MatchFacts, Official
from domain.session.settings import DEFAULTS, SessionSettings


class Phase(StrEnum):
    """Where a match day is. The last three are for good."""

    NOT_OPENED = "not opened"
    AWAITING_LINE_UPS = "awaiting line-ups"
    AWAITING_TOSS = "awaiting toss"
    READY = "ready"
    IN_PLAY = "in play"
    INTERRUPTED = "interrupted"
    INNINGS_BREAK = "innings break"
    POSTPONED = "postponed"
    ENDING = "ending"
    """A decision has ended the match; the match itself is being told."""
    RESULT_PROPOSED = "result proposed"
    DISPUTED = "disputed"
    OFFICIAL = "official"
    REPLAY_ORDERED = "replay ordered"
    CANCELLED = "cancelled"


FINAL = frozenset({Phase.OFFICIAL, Phase.REPLAY_ORDERED, Phase.CANCELLED})
BEFORE_PLAY = frozenset({Phase.AWAITING_LINE_UPS, Phase.AWAITING_TOSS, Phase.READY})
PLAYING = frozenset({Phase.IN_PLAY, Phase.INTERRUPTED, Phase.INNINGS_BREAK})
UNDECIDED = BEFORE_PLAY | PLAYING | {Phase.POSTPONED}
"""Play may still go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who holds the scoring pad; ``renewed_at`` when its holder last said so."""

    scorer: str
    renewed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A result that is not official yet. ``confirmed``: the teams whose captain agreed."""

    outcome: str
    winner: str | None
    text: str
    scores: tuple[str, ...]
    confirm_by: datetime
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    person: str
    team: str | None
    reason: str
    answer_by: datetime
    answers: tuple[tuple[str, str], ...] = ()
    """Person and words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A decision on how the match ends. ``order``: the version of its event. ``match_version``: where the match
    is once told; None while it is not. ``by_ruling``: nobody need confirm what comes of it."""

    order: int
    how: str
    match_version: int | None = None
    by_ruling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLost:
    """Minutes lost so far, and by which interruptions. The first innings' are shared by both sides."""

    counted: frozenset[int] = frozenset()
    first: float = 0.0
    second: float = 0.0


NONE_LOST = TimeLost()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """``missed``: deadlines that were noted as missed (and, for a break, after how many innings)."""

    version: int = 0
    match: CreateMatch | None = None
    starts_at: datetime | None = None
    settings: SessionSettings = DEFAULTS
    ground: str = ""
    officials: tuple[Official, ...] = ()
    captains: tuple[tuple[str, str], ...] = ()
    must_decide: bool = False
    reserve_starts_at: datetime | None = None
    clock: Clock = REAL
    tournament: str = ""
    node: str = ""
    facts: MatchFacts = NOTHING_KNOWN
    phase_since: datetime | None = None
    """When play was last seen to stop or go on."""
    missed: frozenset[tuple[str, int]] = frozenset()
    postponed: bool = False
    time_lost: TimeLost = NONE_LOST
    target_asked: int = 0
    lease: Lease | None = None
    ending: Ending | None = None
    proposal: Proposal | None = None
    dispute: Dispute | None = None
    ruled: bool = False
    """The dispute was ruled on."""
    official_by: str | None = None
    replay: bool = False
    cancelled: str | None = None
    orders: tuple[int, ...] = ()
    """Versions of the events that ask something of the match and of which nothing has come yet, in order."""

    @property
    def teams(self) -> tuple[str, str]:
        one, other = self.plan.teams
        return one.id, other.id

    @property
    def plan(self) -> CreateMatch:
        """What the match is created from; there is one as soon as the session is open."""
        if self.match is None:
            raise CommandRefused("session_not_found", "this match has no session yet; open it first")
        return self.match

    @property
    def conditions(self) -> PlayingConditions:
        return self.plan.conditions

    @property
    def start(self) -> datetime:
        """The scheduled start."""
        if self.starts_at is None:
            raise CommandRefused("session_not_found", "this match has no session yet; open it first")
        return self.starts_at

    @property
    def cut_off(self) -> datetime:
        return self.start + timedelta(minutes=self.settings.cut_off_minutes)

    @property
    def phase(self) -> Phase:
        if self.match is None:
            return Phase.NOT_OPENED
        if self.cancelled is not None:
            return Phase.CANCELLED
        if self.replay:
            return Phase.REPLAY_ORDERED
        if self.official_by is not None:
            return Phase.OFFICIAL
        if self.ending is not None:
            return Phase.ENDING
        if self.proposal is not None:
            return Phase.RESULT_PROPOSED if self.dispute is None else Phase.DISPUTED
        return Phase.POSTPONED if self.postponed else phase_of(self.facts)

    @property
    def finished(self) -> bool:
        """Nothing more happens, and the match has been told everything."""
        return self.phase in FINAL and not self.orders


def phase_of(facts: MatchFacts) -> Phase:
    """How far an undecided match is."""
    if facts.interrupted:
        return Phase.INTERRUPTED
    if facts.innings:
        return Phase.IN_PLAY if facts.in_progress else Phase.INNINGS_BREAK
    if len(facts.line_ups) < 2:
        return Phase.AWAITING_LINE_UPS
    return Phase.READY if facts.toss_made else Phase.AWAITING_TOSS
