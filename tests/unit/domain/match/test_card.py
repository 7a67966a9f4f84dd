"""The scorecard: its innings, what a chase needs, and what stands beside them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.match import dls
from domain.match.card import scorecard
from domain.match.commands import (
    DeclareInnings,
    EndInnings,
    ForfeitInnings,
    RecordBowlOut,
    ReviseTarget,
    StartInnings,
)
from domain.match.conditions import TEST, TieBreak
from domain.match.dls_table import RESOURCES
from tests.unit.domain.match.game import Game, card_of, short, started


def test_total_overs_and_run_rate() -> None:
    game = started()
    game.over(6, 6)
    game.ball(bat_runs=1)
    card = card_of(game)
    assert (card.runs, card.wickets, card.overs, card.balls, card.limit) == (13, 0, "1.1", 7, "20")
    assert card.run_rate == Decimal("11.14")
    assert card.score == "13/0"


def test_all_out_is_printed_without_wickets() -> None:
    game = started()
    game.ball(bat_runs=3)
    game.bowl_out_side()
    card = card_of(game)
    assert (card.all_out, card.score, card.wickets, card.closed) == (True, "3", 10, "all out")


def test_before_the_first_ball_there_are_no_rates() -> None:
    card = card_of(started())
    assert (card.run_rate, card.last_five_overs, card.projections, card.recent) == (None, None, (), ())
    assert card.overs == "0"


def test_a_chase_knows_what_it_needs() -> None:
    game = started(short(2))
    game.innings_of(19)
    game.do(StartInnings())
    game.over(6)
    chase = card_of(game).chase
    assert chase is not None
    assert (chase.target, chase.method, chase.runs_needed, chase.balls_left) == (20, None, 14, 6)
    assert (chase.required_run_rate, chase.wickets_left) == (Decimal("14.00"), 10)


def test_a_chase_over_has_no_required_rate() -> None:
    game = started(short(1))
    game.innings_of(9)
    game.do(StartInnings())
    game.over(1)
    chase = card_of(game).chase
    assert chase is not None
    assert (chase.runs_needed, chase.balls_left, chase.required_run_rate, chase.par) == (9, 0, None, None)


def test_the_first_innings_has_no_chase() -> None:
    assert card_of(started()).chase is None


def test_par_by_the_standard_edition_at_every_ball() -> None:
    game = started(replace(short(20), rain_rule=dls.METHOD))
    game.innings_of(120)
    game.do(StartInnings())
    assert game.innings.target is not None
    at_start = card_of(game).chase
    assert at_start is not None
    assert at_start.par == 0
    game.over()
    game.wicket()
    chase = card_of(game).chase
    assert chase is not None
    in_all, left = RESOURCES[120][0], RESOURCES[113][1]
    assert chase.par == 120 * (in_all - left) // in_all


def test_there_is_no_par_where_another_method_set_the_target() -> None:
    game = started(replace(short(20), rain_rule=dls.METHOD))
    game.innings_of(120)
    game.do(StartInnings())
    game.do(ReviseTarget(runs=100, method="DLS", overs=15))
    chase = card_of(game).chase
    assert chase is not None
    assert (chase.target, chase.method, chase.par) == (100, "DLS", None)


def test_projections_of_a_first_innings() -> None:
    game = started()
    game.over(6, 2)
    game.over()
    projections = card_of(game).projections
    assert [(str(one.run_rate), one.total) for one in projections] == [
        ("4.00", 80),
        ("3.00", 62),
        ("5.00", 98),
        ("6.00", 116),
    ]


def test_the_latest_twelve_balls() -> None:
    game = started()
    game.over(1, 2)
    game.over(4, 4)
    game.ball(wides=1)
    assert card_of(game).recent == ("2", ".", ".", ".", ".", "4", "4", ".", ".", ".", ".", "wd")


def test_powerplay_and_last_five_overs() -> None:
    game = started()
    for _ in range(7):
        game.over(2, 2)
    card = card_of(game)
    assert [(one.kind, one.split.runs) for one in card.powerplays] == [("mandatory", 24)]
    assert card.last_five_overs is not None
    assert card.last_five_overs.runs == 20
    assert [over.runs for over in card.overs_bowled] == [4] * 7


def test_two_innings_a_side_have_ordinals_leads_and_declarations() -> None:
    game = started(TEST)
    game.innings_of(300)
    game.do(DeclareInnings())
    game.do(StartInnings())
    game.ball(bat_runs=4)
    game.bowl_out_side()
    game.do(StartInnings(batting="B", follow_on=True))
    cards = scorecard(game.state).innings
    assert [card.title for card in cards] == [
        "Avon 1st innings",
        "Barrow 1st innings",
        "Barrow 2nd innings (following on)",
    ]
    assert [card.lead for card in cards] == [300, -296, -296]
    assert (cards[0].score, cards[0].declared, cards[0].limit) == ("300/0d", True, None)
    assert cards[0].projections == ()


def test_a_forfeited_innings() -> None:
    game = started(TEST)
    game.innings_of(50)
    game.do(DeclareInnings())
    game.do(ForfeitInnings())
    card = card_of(game)
    assert (card.forfeited, card.score, card.batting) == (True, "forfeited", ())


def test_a_super_over_stands_apart() -> None:
    game = started(short(1))
    game.innings_of(6)
    game.do(StartInnings())
    game.innings_of(6)
    game.do(StartInnings())
    cards = scorecard(game.state).innings
    assert [card.super_over for card in cards] == [False, False, True]
    assert cards[-1].title == "Barrow Super Over"
    assert cards[-1].powerplays == ()


def test_a_bowl_out_is_on_the_card() -> None:
    game = started(short(1, tie_breaks=(TieBreak.BOWL_OUT,)))
    game.innings_of(6)
    game.do(StartInnings())
    game.innings_of(6)
    game.do(RecordBowlOut(balls=(("A", "a7", True), ("B", "b7", False))))
    card = scorecard(game.state)
    assert [(one.team.id, one.bowler.name, one.hit) for one in card.bowl_out] == [
        ("A", "A 7", True),
        ("B", "B 7", False),
    ]


def test_the_head_of_the_card() -> None:
    game = Game()
    card = scorecard(game.state)
    assert [team.name for team in card.teams] == ["Avon", "Barrow"]
    assert (card.conditions, card.toss, card.result, card.innings) == ("t20", None, None, ())
    assert card.version == game.state.version


@pytest.mark.parametrize("reason", ["weather", "time"])
def test_an_innings_ended_early_says_why(reason: str) -> None:
    game = started()
    game.over(1)
    game.do(EndInnings(reason=reason))
    card = card_of(game)
    assert (card.closed, card.all_out, card.projections) == (reason, False, ())
