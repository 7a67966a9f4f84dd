"""What can be asked of a tournament. ``decide`` turns a command into events or refuses it with a code.

Team, player and person ids are strings the caller chose (those of the league's registers). Matches are named
by the node of the structure they are played for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.tournament.fixtures.model import Placement
from domain.tournament.lifecycle.settings import Deadline, TournamentSettings
from domain.tournament.match_summary import MatchSummary

# --- the tournament ----------------------------------------------------------------------------------------


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


# --- entries and squads ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadPlayer:
    id: str
    name: str
    born: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitEntry:
    """A team enters. Over capacity it waits in order. ``late``: the organiser lets it in after the close."""

    team: str
    name: str
    short_name: str = ""
    home_grounds: tuple[str, ...] = ()
    players: tuple[SquadPlayer, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitEntries:
    """Many at once, all or none; a refusal names every line that cannot be taken (``lines``)."""

    entries: tuple[SubmitEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmEntry:
    """What the entry waited for (its payment) is there. ``number``: of the entry that is meant; a team that
    left and came back has another by then."""

    team: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReservation:
    """The time to pay is over; the place falls to the next."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer:
    """By the team, or by the clock when its deadline has passed (``expired``)."""

    team: str
    expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteCaptain:
    """``token_hash`` is the SHA-256, in hex, of the secret in the link; the secret itself is never kept."""

    team: str
    email: str
    token_hash: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInvitation:
    team: str
    token_hash: str
    captain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSquad:
    """The whole squad of a team."""

    team: str
    players: tuple[SquadPlayer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPlayer:
    player: str
    from_team: str
    to_team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPermit:
    """The organiser lets a player take part against the squad rules (age, late)."""

    player: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRosters:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCheckIn:
    """Those who did not check in lose their place (said by the clock)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawEntry:
    team: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisqualifyTeam:
    """``played``: its results stand, or are void (as never played). ``to_come``: awarded to the opponents, or
    cancelled."""

    team: str
    reason: str
    played: Literal["stand", "void"] = "stand"
    to_come: Literal["awarded", "cancelled"] = "awarded"


# --- draw, fixtures, officials -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawTournament:
    """``seeds``: by hand, all teams in order. Else drawn by ``seed`` (published), from ``pots`` where given:
    the first pot has the first seeds."""

    seeds: tuple[str, ...] = ()
    pots: tuple[tuple[str, ...], ...] = ()
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFixtures:
    """Placements of every node that is not over. From ``drawn`` the tournament becomes ``scheduled``.

    ``instead_of``, here and below: where these matches were when the new places were chosen (None: whatever); it is
    refused if one of them has moved since.
    """

    placements: tuple[Placement, ...]
    instead_of: tuple[Placement, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFixtures:
    placements: tuple[Placement, ...]
    reason: str
    instead_of: tuple[Placement, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignOfficial:
    """Nobody is assigned to two matches that overlap."""

    node: str
    person: str
    name: str
    role: Literal["scorer", "umpire", "referee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmOfficial:
    node: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveOfficial:
    node: str
    person: str
    reason: str = ""


# --- matches and results -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTournament:
    """Before its first match is due; else it starts by itself then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """The session of a match is due (said by the clock, when both teams are known)."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResult:
    """The result of a node became official. ``match_version`` is the version of the match it is made from.

    In a knockout without a winner ``advances`` names who goes on; else the better placed of the two does.
    """

    node: str
    summary: MatchSummary
    match_version: int
    advances: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReplay:
    """A ruling: the match is played again (a new match for the same node) at ``placement``."""

    node: str
    placement: Placement
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeCorrection:
    """An official match was corrected. What follows from it is applied at once if nobody's place in a match
    already begun changes by it; else it is held for a ruling, with a preview."""

    node: str
    summary: MatchSummary
    match_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCorrection:
    node: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectCorrection:
    node: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductPoints:
    """Negative points give back."""

    team: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleTournament:
    """The dispute window has passed (said by the clock, or the organiser earlier when nothing is open)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTournament:
    pass


TournamentCommand = (
    CreateTournament
    | ChangeSettings
    | MoveDeadline
    | MoveDisputeWindow
    | OpenRegistration
    | CloseRegistration
    | RemindOf
    | CancelTournament
    | SubmitEntry
    | SubmitEntries
    | ConfirmEntry
    | ReleaseReservation
    | AcceptOffer
    | DeclineOffer
    | InviteCaptain
    | AcceptInvitation
    | NameSquad
    | TransferPlayer
    | GrantPermit
    | LockRosters
    | CheckIn
    | CloseCheckIn
    | WithdrawEntry
    | DisqualifyTeam
    | DrawTournament
    | SetFixtures
    | MoveFixtures
    | AssignOfficial
    | ConfirmOfficial
    | RemoveOfficial
    | StartTournament
    | OpenSession
    | RecordResult
    | OrderReplay
    | ProposeCorrection
    | ApplyCorrection
    | RejectCorrection
    | DeductPoints
    | SettleTournament
    | ArchiveTournament
)
