"""Duckworth-Lewis, Standard Edition: the ICC's worked examples, and what must hold of any match."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.match import dls
from domain.match.dls_table import MAXIMUM_BALLS, RESOURCES
from domain.match.state import Innings, Stoppage

OVER = 6

balls = st.integers(0, MAXIMUM_BALLS)
wickets = st.integers(0, 9)
scores = st.integers(0, 500)
resources = st.integers(1, 1000)


def innings(overs: int | None, *, runs: int = 0, down: int = 0, bowled: str = "0.0", **more: Any) -> Innings:
    whole, _, loose = bowled.partition(".")
    length = None if overs is None else overs * OVER
    given = Innings(number=1, batting="a", bowling="b", length=length, full_length=length)
    given.runs, given.wickets, given.overs, given.over_balls = runs, down, int(whole), int(loose or 0)
    for name, value in more.items():
        setattr(given, name, value)
    return given


def completed(overs: int, runs: int, **more: Any) -> Innings:
    return innings(overs, runs=runs, bowled=f"{overs}.0", closed="overs complete", **more)


def lost(before: int, after: int, down: int) -> Stoppage:
    return Stoppage(balls_left_before=before, balls_left_after=after, wickets=down)


def test_the_table_is_whole() -> None:
    assert len(RESOURCES) == 301
    assert {len(row) for row in RESOURCES} == {10}
    assert RESOURCES[300] == (1000, 934, 851, 749, 627, 490, 349, 220, 119, 47)
    assert RESOURCES[0] == (0,) * 10


@pytest.mark.parametrize(
    ("balls_left", "down", "tenths"),
    [(30 * 6, 2, 673), (20 * 6, 2, 524), (40 * 6, 0, 893), (25 * 6, 5, 422), (7 * 6 + 4, 6, 194)],
)
def test_resources_left_are_read_by_ball_and_wickets(balls_left: int, down: int, tenths: int) -> None:
    assert dls.resource(balls_left, down) == tenths


def test_a_side_all_out_has_nothing_left() -> None:
    assert dls.resource(300, 10) == 0


def test_overs_of_five_balls_count_as_overs() -> None:
    assert dls.resource(100, 0, balls_per_over=5) == dls.resource(120, 0)


def test_a_ball_of_another_over_is_interpolated_to_the_nearest_tenth() -> None:
    # 99 five-ball balls are 118.8 of six: a fifth of the way down from 119 to 118.
    at_118, at_119 = RESOURCES[118][0], RESOURCES[119][0]
    assert dls.resource(99, 0, balls_per_over=5) == int(at_118 + (at_119 - at_118) * 0.8 + 0.5)


@pytest.mark.parametrize("balls_left", [-1, 301])
def test_the_table_ends_at_fifty_overs(balls_left: int) -> None:
    assert not dls.covers(balls_left)
    with pytest.raises(ValueError, match="up to 50 overs"):
        dls.resource(balls_left, 0)


def test_icc_example_1_first_innings_interrupted() -> None:
    """50 overs a side; the first side, three down with 30 left, loses ten; each side then has 40."""
    first = completed(50, 180, stoppages=[lost(30 * OVER, 20 * OVER, 3)])
    assert dls.resources_of(first) == 875
    assert dls.revised_target(first, innings(40)) == 185


def test_icc_example_2_second_innings_delayed() -> None:
    """A match of 45 overs a side; the second side starts with 35."""
    first = completed(45, 212)
    assert dls.resources_of(first) == 950
    assert dls.revised_target(first, innings(35)) == 185


def test_icc_example_3_second_innings_interrupted() -> None:
    """The second side, one down with 38 left, loses ten overs."""
    second = innings(50, bowled="12.0", down=1, stoppages=[lost(38 * OVER, 28 * OVER, 1)])
    assert dls.resources_of(second) == 868
    assert dls.revised_target(completed(50, 250), second) == 218


def test_icc_example_4_second_innings_interrupted_twice_and_abandoned() -> None:
    """Then two more are lost at three down with 18 left, and play ends six down with 7.4 left."""
    second = innings(50, down=6, bowled="30.2", closed="weather")
    second.stoppages = [lost(38 * OVER, 28 * OVER, 1), lost(18 * OVER, 16 * OVER, 3)]
    second.length = 38 * OVER
    assert dls.resources_of(second) == 638
    assert dls.par(completed(50, 250), second) == 159


def test_bbc_example_second_innings_resumes_with_ten_overs() -> None:
    """The second side, five down after 25 overs: the table's 42.2 of its resources shrink to 26.1."""
    second = innings(50, bowled="25.0", down=5, stoppages=[lost(25 * OVER, 10 * OVER, 5)])
    assert dls.resources_of(second) == 839
    assert dls.revised_target(completed(50, 250), second) == 210


def test_a_first_innings_cut_short_loses_what_it_had_left() -> None:
    first = innings(50, runs=100, down=2, bowled="20.0", closed="weather")
    assert dls.resources_of(first) == 1000 - 673


@pytest.mark.parametrize("closed", ["all out", "declared", "overs complete"])
def test_a_side_that_ran_its_course_has_used_all_it_had(closed: str) -> None:
    first = innings(50, runs=100, down=9, bowled="20.0", closed=closed)
    assert dls.resources_of(first) == 1000


def test_more_resources_than_the_first_side_are_worth_their_share_of_g50() -> None:
    assert dls.target(180, 875, 893, g50=245) == 185
    assert dls.target(180, 875, 893, g50=200) == 184


def test_a_first_side_without_resources_leaves_a_target_of_g50s_share() -> None:
    assert dls.target(0, 0, 200, g50=245) == 50


def test_penalty_runs_after_its_innings_raise_the_target_unscaled() -> None:
    """Clause 6.2: the target is computed from the original score and then raised."""
    first = completed(45, 212 + 5, penalty_after=5)
    assert dls.revised_target(first, innings(35)) == 185 + 5
    assert dls.par(first, innings(35)) == 5


def test_penalty_runs_during_its_innings_are_part_of_its_score() -> None:
    first = completed(45, 212, penalty=5)
    assert dls.revised_target(first, innings(35)) == 185


def test_a_side_of_six_starts_as_if_five_were_lost() -> None:
    first = completed(5, 60, wickets_limit=5)
    assert dls.resources_of(first) == dls.resource(30, 5)


def test_the_table_needs_limited_overs() -> None:
    with pytest.raises(ValueError, match="limited overs"):
        dls.resources_of(innings(None))
    with pytest.raises(ValueError, match="limited overs"):
        dls.resources_left(innings(None))


@given(balls, wickets)
def test_a_ball_more_is_never_worth_less(balls_left: int, down: int) -> None:
    assert dls.resource(min(balls_left + 1, MAXIMUM_BALLS), down) >= dls.resource(balls_left, down)


@given(balls, wickets)
def test_a_wicket_more_is_never_worth_more(balls_left: int, down: int) -> None:
    assert dls.resource(balls_left, down + 1) <= dls.resource(balls_left, down)


@given(st.integers(1, 10), balls, wickets)
def test_any_length_of_over_keeps_within_its_overs(balls_per_over: int, balls_left: int, down: int) -> None:
    overs = balls_left // balls_per_over
    if dls.covers(balls_left + balls_per_over, balls_per_over):
        of_overs = [dls.resource(n * OVER, down) for n in (overs, overs + 1)]
        assert of_overs[0] <= dls.resource(balls_left, down, balls_per_over) <= of_overs[1]


@given(scores, resources, resources, st.integers(150, 300))
def test_par_at_the_end_is_one_short_of_the_target(score: int, r1: int, r2: int, g50: int) -> None:
    assert dls.par_score(score, r1, r2, g50) == dls.target(score, r1, r2, g50) - 1


@given(scores, resources, st.integers(0, 999), st.integers(150, 300))
def test_more_resources_never_lower_the_target(score: int, r1: int, r2: int, g50: int) -> None:
    assert dls.target(score, r1, r2 + 1, g50) >= dls.target(score, r1, r2, g50)


@given(scores, resources, st.integers(150, 300))
def test_equal_resources_leave_the_target_at_one_more(score: int, r: int, g50: int) -> None:
    assert dls.target(score, r, r, g50) == score + 1


@given(scores, st.integers(0, 10), st.integers(0, 49), st.integers(0, 5))
def test_a_wicket_raises_par_and_a_second_innings_done_leaves_the_target(
    score: int, down: int, overs: int, loose: int
) -> None:
    first = completed(50, score)
    second = innings(50, bowled=f"{overs}.{loose}", down=down)
    worse = innings(50, bowled=f"{overs}.{loose}", down=down + 1)
    assert dls.par(first, worse) >= dls.par(first, second)
    assert dls.par(first, completed(50, 0)) == dls.revised_target(first, second) - 1


@pytest.mark.parametrize(
    ("method", "called"), [(dls.METHOD, "D/L"), ("DLS", "DLS"), ("VJD", "VJD"), (None, None)]
)
def test_cricsheets_files_name_no_edition_of_duckworth_lewis(method: str | None, called: str | None) -> None:
    assert dls.short_name(method) == called
