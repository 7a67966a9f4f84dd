"""Balls, and who bats and bowls them."""

from dataclasses import dataclass

from domain.match.delivery import DismissalKind, Fielder, Review, Shot, Wicket


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
