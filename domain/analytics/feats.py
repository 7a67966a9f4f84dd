"""Feats of one match that a card does not tell by itself: hat-tricks, and the balls to fifty and to a hundred."""

from dataclasses import dataclass, field

from domain.match.delivery import Called
from domain.match.state import Ball
from domain.match.wicket import BOWLERS_WICKETS

HAT_TRICK = 3
FIFTY, HUNDRED = 50, 100


@dataclass(slots=True)
class HatTrick:
    """``wickets`` with consecutive deliveries, the third of them as ball ``ball`` of ``over`` (from 0) of an innings."""

    bowler: str
    innings: int
    over: int
    ball: int
    wickets: int = HAT_TRICK


@dataclass(slots=True)
class HatTricks:
    """Wickets credited to a bowler with three consecutive deliveries of theirs in one match.

    Other bowlers' overs, and the other side's innings, may lie between. Every delivery counts: a wide or a no-ball
    without a wicket ends the run, a stumping off a wide goes on with it. Run outs are not the bowler's. A fourth
    wicket in a row belongs to the same hat-trick. Two wickets on one delivery are not possible for a bowler.
    """

    found: list[HatTrick] = field(default_factory=list[HatTrick])
    _running: dict[str, int] = field(default_factory=dict[str, int])
    _open: dict[str, HatTrick] = field(default_factory=dict[str, HatTrick])

    def add(self, ball: Ball, innings: int) -> None:
        """Count the next delivery of the match."""
        bowler, wickets = ball.delivery.bowler, ball.delivery.wickets
        if not wickets or not any(wicket.kind in BOWLERS_WICKETS for wicket in wickets):
            if bowler in self._running:
                del self._running[bowler]
                self._open.pop(bowler, None)
            return
        running = self._running[bowler] = self._running.get(bowler, 0) + 1
        if running == HAT_TRICK:
            feat = self._open[bowler] = HatTrick(bowler, innings, ball.over, ball.position)
            self.found.append(feat)
        elif running > HAT_TRICK:
            self._open[bowler].wickets = running


@dataclass(slots=True)
class Milestones:
    """After how many balls faced the batters of one innings had fifty, and a hundred."""

    fifty: dict[str, int] = field(default_factory=dict[str, int])
    hundred: dict[str, int] = field(default_factory=dict[str, int])
    _sums: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def add(self, ball: Ball) -> None:
        """Count the next delivery of the innings. The ball that brings the run is one of them."""
        d = ball.delivery
        sums = self._sums.get(d.striker)
        if sums is None:
            sums = self._sums[d.striker] = [0, 0]
        if d.called is not Called.WIDE:
            sums[1] += 1
        if not d.bat_runs:
            return
        before = sums[0]
        sums[0] += d.bat_runs
        if before < FIFTY <= sums[0]:
            self.fifty[d.striker] = sums[1]
        if before < HUNDRED <= sums[0]:
            self.hundred[d.striker] = sums[1]
