"""What a batter and a bowler did against each other, ball by ball: the finest grain of all splits.

Summed over bowlers it is a batter's phase, over batters a bowler's. Super Overs stand apart and are not given here.
"""

from dataclasses import dataclass

from domain.match.delivery import Called, Delivery
from domain.match.wicket import BOWLERS_WICKETS, NOT_A_WICKET


@dataclass(slots=True)
class Meeting:
    """Sums over the deliveries of one bowler to one batter in one phase of an innings.

    For the batter: ``balls`` faced (no wides), ``runs`` off the bat, ``dots`` (faced without a run off the bat),
    ``rotated`` (faced, with an odd number of runs run off the bat: the strike turned), ``fours``, ``sixes``, ``outs``
    (every way of being out on a delivery). For the bowler: ``legal`` balls, ``conceded`` (no byes, leg byes,
    penalties), ``bowler_dots`` (deliveries that conceded nothing, as cards count them), ``wides`` and ``no_balls`` (in
    runs), ``wickets`` credited.
    """

    balls: int = 0
    runs: int = 0
    dots: int = 0
    rotated: int = 0
    fours: int = 0
    sixes: int = 0
    outs: int = 0
    legal: int = 0
    conceded: int = 0
    bowler_dots: int = 0
    wides: int = 0
    no_balls: int = 0
    wickets: int = 0

    def add(self, d: Delivery, *, legal: bool) -> None:
        """Count a delivery; wickets are counted by ``out``, for either batter may be out."""
        bat_runs = d.bat_runs
        conceded = d.conceded
        if d.called is not Called.WIDE:
            self.balls += 1
            if not bat_runs:
                self.dots += 1
            elif bat_runs & 1:
                self.rotated += 1
        if bat_runs:
            self.runs += bat_runs
            if d.boundary is not None:
                self.fours += d.boundary == "four" and bat_runs == 4
                self.sixes += d.boundary == "six" and bat_runs == 6
        if legal:
            self.legal += 1
        if not conceded:
            self.bowler_dots += 1
        else:
            self.conceded += conceded
            if conceded != bat_runs:
                self.wides += d.wides
                self.no_balls += d.no_balls

    def out(self, kind: str) -> None:
        """The batter was out on a delivery of the bowler's; retired hurt or not out is not out (Law 25.4)."""
        self.outs += kind not in NOT_A_WICKET
        self.wickets += kind in BOWLERS_WICKETS

    def values(self) -> tuple[int, ...]:
        """The sums, in the order they are declared."""
        return (
            *(self.balls, self.runs, self.dots, self.rotated, self.fours, self.sixes, self.outs),
            *(self.legal, self.conceded, self.bowler_dots, self.wides, self.no_balls, self.wickets),
        )
