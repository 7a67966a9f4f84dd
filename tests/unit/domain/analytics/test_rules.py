"""The rules of analytics, each with the case it is about."""

from dataclasses import replace
from typing import Any

import pytest

from domain.analytics.feats import HatTrick, HatTricks, Milestones
from domain.analytics.fielding import fielding_of
from domain.analytics.meetings import Meeting
from domain.analytics.phases import DEATH, MIDDLE, POWERPLAY, WHOLE, phase_bounds, phase_of
from domain.analytics.points import half_points
from domain.match.commands import StartInnings
from domain.match.conditions import HUNDRED, ODI, T20, TEST, PlayingConditions
from domain.match.delivery import Called, Delivery, DismissalKind, Fielder, Wicket
from domain.match.state import Ball, Batter, Innings
from projections.analytics_tally import Tally
from tests.unit.domain.match.game import Game, short, started

K = DismissalKind


def phases(conditions: PlayingConditions, length: int | None = None) -> list[str]:
    """The phase of each over of an innings that began with ``length`` balls."""
    full = conditions.overs_per_innings and conditions.overs_per_innings * conditions.balls_per_over
    innings = Innings(
        1, "a", "b", balls_per_over=conditions.balls_per_over, full_length=length if length else full
    )
    bounds = phase_bounds(innings, conditions)
    overs = -(-(innings.full_length or 6) // conditions.balls_per_over)
    return [phase_of(over, bounds) for over in range(overs)]


@pytest.mark.parametrize(
    ("conditions", "length", "powerplay", "death"),
    [
        (T20, None, 6, 4),
        (ODI, None, 10, 10),
        (HUNDRED, None, 5, 4),
        (T20, 60, 3, 2),  # ten overs a side
        (T20, 30, 2, 1),  # five overs: 1.5 of powerplay is two
        (T20, 118, 6, 4),  # 19.4 overs are twenty begun
        (ODI, 60, 2, 2),
    ],
)
def test_the_phases_of_an_innings(
    conditions: PlayingConditions, length: int | None, powerplay: int, death: int
) -> None:
    found = phases(conditions, length)
    assert [found.count(POWERPLAY), found.count(DEATH)] == [powerplay, death]
    assert found == sorted(found, key=(POWERPLAY, MIDDLE, DEATH).index)


def test_an_innings_without_limit_has_no_phases() -> None:
    assert set(phases(TEST)) == {WHOLE}


def test_without_a_powerplay_the_middle_comes_first() -> None:
    assert phases(replace(T20, powerplays=()))[:3] == [MIDDLE] * 3


# --- hat-tricks --------------------------------------------------------------------------------------------------


def hat_tricks(game: Game) -> list[HatTrick]:
    found = HatTricks()
    for innings in game.state.innings:
        for ball in innings.balls:
            found.add(ball, innings.number)
    return found.found


def test_three_wickets_with_three_balls_of_an_over() -> None:
    game = started()
    for _ in range(3):
        game.wicket()
    assert hat_tricks(game) == [HatTrick("b7", 1, 0, 3)]


def test_a_hat_trick_goes_on_in_the_bowlers_next_over() -> None:
    """Two with the last balls of one over, the third with the first ball of the next, another bowler between."""
    game = started()
    for _ in range(4):
        game.ball()
    game.wicket()
    game.wicket()
    for _ in range(6):
        game.ball(bowler="b8") if game.innings.bowler is None else game.ball()
    game.wicket(bowler="b7")
    assert hat_tricks(game) == [HatTrick("b7", 1, 2, 1)]


def test_a_wide_between_breaks_it_for_it_is_a_delivery() -> None:
    game = started()
    game.wicket()
    game.wicket()
    game.ball(wides=1)
    game.wicket()
    assert hat_tricks(game) == []


def test_a_stumping_off_a_wide_is_part_of_it() -> None:
    game = started()
    game.wicket()
    game.wicket("stumped", wides=1)
    game.wicket()
    assert hat_tricks(game) == [HatTrick("b7", 1, 0, 3)]


def test_a_run_out_is_not_the_bowlers() -> None:
    game = started()
    game.wicket()
    game.wicket()
    game.wicket("run out", crossed=False)
    game.wicket()
    assert hat_tricks(game) == []


def test_four_with_four_are_one_hat_trick_of_four() -> None:
    game = started()
    for _ in range(4):
        game.wicket()
    assert hat_tricks(game) == [HatTrick("b7", 1, 0, 3, wickets=4)]


def test_six_with_six_are_one_and_three_later_another() -> None:
    game = started()
    for out in (True, True, True, False, True, True):
        game.wicket() if out else game.ball()
    for _ in range(6):
        game.ball(bowler="b8") if game.innings.bowler is None else game.ball()
    game.wicket(bowler="b7")
    assert [(feat.over, feat.ball, feat.wickets) for feat in hat_tricks(game)] == [(0, 3, 3), (2, 1, 3)]


def test_it_goes_on_in_the_second_innings_of_a_match() -> None:
    """Merv Hughes at Perth in 1988 took one over two innings."""
    game = started(TEST)
    for _ in range(8):
        game.wicket(bowler="b7") if game.innings.bowler is None else game.wicket()
        while game.innings.bowler is not None:
            game.ball()
        for _ in range(6):
            game.ball(bowler="b8") if game.innings.bowler is None else game.ball()
    game.wicket(bowler="b7")
    game.wicket()
    assert game.innings.closed == "all out"
    game.do(StartInnings(batting="B"))
    game.bowl_out_side()
    game.do(StartInnings())
    game.wicket(bowler="b7")
    assert [feat.innings for feat in hat_tricks(game) if feat.bowler == "b7"] == [3]


# --- milestones --------------------------------------------------------------------------------------------------


def milestones(*deliveries: Delivery) -> Milestones:
    found = Milestones()
    for number, d in enumerate(deliveries):
        found.add(Ball(number, number // 6, number % 6 + 1, d, legal=d.called is None, score=0, wickets=0))
    return found


def scored(*runs: int, striker: str = "a1", **what: Any) -> list[Delivery]:
    """Balls to a batter."""
    return [Delivery(striker=striker, non_striker="a9", bowler="b1", bat_runs=each, **what) for each in runs]


def test_the_fastest_fifty_counts_balls_faced_no_balls_too_and_no_wides() -> None:
    """Fifty off twelve, as Yuvraj Singh made it at Durban in 2007; the wide is not faced, the no-ball is."""
    before = [
        *scored(6, 6, 6, 6, 6, 4, 4),
        *scored(0, wides=1, called=Called.WIDE),
        *scored(4, no_balls=1, called=Called.NO_BALL),
        *scored(6, 6, striker="a2"),
        *scored(1, 1, 1),
    ]
    assert milestones(*before).fifty == {}
    assert milestones(*before, *scored(6, 6, 0, 4)).fifty == {"a1": 12}


def test_a_six_from_ninety_six_brings_the_hundred_and_the_fifty_is_not_forgotten() -> None:
    sixes = scored(*[6] * 16)
    assert milestones(*sixes).hundred == {}
    found = milestones(*sixes, *scored(0, 6, 6))
    assert (found.fifty, found.hundred) == ({"a1": 9}, {"a1": 18})


# --- a batter against a bowler -----------------------------------------------------------------------------------


def met(*deliveries: Delivery) -> Meeting:
    meeting = Meeting()
    for d in deliveries:
        meeting.add(d, legal=d.called is None)
        for wicket in d.wickets:
            meeting.out(wicket.kind)
    return meeting


def delivery(**what: Any) -> Delivery:
    return Delivery(striker="a1", non_striker="a2", bowler="b1", **what)


def test_a_single_and_a_three_turn_the_strike_and_a_boundary_does_not() -> None:
    single, three, two = (delivery(bat_runs=runs) for runs in (1, 3, 2))
    four = delivery(bat_runs=4, boundary="four")
    meeting = met(single, three, two, four)
    assert (meeting.rotated, meeting.balls, meeting.dots, meeting.fours) == (2, 4, 0, 1)


def test_four_that_were_run_are_no_boundary() -> None:
    assert met(delivery(bat_runs=4, all_run=True)).fours == 0


def test_leg_byes_are_a_dot_for_the_batter_and_no_dot_less_for_the_bowler() -> None:
    meeting = met(delivery(leg_byes=1))
    assert (meeting.dots, meeting.bowler_dots, meeting.conceded, meeting.rotated) == (1, 1, 0, 0)


def test_a_wide_is_not_faced_and_a_no_ball_is() -> None:
    wide, no_ball = delivery(wides=5, called=Called.WIDE), delivery(no_balls=1, called=Called.NO_BALL)
    meeting = met(wide, no_ball)
    assert (meeting.balls, meeting.legal, meeting.wides, meeting.no_balls) == (1, 0, 5, 1)
    assert (meeting.dots, meeting.bowler_dots, meeting.conceded) == (1, 0, 6)


@pytest.mark.parametrize(
    ("kind", "outs", "wickets"),
    [(K.BOWLED, 1, 1), (K.RUN_OUT, 1, 0), (K.RETIRED_HURT, 0, 0), (K.OBSTRUCTING_THE_FIELD, 1, 0)],
)
def test_which_wickets_are_the_bowlers(kind: DismissalKind, outs: int, wickets: int) -> None:
    meeting = met(delivery(wickets=(Wicket(player="a1", kind=kind),)))
    assert (meeting.outs, meeting.wickets) == (outs, wickets)


# --- in the field, and points ------------------------------------------------------------------------------------


def test_who_is_thanked_for_a_wicket() -> None:
    keeper, sub = Fielder(player="b1"), Fielder(player="bs1", substitute=True)
    out = {
        K.CAUGHT: (keeper,),
        K.STUMPED: (keeper,),
        K.RUN_OUT: (keeper, Fielder(player="b2"), keeper),
        K.CAUGHT_AND_BOWLED: (),
        K.BOWLED: (),
    }
    found = {
        kind: list(fielding_of(Batter("a1", out=Wicket(player="a1", kind=kind, fielders=who), bowler="b9")))
        for kind, who in out.items()
    }
    assert found == {
        K.CAUGHT: [("b1", "catch")],
        K.STUMPED: [("b1", "stumping")],
        K.RUN_OUT: [("b1", "run out"), ("b2", "run out")],
        K.CAUGHT_AND_BOWLED: [("b9", "catch")],
        K.BOWLED: [],
    }
    by_a_substitute = Wicket(player="a1", kind=K.CAUGHT, fielders=(sub,))
    assert list(fielding_of(Batter("a1", out=by_a_substitute, bowler="b9"))) == []


def test_points_for_the_most_valuable_player() -> None:
    """Four fours, two sixes, three wickets, ten dot balls and a catch: 10 + 7 + 10.5 + 10 + 2.5."""
    sums = {"fours": 4, "sixes": 2, "wickets": 3, "bowl_dots": 10, "catches": 1, "runs": 60}
    assert half_points(sums) / 2 == 40


def test_a_super_over_is_counted_nowhere() -> None:
    game = started(short(1))
    game.over(1)
    game.do(StartInnings())
    game.over(1)
    game.do(StartInnings(super_over=True))
    game.ball(bat_runs=6)
    tally = Tally()
    tally.count(game.state)
    assert game.innings.super_over
    assert sum(meeting.balls for meeting in tally.meetings.values()) == 12
