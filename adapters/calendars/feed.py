"""iCalendar (RFC 5545) of a tournament, a team or a ground."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from domain.tournament.fixtures.feed import FeedMatch

PRODUCT = "-//Pavilion//Fixtures//EN"
REFRESH = timedelta(hours=1)


def calendar(name: str, matches: Iterable[FeedMatch], *, made_at: datetime) -> bytes:
    """The matches, in order of time, as a calendar called ``name``. ``made_at`` is an aware time.

    Times are in the zone of their venue, whose rules are part of the calendar.
    """
    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("name", name)
    feed.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", vDuration(REFRESH))
    for match in sorted(matches, key=lambda each: (each.starts_at.astimezone(UTC), each.node)):
        feed.add_component(_event(match, made_at))
    feed.add_missing_timezones()
    return feed.to_ical()


def _event(match: FeedMatch, made_at: datetime) -> Event:
    zone = ZoneInfo(match.time_zone)
    event = Event()
    event.add("uid", match.uid)
    event.add("sequence", match.sequence)
    event.add("dtstamp", made_at.astimezone(UTC))
    if match.changed_at is not None:
        event.add("last-modified", match.changed_at.astimezone(UTC))
    event.add("dtstart", match.starts_at.astimezone(zone))
    event.add("dtend", match.ends_at.astimezone(zone))
    event.add("summary", match.title)
    event.add("description", match.tournament_name)
    event.add("location", match.location)
    event.add("status", match.standing.upper())
    event.add("categories", ["cricket", match.tournament_name])
    # A cancelled match leaves its hours free.
    event.add("transp", "TRANSPARENT" if match.standing == "cancelled" else "OPAQUE")
    return event
