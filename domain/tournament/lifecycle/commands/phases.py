"""The tournament itself: its settings and deadlines, and how it goes from phase to phase."""

from dataclasses import dataclass
from datetime import datetime

from domain.tournament.lifecycle.settings import Deadline, TournamentSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTournament:
    name: str
    settings: TournamentSettings
    season: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """In draft only."""

    name: str | None = None
    settings: TournamentSettings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDeadline:
    """``at`` None takes the deadline away: it then waits for the organiser."""

    deadline: Deadline
    at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDisputeWindow:
    """The window for disputes, open since the last result, ends at another time."""

    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRegistration:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRegistration:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOf:
    """A deadline comes near (said by the clock)."""

    deadline: Deadline
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTournament:
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTournament:
    """Before its first match is due; else it starts by itself then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleTournament:
    """The dispute window has passed (said by the clock, or the organiser earlier when nothing is open)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTournament:
    pass
