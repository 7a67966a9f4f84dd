"""How somebody wants to be told, and what follows for one notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.notification.notice import Category, Channel

DIGEST_AT = time(8)
DIGEST_CLOSES = timedelta(minutes=2)
"""So long before it is sent a digest takes nothing more: what is planned is kept within that time, or planned anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """By which ways somebody hears of a category. ``digest``: mails about it are collected into one a day."""

    channels: frozenset[Channel]
    digest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From ``start`` until ``end`` on the clock of one's zone, over midnight if ``end`` is earlier."""

    start: time
    end: time


_AT_A_GLANCE = Choice(channels=frozenset({Channel.INBOX, Channel.PUSH}))
_TO_KEEP = Choice(channels=frozenset(Channel))
UNLESS_SAID: Mapping[Category, Choice] = {
    Category.WICKETS: _AT_A_GLANCE,
    Category.MILESTONES: _AT_A_GLANCE,
    Category.RESULTS: Choice(channels=frozenset(Channel), digest=True),
    Category.FIXTURES: _TO_KEEP,
    Category.TOSS: _AT_A_GLANCE,
    Category.PAYMENTS: _TO_KEEP,
    Category.ENTRIES: _TO_KEEP,
    Category.DISPUTES: _TO_KEEP,
    Category.WEBHOOKS: _TO_KEEP,
}
"""What holds until somebody chooses something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """``choices`` has the categories somebody has chosen about."""

    language: str = "en"
    time_zone: str = "UTC"
    quiet: QuietHours | None = None
    digest_at: time = DIGEST_AT
    choices: Mapping[Category, Choice] = field(default_factory=dict[Category, Choice])

    def choice(self, category: Category) -> Choice:
        return self.choices.get(category, UNLESS_SAID[category])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``at_once``: the ways beside the inbox, to be used at ``due_at``. ``digest_at``: it is in the digest of then."""

    inbox: bool
    at_once: tuple[Channel, ...] = ()
    due_at: datetime
    digest_at: datetime | None = None

    @property
    def nothing(self) -> bool:
        return not (self.inbox or self.at_once or self.digest_at)


def plan(
    preferences: Preferences,
    category: Category,
    now: datetime,
    *,
    critical: bool = False,
    expires_at: datetime | None = None,
    reachable: frozenset[Channel] = frozenset(Channel),
) -> Plan:
    """When somebody is told of something that can be told now, and how.

    What expires before quiet hours are over is only in the inbox. ``reachable``: the ways there are to this person.
    """
    choice = preferences.choice(category)
    ways = choice.channels & reachable
    inbox = Channel.INBOX in ways
    others = sorted(ways - {Channel.INBOX})
    digest_at = None
    if choice.digest and not critical and Channel.EMAIL in others:
        others.remove(Channel.EMAIL)
        digest_at = next_digest(preferences, now)
    due_at = now if critical else quiet_until(preferences, now) or now
    if expires_at is not None and due_at >= expires_at:
        others = []
    return Plan(inbox=inbox, at_once=tuple(others), due_at=due_at, digest_at=digest_at)


def next_digest(preferences: Preferences, now: datetime) -> datetime:
    """When the next digest is sent that takes something more; on the day clocks go back, the first of two."""
    today = now.astimezone(preferences.zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(3))
    times = (_moment(datetime.combine(day, preferences.digest_at), preferences.zone) for day in days)
    return next(at for at in times if at - DIGEST_CLOSES > now)


def quiet_until(preferences: Preferences, now: datetime) -> datetime | None:
    """When the quiet hours that ``now`` is in are over; None if it is in none.

    A start in the hour that is there twice is the first of the two, an end the second: the hours between are quiet
    once, and without a break. A time that is left out when clocks go forward is as much after the change.
    """
    quiet, zone = preferences.quiet, preferences.zone
    if quiet is None or quiet.start == quiet.end:
        return None
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        end_day = day + timedelta(days=quiet.end < quiet.start)
        start = _moment(datetime.combine(day, quiet.start), zone)
        end = _moment(datetime.combine(end_day, quiet.end), zone, last=True)
        if start <= now < end:
            return end
    return None


def _moment(wall: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The moment at which a clock in the zone shows a time, the first of two unless ``last``."""
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    offsets = first.utcoffset(), second.utcoffset()
    twice = offsets[0] is not None and offsets[1] is not None and offsets[0] > offsets[1]
    chosen = second if last and twice else first
    return chosen.astimezone(ZoneInfo("UTC"))
