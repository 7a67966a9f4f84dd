"""Who may win: the model's own rules, and what it says of matches in every state that one can be in."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.analytics.win_coefficients import COEFFICIENTS
from domain.analytics.win_probability import (
    Situation,
    chance_of_the_chase,
    covers,
    expected_runs,
    situation,
    win_probability,
)
from domain.match import commands as c
from domain.match import initial
from domain.match.conditions import FIRST_CLASS, HUNDRED, IPL_2023, ODI, PRESETS, T20, TEST, TieBreak
from tests.unit.domain.match.game import Game, started

EVEN = {"A": 0.5, "B": 0.5}
TIE_STANDS = replace(T20, tie_breaks=(TieBreak.TIE_STANDS,))
BALLS = st.integers(0, 120)
WICKETS = st.integers(0, 10)
RUNS = st.integers(0, 400)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """In either innings."""
    first_balls = draw(st.one_of(st.just(0), BALLS))
    return Situation(
        chasing="B",
        defending="A",
        needed=draw(RUNS),
        balls=draw(BALLS),
        wickets_lost=0 if first_balls else draw(WICKETS),
        first_balls=first_balls,
        first_wickets_lost=draw(WICKETS) if first_balls else 0,
    )


# --- what holds of the model by its form -----------------------------------------------------------------------


@given(situations(), st.integers(1, 36))
def test_more_runs_to_make_never_raise_the_chance_of_the_chase(found: Situation, more: int) -> None:
    assert chance_of_the_chase(replace(found, needed=found.needed + more)) <= chance_of_the_chase(found)


@given(situations())
def test_a_wicket_never_raises_the_chance_of_the_side_that_loses_it(found: Situation) -> None:
    before = chance_of_the_chase(found)
    if found.first_balls:
        lost = min(10, found.first_wickets_lost + 1)
        assert chance_of_the_chase(replace(found, first_wickets_lost=lost)) >= before
    else:
        lost = min(10, found.wickets_lost + 1)
        assert chance_of_the_chase(replace(found, wickets_lost=lost)) <= before


@given(situations(), st.integers(1, 6))
def test_balls_gone_never_raise_the_chance_of_the_chase(found: Situation, gone: int) -> None:
    found = replace(found, first_balls=0)
    fewer = replace(found, balls=max(0, found.balls - gone))
    assert chance_of_the_chase(fewer) <= chance_of_the_chase(found)


@given(situations())
def test_a_chance_is_a_chance(found: Situation) -> None:
    assert 0 <= chance_of_the_chase(found) <= 1


def test_the_ends_of_a_chase_are_exact() -> None:
    there = Situation(chasing="B", defending="A", needed=0, balls=0, wickets_lost=10)
    assert [chance_of_the_chase(replace(there, needed=needed)) for needed in (0, 1, 2)] == [1.0, 0.5, 0.0]


def test_what_is_still_made_grows_with_balls_and_shrinks_with_wickets() -> None:
    shares = COEFFICIENTS.shares
    assert shares[0] == 1
    assert shares[10] == 0
    assert list(shares) == sorted(shares, reverse=True)
    for wickets in range(10):
        made = [expected_runs(balls, wickets) for balls in range(121)]
        assert made[0] == 0
        assert made == sorted(made)
    assert expected_runs(120, 10) == expected_runs(120, 11) == 0


# --- formats ---------------------------------------------------------------------------------------------------


def test_it_answers_for_t20s_and_no_other_format() -> None:
    assert {name for name, conditions in PRESETS.items() if covers(conditions)} == {
        "t20",
        "ipl-2022",
        "ipl-2023",
    }
    for conditions in (
        replace(T20, overs_per_innings=10),
        replace(T20, players_per_side=8),
        replace(T20, last_batter_stands=True),
    ):
        assert not covers(conditions)


@pytest.mark.parametrize("conditions", [ODI, HUNDRED, TEST, FIRST_CLASS], ids=lambda each: each.name)
def test_of_other_formats_it_says_nothing(conditions: object) -> None:
    game = started(conditions)  # type: ignore[arg-type]
    game.ball(bat_runs=4)
    assert win_probability(game.state) is None


# --- a match from its beginning --------------------------------------------------------------------------------


def test_before_the_first_ball_the_match_is_even() -> None:
    game = Game(IPL_2023)
    assert win_probability(game.state) == EVEN
    game.do(c.RecordToss(winner="A", decision="bat"))
    assert win_probability(game.state) == EVEN
    game.do(c.StartInnings())
    assert win_probability(game.state) == EVEN


def test_of_a_match_that_does_not_exist_nothing_is_said() -> None:
    assert win_probability(initial()) is None


def chance(game: Game, team: str = "A") -> float:
    found = win_probability(game.state)
    assert found is not None
    assert sum(found.values()) == pytest.approx(1)
    return found[team]


def test_runs_speak_for_the_side_that_bats_and_wickets_against_it() -> None:
    game = started()
    game.ball(bat_runs=6)
    six = chance(game)
    assert six > 0.5
    game.wicket()
    assert chance(game) < six


def test_the_break_changes_nothing() -> None:
    """From the last ball of the first innings to the moment before the chase's first."""
    game = started()
    game.innings_of(200)
    at_the_break = chance(game)
    assert at_the_break > 0.6
    game.do(c.StartInnings())
    assert chance(game) == at_the_break


def test_while_it_is_open_nothing_is_certain() -> None:
    game = started()
    game.innings_of(300)
    game.do(c.StartInnings())
    game.bowl_out_side(9)
    assert chance(game) == 0.9999
    assert chance(game, "B") == 0.0001


def test_a_side_of_eight_begins_with_as_many_wickets_down_as_it_lacks_batters() -> None:
    whole, few = started(), started(players=8)
    for game in (whole, few):
        game.ball(bat_runs=1)
    assert chance(few) < chance(whole)


# --- results ---------------------------------------------------------------------------------------------------


def test_a_winner_has_one_and_the_other_none() -> None:
    for runs, winner in ((50, "B"), (100, "A")):
        game = started()
        game.innings_of(runs)
        game.do(c.StartInnings())
        game.innings_of(60)
        assert win_probability(game.state) == {"A": float(winner == "A"), "B": float(winner == "B")}


def test_all_out_short_of_the_target_is_lost() -> None:
    game = started()
    game.innings_of(50)
    game.do(c.StartInnings())
    game.bowl_out_side()
    assert win_probability(game.state) == {"A": 1.0, "B": 0.0}


def tied(conditions: object = T20) -> Game:
    game = started(conditions)  # type: ignore[arg-type]
    game.innings_of(60)
    game.do(c.StartInnings())
    game.innings_of(60)
    return game


def test_a_tie_is_even_until_a_super_over_has_parted_the_sides() -> None:
    game = tied()
    assert (game.state.result, win_probability(game.state)) == (None, EVEN)
    game.do(c.StartInnings(super_over=True))
    game.ball(bat_runs=6)
    assert win_probability(game.state) == EVEN
    while game.state.current is not None:
        game.ball()
    game.do(c.StartInnings(super_over=True))
    assert win_probability(game.state) == EVEN
    game.ball(bat_runs=6)
    assert win_probability(game.state) == EVEN
    game.ball(bat_runs=1)
    assert win_probability(game.state) == {"A": 1.0, "B": 0.0}


def test_a_tie_that_stands_is_even_for_good() -> None:
    game = tied(TIE_STANDS)
    assert game.state.result is not None
    assert win_probability(game.state) == EVEN


def test_no_result_is_even_and_an_award_is_not() -> None:
    game = started()
    game.ball(bat_runs=6)
    game.do(c.AbandonMatch(reason="rain"))
    assert win_probability(game.state) == EVEN
    game.do(c.AwardMatch(winner="B", reason="refused to play on"))
    assert win_probability(game.state) == {"A": 0.0, "B": 1.0}


# --- rain ------------------------------------------------------------------------------------------------------


def test_overs_lost_by_the_side_that_bats_first_are_lost_by_both() -> None:
    game = started()
    for _ in range(5):
        game.over(6, 6)
    game.do(c.ReduceOvers(innings=1, overs=10))
    found = situation(game.state)
    assert found is not None
    assert (found.needed, found.first_balls, found.balls) == (61, 30, 60)
    assert 0.5 < chance(game) < 1


def test_a_revised_target_is_the_one_that_counts() -> None:
    game = started()
    game.innings_of(160)
    game.do(c.ReviseTarget(runs=90, method="DLS", overs=10))
    planned = chance(game, "B")
    game.do(c.StartInnings())
    assert chance(game, "B") == planned
    game.ball(bat_runs=1)
    easy = chance(game, "B")
    game.do(c.ReviseTarget(runs=110, method="DLS"))
    assert chance(game, "B") < easy


def test_nothing_is_said_while_the_target_is_not_known() -> None:
    game = started()
    game.innings_of(160)
    game.do(c.StartInnings())
    game.ball(bat_runs=1)
    game.do(c.ReviseTarget(method="VJD"))
    assert win_probability(game.state) is None
    game.do(c.ReviseTarget(runs=120, method="VJD"))
    assert win_probability(game.state) is not None


def test_a_correction_counts_from_where_it_was_made() -> None:
    game = started()
    game.ball(bat_runs=4)
    version = game.innings.balls[-1].version
    game.ball(bat_runs=1)
    before = chance(game)
    game.do(c.CorrectBall(ball=version, delivery=c.RecordBall(bat_runs=6), reason="a six"))
    assert chance(game) > before
