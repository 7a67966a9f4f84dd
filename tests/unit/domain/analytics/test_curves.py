"""A match as curves: worm, Manhattan, required rate, and the chances after each ball."""

from decimal import Decimal

from domain.analytics.curves import curves, turns
from domain.analytics.win_probability import win_probability
from domain.match import commands as c
from domain.match.conditions import TEST
from tests.unit.domain.match.game import Game, started


def test_of_a_match_without_innings_there_are_no_curves() -> None:
    assert curves(Game().state) == ()


def test_the_worm_and_the_manhattan_are_of_the_same_balls() -> None:
    game = started()
    game.over(1, 0, 4)
    game.ball(wides=1)
    game.wicket()
    game.ball(bat_runs=6)
    (curve,) = curves(game.state)
    assert (curve.innings, curve.batting, curve.bowling, curve.super_over) == (1, "A", "B", False)
    assert [(over.over, over.runs, over.total, over.wickets_down) for over in curve.overs] == [
        (1, 5, 5, 0),
        (2, 7, 12, 1),
    ]
    assert [(ball.over, ball.ball, ball.label, ball.total, ball.wickets) for ball in curve.balls[6:]] == [
        (2, 1, "wd", 6, 0),
        (2, 2, "W", 6, 1),
        (2, 3, "6", 12, 1),
    ]
    assert curve.balls[-1].run_rate == curve.overs[-1].run_rate == Decimal("9.00")
    assert {ball.version for ball in curve.balls} == {ball.version for ball in game.innings.balls}


def test_a_chase_has_a_required_rate_until_it_is_over() -> None:
    game = started()
    game.innings_of(119)
    game.do(c.StartInnings())
    game.over(6)
    chase = curves(game.state)[1]
    assert (chase.balls[0].target, chase.overs[0].required_rate) == (120, Decimal("6.00"))
    assert curves(game.state)[0].overs[-1].required_rate is None
    while game.state.current is not None:
        game.ball(bat_runs=6)
    last = curves(game.state)[1].balls[-1]
    assert (last.required_rate, last.chances) == (None, {"A": 0.0, "B": 1.0})


def test_a_ball_has_the_target_and_the_chances_of_its_time() -> None:
    game = started()
    game.innings_of(160)
    game.do(c.StartInnings())
    game.ball(bat_runs=1)
    before = win_probability(game.state)
    game.do(c.ReviseTarget(runs=60, method="DLS", overs=10))
    game.ball(bat_runs=1)
    first, second = curves(game.state)[1].balls
    assert (first.target, first.chances) == (161, before)
    assert (second.target, second.required_rate) == (60, Decimal("6.00"))


def test_a_correction_changes_the_curve_from_there_on_and_keeps_the_balls_name() -> None:
    game = started()
    game.over(1, 1, 1, 1, 1, 1)
    before = curves(game.state)[0].balls
    game.do(c.CorrectBall(ball=before[2].version, delivery=c.RecordBall(bat_runs=3), reason="three"))
    after = curves(game.state)[0].balls
    assert [ball.version for ball in after] == [ball.version for ball in before]
    assert after[:2] == before[:2]
    assert [ball.total for ball in after] == [1, 2, 5, 6, 7, 8]
    assert all(new.chances != old.chances for new, old in zip(after[2:], before[2:], strict=True))


def test_a_removed_ball_is_in_no_curve() -> None:
    game = started()
    game.over(1, 4)
    version = game.innings.balls[1].version
    game.do(c.RemoveBall(ball=version, reason="never bowled"))
    assert version not in {ball.version for ball in curves(game.state)[0].balls}


def test_a_test_match_has_curves_and_no_chances() -> None:
    game = started(TEST)
    game.over(4)
    (curve,) = curves(game.state)
    assert (curve.overs[0].total, curve.overs[0].chances, curve.balls[0].required_rate) == (4, None, None)


def test_super_overs_are_curves_of_their_own() -> None:
    game = started()
    for _ in range(2):
        game.innings_of(60)
        if len(game.state.innings) < 2:
            game.do(c.StartInnings())
    game.do(c.StartInnings(super_over=True))
    game.ball(bat_runs=4)
    assert [curve.super_over for curve in curves(game.state)] == [False, False, True]
    assert curves(game.state)[-1].overs[0].chances == {"A": 0.5, "B": 0.5}


def test_turns_are_the_balls_and_what_else_moved_the_chances() -> None:
    game = started()
    game.innings_of(160)
    game.do(c.StartInnings())
    game.ball(bat_runs=1)
    game.do(c.InterruptPlay(reason="rain"))
    game.do(c.ReviseTarget(runs=60, method="DLS", overs=10))
    game.do(c.ResumePlay())
    game.ball(bat_runs=1)
    found = turns(game.state)
    assert [turn.event for turn in found if turn.event != "BallRecorded"] == ["MatchCreated", "TargetRevised"]
    assert sum(turn.event == "BallRecorded" for turn in found) == sum(
        len(each.balls) for each in game.state.innings
    )
    assert (found[-1].over, found[-1].ball, found[-1].chances) == (1, 2, win_probability(game.state))
    assert found[0].innings is None
    assert [turn.version for turn in found] == sorted(turn.version for turn in found)


def test_the_end_of_a_match_by_decision_is_a_turn() -> None:
    game = started()
    game.over(1)
    game.do(c.AwardMatch(winner="B", reason="refused to play on"))
    last = turns(game.state)[-1]
    assert (last.event, last.ball, last.chances) == ("MatchAwarded", None, {"A": 0.0, "B": 1.0})
