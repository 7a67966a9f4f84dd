"""The clock of a tournament: a season can be run in a minute without a step being left out.

Everything in the domain is in the tournament's own time. Only who waits, and who asks for the time, go through
here. A tournament that is really played has the clock ``REAL``, which changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Where every clock stops, so that whoever adds the days of a deadline to what it shows still finds a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """At the real time ``started_at`` it is ``shows`` here; from then on it goes ``speed`` times as fast."""

    started_at: datetime = _EPOCH
    shows: datetime = _EPOCH
    speed: float = 1.0

    def here(self, real: datetime) -> datetime:
        """The tournament's time at a real time."""
        try:
            return min(max(self.shows + (real - self.started_at) * self.speed, _FIRST), _LAST)
        except OverflowError:
            return _LAST if real > self.started_at else _FIRST

    def real(self, here: datetime) -> datetime:
        """The real time at which the tournament's time is ``here``."""
        try:
            return min(max(self.started_at + (here - self.shows) / self.speed, _FIRST), _LAST)
        except OverflowError:
            return _LAST if here > self.shows else _FIRST


REAL = Clock()
