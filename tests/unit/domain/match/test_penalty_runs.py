"""Laws 18.5 and 41: penalty runs on and off the ball, to either side."""

from domain.match.commands import AwardPenaltyRuns, StartInnings
from tests.unit.domain.match.game import short, started


def test_to_the_batting_side_they_go_to_the_innings_in_progress() -> None:
    game = started()
    game.ball()
    game.do(AwardPenaltyRuns(team="A", reason="Law 41.5"))
    assert (game.innings.runs, game.innings.penalty) == (5, 5)


def test_to_the_fielding_side_before_it_batted_they_wait_for_its_innings() -> None:
    game = started(short(1))
    game.over(1)
    game.do(AwardPenaltyRuns(team="B", reason="Law 41.14"))
    game.do(StartInnings())
    assert (game.innings.runs, game.innings.penalty_before) == (5, 5)


def test_they_stand_even_if_that_innings_never_starts() -> None:
    game = started()
    game.ball()
    game.do(AwardPenaltyRuns(team="B", reason="Law 41.14"))
    assert game.state.pending_penalties == [("B", 5)]


def test_to_the_fielding_side_that_has_batted_they_raise_its_total_and_the_target() -> None:
    game = started(short(1))
    game.over(1)
    game.do(StartInnings())
    game.ball()
    game.do(AwardPenaltyRuns(team="A", reason="Law 41.14"))
    assert game.state.innings[0].penalty_after == 5
    assert game.innings.target is not None
    assert game.innings.target.runs == 7


def test_penalty_runs_can_win_a_match() -> None:
    game = started(short(1))
    game.over(1)
    game.do(StartInnings())
    game.ball()
    game.do(AwardPenaltyRuns(team="B", reason="Law 28.3"))
    assert game.state.result is not None
    assert game.state.result.winner == "B"


def test_on_a_ball_they_are_extras_that_the_bowler_is_not_charged_with() -> None:
    game = started()
    game.ball(wides=1, penalty=5)
    assert game.innings.runs == 6
    assert game.innings.bowlers["b7"].runs == 1
