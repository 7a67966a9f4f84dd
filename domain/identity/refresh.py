"""Refresh tokens: each works once, and what a second use of one means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

RACE_WINDOW = timedelta(seconds=10)
"""A second use so soon is the same client in two requests, not a thief: it changes nothing."""
IDLE_LIFE = timedelta(days=30)
LONGEST_LIFE = timedelta(days=180)
ACCESS_LIFE = timedelta(minutes=15)
EXCHANGED_LIFE = timedelta(minutes=5)
"""Of a token that an API key was exchanged for: it can be had again at any time."""

Verdict = Literal["rotate", "raced", "reused", "ended", "invalid", "suspended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A refresh token whose secret is right, and its session. ``standing``: whoever it is for is still granted
    something; ``suspended``: the tenant is."""

    used_at: datetime | None
    session_ended: bool
    session_expires_at: datetime
    standing: bool
    suspended: bool


def judge(token: Presented, now: datetime) -> Verdict:
    """What comes of presenting a token. Only ``rotate`` and ``reused`` change anything.

    The use of an old token tells of a copy whatever else is true of the session, unless that is over anyway.
    """
    if token.session_ended:
        return "ended"
    if token.used_at is not None:
        return "raced" if now - token.used_at <= RACE_WINDOW else "reused"
    if now >= token.session_expires_at:
        return "invalid"
    if not token.standing:
        return "ended"
    return "suspended" if token.suspended else "rotate"


def expiry(created_at: datetime, now: datetime) -> datetime:
    """When a session that is used now ends by itself."""
    return min(now + IDLE_LIFE, created_at + LONGEST_LIFE)
