"""Attempts at what can be guessed, and how long one waits after too many.

An attempt is counted before its outcome is known and given back when it succeeds, so that a thousand sent at once are
not all let through before the first has failed.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """``free`` attempts without a wait; after that ``first_wait``, then twice as long each time up to
    ``longest_wait``. All is forgotten after ``memory`` without an attempt."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    memory: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Attempts that are counted. None is let through before ``free_at``."""

    attempts: int = 0
    last_at: datetime | None = None
    free_at: datetime | None = None


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

LOGIN_LIMITS: Mapping[str, Limit] = {
    # One who guesses at one account from one address.
    "pair": Limit(free=5, first_wait=timedelta(seconds=2), longest_wait=15 * MINUTE, memory=DAY),
    # Many who guess at one account: later and shorter, since its owner waits with them where nobody knows them.
    "account": Limit(free=25, first_wait=timedelta(seconds=2), longest_wait=5 * MINUTE, memory=DAY),
    # One who guesses at many accounts. A whole club may share an address.
    "address": Limit(free=50, first_wait=timedelta(seconds=2), longest_wait=15 * MINUTE, memory=DAY),
}
KNOWN_FOR = 30 * DAY
"""So long after a login is a network one from which an account is used. What strangers guess elsewhere does not hold its
owner there: those whom an account knows are held one by one, and all others together (OWASP, Slow Down Online Guessing
Attacks with Device Cookies)."""
MAIL_LIMIT = Limit(free=3, first_wait=5 * MINUTE, longest_wait=6 * HOUR, memory=DAY)
"""Mails that anybody can have sent to an address; those that reset a password from one network: whoever asks for them
all the time must not keep the owner from it."""
ASKING_LIMIT = Limit(free=20, first_wait=10 * timedelta(seconds=1), longest_wait=15 * MINUTE, memory=HOUR)
"""Requests of one network address that send mails or open links."""
IPV6_PREFIX = 64
"""One subscriber has at least a /64 of IPv6 addresses, and may use another with every request (RFC 6177)."""


def network_of(address: str) -> str:
    """Whom an address stands for: itself, or of IPv6 the network of one subscriber."""
    try:
        known = ipaddress.ip_address(address.strip())
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.IPv6Network((known, IPV6_PREFIX), strict=False))
    return str(known)


def attempt(tally: Tally, limit: Limit, now: datetime) -> tuple[Tally, timedelta]:
    """Let an attempt through and count it, or say how long to wait and count nothing."""
    if tally.free_at is not None and now < tally.free_at:
        return tally, tally.free_at - now
    if tally.last_at is not None and now - tally.last_at >= limit.memory:
        tally = Tally()
    attempts = tally.attempts + 1
    wait = wait_after(attempts, limit)
    return Tally(attempts=attempts, last_at=now, free_at=now + wait if wait else None), timedelta(0)


def wait_after(attempts: int, limit: Limit) -> timedelta:
    """How long nobody gets through after so many attempts in vain."""
    beyond = attempts - limit.free
    if beyond < 0:
        return timedelta(0)
    doublings = min(beyond, 30)  # beyond any longest wait, and no overflow
    return min(limit.first_wait * 2**doublings, limit.longest_wait)


def is_known(tally: Tally, now: datetime) -> bool:
    """Was there a login lately, of those that are noted in this tally?"""
    return tally.last_at is not None and now - tally.last_at < KNOWN_FOR


def given_back(tally: Tally) -> Tally:
    """One attempt did not count after all, and nobody waits for it."""
    return replace(tally, attempts=max(0, tally.attempts - 1), free_at=None)
