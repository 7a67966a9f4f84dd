"""What happened in a tournament: decisions of people and of the clock, and what follows from them.

What follows (who waits next, who meets whom, a table decided, the champion) is stated by events of its own,
so that those who listen need not know the rules.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.tournament.fixtures.model import Placement
from domain.tournament.format.model import Structure
from domain.tournament.lifecycle.commands import SquadPlayer
from domain.tournament.lifecycle.settings import Deadline, TournamentSettings
from domain.tournament.match_summary import MatchSummary

# --- the tournament ----------------------------------------------------------------------------------------


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


# --- entries and squads ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySubmitted:
    """``waits``: there was no place left; it stands at the end of the waitlist."""

    team: str
    name: str
    at: datetime
    waits: bool = False
    short_name: str = ""
    home_grounds: tuple[str, ...] = ()
    players: tuple[SquadPlayer, ...] = ()
    late: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDisqualified:
    team: str
    reason: str
    played: Literal["stand", "void"] = "stand"
    to_come: Literal["awarded", "cancelled"] = "awarded"


# --- draw, fixtures, officials -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentDrawn:
    """``seeds`` are the teams, the first seed first; ``seed`` is what they were drawn by, "" if by hand."""

    structure: Structure
    seeds: tuple[str, ...]
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixturesSet:
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixturesMoved:
    placements: tuple[Placement, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialAssigned:
    node: str
    person: str
    name: str
    role: Literal["scorer", "umpire", "referee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialConfirmed:
    node: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialRemoved:
    node: str
    person: str
    reason: str = ""


# --- matches and results -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPlaces:
    """Who plays a match, as far as it is known (None: not yet, or no longer)."""

    node: str
    home: str | None
    away: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesTaken:
    """Who plays whom changed in these matches."""

    places: tuple[MatchPlaces, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPaired:
    """A Swiss round, by the table after the one before; a team paired with None has a bye."""

    stage: str
    round: int
    pairs: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """``replay``: 0, or the how manieth time the match is ordered to be played again."""

    node: str
    starts_at: datetime
    replay: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecorded:
    """``winner`` goes on, ``loser`` does not; both None where nobody won and the match counts in a table.

    ``reason`` says why, where the match itself did not decide it.
    """

    node: str
    summary: MatchSummary
    match_version: int
    at: datetime
    winner: str | None = None
    loser: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAwardedUnplayed:
    """The opponent is out: the match is official without play."""

    node: str
    summary: MatchSummary
    winner: str
    loser: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCalledOff:
    """It will not be played and counts for nobody; in a knockout ``winner`` goes on all the same."""

    node: str
    reason: str
    winner: str | None = None
    loser: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchNotNeeded:
    """The second final: the first one has decided."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchNeeded:
    """It is to be played after all, since a correction: a second final, or what was a bye or a walkover."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultVoided:
    """It counts as never played."""

    node: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOrdered:
    node: str
    replay: int
    placement: Placement
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDecided:
    """All its matches are over: ``teams`` in order, without those that are out."""

    table: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReopened:
    """A match of it is to be played again."""

    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What a correction changes in a match already begun: who should have played it."""

    node: str
    was: tuple[str | None, str | None]
    would_be: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShift:
    """The order of a table before and after a correction."""

    table: str
    was: tuple[str, ...]
    would_be: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionHeld:
    """It waits for a ruling, since matches already begun rest on the old result."""

    node: str
    summary: MatchSummary
    match_version: int
    places: tuple[Shift, ...] = ()
    tables: tuple[TableShift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionApplied:
    """The official result is now this one. Matches already begun stay as they were drawn up."""

    node: str
    summary: MatchSummary
    match_version: int
    at: datetime
    winner: str | None = None
    loser: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRejected:
    """The official result stands as it was."""

    node: str
    match_version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsDeducted:
    """From a team in a table; negative points were given back."""

    team: str
    table: str
    points: int
    reason: str


TournamentEvent = (
    TournamentCreated
    | SettingsChanged
    | DeadlineMoved
    | DeadlineApproached
    | RegistrationOpened
    | RegistrationClosed
    | TournamentCancelled
    | TournamentStarted
    | PlayoffsBegan
    | TournamentCompleted
    | TournamentSettled
    | TournamentArchived
    | EntrySubmitted
    | EntryConfirmed
    | PlaceOffered
    | OfferAccepted
    | OfferDeclined
    | CaptainInvited
    | CaptainAppointed
    | SquadNamed
    | PlayerTransferred
    | PermitGranted
    | RostersLocked
    | TeamCheckedIn
    | CheckInClosed
    | EntryWithdrawn
    | TeamDisqualified
    | TournamentDrawn
    | FixturesSet
    | FixturesMoved
    | OfficialAssigned
    | OfficialConfirmed
    | OfficialRemoved
    | PlacesTaken
    | RoundPaired
    | SessionOpened
    | ResultRecorded
    | MatchAwardedUnplayed
    | MatchCalledOff
    | MatchNotNeeded
    | MatchNeeded
    | ResultVoided
    | ReplayOrdered
    | TableDecided
    | TableReopened
    | CorrectionHeld
    | CorrectionApplied
    | CorrectionRejected
    | PointsDeducted
)

EVENT_TYPES: dict[str, type[TournamentEvent]] = {kind.__name__: kind for kind in TournamentEvent.__args__}
"""Every event of a tournament by its type name, as stored."""
