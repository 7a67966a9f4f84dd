"""What happened to a tournament as a whole: its settings, its deadlines, its phases."""

from dataclasses import dataclass
from datetime import datetime

from domain.tournament.lifecycle.settings import Deadline, TournamentSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentCreated:
    name: str
    settings: TournamentSettings
    season: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged:
    """As they are now, whole."""

    name: str
    settings: TournamentSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved:
    deadline: Deadline
    at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWindowMoved:
    """It ends at ``ends_at``, whenever the last result was official."""

    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineApproached:
    """``teams`` are those it concerns: who has still to do something until ``falls_at``."""

    deadline: Deadline
    at: datetime
    falls_at: datetime
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationOpened:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationClosed:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentCancelled:
    """``sessions``: the matches whose open session is cancelled; ``refundable``: the teams to be paid back."""

    reason: str
    sessions: tuple[str, ...] = ()
    refundable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentStarted:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayoffsBegan:
    """Every table is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentCompleted:
    """The champion is known, or the ranking is another after a correction; no champion if everybody is out.
    ``ranking`` as far as matches decided it."""

    champion: str | None
    at: datetime
    ranking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentSettled:
    at: datetime
    champion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentArchived:
    pass
