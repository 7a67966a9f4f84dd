"""What can be asked of a tournament. ``decide`` turns a command into events or refuses it with a code.

Team, player and person ids are strings the caller chose (those of the league's registers). Matches are named
by the node of the structure they are played for.
"""

from domain.tournament.lifecycle.commands.entries import (
    AcceptInvitation,
    AcceptOffer,
    CheckIn,
    CloseCheckIn,
    ConfirmEntry,
    DeclineOffer,
    DisqualifyTeam,
    GrantPermit,
    InviteCaptain,
    LockRosters,
    NameSquad,
    ReleaseReservation,
    SubmitEntries,
    SubmitEntry,
    TransferPlayer,
    WithdrawEntry,
)
from domain.tournament.lifecycle.commands.entries import SquadPlayer as SquadPlayer
from domain.tournament.lifecycle.commands.fixtures import (
    AssignOfficial,
    ConfirmOfficial,
    DrawTournament,
    MoveFixtures,
    RemoveOfficial,
    SetFixtures,
)
from domain.tournament.lifecycle.commands.matches import (
    ApplyCorrection,
    DeductPoints,
    OpenSession,
    OrderReplay,
    ProposeCorrection,
    RecordResult,
    RejectCorrection,
)
from domain.tournament.lifecycle.commands.phases import (
    ArchiveTournament,
    CancelTournament,
    ChangeSettings,
    CloseRegistration,
    CreateTournament,
    MoveDeadline,
    MoveDisputeWindow,
    OpenRegistration,
    RemindOf,
    SettleTournament,
    StartTournament,
)

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
