"""What the notifier, its workflows and activities, and those who read agree on: ids, queues, inputs and results.

No name, no address and no word of a notice is in any of it: workflows carry ids, and look the rest up when it is due.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

NOTIFICATION = "notification"
"""The stream kind, of notices and of people's notifications."""
NOTIFIER = "notifier"
"""The consumer group."""
NOTIFICATION_QUEUE = "notification"

Outcome = Literal["sent", "refused", "expired", "gone", "not wanted"]


def notice_workflow_id(tenant_id: UUID, notice_id: UUID) -> str:
    return f"{tenant_id}/notice/{notice_id}"


def notification_workflow_id(tenant_id: UUID, notification_id: UUID) -> str:
    return f"{tenant_id}/notification/{notification_id}"


def notice_id_of(tenant_id: UUID, subject: str) -> UUID:
    """Whatever is told once has one id, however often it is found."""
    return uuid5(tenant_id, f"notice/{subject}")


def notification_id_of(notice_id: UUID, user_id: UUID) -> UUID:
    """The notification of one person about a notice."""
    return uuid5(notice_id, str(user_id))


def digest_id_of(tenant_id: UUID, user_id: UUID, at: datetime) -> UUID:
    """The digest of one person that is sent at this moment."""
    return uuid5(tenant_id, f"digest/{user_id}/{at.timestamp():.0f}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOf:
    tenant_id: UUID
    notice_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRun:
    """What NoticeWorkflow begins with. ``after``: whose notifications are there already, up to this person; ``told``
    how many they are."""

    notice: NoticeOf
    due_at: datetime | None = None
    after: UUID | None = None
    told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """The next page of those to be told, after this person."""

    notice: NoticeOf
    after: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FannedOut:
    """``after`` None: that was the last page."""

    after: UUID | None
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRun:
    """What NotificationWorkflow begins with: one person's notification, by these ways, at that time. A digest never
    expires."""

    tenant_id: UUID
    notification_id: UUID
    channels: tuple[str, ...]
    due_at: datetime
    expires_at: datetime | None = None
    category: str = ""
    """"" for a digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One way of one notification."""

    tenant_id: UUID
    notification_id: UUID
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What has become of each way."""

    tenant_id: UUID
    notification_id: UUID
    outcomes: tuple[tuple[str, Outcome], ...]
