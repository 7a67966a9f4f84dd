"""The result as the papers print it, and how a match stands."""

from dataclasses import replace
from typing import Any

import pytest

from domain.match import outcome
from domain.match.commands import (
    AbandonMatch,
    AwardMatch,
    DeclareInnings,
    EndMatch,
    InterruptPlay,
    RecordBowlOut,
    RecordToss,
    ReviseTarget,
    StartInnings,
)
from domain.match.conditions import TEST, TieBreak
from domain.match.events import Result
from domain.match.names import Names
from tests.unit.domain.match.game import Game, short, started


def line(game: Game) -> str | None:
    return outcome.result_line(game.state, Names(game.state))


def status(game: Game) -> str:
    return outcome.status(game.state, Names(game.state))


def one_over_each(first: int, second: int, **conditions: Any) -> Game:
    game = started(short(1, **conditions))
    game.innings_of(first)
    game.do(StartInnings())
    game.innings_of(second)
    return game


def test_won_by_runs() -> None:
    assert line(one_over_each(20, 7)) == "Avon won by 13 runs"


def test_won_by_one_run() -> None:
    assert line(one_over_each(8, 7)) == "Avon won by 1 run"


def test_won_by_wickets_with_balls_to_spare() -> None:
    assert line(one_over_each(7, 8)) == "Barrow won by 10 wickets (with 4 balls remaining)"


def test_won_off_the_last_ball() -> None:
    game = started(short(1))
    game.innings_of(5)
    game.do(StartInnings())
    game.over(1, 1, 1, 1, 1, 1)
    assert line(game) == "Barrow won by 10 wickets"


def test_won_with_one_wicket_and_one_ball_left() -> None:
    game = started(short(2))
    game.innings_of(2)
    game.do(StartInnings())
    for _ in range(9):
        game.wicket()
    game.ball()
    game.ball(bat_runs=4)
    assert line(game) == "Barrow won by 1 wicket (with 1 ball remaining)"


@pytest.mark.parametrize(
    ("method", "printed"),
    [("D/L", "D/L method"), ("VJD", "VJD method"), ("D/L Standard Edition", "D/L Standard Edition")],
)
def test_a_revised_target_names_its_method(method: str, printed: str) -> None:
    game = started(short(2))
    game.innings_of(20)
    game.do(StartInnings())
    game.do(ReviseTarget(runs=11, method=method, overs=1))
    game.innings_of(5)
    assert line(game) == f"Avon won by 5 runs ({printed})"


def test_a_target_that_is_not_known_is_said() -> None:
    game = started(short(2))
    game.innings_of(20)
    game.do(StartInnings())
    game.do(ReviseTarget(method="VJD"))
    assert status(game) == "Barrow 0/0 (0 ov), the target by VJD not known"


def test_a_tie_that_stands() -> None:
    assert line(one_over_each(6, 6, tie_breaks=(TieBreak.TIE_STANDS,))) == "Match tied"


def test_a_tie_settled_by_the_super_over() -> None:
    game = one_over_each(6, 6)
    assert line(game) is None
    assert status(game) == "Scores level"
    game.do(StartInnings())
    game.innings_of(3)
    assert status(game) == "Avon need 4 runs to win"
    game.do(StartInnings())
    game.innings_of(12)
    assert line(game) == "Match tied (Avon won the Super Over)"


def test_a_tie_settled_by_the_second_super_over() -> None:
    game = one_over_each(6, 6)
    for runs in (3, 3, 4, 12):
        game.do(StartInnings())
        game.innings_of(runs)
    assert line(game) == "Match tied (Barrow won the second Super Over)"


def test_a_tie_settled_by_a_bowl_out() -> None:
    game = one_over_each(6, 6, tie_breaks=(TieBreak.BOWL_OUT,))
    game.do(RecordBowlOut(balls=(("A", "a7", True), ("B", "b7", False))))
    assert line(game) == "Match tied (Avon won the bowl-out)"


def test_a_tie_settled_on_boundary_count() -> None:
    game = started(short(1, tie_breaks=(TieBreak.BOUNDARY_COUNT,)))
    game.over(6)
    game.do(StartInnings())
    game.over(1, 1, 1, 1, 1, 1)
    assert line(game) == "Match tied (Avon won on boundary count)"


def test_fewer_wickets_lost() -> None:
    game = started(short(1, tie_breaks=(TieBreak.FEWER_WICKETS,)))
    game.innings_of(6)
    game.do(StartInnings())
    game.wicket()
    game.innings_of(6)
    assert line(game) == "Avon won (lost fewer wickets)"


def test_a_draw() -> None:
    game = started(TEST)
    game.innings_of(300)
    game.do(EndMatch(reason="time"))
    assert line(game) == "Match drawn"


def test_won_by_an_innings() -> None:
    game = started(TEST)
    game.innings_of(300)
    game.do(DeclareInnings())
    for runs in (100, 80):
        game.do(StartInnings(batting="B", follow_on=runs == 80))
        game.innings_of(runs)
        game.bowl_out_side()
    assert line(game) == "Avon won by an innings and 120 runs"


def test_no_result_and_abandoned() -> None:
    game = started()
    game.do(AbandonMatch(reason="rain"))
    assert line(game) == "Match abandoned without a ball bowled"
    game = started()
    game.ball()
    game.do(AbandonMatch(reason="rain"))
    assert line(game) == "No result"


def test_awarded_and_conceded() -> None:
    game = started()
    game.do(AwardMatch(winner="B", reason="refusal to play"))
    assert line(game) == "Match awarded to Barrow (refusal to play)"
    game = started()
    game.do(AwardMatch(winner="B", reason="injuries", conceded=True))
    assert line(game) == "Barrow won: Avon conceded (injuries)"


def test_the_toss() -> None:
    game = Game()
    assert status(game) == "Match not started"
    game.do(RecordToss(winner="B", decision="field"))
    assert status(game) == "Barrow won the toss and chose to field"


def test_no_toss() -> None:
    game = Game()
    game.do(RecordToss(winner="B", decision="field", uncontested=True))
    assert status(game) == "No toss: Barrow chose to field"


def test_how_a_limited_overs_match_stands() -> None:
    game = started(short(2))
    game.over(4, 6)
    assert status(game) == "Avon 10/0 (1 ov)"
    game.do(InterruptPlay(reason="rain"))
    assert status(game) == "Rain: Avon 10/0 (1 ov)"


def test_what_is_needed_in_the_break_and_in_the_chase() -> None:
    game = started(short(2))
    game.innings_of(24)
    assert status(game) == "Barrow need 25 runs to win"
    game.do(StartInnings())
    game.over(6, 6, 6, 6)
    assert status(game) == "Barrow need 1 run in 6 balls"


def test_a_target_revised_in_the_break_is_what_is_needed() -> None:
    game = started(short(2))
    game.innings_of(24)
    game.do(ReviseTarget(runs=15, method="DLS", overs=1))
    assert status(game) == "Barrow need 15 runs to win"


def test_lead_and_deficit_where_sides_have_two_innings() -> None:
    game = started(replace(TEST, name="four days"))
    game.innings_of(30)
    assert status(game) == "Avon lead by 30 runs"
    game.do(DeclareInnings())
    game.do(StartInnings())
    game.innings_of(29)
    assert status(game) == "Barrow trail by 1 run"
    game.ball(bat_runs=1)
    assert status(game) == "Scores level"


def test_what_is_needed_in_the_fourth_innings() -> None:
    game = started(TEST)
    for runs in (30, 20, 10):
        game.innings_of(runs)
        game.do(DeclareInnings())
        game.do(StartInnings())
    assert status(game) == "Barrow need 21 runs to win"


def test_a_winner_without_a_margin() -> None:
    game = one_over_each(6, 5)
    game.state.result = Result(outcome="win", winner="A")
    assert line(game) == "Avon won"
