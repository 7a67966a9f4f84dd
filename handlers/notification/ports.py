"""What is kept of notices, notifications and people's wishes; and those to whom messages are handed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.notification.notice import Category, Kind
from domain.notification.preferences import Plan, Preferences


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNotice:
    """A notice as it is kept. ``persons``: those named, whatever they follow; not all of them need be members."""

    id: UUID
    kind: Kind
    category: Category
    subject: str
    about: tuple[str, ...]
    followed: bool
    persons: tuple[str, ...]
    captain_of: tuple[str, str] | None
    critical: bool
    while_start: str | None
    made_at: datetime
    expires_at: datetime | None
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who is to be told. ``pushes``: there is a browser to push to."""

    user_id: UUID
    preferences: Preferences
    pushes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How one person is told of a notice. ``digest_id``: the digest it goes into."""

    user_id: UUID
    plan: Plan
    digest_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A notification, or a digest, that goes out by some way and whose workflow is to be begun."""

    id: UUID
    channels: tuple[str, ...]
    due_at: datetime
    expires_at: datetime | None
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is written to one person, and where to. ``notices``: one, or all of a digest, oldest first. ``concerned``:
    the ids of those that they follow, or have the role for, or are named in, now; a captain is found by the tournament.
    ``overtaken``: those of which something newer says otherwise.
    """

    tenant_id: UUID
    id: UUID
    user_id: UUID
    email: str = field(repr=False)
    name: str = field(repr=False)
    league: str
    preferences: Preferences
    created_at: datetime
    expires_at: datetime | None
    channels: tuple[str, ...]
    notice_id: UUID | None
    notices: tuple[KeptNotice, ...]
    concerned: frozenset[UUID] = frozenset()
    overtaken: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSubscription:
    """A browser that can be pushed to: where, and what for it is encrypted with."""

    id: UUID
    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    created_at: datetime | None = None


class NotificationWork(Protocol):
    """What the activities need. Every method may raise StoreUnavailable."""

    async def notice(self, tenant_id: UUID, notice_id: UUID) -> KeptNotice | None: ...

    async def audience(
        self, tenant_id: UUID, notice_id: UUID, persons: Sequence[str], after: UUID | None, limit: int
    ) -> list[Listener]:
        """Members who are to be told, by their ids, after one of them."""
        ...

    async def keep(
        self, tenant_id: UUID, notice: KeptNotice, planned: Sequence[Planned], at: datetime
    ) -> list[Waiting]:
        """Keep the notifications of a notice, and the digests they are in, in one transaction; what is there already
        stays, in the digest it was put into. Those that go out, new or not."""
        ...

    async def letter(self, tenant_id: UUID, notification_id: UUID) -> Letter | None:
        """None: the person has left the league, it is suspended, or the notification is forgotten."""
        ...

    async def was_sent(self, tenant_id: UUID, notification_id: UUID, channel: str) -> bool: ...

    async def note(
        self, tenant_id: UUID, notification_id: UUID, channel: str, outcome: str, detail: str, at: datetime
    ) -> None:
        """Add an attempt to the log."""
        ...

    async def finish(self, tenant_id: UUID, notification_id: UUID, at: datetime) -> UUID | None:
        """Nothing more is tried; whose it was."""
        ...

    async def push_subscriptions(self, tenant_id: UUID, user_id: UUID) -> list[PushSubscription]: ...

    async def forget_push(self, tenant_id: UUID, subscription_id: UUID) -> None: ...


class NoticesWaiting(Protocol):
    """Notices whose workflow has not begun. Every method may raise StoreUnavailable."""

    async def waiting(self, limit: int) -> list[tuple[UUID, UUID, datetime | None]]:
        """League, id, and not before when; the oldest first."""
        ...

    async def begun(self, notice_ids: Sequence[UUID], at: datetime) -> None: ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Delete notices made before a time, with all that was told of them, and digests of which nothing is left; how
        many notices."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """``subject`` and ``text``: what it says, in the reader's language."""

    id: UUID
    created_at: datetime
    read_at: datetime | None
    kind: str
    category: str
    subject: str
    text: str
    about: tuple[str, ...]
    critical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    number: int
    notification_id: UUID
    user_id: UUID
    notice_id: UUID | None
    kind: str
    channel: str
    at: datetime
    outcome: str
    detail: str


class Notifications(Protocol):
    """What the API needs. Every method may raise StoreUnavailable."""

    async def inbox(
        self,
        tenant_id: UUID,
        user_id: UUID,
        *,
        unread: bool,
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[InboxRow]: ...

    async def unread(self, tenant_id: UUID, user_id: UUID) -> int: ...

    async def mark_read(self, tenant_id: UUID, user_id: UUID, notification_id: UUID) -> bool:
        """False: there is none of that person's."""
        ...

    async def mark_all_read(self, tenant_id: UUID, user_id: UUID, until: datetime) -> None: ...

    async def preferences(self, tenant_id: UUID, user_id: UUID) -> tuple[int, Preferences]:
        """With their version; 0: nothing was ever chosen."""
        ...

    async def prefer(
        self, tenant_id: UUID, user_id: UUID, expected: int | None, preferences: Preferences
    ) -> int | None:
        """The version they have now; None if they were not at the one expected."""
        ...

    async def subscriptions(
        self, tenant_id: UUID, user_id: UUID, after: str, limit: int
    ) -> list[tuple[str, datetime]]: ...

    async def follow(self, tenant_id: UUID, user_id: UUID, about: str) -> bool:
        """False: too many are followed already."""
        ...

    async def unfollow(self, tenant_id: UUID, user_id: UUID, about: str) -> bool:
        """False: it was not followed."""
        ...

    async def push_subscriptions(self, tenant_id: UUID, user_id: UUID) -> list[PushSubscription]: ...

    async def push_subscribe(
        self, tenant_id: UUID, user_id: UUID, subscription: PushSubscription
    ) -> UUID | None:
        """The id of the subscription to this address, which may be an older one; None: there are too many."""
        ...

    async def push_unsubscribe(self, tenant_id: UUID, user_id: UUID, subscription_id: UUID) -> bool:
        """False: there is none of that person's."""
        ...

    async def attempts(
        self,
        tenant_id: UUID,
        *,
        user_id: UUID | None,
        channel: str | None,
        outcome: str | None,
        before: int | None,
        limit: int,
    ) -> list[AttemptRow]: ...


class PushGone(Exception):
    """The push service knows the browser no more."""


class PushRefused(Exception):
    """The push service will never take this message, or nobody may be called there."""


class PushPutOff(Exception):
    """The push service is away, or will not take the message now."""


class PushServer(Protocol):
    """Whom messages to browsers are handed to."""

    async def push(
        self, subscription: PushSubscription, message: bytes, *, ttl_seconds: int, topic: str, urgent: bool
    ) -> None:
        """Hand a message over. ``topic``: it replaces one of the same that has not arrived. Raises PushGone,
        PushRefused, PushPutOff."""
        ...
