"""When a delivery is tried again, and when an endpoint is given up."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.webhook.schedule import (
    FAILING_LIFE,
    LONGEST_ASKED,
    SCHEDULE,
    Again,
    Delivered,
    GivenUp,
    judge,
    pause_asked,
    succeeded,
    why_disable,
)

NOW = datetime(2026, 4, 7, 10, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_the_pauses_are_those_of_the_schedule() -> None:
    assert [int(pause.total_seconds()) for pause in SCHEDULE] == [
        0, 5, 300, 1800, 7200, 18000, 36000, 36000,
    ]  # fmt: skip


@pytest.mark.parametrize("tries", range(1, 8))
def test_what_fails_waits_for_the_next_pause(tries: int) -> None:
    assert judge(tries, 500) == Again(SCHEDULE[tries])


def test_what_fails_the_eighth_time_is_given_up() -> None:
    assert judge(8, 500) == GivenUp()


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_a_success(status: int) -> None:
    assert judge(8, status) == Delivered()


@pytest.mark.parametrize("status", [None, 100, 199, 300, 301, 304, 400, 404, 429, 500, 502, 504])
def test_nothing_else_is(status: int | None) -> None:
    assert not succeeded(status)
    assert isinstance(judge(1, status), Again)


def test_410_is_final() -> None:
    assert judge(1, 410) == GivenUp()


def test_chance_makes_a_pause_a_tenth_longer_at_most() -> None:
    assert judge(2, 500, jitter=1.0) == Again(SCHEDULE[2] * 1.1)


def test_whoever_asks_for_a_longer_pause_gets_it() -> None:
    assert judge(1, 503, HOUR) == Again(HOUR, quiet=True)


def test_whoever_asks_for_a_shorter_one_does_not() -> None:
    assert judge(4, 503, SECOND) == Again(SCHEDULE[4], quiet=True)


def test_nobody_makes_us_wait_for_ever() -> None:
    assert judge(1, 503, timedelta(days=365)) == Again(LONGEST_ASKED, quiet=True)


def test_only_who_is_overrun_asks_for_all_of_an_endpoint() -> None:
    assert judge(1, 500, HOUR) == Again(HOUR)


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("120", timedelta(minutes=2)),
        (" 5 ", timedelta(seconds=5)),
        ("Tue, 07 Apr 2026 10:01:00 GMT", timedelta(minutes=1)),
        ("Tue, 07 Apr 2026 09:00:00 GMT", timedelta(0)),
        ("99999999999999", LONGEST_ASKED),
        ("-5", None),
        ("soon", None),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str | None, pause: timedelta | None) -> None:
    assert pause_asked(said, NOW) == pause


def test_who_has_failed_for_five_days_is_disabled() -> None:
    assert why_disable(500, NOW - FAILING_LIFE, NOW) == "failing"


def test_who_has_failed_for_less_is_not() -> None:
    assert why_disable(500, NOW - FAILING_LIFE + SECOND, NOW) is None


def test_a_first_failure_disables_nobody() -> None:
    assert why_disable(None, None, NOW) is None


def test_who_is_gone_is_disabled_at_once() -> None:
    assert why_disable(410, None, NOW) == "gone"
