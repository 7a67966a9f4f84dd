"""When somebody is told: quiet hours by the clock of their zone, digests, and what cannot wait."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.notification.notice import Category, Channel
from domain.notification.preferences import (
    Choice,
    Preferences,
    QuietHours,
    next_digest,
    plan,
    quiet_until,
)

ALL = frozenset(Channel)
NIGHT = QuietHours(start=time(22), end=time(7))


def utc(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


def person(zone: str = "Asia/Kolkata", quiet: QuietHours | None = NIGHT, **more: object) -> Preferences:
    choices = {each: Choice(channels=ALL) for each in Category}
    return Preferences(time_zone=zone, quiet=quiet, choices=choices, **more)  # type: ignore[arg-type]


def test_by_day_it_is_told_at_once() -> None:
    now = utc("2026-04-01T06:00")
    found = plan(person(), Category.FIXTURES, now)
    assert (found.inbox, found.at_once, found.due_at) == (True, (Channel.EMAIL, Channel.PUSH), now)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-04-01T16:30", "2026-04-02T01:30"),  # 22:00 in India
        ("2026-04-01T20:00", "2026-04-02T01:30"),  # 01:30, after midnight
        ("2026-04-02T01:29", "2026-04-02T01:30"),
    ],
)
def test_at_night_it_waits_for_the_morning_of_the_persons_zone(now: str, until: str) -> None:
    assert plan(person(), Category.FIXTURES, utc(now)).due_at == utc(until)


@pytest.mark.parametrize("now", ["2026-04-01T16:29", "2026-04-02T01:30"])
def test_the_night_begins_and_ends_when_it_says(now: str) -> None:
    assert quiet_until(person(), utc(now)) is None


def test_what_is_critical_wakes_people() -> None:
    now = utc("2026-04-01T20:00")
    assert plan(person(), Category.DISPUTES, now, critical=True).due_at == now


def test_what_is_worth_nothing_by_the_morning_is_only_in_the_inbox() -> None:
    now = utc("2026-04-01T20:00")
    found = plan(person(), Category.WICKETS, now, expires_at=now + timedelta(minutes=10))
    assert (found.inbox, found.at_once) == (True, ())


def test_a_way_that_there_is_not_is_not_planned() -> None:
    found = plan(person(), Category.FIXTURES, utc("2026-04-01T06:00"), reachable=frozenset({Channel.INBOX}))
    assert found.at_once == ()


def test_who_wants_nothing_of_it_gets_nothing() -> None:
    nobody = Preferences(choices={Category.TOSS: Choice(channels=frozenset())})
    assert plan(nobody, Category.TOSS, utc("2026-04-01T06:00")).nothing


# --- digests ---------------------------------------------------------------------------------------------------

COLLECTED = Preferences(
    time_zone="Asia/Kolkata", choices={Category.RESULTS: Choice(channels=ALL, digest=True)}
)


def test_a_mail_waits_for_the_digest_and_a_push_does_not() -> None:
    now = utc("2026-04-01T06:00")
    found = plan(COLLECTED, Category.RESULTS, now)
    assert (found.at_once, found.due_at) == ((Channel.PUSH,), now)
    assert found.digest_at == utc("2026-04-02T02:30")  # 08:00 in India, the next day


def test_the_digest_is_the_next_one() -> None:
    assert next_digest(COLLECTED, utc("2026-04-01T02:27")) == utc("2026-04-01T02:30")
    assert next_digest(COLLECTED, utc("2026-04-01T02:30")) == utc("2026-04-02T02:30")


def test_a_digest_about_to_be_written_takes_nothing_more() -> None:
    """What is planned now is kept a moment later, when the mail may have been written already."""
    assert next_digest(COLLECTED, utc("2026-04-01T02:29")) == utc("2026-04-02T02:30")


def test_what_is_critical_waits_for_no_digest() -> None:
    found = plan(COLLECTED, Category.RESULTS, utc("2026-04-01T06:00"), critical=True)
    assert found.digest_at is None
    assert Channel.EMAIL in found.at_once


def test_a_digest_may_be_all_that_is_wanted() -> None:
    mails = Preferences(choices={Category.RESULTS: Choice(channels=frozenset({Channel.EMAIL}), digest=True)})
    found = plan(mails, Category.RESULTS, utc("2026-04-01T06:00"))
    assert (found.inbox, found.at_once, found.nothing) == (False, (), False)


# --- when clocks change: Berlin, 29 March and 25 October 2026, between 01:00 and 03:00 -------------------------------

EARLY = QuietHours(start=time(1, 30), end=time(2, 30))


def test_an_end_that_clocks_leave_out_is_as_much_after_the_change() -> None:
    spring = person("Europe/Berlin", EARLY)
    assert quiet_until(spring, utc("2026-03-29T00:45")) == utc("2026-03-29T01:30")  # 03:30 by the new time


def test_an_end_that_is_there_twice_is_the_second() -> None:
    autumn = person("Europe/Berlin", EARLY)
    second = utc("2026-10-25T01:30")
    for now in ("2026-10-24T23:30", "2026-10-25T00:15", "2026-10-25T00:45", "2026-10-25T01:29"):
        assert quiet_until(autumn, utc(now)) == second, now
    assert quiet_until(autumn, second) is None


def test_a_start_that_is_there_twice_is_the_first() -> None:
    autumn = person("Europe/Berlin", QuietHours(start=time(2, 30), end=time(7)))
    assert quiet_until(autumn, utc("2026-10-25T00:29")) is None
    for now in ("2026-10-25T00:30", "2026-10-25T01:10"):  # 02:10 for the second time is within
        assert quiet_until(autumn, utc(now)) == utc("2026-10-25T06:00"), now


def test_a_digest_in_the_hour_that_is_there_twice_comes_once() -> None:
    autumn = person("Europe/Berlin", None, digest_at=time(2, 30))
    assert next_digest(autumn, utc("2026-10-24T12:00")) == utc("2026-10-25T00:30")
    assert next_digest(autumn, utc("2026-10-25T00:30")) == utc("2026-10-26T01:30")


def test_a_digest_in_the_hour_that_is_left_out_comes_all_the_same() -> None:
    spring = person("Europe/Berlin", None, digest_at=time(2, 30))
    assert next_digest(spring, utc("2026-03-28T12:00")) == utc("2026-03-29T01:30")


def test_quiet_hours_of_no_length_are_none() -> None:
    assert quiet_until(person(quiet=QuietHours(start=time(8), end=time(8))), utc("2026-04-01T02:30")) is None
