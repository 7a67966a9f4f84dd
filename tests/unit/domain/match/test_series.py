"""An innings as series: over by over, powerplays, last overs, partnerships, wagon wheel."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.match import series
from domain.match.commands import DismissBatter, ReduceOvers, SendInBatter, SetPowerplay, StartInnings
from domain.match.conditions import HUNDRED, ODI, T20
from domain.match.delivery import Called, Delivery, DismissalKind, Shot, Wicket
from tests.unit.domain.match.game import Game, short, started

K = DismissalKind


def label(**what: Any) -> str:
    return series.ball_label(Delivery(striker="a1", non_striker="a2", bowler="b1", **what), T20)


def fallen(kind: DismissalKind = K.BOWLED) -> tuple[Wicket, ...]:
    return (Wicket(player="a1", kind=kind),)


@pytest.mark.parametrize(
    ("what", "printed"),
    [
        ({}, "."),
        ({"bat_runs": 1}, "1"),
        ({"bat_runs": 6, "boundary": "six"}, "6"),
        ({"leg_byes": 1}, "1lb"),
        ({"byes": 4}, "4b"),
        ({"wides": 1, "called": Called.WIDE}, "wd"),
        ({"wides": 5, "called": Called.WIDE}, "wd+4"),
        ({"no_balls": 1, "called": Called.NO_BALL}, "nb"),
        ({"no_balls": 1, "bat_runs": 2, "called": Called.NO_BALL}, "nb+2"),
        ({"no_balls": 1, "leg_byes": 1, "called": Called.NO_BALL}, "nb+1lb"),
        ({"called": Called.WIDE}, "wd"),
        ({"bat_runs": 1, "penalty": 5}, "1+5p"),
        ({"wickets": fallen()}, "W"),
        ({"bat_runs": 1, "wickets": fallen(K.RUN_OUT)}, "1W"),
        ({"wides": 1, "called": Called.WIDE, "wickets": fallen(K.STUMPED)}, "wdW"),
        ({"wickets": fallen(K.RETIRED_HURT)}, "."),
    ],
)
def test_a_ball_is_printed_as_scorers_do(what: dict[str, Any], printed: str) -> None:
    assert label(**what) == printed


def test_the_no_ball_of_the_hundred_is_worth_two_in_itself() -> None:
    delivery = Delivery(striker="a1", non_striker="a2", bowler="b1", no_balls=2, called=Called.NO_BALL)
    assert series.ball_label(delivery, HUNDRED) == "nb"


def test_over_by_over_is_manhattan_and_worm() -> None:
    game = started()
    game.over(1, 0, 4)
    game.ball(wides=1)
    game.wicket()
    game.ball(bat_runs=6)
    first, second = series.over_by_over(game.innings, T20)
    assert (first.over, first.runs, first.wickets, first.total, first.wickets_down) == (1, 5, 0, 5, 0)
    assert (second.over, second.runs, second.wickets, second.total, second.wickets_down) == (2, 7, 1, 12, 1)
    assert first.balls == ("1", ".", "4", ".", ".", ".")
    assert second.balls == ("wd", "W", "6")
    assert (first.bowlers, second.bowlers) == (("b7",), ("b8",))
    assert [over.run_rate for over in (first, second)] == [Decimal("5.00"), Decimal("9.00")]


def test_a_wicket_between_overs_belongs_to_the_next() -> None:
    game = started()
    game.over()
    game.do(DismissBatter(player="a1", kind=K.RETIRED_OUT))
    game.do(SendInBatter(player="a3"))
    game.over()
    assert [over.wickets for over in series.over_by_over(game.innings, T20)] == [0, 1]


def test_a_wicket_after_the_last_ball_belongs_to_its_over() -> None:
    game = started()
    game.over()
    game.do(DismissBatter(player="a1", kind=K.RETIRED_OUT))
    assert [over.wickets for over in series.over_by_over(game.innings, T20)] == [1]


def test_no_balls_bowled_no_overs() -> None:
    assert series.over_by_over(started().innings, T20) == []


def powerplays(game: Game) -> list[tuple[str, str, str]]:
    return [(one.kind, one.first, one.last) for one in series.powerplay_split(game.innings, game.state.rules)]


def test_the_powerplay_of_a_full_t20_innings_is_six_overs() -> None:
    game = started()
    for _ in range(8):
        game.over(1, 2)
    (split,) = series.powerplay_split(game.innings, T20)
    assert (split.kind, split.first, split.last) == ("mandatory", "0.1", "5.6")
    assert (split.split.runs, split.split.wickets, split.split.balls) == (18, 0, 36)
    assert split.split.run_rate == Decimal("3.00")


def test_wides_at_the_end_of_its_last_over_are_in_the_powerplay() -> None:
    game = started()
    for _ in range(5):
        game.over()
    for _ in range(5):
        game.ball()
    game.ball(wides=1)
    game.ball(wides=1)
    game.wicket()
    game.ball(bat_runs=4)
    (split,) = series.powerplay_split(game.innings, T20)
    assert (split.split.runs, split.split.wickets, split.split.balls) == (2, 1, 36)


def shortened(balls: int, conditions: Any = T20) -> Game:
    """A match reduced before it began; every ball goes for one."""
    game = started_reduced(balls, conditions)
    while game.state.current is not None:
        game.ball(bat_runs=1)
    return game


def started_reduced(balls: int, conditions: Any) -> Game:
    game = Game(conditions)
    overs, rest = divmod(balls, conditions.balls_per_over)
    game.do(ReduceOvers(overs=overs, balls=rest, innings=1))
    game.do(StartInnings(batting="A"))
    return game


@pytest.mark.parametrize(
    ("overs", "last"),
    [
        (5, "1.3"),
        (6, "1.5"),
        (7, "2.1"),
        (8, "2.2"),
        (9, "2.4"),
        (10, "2.6"),
        (12, "3.4"),
        (16, "4.5"),
        (19, "5.4"),
    ],
)
def test_a_shortened_t20_innings_has_a_powerplay_of_three_tenths_of_its_balls(overs: int, last: str) -> None:
    """T20I playing condition 28.7 since July 2025."""
    assert powerplays(shortened(overs * 6)) == [("mandatory", "0.1", last)]


@pytest.mark.parametrize(
    ("overs", "first", "middle"),
    [(20, "3.6", "15.6"), (23, "4.6", "17.6"), (27, "4.6", "21.6"), (42, "7.6", "33.6")],
)
def test_a_shortened_odi_innings_keeps_its_powerplays_in_whole_overs(
    overs: int, first: str, middle: str
) -> None:
    conditions = replace(ODI, overs_per_bowler=None)
    assert [last for _, _, last in powerplays(shortened(overs * 6, conditions))] == [
        first,
        middle,
        f"{overs - 1}.6",
    ]


def test_a_powerplay_that_ends_in_mid_over_counts_legal_balls() -> None:
    """Eight overs: 2.2; a wide in the third over comes on top."""
    game = started_reduced(48, T20)
    game.over()
    game.over()
    game.ball(bat_runs=1)
    game.ball(wides=1)
    game.ball(bat_runs=2)
    game.ball(bat_runs=4)
    (split,) = series.powerplay_split(game.innings, T20)
    assert (split.split.runs, split.split.balls) == (4, 14)


def test_a_powerplay_set_by_the_umpires_counts() -> None:
    game = started()
    game.over(1)
    game.over(2)
    game.over(4)
    game.do(SetPowerplay(kind="mandatory", first=(1, 1), last=(1, 6)))
    (split,) = series.powerplay_split(game.innings, T20)
    assert split.split.runs == 2


def test_powerplays_of_one_kind_follow_each_other_and_replace_the_planned_ones() -> None:
    game = started(ODI)
    game.over(1)
    for first, last in ((0, 8), (9, 38), (39, 48)):
        game.do(SetPowerplay(kind="mandatory", first=(first, 1), last=(last, 7)))
    spans = series.powerplay_spans(game.innings, ODI)
    assert [(span.kind, span.first, span.last) for span in spans] == [
        ("mandatory", (0, 1), (8, 7)),
        ("mandatory", (9, 1), (38, 7)),
        ("mandatory", (39, 1), (48, 7)),
    ]


def test_conditions_without_powerplays_have_none() -> None:
    game = started(short(2, powerplays=()))
    game.over()
    assert series.powerplay_split(game.innings, game.state.rules) == []


def test_the_last_five_overs_are_thirty_legal_balls() -> None:
    game = started()
    game.over(6, 6, 6)
    game.ball(bat_runs=4)  # the 31st legal ball from the end
    game.over(1, 1, 1, 1, 1, 1)
    game.ball(wides=1)
    for _ in range(3):
        game.over()
    for _ in range(6):
        game.ball(bat_runs=1)
    last = series.last_overs(game.innings)
    assert (last.runs, last.balls) == (13, 30)


def test_the_last_overs_of_a_short_innings_are_all_of_it() -> None:
    game = started()
    game.wicket()
    game.ball(bat_runs=4)
    last = series.last_overs(game.innings)
    assert (last.runs, last.wickets, last.balls, last.fours, last.sixes) == (4, 1, 2, 1, 0)


def test_stands_lie_end_to_end_on_the_total() -> None:
    game = started()
    game.ball(bat_runs=4)
    game.wicket()
    game.ball(wides=1)
    game.ball(bat_runs=2)
    assert [
        (one.wicket, one.from_runs, one.to_runs, one.unbroken) for one in series.stands(game.innings)
    ] == [
        (1, 0, 4, False),
        (2, 4, 7, True),
    ]


def test_the_wagon_wheel_has_the_noted_points_of_a_batter() -> None:
    game = started()
    game.ball(bat_runs=4, shot=Shot(stroke="cover drive", x_metres=-30.5, y_metres=41.0))
    game.ball(bat_runs=1, shot=Shot(stroke="flick"))
    game.ball(bat_runs=2, shot=Shot(x_metres=12.0, y_metres=-8.0))
    (point,) = series.wagon_wheel(game.innings, "a1")
    assert (point.over, point.ball, point.runs, point.stroke) == (1, 1, 4, "cover drive")
    assert (point.x_metres, point.y_metres, point.bowler) == (-30.5, 41.0, "b7")
    assert len(series.wagon_wheel(game.innings)) == 2
