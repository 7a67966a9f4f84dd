"""Calendars, read back as a phone would read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from adapters.calendars.feed import calendar
from domain.tournament.fixtures.feed import FeedMatch

MADE_AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
FINAL = FeedMatch(
    tournament="t-1",
    tournament_name="Coast, Hill & Valley League; first division",
    node="final",
    title="Final: Ā Kings v Strikers – the longest title that ever was written, with commas, and more of them",
    starts_at=datetime(2027, 3, 27, 18, 30, tzinfo=UTC),
    ends_at=datetime(2027, 3, 28, 2, 0, tzinfo=UTC),
    time_zone="Europe/London",
    ground="oval-1",
    ground_name="Main Ground",
    venue_name="The Oval",
    city="London",
    teams=("A", "B"),
    changed_at=datetime(2027, 2, 1, tzinfo=UTC),
)
SEMI = replace(
    FINAL, node="semi", title="Semi-final", starts_at=FINAL.starts_at - timedelta(days=3),
    ends_at=FINAL.ends_at - timedelta(days=3), ground="park", teams=("A", "C"),
)  # fmt: skip


def read(data: bytes) -> tuple[Calendar, list[Event]]:
    feed = Calendar.from_ical(data.decode())
    assert isinstance(feed, Calendar)
    return feed, [each for each in feed.walk("VEVENT") if isinstance(each, Event)]


def test_a_match_is_read_back_as_it_was_written() -> None:
    feed, (event,) = read(calendar("Coast League", [FINAL], made_at=MADE_AT))
    assert feed["X-WR-CALNAME"] == "Coast League"
    assert event["UID"] == "final@t-1.pavilion"
    assert event["SUMMARY"] == FINAL.title
    assert event["DESCRIPTION"] == FINAL.tournament_name
    assert event["LOCATION"] == "Main Ground, The Oval, London"
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("DTSTAMP") == MADE_AT


def test_times_are_in_the_zone_of_the_venue_with_its_rules() -> None:
    """The clocks in London go forward in the night of this final."""
    feed, (event,) = read(calendar("c", [FINAL], made_at=MADE_AT))
    begins, ends = event.decoded("DTSTART"), event.decoded("DTEND")
    assert (begins.hour, ends.hour) == (18, 3)
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=7, minutes=30)
    assert [str(zone["TZID"]) for zone in feed.walk("VTIMEZONE")] == ["Europe/London"]


def test_no_line_is_longer_than_75_octets_and_each_ends_as_it_must() -> None:
    data = calendar("c", [FINAL], made_at=MADE_AT)
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_a_move_keeps_the_name_and_raises_the_sequence() -> None:
    moved = replace(FINAL, starts_at=FINAL.starts_at + timedelta(days=1), sequence=1)
    (before,), (after,) = (read(calendar("c", [each], made_at=MADE_AT))[1] for each in (FINAL, moved))
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


def test_a_cancelled_match_stays_in_the_calendar_and_leaves_its_hours_free() -> None:
    _, (event,) = read(calendar("c", [replace(FINAL, standing="cancelled")], made_at=MADE_AT))
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


def test_matches_are_in_order_of_time() -> None:
    _, events = read(calendar("c", [FINAL, SEMI], made_at=MADE_AT))
    assert [event["UID"].split("@")[0] for event in events] == ["semi", "final"]


def test_the_same_matches_make_the_same_calendar() -> None:
    assert calendar("c", [FINAL, SEMI], made_at=MADE_AT) == calendar("c", [SEMI, FINAL], made_at=MADE_AT)


def test_a_calendar_without_matches_is_one_too() -> None:
    assert read(calendar("c", [], made_at=MADE_AT))[1] == []


def test_a_ground_that_is_called_like_its_venue_is_named_once() -> None:
    assert replace(FINAL, ground_name="The Oval").location == "The Oval, London"
