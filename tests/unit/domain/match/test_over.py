"""Law 17: the over, and who may bowl it."""

from dataclasses import replace

from domain.match.commands import EndOver, RecordBall, ReduceOvers, ReplaceBowler
from domain.match.conditions import HUNDRED, T20
from tests.unit.domain.match.game import started


def test_wides_and_no_balls_are_bowled_again() -> None:
    game = started()
    game.ball(wides=1)
    game.ball(no_balls=1)
    for _ in range(5):
        game.ball()
    assert (game.innings.overs, game.innings.over_balls) == (0, 5 + 0)
    game.ball()
    assert game.innings.overs == 1
    assert [ball.position for ball in game.innings.balls] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_where_wides_are_not_bowled_again_they_count_in_the_over() -> None:
    game = started(replace(T20, wide_rebowled=False))
    for _ in range(6):
        game.ball(wides=1)
    assert game.innings.overs == 1
    assert game.innings.batters["a1"].balls == 0


def test_nobody_bowls_two_overs_running() -> None:
    """Law 17.6."""
    game = started()
    game.over()
    assert game.refusal(RecordBall(bowler="b7")) == "bowler_bowled_previous_over"


def test_the_umpires_may_let_two_overs_running_stand() -> None:
    game = started()
    game.over()
    game.do(RecordBall(bowler="b7", umpire_decision="noticed too late"))
    assert game.innings.bowler == "b7"


def test_in_the_hundred_a_bowler_may_bowl_ten_balls_but_not_fifteen() -> None:
    game = started(HUNDRED)
    for _ in range(10):
        game.ball(bowler="b7")
    assert game.refusal(RecordBall(bowler="b7")) == "bowler_bowled_previous_over"


def test_a_bowler_has_four_overs_in_a_twenty_over_innings() -> None:
    game = started()
    for over in range(8):
        for _ in range(6):
            game.ball(bowler=("b7", "b8")[over % 2])
    assert game.refusal(RecordBall(bowler="b7")) == "bowler_quota_reached"


def test_in_seventeen_overs_two_bowlers_have_four_and_the_others_three() -> None:
    """Playing condition 13.7: a fifth of the overs, and as few as needed one more."""
    game = started()
    game.do(ReduceOvers(overs=17))
    for over in range(9):
        for _ in range(6):
            game.ball(bowler=("b7", "b8", "b9")[over % 3])
    for bowler in ("b7", "b8"):
        for _ in range(6):
            game.ball(bowler=bowler)
    assert game.refusal(RecordBall(bowler="b9")) == "bowler_quota_reached"


def test_another_bowler_finishes_the_over_of_an_injured_one() -> None:
    """Law 17.8: each has the balls bowled; the over is whole for neither."""
    game = started()
    game.ball(bat_runs=1)
    assert game.refusal(RecordBall(bowler="b8")) == "over_in_progress"
    game.do(ReplaceBowler(bowler="b8", reason="injury"))
    for _ in range(5):
        game.ball()
    first, second = game.innings.bowlers["b7"], game.innings.bowlers["b8"]
    assert (first.loose_balls, second.loose_balls) == (1, 5)
    assert (second.whole_overs, second.maidens) == (0, 0)
    assert game.refusal(RecordBall(bowler="b8")) == "bowler_bowled_previous_over"


def test_a_suspended_bowler_does_not_bowl_again() -> None:
    game = started()
    game.ball()
    game.do(ReplaceBowler(bowler="b8", reason="suspended: high full pitched balls"))
    for _ in range(5):
        game.ball()
    for _ in range(6):
        game.ball(bowler="b9")
    assert game.refusal(RecordBall(bowler="b7")) == "bowler_suspended"


def test_a_miscounted_over_of_five_balls_counts_as_one() -> None:
    """Law 17.5."""
    game = started()
    for _ in range(5):
        game.ball()
    game.do(EndOver(umpire_decision="called after five"))
    assert (game.innings.overs, game.innings.legal_balls, game.innings.progress) == (1, 5, 6)
    assert game.innings.bowlers["b7"].whole_overs == 1
    assert game.ends == ("a2", "a1")


def test_a_miscounted_over_of_seven_balls_counts_as_one() -> None:
    game = started()
    game.over()
    seventh = RecordBall(over=0, bat_runs=1)
    assert game.refusal(seventh) == "over_complete"
    game.do(replace(seventh, umpire_decision="counted five"))
    assert (game.innings.overs, game.innings.legal_balls) == (1, 7)
    assert game.innings.balls[-1].position == 7
    assert game.innings.bowlers["b7"].whole_overs == 1
    assert game.innings.bowlers["b7"].maidens == 0
    assert game.ends == ("a1", "a2")


def test_a_maiden_survives_byes_and_leg_byes_but_no_wide() -> None:
    game = started()
    game.ball(byes=1)
    game.ball(leg_byes=4)
    for _ in range(4):
        game.ball()
    assert game.innings.bowlers["b7"].maidens == 1
    game.ball(wides=1)
    for _ in range(6):
        game.ball()
    assert game.innings.bowlers["b8"].maidens == 0


def test_the_first_ball_of_an_over_names_its_bowler() -> None:
    game = started()
    assert game.refusal(RecordBall(striker="a1", non_striker="a2")) == "bowler_missing"
