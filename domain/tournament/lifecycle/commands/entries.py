"""Entries, squads and the check-in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


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
    """``number``: of the entry that is meant, as in ConfirmEntry."""

    team: str
    reason: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisqualifyTeam:
    """``played``: its results stand, or are void (as never played). ``to_come``: awarded to the opponents, or
    cancelled."""

    team: str
    reason: str
    played: Literal["stand", "void"] = "stand"
    to_come: Literal["awarded", "cancelled"] = "awarded"
