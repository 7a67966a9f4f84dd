"""Throttling: who guesses waits longer and longer, and who does not is forgotten."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.throttling import (
    LOGIN_LIMITS,
    Limit,
    Tally,
    attempt,
    given_back,
    network_of,
    wait_after,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LIMIT = Limit(
    free=3,
    first_wait=timedelta(seconds=2),
    longest_wait=timedelta(seconds=60),
    memory=timedelta(hours=1),
)


def test_the_waits_double_up_to_the_longest() -> None:
    waits = [wait_after(attempts, LIMIT).total_seconds() for attempts in range(1, 11)]
    assert waits == [0, 0, 2, 4, 8, 16, 32, 60, 60, 60]
    assert wait_after(10**9, LIMIT) == LIMIT.longest_wait


def test_who_comes_too_early_is_not_counted() -> None:
    tally = Tally(attempts=3, last_at=NOW, free_at=NOW + timedelta(seconds=2))
    assert attempt(tally, LIMIT, NOW + timedelta(seconds=1)) == (tally, timedelta(seconds=1))
    counted, wait = attempt(tally, LIMIT, NOW + timedelta(seconds=2))
    assert (counted.attempts, wait) == (4, timedelta(0))


def test_all_is_forgotten_after_a_while() -> None:
    tally = Tally(attempts=9, last_at=NOW, free_at=NOW + timedelta(seconds=60))
    counted, _ = attempt(tally, LIMIT, NOW + LIMIT.memory)
    assert counted == Tally(attempts=1, last_at=NOW + LIMIT.memory, free_at=None)


def test_what_is_given_back_was_never_counted() -> None:
    counted, _ = attempt(Tally(), LIMIT, NOW)
    assert given_back(counted).attempts == 0
    assert given_back(Tally()).attempts == 0


@given(pauses=st.lists(st.integers(0, 600), min_size=1, max_size=200))
def test_no_pace_gets_more_guesses_than_the_waits_allow(pauses: list[int]) -> None:
    """Whoever tries at whatever pace: after the free ones, two guesses are a whole wait apart."""
    tally, now = Tally(), NOW
    let_through: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        tally, wait = attempt(tally, LIMIT, now)
        if not wait:
            let_through.append(now)
    run = 0
    for earlier, later in itertools.pairwise(let_through):
        run = 1 if later - earlier >= LIMIT.memory else run + 1
        assert later - earlier >= wait_after(run, LIMIT)


@pytest.mark.parametrize("kind", LOGIN_LIMITS)
def test_nobody_guesses_a_password_of_eight_digits_in_a_year(kind: str) -> None:
    limit = LOGIN_LIMITS[kind]
    guesses_a_year = limit.free + timedelta(days=365) / limit.longest_wait
    assert guesses_a_year < 10**8 / 500


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
        ("", "unknown"),
    ],
)
def test_whom_an_address_stands_for(address: str, network: str) -> None:
    assert network_of(address) == network
