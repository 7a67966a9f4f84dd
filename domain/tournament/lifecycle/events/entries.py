"""What happened to the entries, the squads and the check-in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.tournament.lifecycle.commands import SquadPlayer


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySubmitted:
    """``waits``: there was no place left; it stands at the end of the waitlist. ``reserved_until``: the place
    is kept until then and costs a fee; None: it is free."""

    team: str
    name: str
    at: datetime
    waits: bool = False
    short_name: str = ""
    home_grounds: tuple[str, ...] = ()
    players: tuple[SquadPlayer, ...] = ()
    late: bool = False
    reserved_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryConfirmed:
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOffered:
    """A place became free for the first of the waitlist."""

    team: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted:
    team: str
    reserved_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationExpired:
    """The fee was not paid in time; the team has lost its place."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined:
    team: str
    expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptainInvited:
    team: str
    email: str
    token_hash: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptainAppointed:
    """The invited captain took up the invitation, which is used up."""

    team: str
    captain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadNamed:
    team: str
    players: tuple[SquadPlayer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerTransferred:
    """``counts``: as one of the transfers the taking team has."""

    player: str
    from_team: str
    to_team: str
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitGranted:
    player: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RostersLocked:
    """``incomplete``: the teams whose squad is smaller than the rules want."""

    incomplete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCheckedIn:
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInClosed:
    """``missing`` have lost their place."""

    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWithdrawn:
    """``refundable``: before the draw. After it the matches to come are awarded to the opponents."""

    team: str
    reason: str = ""
    refundable: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDisqualified:
    team: str
    reason: str
    played: Literal["stand", "void"] = "stand"
    to_come: Literal["awarded", "cancelled"] = "awarded"
