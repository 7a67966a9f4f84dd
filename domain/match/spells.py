"""Bowling spells."""

from dataclasses import dataclass, field

from domain.match import figures
from domain.match.conditions import PlayingConditions
from domain.match.series import balls_by_over
from domain.match.state import Ball, Innings
from domain.match.wicket import BOWLERS_WICKETS


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Overs one bowler bowled on end without a rest or a change of ends."""

    bowler: str
    first_over: int
    last_over: int
    overs: str
    maidens: int
    runs: int
    wickets: int


def spells(innings: Innings, conditions: PlayingConditions) -> dict[str, list[Spell]]:
    """Each bowler's spells in order.

    Who goes on from the same end bowls every second over (in The Hundred every second set of two); a
    longer pause, or one that changes the end, begins another spell.
    """
    pause = 2 * conditions.overs_per_end
    grouped: dict[str, list[_Spell]] = {}
    for number, balls in balls_by_over(innings):
        for bowler in dict.fromkeys(ball.delivery.bowler for ball in balls):
            own = grouped.setdefault(bowler, [])
            if not own or number - own[-1].overs[-1] > pause:
                own.append(_Spell())
            own[-1].add(number, bowler, balls, complete=number < innings.overs)
    return {
        bowler: [spell.finish(bowler, innings.balls_per_over) for spell in own]
        for bowler, own in grouped.items()
    }


@dataclass(slots=True)
class _Spell:
    overs: list[int] = field(default_factory=list[int])
    whole: int = 0
    loose: int = 0
    maidens: int = 0
    runs: int = 0
    wickets: int = 0

    def add(self, over: int, bowler: str, balls: list[Ball], complete: bool) -> None:
        mine = [ball for ball in balls if ball.delivery.bowler == bowler]
        conceded = sum(ball.delivery.conceded for ball in mine)
        alone = complete and len(mine) == len(balls)
        self.overs.append(over)
        self.runs += conceded
        self.wickets += sum(
            wicket.kind in BOWLERS_WICKETS for ball in mine for wicket in ball.delivery.wickets
        )
        if alone:
            self.whole += 1
            self.maidens += not conceded
        else:
            self.loose += sum(ball.legal for ball in mine)

    def finish(self, bowler: str, balls_per_over: int) -> Spell:
        return Spell(
            bowler=bowler,
            first_over=self.overs[0] + 1,
            last_over=self.overs[-1] + 1,
            overs=figures.overs(self.whole, self.loose, balls_per_over),
            maidens=self.maidens,
            runs=self.runs,
            wickets=self.wickets,
        )
