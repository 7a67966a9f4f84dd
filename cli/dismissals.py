"""How a simulated batter gets out: the kind, the fielders, the review."""

from collections.abc import Mapping
from dataclasses import replace

from cli.ball_model import HOW_OUT, Dice
from cli.squads import Member
from domain.match.commands import RecordBall
from domain.match.delivery import DismissalKind, Fielder, Review, Wicket
from domain.match.state import Innings, MatchState

K = DismissalKind

REVIEWED: Mapping[DismissalKind, float] = {K.LBW: 0.3, K.CAUGHT: 0.04}
"""How often a batter given out asks for a review."""
FIELDERS_REVIEW = 0.012
OVERTURNED = 0.33
STUMPED_OFF_WIDE = 0.2
SUBSTITUTE_FIELDS = 0.03
UMPIRES = ("A Marlow", "S Devasena")


class Dismissals:
    """Draws dismissals. ``members`` are the players of both sides by id."""

    def __init__(self, dice: Dice, members: Mapping[str, Member]) -> None:
        self.dice = dice
        self.members = members

    def off(self, ball: RecordBall, state: MatchState, innings: Innings, bowler: str) -> RecordBall:
        """The striker is out to this ball, unless a review saves the wicket."""
        kinds = dict(HOW_OUT)
        if not self.members[bowler].spin:
            del kinds[K.STUMPED]
        kind = self.dice.one_of(kinds)
        striker = innings.striker or ""
        if self._reviews_left(state, innings, innings.batting) and self.dice.happens(REVIEWED.get(kind, 0)):
            saved = self.dice.happens(OVERTURNED)
            ball = replace(ball, review=self._review(innings.batting, striker, saved))
            if saved:
                return ball
        wicket = Wicket(
            player=striker,
            kind=kind,
            fielders=self._fielders(kind, state, innings, bowler),
            crossed=self.dice.happens(0.3) if kind in (K.CAUGHT, K.OBSTRUCTING_THE_FIELD) else False,
        )
        stumped_off_wide = kind is K.STUMPED and self.dice.happens(STUMPED_OFF_WIDE)
        return replace(ball, wickets=(wicket,), wides=1 if stumped_off_wide else 0)

    def run_out(self, ball: RecordBall, state: MatchState, innings: Innings, bowler: str) -> RecordBall:
        """A run too many: the batters complete ``runs`` and one of them does not make the next."""
        runs = self.dice.one_of({0: 4, 1: 5, 2: 1})
        out = self.dice.pick([innings.striker or "", innings.non_striker or ""])
        wicket = Wicket(
            player=out,
            kind=K.RUN_OUT,
            fielders=self._run_out_fielders(state, innings, bowler),
            crossed=self.dice.happens(0.5),
        )
        return replace(ball, bat_runs=runs, wickets=(wicket,))

    def perhaps_a_review(
        self, ball: RecordBall, state: MatchState, innings: Innings, bowler: str
    ) -> RecordBall:
        """A dot ball, on which the fielding side may review a leg-before appeal that was turned down."""
        if innings.free_hit or not self._reviews_left(state, innings, innings.bowling):
            return ball
        if not self.dice.happens(FIELDERS_REVIEW):
            return ball
        striker, upheld = innings.striker or "", self.dice.happens(OVERTURNED)
        ball = replace(ball, review=self._review(innings.bowling, striker, upheld))
        return replace(ball, wickets=(Wicket(player=striker, kind=K.LBW),)) if upheld else ball

    def _review(self, by: str, batter: str, upheld: bool) -> Review:
        lost = self.dice.one_of({"struck down": 3, "umpire's call": 1})
        return Review(
            by=by, outcome="upheld" if upheld else lost, batter=batter, umpire=self.dice.pick(UMPIRES)
        )

    def _reviews_left(self, state: MatchState, innings: Innings, team: str) -> bool:
        """A review that was struck down is lost; one upheld, or left at umpire's call, is kept."""
        lost = sum(
            ball.delivery.review is not None
            and ball.delivery.review.by == team
            and ball.delivery.review.outcome == "struck down"
            for ball in innings.balls
        )
        return lost < (state.rules.reviews_per_innings or 0)

    def _fielders(
        self, kind: DismissalKind, state: MatchState, innings: Innings, bowler: str
    ) -> tuple[Fielder, ...]:
        keeper = state.sides[innings.bowling].wicket_keeper
        match kind:
            case K.STUMPED:
                return (Fielder(player=keeper),)
            case K.CAUGHT_AND_BOWLED:
                return (Fielder(player=bowler),)
            case K.CAUGHT:
                return (self._fielder(state, innings, bowler, keeper_share=0.2),)
            case _:
                return ()

    def _run_out_fielders(self, state: MatchState, innings: Innings, bowler: str) -> tuple[Fielder, ...]:
        """A direct hit, or a throw to the keeper or the bowler."""
        thrower = self._fielder(state, innings, bowler, keeper_share=0.1)
        keeper = state.sides[innings.bowling].wicket_keeper
        taker = self.dice.one_of({keeper: 6, bowler: 3, None: 3})
        return (thrower,) if taker in (None, thrower.player) else (thrower, Fielder(player=taker))

    def _fielder(self, state: MatchState, innings: Innings, bowler: str, keeper_share: float) -> Fielder:
        """Anybody but the bowler, the keeper most of all; now and then a substitute."""
        side = state.sides[innings.bowling]
        if side.substitutes and self.dice.happens(SUBSTITUTE_FIELDS):
            return Fielder(player=self.dice.pick(side.substitutes), substitute=True)
        if side.wicket_keeper and self.dice.happens(keeper_share):
            return Fielder(player=side.wicket_keeper)
        return Fielder(
            player=self.dice.pick([p for p in side.players if p not in (bowler, side.wicket_keeper)])
        )
