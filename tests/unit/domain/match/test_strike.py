"""Laws 17 and 18: who faces the next ball."""

from dataclasses import replace

import pytest

from domain.match.commands import RecordBall, SendInBatter
from domain.match.conditions import HUNDRED, T20
from domain.match.delivery import DismissalKind, Wicket
from tests.unit.domain.match.game import started


@pytest.mark.parametrize("runs", [0, 2, 4, 6])
def test_an_even_number_of_runs_keeps_the_strike(runs: int) -> None:
    game = started()
    game.ball(bat_runs=runs)
    assert game.ends == ("a1", "a2")


@pytest.mark.parametrize("runs", [1, 3, 5])
def test_an_odd_number_of_runs_turns_the_strike(runs: int) -> None:
    game = started()
    game.ball(bat_runs=runs)
    assert game.ends == ("a2", "a1")


def test_the_strike_turns_at_the_end_of_an_over() -> None:
    game = started()
    game.over(0, 0, 0, 0, 0, 0)
    assert game.ends == ("a2", "a1")


def test_a_single_off_the_last_ball_keeps_the_batter_on_strike() -> None:
    game = started()
    game.over(0, 0, 0, 0, 0, 1)
    assert game.ends == ("a1", "a2")


def test_the_run_for_a_wide_is_not_run() -> None:
    game = started()
    game.ball(wides=1)
    assert game.ends == ("a1", "a2")


def test_one_run_taken_off_a_wide_turns_the_strike() -> None:
    game = started()
    game.ball(wides=2)
    assert game.ends == ("a2", "a1")


def test_a_leg_bye_off_a_no_ball_turns_the_strike() -> None:
    game = started()
    game.ball(no_balls=1, leg_byes=1)
    assert game.ends == ("a2", "a1")
    assert game.innings.runs == 2


def test_a_short_run_does_not_count_but_turns_the_strike() -> None:
    game = started()
    game.ball(bat_runs=1, short_runs=1)
    assert game.ends == ("a1", "a2")


def test_a_new_batter_takes_strike_when_the_striker_is_caught_though_they_crossed() -> None:
    """Law 18.11 since October 2022."""
    game = started()
    game.wicket("caught", crossed=True)
    assert game.ends == (None, "a2")


def test_before_october_2022_crossing_put_the_non_striker_on_strike() -> None:
    game = started(replace(T20, new_batter_takes_strike_when_caught=False))
    game.wicket("caught", crossed=True)
    assert game.ends == ("a2", None)


def test_run_out_while_crossing_on_the_second_run() -> None:
    """One run completed, crossed on the second: both are where they started."""
    game = started()
    game.wicket("run out", player="a1", bat_runs=1, crossed=True)
    assert game.ends == (None, "a2")
    assert game.innings.runs == 1


def test_ends_stay_open_when_nobody_noted_the_crossing() -> None:
    game = started()
    game.wicket("run out", player="a1", bat_runs=1)
    game.ball(striker="a2", non_striker="a3")
    assert game.ends == ("a2", "a3")


def test_the_wrong_striker_is_refused_and_the_umpires_may_let_it_stand() -> None:
    game = started()
    game.ball()
    wrong = RecordBall(striker="a2", non_striker="a1")
    assert game.refusal(wrong) == "wrong_striker"
    game.do(RecordBall(striker="a2", non_striker="a1", umpire_decision="noticed after the over"))
    assert game.innings.balls[-1].umpire_decision == "noticed after the over"


def test_naming_one_batter_tells_the_other() -> None:
    game = started()
    game.wicket("run out", player="a1", bat_runs=1)
    game.do(SendInBatter(player="a3"))
    game.ball(striker="a2")
    assert game.innings.balls[-1].delivery.non_striker == "a3"


def test_in_the_hundred_ends_change_after_ten_balls() -> None:
    game = started(HUNDRED)
    game.over()
    assert game.ends == ("a1", "a2")
    game.over()
    assert game.ends == ("a2", "a1")


def test_both_batters_can_be_out_on_one_ball() -> None:
    game = started()
    pair = (
        Wicket(player="a1", kind=DismissalKind.RUN_OUT, crossed=False),
        Wicket(player="a2", kind=DismissalKind.RETIRED_HURT),
    )
    game.ball(**game.next_pair(), wickets=pair)
    assert game.ends == (None, None)
    assert game.innings.wickets == 1
