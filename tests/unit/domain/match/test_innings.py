"""Laws 13 to 15: how innings follow each other and end."""

from dataclasses import replace

from domain.match.commands import (
    DeclareInnings,
    EndInnings,
    EndMatch,
    ForfeitInnings,
    RecordBall,
    RecordToss,
    StartInnings,
)
from domain.match.conditions import FIRST_CLASS, T20, TEST
from domain.match.events import InningsClosed, InningsStarted
from tests.unit.domain.match.game import Game, short, started


def test_the_side_that_chose_to_field_bats_second() -> None:
    game = Game()
    game.do(RecordToss(winner="A", decision="field"))
    (event,) = game.do(StartInnings())
    assert isinstance(event, InningsStarted)
    assert event.batting == "B"


def test_without_a_toss_somebody_must_say_who_bats() -> None:
    game = Game()
    assert game.refusal(StartInnings()) == "toss_missing"
    game.do(StartInnings(batting="B"))
    assert game.innings.batting == "B"


def test_ten_wickets_end_an_innings() -> None:
    game = started()
    game.bowl_out_side()
    assert game.innings.closed == "all out"
    assert game.innings.wickets == 10
    assert game.refusal(RecordBall(striker="a11", non_striker="a1", bowler="b8")) != "accepted"


def test_nine_wickets_end_an_innings_of_ten_players() -> None:
    game = started(players=10)
    game.bowl_out_side(9)
    assert game.innings.closed == "all out"


def test_the_last_batter_may_stand_alone_only_where_the_conditions_say_so() -> None:
    game = started(replace(T20, last_batter_stands=True), players=3)
    assert game.innings.wickets_limit == 3


def test_the_overs_end_an_innings_and_everybody_hears_of_it() -> None:
    game = started(short(2))
    game.over(1, 1, 1)
    game.over(4)
    closed = game.events[-1]
    assert closed == InningsClosed(innings=1, reason="overs complete", runs=7, wickets=0, overs="2")


def test_the_target_ends_the_chase_in_mid_over() -> None:
    game = started(short(1))
    game.over(1)
    game.do(StartInnings())
    game.ball(bat_runs=4)
    assert game.innings.closed == "target reached"
    assert game.innings.overs_text == "0.1"


def test_a_wide_can_win_a_match() -> None:
    game = started(short(1))
    game.over(0)
    game.do(StartInnings())
    game.ball(wides=1)
    assert game.state.result is not None
    assert (game.state.result.winner, game.state.result.by_wickets) == ("B", 10)


def test_no_second_innings_while_the_first_goes_on() -> None:
    game = started()
    assert game.refusal(StartInnings()) == "innings_in_progress"


def test_no_declaration_in_a_match_of_limited_overs() -> None:
    assert started().refusal(DeclareInnings()) == "no_declarations"


def test_a_follow_on_needs_the_lead() -> None:
    """Law 14.1: 200 in a match of five days."""
    game = started(TEST)
    game.innings_of(250)
    game.do(DeclareInnings())
    game.do(StartInnings())
    game.innings_of(51)
    game.do(DeclareInnings())
    assert game.refusal(StartInnings(follow_on=True)) == "follow_on_lead"


def test_following_on_the_same_side_bats_again() -> None:
    game = started(TEST)
    game.innings_of(250)
    game.do(DeclareInnings())
    game.do(StartInnings())
    game.innings_of(50)
    game.do(DeclareInnings())
    game.do(StartInnings(follow_on=True))
    assert game.innings.batting == "B"
    assert game.innings.follow_on


def test_a_forfeited_innings_counts_as_played() -> None:
    """Law 15.2."""
    game = started(FIRST_CLASS)
    game.innings_of(100)
    game.do(DeclareInnings())
    game.do(ForfeitInnings())
    game.do(ForfeitInnings())
    game.do(StartInnings())
    assert (game.innings.number, game.innings.batting) == (4, "B")
    assert game.innings.target is not None
    assert game.innings.target.runs == 101


def test_an_innings_cut_short_by_rain_is_closed_for_that_reason() -> None:
    game = started()
    game.over(4)
    game.do(EndInnings(reason="weather"))
    assert game.innings.closed == "weather"


def test_nothing_happens_after_the_end_of_the_match() -> None:
    game = started()
    game.over(4)
    game.do(EndMatch(reason="weather"))
    assert game.refusal(RecordBall(bowler="b8")) == "innings_closed"
    assert game.refusal(EndMatch(reason="weather")) == "match_over"
