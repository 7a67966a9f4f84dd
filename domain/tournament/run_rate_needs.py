"""By how much a team must win, or may lose, to stand above a rival: net run rate looked at beforehand.

Nothing is estimated: the match is put into the table with one margin after the other, halving, and the table
is counted. A side that is bowled out is charged its quota as one that is not, so wickets don't matter. Level
on net run rate is not above: what comes after it in the order cannot be foreseen.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.match.events import Result
from domain.tournament.match_summary import InningsSummary, MatchSummary, overs
from domain.tournament.ordering import in_order, ranks
from domain.tournament.race import Fixture
from domain.tournament.running_table import RunningTable
from domain.tournament.table_rules import Criterion


class Verdict(StrEnum):
    """What a win, or a defeat, makes of the team against its rival."""

    ABOVE = "above"
    """By whatever margin."""
    MARGIN = "margin"
    """The margin decides."""
    BELOW = "below"
    """By whatever margin."""


@dataclass(frozen=True, slots=True)
class ByRuns:
    """The side batting first makes ``score``. The margin in runs that the winner needs at least, or the loser
    may have at most; None: no margin will do."""

    score: int
    runs: int | None


@dataclass(frozen=True, slots=True)
class InBalls:
    """The side batting second needs ``target``. The balls that a winner may take at most, or must take at least
    where that keeps the loser above; None: no number will do.

    ``balls`` has one entry for each score the winning hit can bring, from ``target`` to ``target`` + 5 (a six
    with the scores level), since a big last hit buys a ball or two.
    """

    target: int
    balls: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a win, or a defeat, needs: by how many runs if the winner bats first, in how many balls if it
    chases, for each of the scores that were asked about."""

    verdict: Verdict
    by_runs: tuple[ByRuns, ...]
    in_balls: tuple[InBalls, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRateNeeds:
    """What ``team`` needs from a match to stand above ``rival``, all other matches being as they are."""

    team: str
    rival: str
    fixture: Fixture
    win: Case
    defeat: Case
    balls_per_over: int

    def lines(self) -> list[str]:
        """In words, one line for each score."""
        if self.win.verdict is Verdict.BELOW:
            return [f"No win takes {self.team} above {self.rival}"]
        if self.win.verdict is Verdict.MARGIN:
            return [*map(self._win_by, self.win.by_runs), *map(self._win_in, self.win.in_balls)]
        if self.defeat.verdict is Verdict.MARGIN:
            return [*map(self._lose_by, self.defeat.by_runs), *map(self._lose_in, self.defeat.in_balls)]
        if self.defeat.verdict is Verdict.BELOW:
            return [f"Any win takes {self.team} above {self.rival}, no defeat does"]
        return [f"{self.team} stays above {self.rival} whatever the result"]

    def _win_by(self, need: ByRuns) -> str:
        if need.runs is None:
            return f"Batting first and making {need.score}: not possible"
        return f"Batting first and making {need.score}: win by {need.runs} or more"

    def _win_in(self, need: InBalls) -> str:
        balls = need.balls[0]
        if balls is None:
            return f"Chasing {need.target}: not possible"
        return f"Chasing {need.target}: win in {overs(balls, self.balls_per_over)} overs or fewer"

    def _lose_by(self, need: ByRuns) -> str:
        if need.runs is None:
            return f"Chasing {need.score + 1}: win or tie"
        return f"Chasing {need.score + 1}: lose by {need.runs} or less"

    def _lose_in(self, need: InBalls) -> str:
        balls = need.balls[0]
        if balls is None:
            return f"Batting first and making {need.target - 1}: win or tie"
        least = overs(balls, self.balls_per_over)
        return f"Batting first and making {need.target - 1}: lose in {least} overs or more"


def run_rate_needs(
    table: RunningTable, team: str, rival: str, fixture: Fixture, *, quota: int, scores: Sequence[int]
) -> RunRateNeeds:
    """What ``team`` needs from ``fixture`` to stand above ``rival``.

    ``rival`` may be its opponent, or a team that waits. ``quota``: balls of an innings; ``scores``: totals of
    the side batting first to answer for. Raises ValueError if the team does not play in the fixture.
    """
    if team not in (fixture.home, fixture.away):
        raise ValueError(f"{team} does not play in {fixture.home} v {fixture.away}")
    opponent = fixture.away if team == fixture.home else fixture.home
    asked = _Asked(table, team, rival, fixture, quota)
    return RunRateNeeds(
        team=team,
        rival=rival,
        fixture=fixture,
        win=asked.case(team, opponent, scores, team_wins=True),
        defeat=asked.case(opponent, team, scores, team_wins=False),
        balls_per_over=table.sums().balls_per_over,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    table: RunningTable
    team: str
    rival: str
    fixture: Fixture
    quota: int

    def case(self, winner: str, loser: str, scores: Sequence[int], *, team_wins: bool) -> Case:
        by_runs = tuple(
            ByRuns(score, self._margin(self._won_by(winner, loser, score), score, team_wins=team_wins))
            for score in scores
        )
        in_balls = tuple(
            InBalls(
                score + 1,
                tuple(
                    self._balls(self._chased(winner, loser, score, final), team_wins=team_wins)
                    for final in range(score + 1, score + 7)
                ),
            )
            for score in scores
        )
        return Case(
            verdict=self._verdict(by_runs, in_balls, team_wins=team_wins), by_runs=by_runs, in_balls=in_balls
        )

    def _verdict(self, by_runs: Sequence[ByRuns], in_balls: Sequence[InBalls], *, team_wins: bool) -> Verdict:
        found = [need.runs for need in by_runs] + [need.balls[0] for need in in_balls]
        if all(margin is None for margin in found):
            return Verdict.BELOW
        always = [1 if team_wins else need.score for need in by_runs]
        always += [self.quota if team_wins else 1 for _ in in_balls]
        return Verdict.ABOVE if found == always else Verdict.MARGIN

    def _margin(self, above: Callable[[int], bool], most: int, *, team_wins: bool) -> int | None:
        """The least margin in runs with which the team wins and is above, or the most with which it loses."""
        margins = range(1, most + 1)
        if team_wins:
            place = bisect_left(margins, True, key=above)
            return margins[place] if place < len(margins) else None
        place = bisect_left(margins, True, key=lambda margin: not above(margin))
        return margins[place - 1] if place else None

    def _balls(self, above: Callable[[int], bool], *, team_wins: bool) -> int | None:
        """The most balls in which the team wins and is above, or the fewest in which it is beaten and still is."""
        balls = range(1, self.quota + 1)
        if team_wins:
            place = bisect_left(balls, True, key=lambda taken: not above(taken))
            return balls[place - 1] if place else None
        place = bisect_left(balls, True, key=above)
        return balls[place] if place < len(balls) else None

    def _won_by(self, winner: str, loser: str, score: int) -> Callable[[int], bool]:
        def above(margin: int) -> bool:
            first = self._innings(winner, loser, score, self.quota)
            return self._is_above(winner, first, self._innings(loser, winner, score - margin, self.quota))

        return above

    def _chased(self, winner: str, loser: str, score: int, final: int) -> Callable[[int], bool]:
        def above(balls: int) -> bool:
            first = self._innings(loser, winner, score, self.quota)
            return self._is_above(winner, first, self._innings(winner, loser, final, balls))

        return above

    def _innings(self, batting: str, bowling: str, runs: int, balls: int) -> InningsSummary:
        return InningsSummary(
            batting=batting, bowling=bowling, runs=runs, wickets=0, balls=balls, quota=self.quota
        )

    def _is_above(self, winner: str, *innings: InningsSummary) -> bool:
        """Is the team strictly above its rival in the table with this match?"""
        rules = self.table.rules
        table = self.table.copy()
        played = MatchSummary(
            id=self.fixture.key,
            teams=(self.fixture.home, self.fixture.away),
            result=Result(outcome="win", winner=winner),
            innings=innings,
            balls_per_over=self.table.sums().balls_per_over,
            full_quota=self.quota,
        )
        table.put(self.fixture.key, played)
        order = rules.order
        if Criterion.NET_RUN_RATE in order:
            order = order[: order.index(Criterion.NET_RUN_RATE) + 1]
        sums = table.sums()
        runners = [team for team in sums.tallies if team not in table.disqualified]
        found = ranks(in_order(runners, sums, replace(rules, order=order)))
        return found[self.team] < found[self.rival]
