"""Quotas: no window ever holds more than its limit, whatever the pacing, and refusals cost nothing."""

import bisect
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.forward.quotas import (
    LARGEST_BURST,
    LARGEST_SUSTAINED,
    SLICE_SECONDS,
    STANDARD,
    Decision,
    Plan,
    Use,
    Windows,
    limit_header,
    policy_header,
)

SMALL = Plan(burst=3, sustained=7, burst_seconds=60, sustained_seconds=600, guard_seconds=0)
GAPS = st.lists(
    st.one_of(st.floats(0, 0.1), st.floats(0, 70), st.floats(0, 700), st.sampled_from([0.0, 30.0, 60.0])),
    max_size=150,
)


def let_through(plan: Plan, gaps: list[float]) -> list[float]:
    """When requests that come with these pauses between are let through."""
    windows, now, times = Windows(), 1_000_000.0, list[float]()
    for gap in gaps:
        now += gap
        if windows.take("caller", plan, now).allowed:
            times.append(now)
    return times


def most_within(times: list[float], seconds: float) -> int:
    ends = (bisect.bisect_left(times, begin + seconds) for begin in times)
    return max((end - begin for begin, end in enumerate(ends)), default=0)


@given(GAPS)
def test_no_window_holds_more_than_its_limit(gaps: list[float]) -> None:
    times = let_through(SMALL, gaps)
    assert most_within(times, 60) <= 3
    assert most_within(times, 600) <= 7


@given(GAPS)
def test_whoever_is_refused_was_over_a_limit(gaps: list[float]) -> None:
    """The minute is exact; the hour gives back at most a slice late."""
    windows, now, times = Windows(), 1_000_000.0, list[float]()
    for gap in gaps:
        now += gap
        if windows.take("caller", SMALL, now).allowed:
            times.append(now)
        else:
            in_minute = sum(t > now - 60 for t in times)
            in_hour = sum(t >= now - 600 - SLICE_SECONDS for t in times)
            assert in_minute >= 3 or in_hour >= 7


@given(GAPS, st.floats(-10_000, 10_000))
def test_a_clock_that_is_set_lets_nobody_through_twice(gaps: list[float], jump: float) -> None:
    windows, now = Windows(), 1_000_000.0
    allowed = 0
    for number in range(6):
        allowed += windows.take("caller", SMALL, now + (jump if jump < 0 and number > 2 else 0)).allowed
    assert allowed == 3


def test_a_limit_of_a_hundred_holds_against_bursts_at_the_edge() -> None:
    gaps = [59.9, *[0.0] * 150, 0.2, *[0.0] * 150, 59.9, *[0.0] * 150, 1.0, *[0.0] * 150]
    times = let_through(STANDARD, gaps)
    assert most_within(times, 60) == 100
    assert len(times) == 200


def test_the_window_is_kept_a_little_longer_than_it_is_called() -> None:
    windows = Windows()
    for _ in range(100):
        windows.take("caller", STANDARD, 0.0)
    assert not windows.take("caller", STANDARD, 60.9).allowed
    assert windows.take("caller", STANDARD, 61.0).allowed


def test_ten_thousand_an_hour() -> None:
    patient = Plan(burst=5_000, sustained=10_000)
    times = let_through(patient, [0.3] * 13_000)
    assert most_within(times, 3600) == 10_000
    assert len(times) > 10_000  # some came back after their hour


def test_a_refused_request_costs_nothing() -> None:
    windows = Windows()
    for _ in range(3):
        windows.take("caller", SMALL, 0.0)
    for second in range(1, 60):
        assert not windows.take("caller", SMALL, float(second)).allowed
    assert windows.take("caller", SMALL, 60.0).allowed


def test_callers_do_not_share() -> None:
    windows = Windows()
    for _ in range(3):
        windows.take("one", SMALL, 0.0)
    assert windows.take("other", SMALL, 0.0).allowed


def test_looking_takes_nothing() -> None:
    windows = Windows()
    for _ in range(10):
        assert windows.look("caller", SMALL, 0.0).allowed
    assert windows.take("caller", SMALL, 0.0).burst == Use(1, 60.0)


def test_the_longest_silent_are_forgotten() -> None:
    windows = Windows(remembered_callers=2)
    for _ in range(3):
        windows.take("one", SMALL, 0.0)
    windows.take("two", SMALL, 0.0)
    windows.take("three", SMALL, 0.0)
    assert windows.look("one", SMALL, 0.0).burst.used == 0
    assert windows.look("two", SMALL, 0.0).burst.used == 1


def test_a_smaller_plan_holds_at_once_and_a_larger_one_too() -> None:
    windows = Windows()
    for _ in range(3):
        windows.take("caller", SMALL, 0.0)
    assert not windows.take("caller", Plan(burst=2), 1.0).allowed
    assert windows.take("caller", Plan(burst=4), 1.0).allowed


def test_when_to_try_again() -> None:
    windows = Windows()
    for second in (0.0, 10.0, 20.0):
        windows.take("caller", SMALL, second)
    refused = windows.take("caller", SMALL, 20.5)
    assert (refused.allowed, refused.retry_after_seconds) == (False, 40)
    assert windows.take("caller", SMALL, 20.5 + refused.retry_after_seconds).allowed


def test_when_to_try_again_after_the_hour_is_used_up() -> None:
    windows, now = Windows(), 0.0
    while (last := windows.take("caller", SMALL, now)).allowed:
        now += 25
    again = now + last.retry_after_seconds
    assert last.sustained.used == 7
    assert 600 < again <= 600 + SLICE_SECONDS + 25
    assert windows.take("caller", SMALL, again).allowed


def test_the_headers_of_the_draft() -> None:
    decision = Decision(True, STANDARD, Use(93, 11.2), Use(9_999, 60.0))
    assert policy_header(STANDARD) == '"burst";q=100;w=60, "sustained";q=10000;w=3600'
    assert limit_header(decision) == '"burst";r=7;t=12, "sustained";r=1;t=60'


def test_nothing_is_less_than_none() -> None:
    assert '"burst";r=0;' in limit_header(Decision(False, Plan(burst=2), Use(5, 1.0), Use(5, 1.0)))


@pytest.mark.parametrize(
    ("burst", "sustained"), [(0, 1), (1, 0), (-1, 1), (LARGEST_BURST + 1, 1), (1, LARGEST_SUSTAINED + 1)]
)
def test_a_plan_has_bounds(burst: int, sustained: int) -> None:
    with pytest.raises(ValueError, match="a plan has"):
        Plan(burst=burst, sustained=sustained)


def test_a_caller_is_remembered_in_little() -> None:
    windows = Windows()
    for number in range(20_000):
        windows.take("caller", Plan(burst=100, sustained=10_000), number * 0.7)
    (known,) = windows._callers.values()
    assert len(known.times) <= 100
    assert len(known.slices) <= math.ceil(3600 / SLICE_SECONDS) + 2
