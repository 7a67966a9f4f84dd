"""Law 16 and the playing conditions: who has won, by how much, and what settles a tie."""

from dataclasses import replace

from domain.match.commands import (
    AbandonMatch,
    AwardMatch,
    DeclareInnings,
    EndMatch,
    RecordBowlOut,
    ReviseTarget,
    StartInnings,
)
from domain.match.conditions import T20, TEST, PlayingConditions, TieBreak
from domain.match.events import Result, ResultReached
from tests.unit.domain.match.game import Game, short, started


def chase(first: int, second: int, conditions: PlayingConditions | None = None) -> Game:
    game = started(conditions or short(2))
    game.innings_of(first)
    game.do(StartInnings())
    game.innings_of(second)
    return game


def test_the_side_batting_first_wins_by_runs() -> None:
    assert chase(20, 15).state.result == Result(outcome="win", winner="A", by_runs=5)


def test_the_side_batting_second_wins_by_the_wickets_it_has_left() -> None:
    game = started(short(2))
    game.over(1)
    game.over()
    game.do(StartInnings())
    game.wicket()
    game.ball(bat_runs=2)
    assert game.state.result == Result(outcome="win", winner="B", by_wickets=9)


def test_the_result_is_announced_once() -> None:
    game = chase(20, 15)
    said = [event for event in game.events if isinstance(event, ResultReached)]
    assert said == [ResultReached(result=Result(outcome="win", winner="A", by_runs=5))]


def test_level_scores_wait_for_a_super_over() -> None:
    game = chase(20, 20)
    assert game.state.result is None


def test_a_super_over_settles_a_tie_and_the_second_side_bats_first_in_it() -> None:
    game = chase(20, 20)
    game.do(StartInnings())
    assert (game.innings.batting, game.innings.super_over, game.innings.length) == ("B", True, 6)
    game.innings_of(8)
    game.do(StartInnings())
    assert game.innings.batting == "A"
    game.innings_of(9)
    assert game.state.result == Result(outcome="tie", winner="A", decided_by="super over")


def test_two_wickets_end_a_super_over() -> None:
    game = chase(20, 20)
    game.do(StartInnings())
    game.wicket()
    game.wicket()
    assert game.innings.closed == "all out"


def test_a_tied_super_over_is_followed_by_another() -> None:
    game = chase(20, 20)
    for side in ("B", "A"):
        game.do(StartInnings())
        assert game.innings.batting == side
        game.innings_of(6)
    assert game.state.result is None
    game.do(StartInnings())
    assert game.innings.batting == "A"
    game.innings_of(10)
    game.do(StartInnings())
    game.innings_of(3)
    assert game.state.result == Result(outcome="tie", winner="A", decided_by="super over")


def test_without_a_super_over_the_tie_stands() -> None:
    game = chase(20, 20)
    game.do(EndMatch(reason="no super over"))
    assert game.state.result == Result(outcome="tie")


def test_boundary_count_after_a_tied_super_over() -> None:
    """The ICC's playing conditions until 2019: the final of that World Cup."""
    rules = short(2, super_over_repeats=False, tie_breaks=(TieBreak.SUPER_OVER, TieBreak.BOUNDARY_COUNT))
    game = started(rules)
    game.over(4, 4)
    game.over()
    game.do(StartInnings())
    game.over(2, 2, 2, 2)
    game.over()
    for _ in range(2):
        game.do(StartInnings())
        game.over(1)
    assert game.state.result == Result(outcome="tie", winner="A", decided_by="boundary count")


def test_a_bowl_out_is_won_by_more_hits() -> None:
    game = chase(20, 20, short(2, tie_breaks=(TieBreak.BOWL_OUT,)))
    balls = (("A", "a1", True), ("B", "b1", False), ("A", "a2", True), ("B", "b2", False))
    game.do(RecordBowlOut(balls=balls))
    assert game.state.result == Result(outcome="tie", winner="A", decided_by="bowl out")


def test_fewer_wickets_lost_can_break_a_tie() -> None:
    game = started(short(1, tie_breaks=(TieBreak.FEWER_WICKETS,)))
    game.over(1)
    game.do(StartInnings())
    game.wicket()
    game.ball(bat_runs=1)
    for _ in range(4):
        game.ball()
    assert game.state.result == Result(outcome="win", winner="A", method="Lost fewer wickets")


def test_no_result_when_the_second_side_never_batted() -> None:
    game = started()
    game.over(4)
    game.do(EndMatch(reason="weather"))
    assert game.state.result == Result(outcome="no result")


def test_no_result_before_the_minimum_overs() -> None:
    """Playing condition 16.3: five overs in a Twenty20."""
    game = started(replace(T20, rain_rule="D/L Standard Edition"))
    for _ in range(20):
        game.over(6)
    game.do(StartInnings())
    for _ in range(4):
        game.over(6, 6)
    game.do(EndMatch(reason="weather"))
    assert game.state.result == Result(outcome="no result")


def test_called_off_the_score_is_held_against_par() -> None:
    game = started(replace(T20, rain_rule="D/L Standard Edition"))
    for _ in range(20):
        game.over(6)
    game.do(StartInnings())
    for _ in range(6):
        game.over(6, 6)
    game.do(EndMatch(reason="weather"))
    result = game.state.result
    assert result is not None
    assert (result.outcome, result.winner, result.method) == ("win", "B", "D/L Standard Edition")
    assert result.by_runs is not None
    assert result.by_runs > 0


def test_par_may_be_entered_by_hand() -> None:
    game = started()
    for _ in range(20):
        game.over(6)
    game.do(StartInnings())
    for _ in range(6):
        game.over(6)
    game.do(EndMatch(reason="weather", par=40, method="DLS"))
    assert game.state.result == Result(outcome="win", winner="A", by_runs=4, method="DLS")


def test_one_short_of_a_revised_target_is_a_tie() -> None:
    game = started(short(3, tie_breaks=(TieBreak.TIE_STANDS,)))
    game.innings_of(20)
    game.do(ReviseTarget(runs=10, method="VJD", overs=2))
    game.do(StartInnings())
    game.innings_of(9)
    assert game.state.result == Result(outcome="tie", method="VJD")


def awaiting_a_target() -> Game:
    """A made 20 in three overs; B chases a target by VJD that is not known yet, and has made 24 in two."""
    game = started(short(3))
    game.innings_of(20)
    game.do(ReviseTarget(method="VJD"))
    game.do(StartInnings())
    for _ in range(2):
        game.over(12)
    return game


def test_a_chase_is_not_won_while_its_target_is_not_known() -> None:
    game = awaiting_a_target()
    assert game.state.innings[1].closed is None
    game.over(0)
    assert game.state.innings[1].closed == "overs complete"
    assert game.state.result is None


def test_a_target_that_becomes_known_decides_the_chase() -> None:
    game = awaiting_a_target()
    game.do(ReviseTarget(runs=24, method="VJD"))
    assert game.state.result == Result(outcome="win", winner="B", by_wickets=10, method="VJD")


def test_called_off_without_a_target_there_is_no_result() -> None:
    game = awaiting_a_target()
    game.do(EndMatch(reason="weather"))
    assert game.state.result == Result(outcome="no result")


def test_an_awarded_match_needs_no_runs() -> None:
    game = started()
    game.do(AwardMatch(winner="B", reason="refused to play"))
    assert game.state.result == Result(outcome="win", winner="B", method="Awarded")


def test_an_abandoned_match_has_no_result() -> None:
    game = started()
    game.do(AbandonMatch(reason="unfit pitch"))
    assert game.state.result == Result(outcome="no result")


def declared(game: Game, runs: int) -> None:
    game.innings_of(runs)
    game.do(DeclareInnings())


def test_an_innings_victory() -> None:
    game = started(TEST)
    declared(game, 300)
    game.do(StartInnings())
    declared(game, 50)
    game.do(StartInnings(follow_on=True))
    game.innings_of(100)
    game.bowl_out_side()
    assert game.state.result == Result(outcome="win", winner="A", by_innings=1, by_runs=150)


def test_a_chase_in_the_fourth_innings() -> None:
    game = started(TEST)
    for runs in (100, 90, 50):
        declared(game, runs)
        game.do(StartInnings())
    game.innings_of(61)
    assert game.state.result == Result(outcome="win", winner="B", by_wickets=10)


def test_all_out_short_of_the_target() -> None:
    game = started(TEST)
    for runs in (100, 90, 50):
        declared(game, runs)
        game.do(StartInnings())
    game.bowl_out_side()
    assert game.state.result == Result(outcome="win", winner="A", by_runs=60)


def test_all_out_with_the_scores_level_is_a_tie() -> None:
    game = started(TEST)
    for runs in (100, 90, 50):
        declared(game, runs)
        game.do(StartInnings())
    game.innings_of(60)
    game.bowl_out_side()
    assert game.state.result == Result(outcome="tie")


def test_out_of_time_is_a_draw() -> None:
    game = started(TEST)
    declared(game, 100)
    game.do(StartInnings())
    game.over(4)
    game.do(EndMatch(reason="time"))
    assert game.state.result == Result(outcome="draw")
