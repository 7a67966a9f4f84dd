"""Notices and notifications in Postgres, for the role ``pavilion_notifier``."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.notifications import digest_id_of, notice_id_of, notification_id_of
from contracts.preferences import stored_preferences
from domain.notification.notice import NEWEST_HOLDS, Category, Channel, Kind, Notice
from handlers.notification.ports import (
    KeptNotice,
    Letter,
    Listener,
    Planned,
    PushSubscription,
    Waiting,
)
from handlers.ports import StoreUnavailable

_COLUMNS = (
    "id, kind, category, subject, about, followed, persons, captain_of, critical, while_start, made_at, expires_at, "
    "words::text as words"
)
_ADD = """
insert into notice (tenant_id, id, kind, category, subject, about, followed, grants, persons, captain_of, words,
    critical, while_start, made_at, due_at, expires_at)
  select * from jsonb_to_recordset($1::jsonb) as n(tenant_id uuid, id uuid, kind text, category text, subject text,
    about text[], followed boolean, grants text[], persons text[], captain_of text[], words jsonb, critical boolean,
    while_start text, made_at timestamptz, due_at timestamptz, expires_at timestamptz)
  on conflict do nothing
"""
_NOTICE = f"select {_COLUMNS} from notice where id = $1 and tenant_id = $2"  # noqa: S608
_AUDIENCE = (
    "select user_id, preferences::text as preferences, pushes from notice_audience($1, $2, $3, $4, $5)"
)
_KEEP = """
insert into notification (tenant_id, id, notice_id, user_id, inbox, channels, created_at, due_at, expires_at, digest_id)
  select $1, k.id, k.notice_id, k.user_id, k.inbox, k.channels, $3, k.due_at, k.expires_at, k.digest_id
  from jsonb_to_recordset($2::jsonb) as k(id uuid, notice_id uuid, user_id uuid, inbox boolean, channels text[],
    due_at timestamptz, expires_at timestamptz, digest_id uuid)
  on conflict do nothing
"""
_KEEP_DIGESTS = """
insert into notification (tenant_id, id, notice_id, user_id, inbox, channels, created_at, due_at, expires_at, digest_id)
  select $1, k.id, null, k.user_id, k.inbox, k.channels, $3, k.due_at, null, null
  from jsonb_to_recordset($2::jsonb) as k(id uuid, user_id uuid, inbox boolean, channels text[], due_at timestamptz)
  where exists (select from notification n where n.tenant_id = $1 and n.digest_id = k.id)
  on conflict do nothing
"""
_WAITING = """
select id, channels, due_at, expires_at, notice_id is null as digest from notification
where tenant_id = $1 and channels <> '{}' and finished_at is null and (id = any ($2::uuid[])
  or id in (select digest_id from notification where tenant_id = $1 and id = any ($2::uuid[])))
"""
_LETTER = """
select user_id, channels, expires_at, notice_id, created_at, email, name, league, preferences::text as preferences
from notification_letter($1, $2)
"""
_IN_LETTER = f"""
select {_COLUMNS}, (n.followed and exists (select from notification_subscription f
    where f.tenant_id = $1 and f.user_id = $4 and f.about = any (n.about)))
  or $4::text = any (n.persons)
  or exists (select from membership m where m.tenant_id = $1 and m.user_id = $4 and m.grants && n.grants) as concerned,
  n.category = any ($5) and exists (select from notice o
    where o.tenant_id = $1 and o.category = n.category and o.made_at > n.made_at and exists (
      select from unnest(o.about) as a(about) where a.about like 'match:%' and a.about = any (n.about))) as overtaken
from notice n where n.tenant_id = $1 and (n.id = $3 or n.id in (
  select notice_id from notification where tenant_id = $1 and digest_id = $2)) order by n.made_at, n.id
"""  # noqa: S608
_SENT = "select exists (select from notification_attempt where notification_id = $1 and channel = $2 and outcome = 'sent')"
_NOTE = """
insert into notification_attempt (tenant_id, notification_id, channel, outcome, detail, at)
select $1, $2, $3, $4, $5, $6 where exists (select from notification where id = $2)
"""
_FINISH = "update notification set finished_at = coalesce(finished_at, $2) where id = $1 returning user_id"
_PUSHES = "select id, endpoint, p256dh, auth, created_at from push_subscription where tenant_id = $1 and user_id = $2"
_FORGET_PUSH = "delete from push_subscription where id = $1"
_NOT_BEGUN = "select tenant_id, id, due_at from notice where begun_at is null order by made_at limit $1"
_BEGUN = "update notice set begun_at = $2 where id = any ($1::uuid[]) and begun_at is null"
_FORGET_ABOUT = "delete from notice using unnest($1::text[]) as p(prefix) where starts_with(subject, prefix)"
_FORGET = (
    "delete from notice where id in (select id from notice where made_at < $1 order by made_at limit $2) "
    "returning tenant_id"
)
_FORGET_DIGESTS = """
delete from notification d where d.tenant_id = $1 and d.notice_id is null
  and not exists (select from notification n where n.digest_id = d.id)
"""


async def forget_notices(connection: Any, prefixes: Sequence[str]) -> None:
    """Delete all notices whose subject begins so, and what was told of them."""
    await connection.execute(_FORGET_ABOUT, list(prefixes))


async def add_notices(connection: Any, notices: Sequence[tuple[UUID, Notice, datetime]]) -> None:
    """Keep notices (of a league, made at) within the transaction of ``connection``; one that is there stays."""
    await connection.execute(_ADD, json.dumps([_row(*each) for each in notices]))


def _row(tenant_id: UUID, notice: Notice, at: datetime) -> dict[str, Any]:
    return {
        "tenant_id": str(tenant_id),
        "id": str(notice_id_of(tenant_id, notice.subject)),
        "kind": notice.kind.value,
        "category": notice.category.value,
        "subject": notice.subject,
        "about": notice.about,
        "followed": notice.followed,
        "grants": notice.grants,
        "persons": notice.persons,
        "captain_of": notice.captain_of,
        "words": dict(notice.words),
        "critical": notice.critical,
        "while_start": notice.while_start,
        "made_at": at.isoformat(),
        "due_at": _iso(notice.due_at),
        "expires_at": _iso(notice.expiry(at)),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


class PostgresNotices:
    """A :class:`handlers.notification.ports.NotificationWork` and NoticesWaiting."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    @asynccontextmanager
    async def _of(self, tenant_id: UUID) -> AsyncIterator[Any]:
        """A transaction that sees one league."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute("select set_config('app.tenant_id', $1, true)", str(tenant_id))
                yield connection
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error

    async def notice(self, tenant_id: UUID, notice_id: UUID) -> KeptNotice | None:
        async with self._of(tenant_id) as connection:
            row = await connection.fetchrow(_NOTICE, notice_id, tenant_id)
        return None if row is None else _kept(row)

    async def audience(
        self, tenant_id: UUID, notice_id: UUID, persons: Sequence[str], after: UUID | None, limit: int
    ) -> list[Listener]:
        try:
            rows = await self._pool.fetch(_AUDIENCE, tenant_id, notice_id, list(persons), after, limit)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return [
            Listener(row["user_id"], stored_preferences(row["preferences"]), row["pushes"]) for row in rows
        ]

    async def keep(
        self, tenant_id: UUID, notice: KeptNotice, planned: Sequence[Planned], at: datetime
    ) -> list[Waiting]:
        rows = [_notification(notice, each) for each in planned]
        digests = [
            _digest(tenant_id, each.user_id, each.plan.digest_at) for each in planned if each.plan.digest_at
        ]
        ids = [row["id"] for row in rows]
        async with self._of(tenant_id) as connection:
            await connection.execute(_KEEP, tenant_id, json.dumps(rows), at)
            await connection.execute(_KEEP_DIGESTS, tenant_id, json.dumps(digests), at)
            found = await connection.fetch(_WAITING, tenant_id, ids)
        return [
            Waiting(
                id=row["id"],
                channels=tuple(row["channels"]),
                due_at=row["due_at"],
                expires_at=row["expires_at"],
                category="" if row["digest"] else notice.category.value,
            )
            for row in found
        ]

    async def letter(self, tenant_id: UUID, notification_id: UUID) -> Letter | None:
        async with self._of(tenant_id) as connection:
            row = await connection.fetchrow(_LETTER, tenant_id, notification_id)
            if row is None:
                return None
            found = await connection.fetch(
                _IN_LETTER, tenant_id, notification_id, row["notice_id"], row["user_id"], NEWEST_HOLDS
            )
        said = [dict(each) for each in found]
        concerned = frozenset(each["id"] for each in said if each.pop("concerned"))
        overtaken = frozenset(each["id"] for each in said if each.pop("overtaken"))
        return Letter(
            tenant_id=tenant_id,
            id=notification_id,
            user_id=row["user_id"],
            email=row["email"],
            name=row["name"],
            league=row["league"],
            preferences=stored_preferences(row["preferences"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            channels=tuple(row["channels"]),
            notice_id=row["notice_id"],
            notices=tuple(_kept(each) for each in said),
            concerned=concerned,
            overtaken=overtaken,
        )

    async def was_sent(self, tenant_id: UUID, notification_id: UUID, channel: str) -> bool:
        async with self._of(tenant_id) as connection:
            return await connection.fetchval(_SENT, notification_id, channel)

    async def note(
        self, tenant_id: UUID, notification_id: UUID, channel: str, outcome: str, detail: str, at: datetime
    ) -> None:
        async with self._of(tenant_id) as connection:
            await connection.execute(_NOTE, tenant_id, notification_id, channel, outcome, detail[:300], at)

    async def finish(self, tenant_id: UUID, notification_id: UUID, at: datetime) -> UUID | None:
        async with self._of(tenant_id) as connection:
            return await connection.fetchval(_FINISH, notification_id, at)

    async def push_subscriptions(self, tenant_id: UUID, user_id: UUID) -> list[PushSubscription]:
        async with self._of(tenant_id) as connection:
            rows = await connection.fetch(_PUSHES, tenant_id, user_id)
        return [PushSubscription(**dict(row)) for row in rows]

    async def forget_push(self, tenant_id: UUID, subscription_id: UUID) -> None:
        async with self._of(tenant_id) as connection:
            await connection.execute(_FORGET_PUSH, subscription_id)

    # --- notices of all leagues ----------------------------------------------------------------------------

    async def waiting(self, limit: int) -> list[tuple[UUID, UUID, datetime | None]]:
        try:
            rows = await self._pool.fetch(_NOT_BEGUN, limit)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return [(row["tenant_id"], row["id"], row["due_at"]) for row in rows]

    async def begun(self, notice_ids: Sequence[UUID], at: datetime) -> None:
        await self._execute(_BEGUN, list(notice_ids), at)

    async def forget(self, before: datetime, limit: int) -> int:
        try:
            gone = await self._pool.fetch(_FORGET, before, limit)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        for tenant_id in {row["tenant_id"] for row in gone}:
            async with self._of(tenant_id) as connection:
                await connection.execute(_FORGET_DIGESTS, tenant_id)
        return len(gone)

    async def _execute(self, statement: str, *values: Any) -> str:
        try:
            return await self._pool.execute(statement, *values)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _kept(row: Mapping[str, Any] | asyncpg.Record) -> KeptNotice:
    said = dict(row)
    captain_of = said.pop("captain_of")
    return KeptNotice(
        **{
            **said,
            "kind": Kind(said["kind"]),
            "category": Category(said["category"]),
            "about": tuple(said["about"]),
            "persons": tuple(said["persons"]),
            "words": json.loads(said["words"]),
        },
        captain_of=(captain_of[0], captain_of[1]) if captain_of else None,
    )


def _notification(notice: KeptNotice, planned: Planned) -> dict[str, Any]:
    return {
        "id": str(notification_id_of(notice.id, planned.user_id)),
        "notice_id": str(notice.id),
        "user_id": str(planned.user_id),
        "inbox": planned.plan.inbox,
        "channels": [channel.value for channel in planned.plan.at_once],
        "due_at": planned.plan.due_at.isoformat(),
        "expires_at": _iso(notice.expires_at),
        "digest_id": str(planned.digest_id) if planned.digest_id else None,
    }


def _digest(tenant_id: UUID, user_id: UUID, at: datetime) -> dict[str, Any]:
    return {
        "id": str(digest_id_of(tenant_id, user_id, at)),
        "notice_id": None,
        "user_id": str(user_id),
        "inbox": False,
        "channels": [Channel.EMAIL.value],
        "due_at": at.isoformat(),
        "expires_at": None,
        "digest_id": None,
    }
