"""Seasons in a minute: the clock and the match-day settings of a tournament that is not waited for.

No step is left out; its time only passes faster. A match is then played much slower than that clock goes, so
what would be called off or complained of on a match day has to wait for it.
"""

from datetime import datetime, timedelta

from domain.clock import Clock
from domain.session.settings import SessionSettings

LONG_MINUTES = 10_000_000.0
"""Longer than any season."""
DAY_SECONDS = 1.0
"""How long a day lasts."""
LEAD_SECONDS = 3.0
"""Real time before the first match: to register, enter, draw and schedule."""
OVER_SECONDS = 0.1
"""Rain of so long costs an over."""


def clock(
    now: datetime, first_match: datetime, day_seconds: float, lead_seconds: float = LEAD_SECONDS
) -> Clock:
    """One by which the first match day begins ``lead_seconds`` from now."""
    speed = timedelta(days=1).total_seconds() / day_seconds
    shows = first_match - timedelta(hours=SessionSettings().opens_hours_before, seconds=lead_seconds * speed)
    return Clock(started_at=now, shows=shows, speed=speed)


def match_days(day_seconds: float) -> SessionSettings:
    """Sessions that wait for their match; a result is official an hour after it."""
    return SessionSettings(
        line_ups_due_minutes_before=0,
        toss_minutes_before=0,
        late_start_minutes=LONG_MINUTES,
        innings_break_minutes=LONG_MINUTES,
        super_over_minutes=LONG_MINUTES,
        cut_off_minutes=LONG_MINUTES,
        lease_seconds=LONG_MINUTES,
        minutes_per_over=24 * 60 * OVER_SECONDS / day_seconds,
    )
