"""People's notifications in Postgres, for the role ``pavilion_app``: each call a function of the migrations."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.preferences import plain_preferences, stored_preferences
from domain.notification.preferences import Preferences
from handlers.notification.ports import AttemptRow, InboxRow, PushSubscription
from handlers.notification.texts import told_of
from handlers.ports import StoreUnavailable

MOST_FOLLOWED = 500
MOST_BROWSERS = 10

_INBOX = "select id, created_at, read_at, kind, category, words::text as words, about, critical from notifications_before($1, $2, $3, $4, $5, $6)"
_UNREAD = "select notifications_unread($1, $2)"
_READ = "select notifications_read($1, $2, $3, $4)"
_PREFERENCES = "select version, document::text as document from notification_preferences($1, $2)"
_PREFER = "select notification_prefer($1, $2, $3, $4)"
_FOLLOWED = "select * from notification_subscriptions($1, $2, $3, $4)"
_FOLLOW = "select notification_follow($1, $2, $3, $4)"
_UNFOLLOW = "select notification_unfollow($1, $2, $3)"
_BROWSERS = "select * from push_subscriptions($1, $2)"
_SUBSCRIBE = "select push_subscribe($1, $2, $3, $4, $5, $6, $7)"
_UNSUBSCRIBE = "select push_unsubscribe($1, $2, $3)"
_ATTEMPTS = "select * from notification_attempts_before($1, $2, $3, $4, $5, $6)"


class PostgresNotifications:
    """A :class:`handlers.notification.ports.Notifications`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def inbox(
        self,
        tenant_id: UUID,
        user_id: UUID,
        *,
        unread: bool,
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[InboxRow]:
        rows = await self._fetch(_INBOX, tenant_id, user_id, unread, *(before or (None, None)), limit)
        _, preferences = await self.preferences(tenant_id, user_id) if rows else (0, Preferences())
        return [_row(row, preferences) for row in rows]

    async def unread(self, tenant_id: UUID, user_id: UUID) -> int:
        return await self._value(_UNREAD, tenant_id, user_id)

    async def mark_read(self, tenant_id: UUID, user_id: UUID, notification_id: UUID) -> bool:
        return await self._value(_READ, tenant_id, user_id, notification_id, None) > 0

    async def mark_all_read(self, tenant_id: UUID, user_id: UUID, until: datetime) -> None:
        await self._value(_READ, tenant_id, user_id, None, until)

    async def preferences(self, tenant_id: UUID, user_id: UUID) -> tuple[int, Preferences]:
        rows = await self._fetch(_PREFERENCES, tenant_id, user_id)
        return (rows[0]["version"], stored_preferences(rows[0]["document"])) if rows else (0, Preferences())

    async def prefer(
        self, tenant_id: UUID, user_id: UUID, expected: int | None, preferences: Preferences
    ) -> int | None:
        document = json.dumps(plain_preferences(preferences, whole=False))
        return await self._value(_PREFER, tenant_id, user_id, expected, document)

    async def subscriptions(
        self, tenant_id: UUID, user_id: UUID, after: str, limit: int
    ) -> list[tuple[str, datetime]]:
        rows = await self._fetch(_FOLLOWED, tenant_id, user_id, after, limit)
        return [(row["about"], row["created_at"]) for row in rows]

    async def follow(self, tenant_id: UUID, user_id: UUID, about: str) -> bool:
        return await self._value(_FOLLOW, tenant_id, user_id, about, MOST_FOLLOWED)

    async def unfollow(self, tenant_id: UUID, user_id: UUID, about: str) -> bool:
        return await self._value(_UNFOLLOW, tenant_id, user_id, about)

    async def push_subscriptions(self, tenant_id: UUID, user_id: UUID) -> list[PushSubscription]:
        return [PushSubscription(**dict(row)) for row in await self._fetch(_BROWSERS, tenant_id, user_id)]

    async def push_subscribe(
        self, tenant_id: UUID, user_id: UUID, subscription: PushSubscription
    ) -> UUID | None:
        said = (subscription.id, subscription.endpoint, subscription.p256dh, subscription.auth)
        return await self._value(_SUBSCRIBE, tenant_id, user_id, *said, MOST_BROWSERS)

    async def push_unsubscribe(self, tenant_id: UUID, user_id: UUID, subscription_id: UUID) -> bool:
        return await self._value(_UNSUBSCRIBE, tenant_id, user_id, subscription_id)

    async def attempts(
        self,
        tenant_id: UUID,
        *,
        user_id: UUID | None,
        channel: str | None,
        outcome: str | None,
        before: int | None,
        limit: int,
    ) -> list[AttemptRow]:
        rows = await self._fetch(_ATTEMPTS, tenant_id, user_id, channel, outcome, before, limit)
        return [AttemptRow(**dict(row)) for row in rows]

    async def _fetch(self, query: str, *arguments: object) -> list[Any]:
        try:
            return await self._pool.fetch(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error

    async def _value(self, query: str, *arguments: object) -> Any:
        ((value,),) = await self._fetch(query, *arguments)
        return value


def _row(row: Mapping[str, Any], preferences: Preferences) -> InboxRow:
    said = {name: value for name, value in row.items() if name != "words"}
    text = told_of(row["kind"], json.loads(row["words"]), preferences)
    return InboxRow(**{**said, "about": tuple(row["about"])}, subject=text.subject, text=text.line)
