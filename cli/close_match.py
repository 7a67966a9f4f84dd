"""A match that is sure to end closely: level, or with the chase a few runs short and a dot as its last ball."""

from cli.simulator import Simulator
from cli.squads import Squad
from domain.match.commands import RecordBall
from domain.match.conditions import IPL_2023, PlayingConditions
from domain.match.state import Innings, MatchState

OFF_THE_BAT = (0, 1, 2, 3, 4, 6)


class CloseMatch(Simulator):
    """As the simulator plays, but a ball after which the chase could no longer end ``short`` runs behind level
    scores is another one. ``short`` 0: the scores end level, and the match is for Super Overs to decide."""

    def __init__(
        self,
        seed: int,
        clubs: tuple[Squad, Squad] | None = None,
        conditions: PlayingConditions = IPL_2023,
        *,
        short: int = 0,
    ) -> None:
        super().__init__(seed, clubs, conditions)
        self._short = short

    def _ball(self, state: MatchState, innings: Innings) -> RecordBall:
        ball = super()._ball(state, innings)
        left = innings.balls_left
        if innings.target is None or innings.super_over or left is None:
            return ball
        asked = innings.target.runs - 1 - self._short - innings.runs
        left -= self._short > 0  # the last ball is a dot then
        legal = not (ball.wides or ball.no_balls)
        runs = ball.bat_runs + ball.wides + ball.no_balls + ball.byes + ball.leg_byes
        last_pair = innings.wickets_limit - innings.wickets <= 1
        if not (ball.wickets and last_pair) and _can_still(asked - runs, left - legal):
            return ball
        return self._instead(ball, asked, left)

    def _instead(self, ball: RecordBall, asked: int, left: int) -> RecordBall:
        """Runs off the bat at about the rate asked for."""
        rate = asked / max(1, left)
        choices = [runs for runs in OFF_THE_BAT if _can_still(asked - runs, left - 1)] or OFF_THE_BAT
        runs = min(choices, key=lambda one: abs(one - rate))
        return RecordBall(bowler=ball.bowler, bat_runs=runs, shot=self._shot(runs) if runs else None)


def _can_still(asked: int, left: int) -> bool:
    """May so many runs still come off exactly so many balls, at a rate that nobody wonders about?"""
    if left <= 0:
        return asked == 0
    return left // 2 <= asked <= min(4 * left, 2 * left + 8)
