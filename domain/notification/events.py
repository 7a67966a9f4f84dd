"""What happened to notices and notifications. Ids only: no name, no address, nothing of what was written.

The stream of a notice has its id; so has that of each person's notification.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from domain.notification.notice import Category, Channel, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRaised:
    """There is something to tell. ``about``: what it is about, as it is followed (``team:rcb``); ``followed``: told to
    all who follow any of it, else only to those it concerns."""

    kind: Kind
    category: Category
    subject: str
    about: tuple[str, ...]
    followed: bool
    critical: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSent:
    """Handed over to the mail server or the push service."""

    notification: str
    person: str
    channels: tuple[Channel, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFailed:
    """These ways did not lead to the person. ``reason``: refused, expired, gone (there is no such way any more) or
    not wanted (switched off since)."""

    notification: str
    person: str
    channels: tuple[Channel, ...]
    reasons: tuple[Literal["refused", "expired", "gone", "not wanted"], ...]
    at: datetime


NotificationEvent = NoticeRaised | NotificationSent | NotificationFailed
EVENT_TYPES: dict[str, type[NotificationEvent]] = {
    kind.__name__: kind for kind in get_args(NotificationEvent)
}
