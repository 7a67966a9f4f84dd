"""What can be asked of a match. ``decide`` turns a command into events or refuses it.

Ids are strings the caller chose: ``team`` and ``player`` ids are those of the line-ups. Innings are
numbered from 1 in the order they are played, Super Overs included. A ball is named by the stream version
of the event that recorded it.

``umpire_decision``, where a command has it, is the reason why the umpires let stand what the Laws forbid
(a bowler bowled two overs running, an over had five balls); the event keeps it.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.match.conditions import PlayingConditions
from domain.match.delivery import DismissalKind, Fielder, Review, Shot, Wicket


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Somebody named for a match."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMatch:
    """A match between ``teams[0]`` (the home side where there is one) and ``teams[1]``."""

    conditions: PlayingConditions
    teams: tuple[Team, Team]
    tournament: str | None = None
    stage: str | None = None
    group: str | None = None
    match_number: int | None = None
    venue: str | None = None
    city: str | None = None
    starts_at: datetime | None = None
    season: str | None = None
    gender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLineUp:
    """The players of one side; may be given again until the toss (after it, with an umpire decision)."""

    team: str
    players: tuple[Player, ...]
    substitutes: tuple[Player, ...] = ()
    captain: str | None = None
    wicket_keeper: str | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordToss:
    """``decision`` is "bat" or "field"; uncontested: the visitors chose to field without a toss."""

    winner: str
    decision: str
    uncontested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInnings:
    """The next innings. ``batting`` may be left out where toss and score settle it."""

    batting: str | None = None
    follow_on: bool = False
    super_over: bool = False
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBall:
    """One ball. What is left out is taken from the state.

    ``striker`` and ``non_striker`` default to the batters at their ends (a ball after a wicket names the
    new batter, or ``SendInBatter`` came before); ``bowler`` to the over's bowler (the first ball of an over
    names one). ``over`` (from 0) is given only to go on with an over that was complete, by umpire decision.
    The rest is as in :class:`Delivery`.
    """

    striker: str | None = None
    non_striker: str | None = None
    bowler: str | None = None
    bat_runs: int = 0
    wides: int = 0
    no_balls: int = 0
    byes: int = 0
    leg_byes: int = 0
    penalty: int = 0
    called: str | None = None
    boundary: str | None = None
    all_run: bool = False
    overthrows: int = 0
    short_runs: int = 0
    wickets: tuple[Wicket, ...] = ()
    no_ball_reason: str | None = None
    review: Review | None = None
    shot: Shot | None = None
    commentary: str | None = None
    over: int | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendInBatter:
    """A new or returning batter takes the empty place (the end matters where both are empty)."""

    player: str
    as_striker: bool | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissBatter:
    """Out, or gone, between deliveries: timed out, retired (hurt, out, not out), obstructing, and the like.

    No bowler is credited. A run out of the non-striker before the ball is delivered
    (Law 38.3) is one too, with the bowler among the fielders.
    """

    player: str
    kind: DismissalKind
    fielders: tuple[Fielder, ...] = ()
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAbsent:
    """A player of the batting side cannot bat (absent hurt, ill)."""

    player: str
    reason: str = "absent hurt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacePlayer:
    """One player takes another's place in the side for the rest of the match.

    ``reason``: impact player, concussion substitute, covid, supersub, national call-up, injury, unknown …
    """

    team: str
    player_out: str
    player_in: str
    reason: str
    player_in_name: str | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceBowler:
    """Another bowler finishes the over (Law 17.8). ``reason``: injury, suspended, too many overs, unknown."""

    bowler: str
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOver:
    """The umpire called over before its last ball (a miscounted over)."""

    umpire_decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPenaltyRuns:
    """Penalty runs off no ball (Law 41.18).

    To the batting side: its innings in progress. To the fielding side: its last completed innings, else
    its next (Law 18.5). ``innings`` names the innings where the umpires put them elsewhere.
    """

    team: str
    reason: str
    runs: int | None = None
    innings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPowerplay:
    """Fielding restrictions of the innings in progress from ball to ball: ``(over from 0, ball from 1)``."""

    kind: str
    first: tuple[int, int]
    last: tuple[int, int]
    innings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptPlay:
    """Play stops: rain, bad light, an injury. ``interval``: lunch, tea, drinks, stumps are no stoppages."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePlay:
    """Play goes on. ``overs``/``balls``: the new length of the innings if overs were lost."""

    overs: int | None = None
    balls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReduceOvers:
    """The length of an innings (default: the one in progress, else the next) becomes ``overs``.``balls``."""

    overs: int
    balls: int = 0
    innings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseTarget:
    """A new target for the side batting last.

    ``runs`` None: computed by the D/L Standard Edition from the overs lost. Else entered by hand with the
    ``method`` that gave it ("DLS", "VJD", …); of those, ``runs`` None is a target not known yet, without which
    a chase is neither won nor lost. ``overs``/``balls`` shorten the innings too when given.
    """

    runs: int | None = None
    method: str = "D/L Standard Edition"
    overs: int | None = None
    balls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInnings:
    """The captain of the batting side declares (Law 15.1)."""

    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForfeitInnings:
    """The captain forfeits the side's next innings (Law 15.2)."""

    team: str | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndInnings:
    """The innings ends though batters, overs and runs are left.

    ``reason``: "all out" when those left cannot bat (hurt, absent), "weather", "time", "conceded" …
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBowlOut:
    """Balls at the stumps in order: ``(team, bowler, hit)``."""

    balls: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMatch:
    """Play is over for good: ``reason`` "time", "weather", "no super over", …

    The engine finds the result from what was played: on par where there is a target and enough overs,
    a draw where sides have two innings, else no result. ``par`` (a score that ties) and its ``method``
    are given where another method than the D/L Standard Edition settles a match called off.
    """

    reason: str
    par: int | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMatch:
    """The umpires or the referee award the match (Law 16.3); ``reason`` says why."""

    winner: str
    reason: str
    conceded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonMatch:
    """Abandoned: no result, whatever was played. Without a ball bowled the match counts as never begun."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectBall:
    """Ball ``ball`` was in truth ``delivery``; everything after it is derived again.

    The striker and non-striker of later balls that were left to the engine follow the correction; those
    that a scorer stated stay, and clash if they can no longer be.
    """

    ball: int
    delivery: RecordBall
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBall:
    """Ball ``ball`` was never bowled (scored twice, called dead)."""

    ball: int
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertBall:
    """A ball was missed: it came right before ball ``before``."""

    before: int
    delivery: RecordBall
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Take back the latest fact, whatever it was."""

    reason: str = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointScorer:
    """From now on only this person scores (``scoring.py``); None: anybody whose role allows it."""

    scorer: str | None = None


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
