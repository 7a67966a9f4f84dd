"""Which key signs, which are published, and when the next is due.

The next key is published ``ahead`` of its first signature, so that everybody who verifies has read it by then. One that
no longer signs is published until the last token that it signed has expired.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTimes:
    """``ahead``: from publication to the first signature, longer than anybody keeps a JWKS. ``signs_for``: until the
    next takes over. ``lingers``: after its last signature, longer than any token lives."""

    ahead: timedelta = timedelta(minutes=15)
    signs_for: timedelta = timedelta(days=30)
    lingers: timedelta = timedelta(minutes=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPeriod:
    """A key, and from when on it signs."""

    kid: str
    signs_from: datetime


def signer(keys: Sequence[KeyPeriod], now: datetime) -> KeyPeriod | None:
    """The key that signs now: the latest that may. With none that may, the first: whoever made it has a clock that is
    ahead of ours. None if there are no keys."""
    begun = [key for key in keys if key.signs_from <= now]
    if begun:
        return max(begun, key=lambda key: key.signs_from)
    return min(keys, key=lambda key: key.signs_from, default=None)


def waiting(keys: Sequence[KeyPeriod], now: datetime) -> KeyPeriod | None:
    """The key that will sign next, if it was made already."""
    later = [key for key in keys if key.signs_from > now]
    return min(later, key=lambda key: key.signs_from) if later else None


def over(keys: Sequence[KeyPeriod], now: datetime, times: KeyTimes) -> list[KeyPeriod]:
    """The keys with which no token can be verified any more that has not expired."""
    ordered = sorted(keys, key=lambda key: key.signs_from)
    return [
        key for key, successor in itertools.pairwise(ordered) if successor.signs_from + times.lingers <= now
    ]


def next_is_due(keys: Sequence[KeyPeriod], now: datetime, times: KeyTimes) -> bool:
    """Must the next key be made now, to take over in time?"""
    present = signer(keys, now)
    if present is None:
        return True
    return waiting(keys, now) is None and now >= present.signs_from + times.signs_for - times.ahead


def signs_from(keys: Sequence[KeyPeriod], now: datetime, times: KeyTimes) -> datetime:
    """From when on a key signs that is made now: the first at once, since there is nobody to have read another."""
    return now + times.ahead if keys else now
