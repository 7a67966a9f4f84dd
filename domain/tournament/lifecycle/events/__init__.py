"""What happened in a tournament: decisions of people and of the clock, and what follows from them.

What follows (who waits next, who meets whom, a table decided, the champion) is stated by events of its own,
so that those who listen need not know the rules.
"""

from domain.persons import PersonErased
from domain.tournament.lifecycle.events.entries import (
    CaptainAppointed,
    CaptainInvited,
    CheckInClosed,
    EntryConfirmed,
    EntrySubmitted,
    EntryWithdrawn,
    OfferAccepted,
    OfferDeclined,
    PermitGranted,
    PlaceOffered,
    PlayerTransferred,
    ReservationExpired,
    RostersLocked,
    SquadNamed,
    TeamCheckedIn,
    TeamDisqualified,
)
from domain.tournament.lifecycle.events.fixtures import (
    FixturesMoved,
    FixturesSet,
    OfficialAssigned,
    OfficialConfirmed,
    OfficialRemoved,
    TournamentDrawn,
)
from domain.tournament.lifecycle.events.matches import (
    CorrectionApplied,
    CorrectionHeld,
    CorrectionRejected,
    MatchAwardedUnplayed,
    MatchCalledOff,
    MatchNeeded,
    MatchNotNeeded,
    PlacesTaken,
    PointsDeducted,
    ReplayOrdered,
    ResultRecorded,
    ResultVoided,
    RoundPaired,
    SessionOpened,
    TableDecided,
    TableReopened,
)
from domain.tournament.lifecycle.events.phases import (
    DeadlineApproached,
    DeadlineMoved,
    DisputeWindowMoved,
    PlayoffsBegan,
    RegistrationClosed,
    RegistrationOpened,
    SettingsChanged,
    TournamentArchived,
    TournamentCancelled,
    TournamentCompleted,
    TournamentCreated,
    TournamentSettled,
    TournamentStarted,
)

TournamentEvent = (
    TournamentCreated
    | SettingsChanged
    | DeadlineMoved
    | DisputeWindowMoved
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
    | ReservationExpired
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
    | PersonErased
)

EVENT_TYPES: dict[str, type[TournamentEvent]] = {kind.__name__: kind for kind in TournamentEvent.__args__}
"""Every event of a tournament by its type name, as stored."""
