"""When a delivery is tried, what counts as its success, and when an endpoint is given up.

After the Standard Webhooks specification (operational considerations:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): success is 2xx alone, a
redirect is a failure, 410 disables at once, Retry-After is heeded, retries are spread over more than a day with some
jitter, and who fails for days is disabled and told. The pauses and the five days are those of Svix
(https://docs.svix.com/retries).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

SCHEDULE = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""The pause before each try: the first at once, the last some 27½ hours later."""
JITTER = 0.1
"""A pause is up to so much of itself longer, so that what failed together does not come back together."""
LONGEST_ASKED = timedelta(hours=10)
"""However long a receiver asks us to wait."""
FAILING_LIFE = timedelta(days=5)
GONE = 410
THROTTLED = frozenset({429, 503})
"""With a Retry-After these are about the whole endpoint, and not about one delivery."""

DisabledBecause = Literal["by_hand", "gone", "failing"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """It arrived."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It is not tried again by itself."""


@dataclass(frozen=True, slots=True)
class Again:
    """It is tried again after ``pause``; with ``quiet`` nothing else is sent there until then either."""

    pause: timedelta
    quiet: bool = False


Verdict = Delivered | GivenUp | Again


def judge(tries: int, status: int | None, asked: timedelta | None = None, jitter: float = 0.0) -> Verdict:
    """What becomes of a delivery after so many tries of this round, with the status of the last (None: no answer).

    ``asked``: the pause in its Retry-After; ``jitter``: from 0 to 1, by chance.
    """
    if succeeded(status):
        return Delivered()
    if tries >= len(SCHEDULE) or status == GONE:
        return GivenUp()
    pause = SCHEDULE[tries] * (1 + JITTER * jitter)
    if asked is None:
        return Again(pause)
    return Again(max(pause, min(asked, LONGEST_ASKED)), quiet=status in THROTTLED)


def succeeded(status: int | None) -> bool:
    """2xx and nothing else."""
    return status is not None and 200 <= status < 300


def why_disable(status: int | None, failing_since: datetime | None, now: datetime) -> DisabledBecause | None:
    """Why an endpoint that has just failed is sent nothing any more; None while it is.

    ``failing_since``: of the first failure after its last success, if there was one before this.
    """
    if status == GONE:
        return "gone"
    if failing_since is not None and now - failing_since >= FAILING_LIFE:
        return "failing"
    return None


def pause_asked(said: str | None, now: datetime) -> timedelta | None:
    """What Retry-After says (RFC 9110, 10.2.3): seconds, or a date. None if it says nothing that can be read."""
    if said is None:
        return None
    said = said.strip()
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=min(int(said[:9]), int(LONGEST_ASKED.total_seconds())))
    try:
        until = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError):  # what is no date at all, or one of the year 99999999999
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(until - now, timedelta(0))
