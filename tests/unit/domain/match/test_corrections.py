"""Correcting earlier balls: nothing is edited, everything is derived again."""

import pytest

from domain.match import CommandRefused, decide, fold
from domain.match.commands import (
    CorrectBall,
    InsertBall,
    RecordBall,
    RemoveBall,
    SetPowerplay,
    StartInnings,
    Undo,
)
from domain.match.delivery import DismissalKind, Wicket
from domain.match.events import InningsClosed, InningsReopened, ResultReached, ResultWithdrawn
from tests.unit.domain.match.game import Game, short, started


def version(game: Game, ball: int, innings: int = -1) -> int:
    """The name of the ``ball``-th delivery (from 0) of an innings."""
    return game.state.innings[innings].balls[ball].version


def correct(ball: int, **what: object) -> CorrectBall:
    return CorrectBall(ball=ball, delivery=RecordBall(**what), reason="video")  # type: ignore[arg-type]


def test_a_corrected_ball_changes_total_batter_and_bowler() -> None:
    game = started()
    game.over(1, 2, 0)
    game.do(correct(version(game, 1), bat_runs=4))
    assert game.innings.runs == 5
    assert game.innings.batters["a2"].fours == 1
    assert game.innings.bowlers["b7"].runs == 5


def test_later_batters_left_to_the_engine_turn_with_the_strike() -> None:
    game = started()
    game.ball(bat_runs=0)
    game.ball(bat_runs=2)
    game.do(correct(version(game, 0), bat_runs=1))
    assert game.innings.batters["a2"].runs == 2
    assert game.innings.batters["a1"].runs == 1


def test_later_batters_that_were_stated_clash() -> None:
    game = started()
    game.ball(bat_runs=0)
    game.ball(striker="a1", non_striker="a2", bat_runs=2)
    with pytest.raises(CommandRefused) as refused:
        decide(game.state, correct(version(game, 0), bat_runs=1), None)
    assert refused.value.code == "correction_clashes"
    (clash,) = refused.value.detail["clashes"]
    assert (clash.code, clash.over, clash.position) == ("wrong_striker", 0, 2)


def test_a_wicket_taken_back_reopens_the_innings() -> None:
    game = started(short(2))
    game.bowl_out_side()
    events = game.do(correct(version(game, 9)))
    assert [type(event) for event in events[1:]] == [InningsReopened]
    assert game.innings.wickets == 9


def test_a_batter_given_out_earlier_cannot_have_batted_on() -> None:
    game = started()
    game.over()
    game.over()
    out = (Wicket(player="a1", kind=DismissalKind.BOWLED),)
    with pytest.raises(CommandRefused) as refused:
        decide(game.state, correct(version(game, 0), wickets=out), None)
    assert refused.value.code == "correction_clashes"


def test_a_correction_in_the_first_innings_moves_target_and_result() -> None:
    game = started(short(1))
    game.over(4)
    game.do(StartInnings())
    game.over(1, 1, 1)
    assert game.state.result is not None
    assert game.state.result.by_runs == 1
    events = game.do(correct(version(game, 0, 0), bat_runs=6))
    assert [type(event) for event in events[1:]] == [InningsClosed, ResultReached]
    assert game.state.result.by_runs == 3


def test_a_correction_can_take_a_result_back() -> None:
    game = started(short(1))
    game.over(4)
    game.do(StartInnings())
    game.over(1, 1, 1)
    events = game.do(correct(version(game, 0, 0), bat_runs=3, striker="a1", non_striker="a2"))
    assert ResultWithdrawn() in events
    assert game.state.result is None


def test_an_innings_cannot_go_on_after_a_target_reached_earlier() -> None:
    game = started(short(1))
    game.over(4)
    game.do(StartInnings())
    game.over(1, 1, 1)
    assert game.refusal(correct(version(game, 0), bat_runs=6)) == "correction_clashes"


def test_a_correction_and_its_reversal_leave_the_same_match() -> None:
    game = started()
    game.over(1, 4, 0, 1)
    before = fold(game.events)
    ball = version(game, 1)
    game.do(correct(ball, bat_runs=0))
    game.do(correct(ball, bat_runs=4))
    assert game.state.innings == before.innings


def test_a_ball_scored_twice_is_removed() -> None:
    game = started()
    game.ball(bat_runs=4)
    game.ball(bat_runs=4)
    game.do(RemoveBall(ball=version(game, 1), reason="scored twice"))
    assert (game.innings.runs, game.innings.legal_balls) == (4, 1)


def test_an_innings_that_goes_on_leaves_no_room_for_the_next_and_its_powerplay() -> None:
    """The first innings would have a ball to come, so the second could not have begun, nor its powerplay been set."""
    game = started(short(1))
    game.over(1, 1)
    game.do(StartInnings())
    game.do(SetPowerplay(kind="mandatory", first=(0, 1), last=(0, 2)))
    removal = RemoveBall(ball=version(game, 5, 0), reason="never bowled")
    assert game.refusal(removal) == "correction_clashes"


def test_removing_a_ball_of_a_complete_over_needs_the_umpires() -> None:
    """The next over has begun: the over before would have had five balls."""
    game = started()
    game.over()
    game.over()
    ball = version(game, 2)
    assert game.refusal(RemoveBall(ball=ball, reason="dead ball")) == "correction_clashes"
    game.do(RemoveBall(ball=ball, reason="dead ball", umpire_decision="over called after five"))
    assert (game.innings.overs, game.innings.legal_balls) == (2, 11)


def test_a_missed_ball_is_inserted_before_another() -> None:
    game = started()
    game.ball(bat_runs=4)
    game.ball(bat_runs=2)
    game.do(InsertBall(before=version(game, 1), delivery=RecordBall(wides=1), reason="missed"))
    assert [ball.delivery.runs for ball in game.innings.balls] == [4, 1, 2]
    assert [ball.position for ball in game.innings.balls] == [1, 2, 3]


def test_an_inserted_ball_can_be_corrected_in_its_turn() -> None:
    game = started()
    game.ball()
    game.do(
        InsertBall(
            before=version(game, 0),
            delivery=RecordBall(bowler="b7", striker="a1", non_striker="a2", wides=1),
            reason="missed",
        )
    )
    game.do(correct(version(game, 0), wides=5, bowler="b7", striker="a1", non_striker="a2"))
    assert game.innings.wides == 5


def test_undo_takes_back_the_last_ball_wherever_it_led() -> None:
    game = started(short(1))
    game.over(4)
    game.do(StartInnings())
    game.ball(bat_runs=6)
    assert game.state.result is not None
    game.do(Undo())
    assert game.state.result is None
    assert game.innings.balls == []


def test_only_a_ball_can_be_corrected() -> None:
    game = started()
    assert game.refusal(correct(1, bat_runs=1)) == "ball_not_found"


def test_a_free_hit_follows_the_corrected_no_ball() -> None:
    game = started()
    game.ball(bat_runs=1)
    game.ball(bat_runs=0)
    game.do(correct(version(game, 0), no_balls=1, bat_runs=1))
    assert game.innings.balls[1].delivery.free_hit


def test_folding_the_stored_events_gives_the_live_state() -> None:
    game = started()
    game.over(1, 4, 0, 1)
    game.wicket()
    game.do(correct(version(game, 2), bat_runs=2))
    assert fold(game.events) == game.state
