"""What holds for every match, whatever is bowled, corrected and taken back."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.match import CommandRefused, clone, fold
from domain.match.commands import (
    AwardPenaltyRuns,
    CorrectBall,
    DismissBatter,
    MatchCommand,
    RecordBall,
    RemoveBall,
    StartInnings,
    Undo,
)
from domain.match.delivery import DismissalKind, Wicket
from domain.match.events import BallCorrected
from domain.match.state import Innings
from domain.match.wicket import BOWLERS_WICKETS
from tests.unit.domain.match.game import Game, short, started

RUNS = st.one_of(
    st.builds(dict[str, Any], bat_runs=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 6])),
    st.builds(dict[str, Any], wides=st.integers(1, 5)),
    st.builds(dict[str, Any], no_balls=st.just(1), bat_runs=st.integers(0, 4)),
    st.builds(dict[str, Any], no_balls=st.just(1), leg_byes=st.integers(1, 3)),
    st.builds(dict[str, Any], byes=st.integers(1, 4)),
    st.builds(dict[str, Any], bat_runs=st.just(1), penalty=st.just(5)),
)
KINDS = st.sampled_from(
    [DismissalKind.BOWLED, DismissalKind.CAUGHT, DismissalKind.RUN_OUT, DismissalKind.RETIRED_HURT]
)


class MatchMachine(RuleBasedStateMachine):
    """A short match, scored and corrected at random."""

    def __init__(self) -> None:
        super().__init__()
        self.game: Game = started(short(2), players=5)

    def attempt(self, command: MatchCommand) -> bool:
        """A refusal is an answer too; it must change nothing."""
        before = self.game.state.version
        try:
            self.game.do(command)
        except CommandRefused:
            assert self.game.state.version == before
            return False
        return True

    def playing(self) -> bool:
        return self.game.state.current is not None

    def complete(self, what: dict[str, Any]) -> RecordBall:
        game = self.game
        if game.innings.bowler is None:
            what["bowler"] = game.bowler(game.innings.overs)
        if None in game.ends:
            waiting = [
                player
                for player in game.state.sides[game.innings.batting].players
                if player not in game.innings.batters
            ]
            striker, non_striker = game.ends
            if len(waiting) >= game.ends.count(None):
                what["striker"] = striker or waiting.pop(0)
                what["non_striker"] = non_striker or waiting.pop(0)
        return RecordBall(**what)

    @precondition(playing)
    @rule(what=RUNS)
    def bowl(self, what: dict[str, Any]) -> None:
        self.attempt(self.complete(dict(what)))

    @precondition(playing)
    @rule(balls=st.lists(RUNS, min_size=12, max_size=20))
    def bowl_on(self, balls: list[dict[str, Any]]) -> None:
        """Enough to end most innings; the next one begins at once."""
        for what in balls:
            if self.playing():
                self.attempt(self.complete(dict(what)))
        self.next_innings()

    @precondition(playing)
    @rule(kind=KINDS, crossed=st.booleans())
    def take_a_wicket(self, kind: DismissalKind, crossed: bool) -> None:
        ball = self.complete({})
        player = ball.striker or self.game.innings.striker
        if player is not None:
            wicket = Wicket(player=player, kind=kind, crossed=crossed)
            named = {name: getattr(ball, name) for name in ("striker", "non_striker", "bowler")}
            self.attempt(RecordBall(**named, wickets=(wicket,)))

    @precondition(playing)
    @rule()
    def retire(self) -> None:
        if self.game.innings.striker is not None:
            self.attempt(DismissBatter(player=self.game.innings.striker, kind=DismissalKind.RETIRED_OUT))

    @rule(team=st.sampled_from("AB"))
    def award_penalty_runs(self, team: str) -> None:
        self.attempt(AwardPenaltyRuns(team=team, reason="Law 41"))

    @rule()
    def next_innings(self) -> None:
        if not self.playing() and len(self.game.state.innings) < 6:
            self.attempt(StartInnings())

    @rule(data=st.data(), what=RUNS)
    def correct_and_reverse(self, data: st.DataObject, what: dict[str, Any]) -> None:
        """A correction and its reversal give the same match."""
        balls = [ball for innings in self.game.state.innings for ball in innings.balls]
        if not balls:
            return
        version = data.draw(st.sampled_from(balls)).version
        before = clone(self.game.state)
        old = next(fact for name, fact in before.facts if name == version)
        new = CorrectBall(ball=version, delivery=RecordBall(**what), reason="video")
        if self.attempt(new):
            back = BallCorrected(ball=version, recorded=old, reason="it was right")  # type: ignore[arg-type]
            after = fold([*self.game.events, back])
            assert after.innings == before.innings
            assert after.result == before.result

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        balls = [ball for innings in self.game.state.innings for ball in innings.balls]
        if balls:
            ball = data.draw(st.sampled_from(balls))
            self.attempt(RemoveBall(ball=ball.version, reason="dead ball"))

    @rule(really=st.sampled_from([False, False, False, True]))
    def undo(self, really: bool) -> None:
        if really and len(self.game.state.facts) > 5:
            self.attempt(Undo())

    @invariant()
    def folding_the_events_gives_the_live_state(self) -> None:
        assert fold(self.game.events) == self.game.state

    @invariant()
    def totals_are_the_sum_of_their_balls(self) -> None:
        for innings in self.game.state.innings:
            off_balls = innings.penalty_before + innings.penalty_after
            assert innings.runs == sum(ball.delivery.runs for ball in innings.balls) + off_balls
            assert innings.runs == sum_of_lines(innings)

    @invariant()
    def wickets_never_exceed_the_side(self) -> None:
        for innings in self.game.state.innings:
            assert innings.wickets <= innings.wickets_limit
            assert innings.wickets == len(innings.falls)

    @invariant()
    def bowlers_account_for_what_they_conceded_and_took(self) -> None:
        for innings in self.game.state.innings:
            lines = innings.bowlers.values()
            assert sum(line.runs for line in lines) == sum(ball.delivery.conceded for ball in innings.balls)
            assert sum(line.balls for line in lines) == innings.legal_balls
            credited = [
                batter
                for batter in innings.batters.values()
                if batter.out is not None and batter.bowler and batter.out.kind in BOWLERS_WICKETS
            ]
            assert sum(line.wickets for line in lines) == len(credited)

    @invariant()
    def partnerships_hold_every_run_of_the_balls(self) -> None:
        for innings in self.game.state.innings:
            total = sum(pair.runs for pair in innings.partnerships)
            assert total == sum(ball.delivery.runs for ball in innings.balls)

    @invariant()
    def overs_are_never_more_than_allowed(self) -> None:
        for innings in self.game.state.innings:
            assert innings.length is None or innings.progress <= innings.length

    @invariant()
    def what_was_announced_is_what_is_true(self) -> None:
        state = self.game.state
        assert state.announced_result == state.result
        assert set(state.announced_closed) == {one.number for one in state.innings if one.closed}


def sum_of_lines(innings: Innings) -> int:
    bat = sum(line.runs for line in innings.batters.values())
    return bat + innings.wides + innings.no_balls + innings.byes + innings.leg_byes + innings.penalty


TestMatch = MatchMachine.TestCase
TestMatch.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
