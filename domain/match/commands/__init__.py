"""What can be asked of a match. ``decide`` turns a command into events or refuses it.

Ids are strings the caller chose: ``team`` and ``player`` ids are those of the line-ups. Innings are
numbered from 1 in the order they are played, Super Overs included. A ball is named by the stream version
of the event that recorded it.

``umpire_decision``, where a command has it, is the reason why the umpires let stand what the Laws forbid
(a bowler bowled two overs running, an over had five balls); the event keeps it.
"""

from domain.match.commands.corrections import CorrectBall, InsertBall, RemoveBall, Undo
from domain.match.commands.ending import AbandonMatch, AwardMatch, EndMatch, RecordBowlOut
from domain.match.commands.innings import (
    DeclareInnings,
    EndInnings,
    ForfeitInnings,
    InterruptPlay,
    ReduceOvers,
    ResumePlay,
    ReviseTarget,
    SetPowerplay,
    StartInnings,
)
from domain.match.commands.play import (
    AwardPenaltyRuns,
    DismissBatter,
    EndOver,
    MarkAbsent,
    RecordBall,
    ReplaceBowler,
    ReplacePlayer,
    SendInBatter,
)
from domain.match.commands.setup import AppointScorer, CreateMatch, NameLineUp, RecordToss
from domain.match.commands.setup import Player as Player
from domain.match.commands.setup import Team as Team

MatchCommand = (
    CreateMatch
    | NameLineUp
    | RecordToss
    | StartInnings
    | RecordBall
    | SendInBatter
    | DismissBatter
    | MarkAbsent
    | ReplacePlayer
    | ReplaceBowler
    | EndOver
    | AwardPenaltyRuns
    | SetPowerplay
    | InterruptPlay
    | ResumePlay
    | ReduceOvers
    | ReviseTarget
    | DeclareInnings
    | ForfeitInnings
    | EndInnings
    | RecordBowlOut
    | EndMatch
    | AwardMatch
    | AbandonMatch
    | CorrectBall
    | RemoveBall
    | InsertBall
    | Undo
    | AppointScorer
)
