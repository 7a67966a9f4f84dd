"""The inbox of webhooks in Postgres. Every call is one statement, and so one transaction and one round trip."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.webhooks import FailingEvent, InboxStanding, Outcome, WaitingEvent, WebhookEvent
from handlers.ports import StoreUnavailable

_EVENT = "event_id, type, created_at, live, object_id, object_type, intent, account, metadata"
# Without naming the column that clashes: for that the application would have to be allowed to read it.
_STORE = (
    f"insert into webhook_event ({_EVENT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb) "  # noqa: S608
    "on conflict do nothing"
)
# The rows are locked only as long as this statement runs. To hold them until their workflows were told would hold
# back the relay, which publishes no further than the oldest transaction that writes.
_CLAIM = f"""
with due as (
  select event_id from webhook_event where handled_at is null and due_at <= clock_timestamp()
  order by due_at limit $1 for update skip locked
)
update webhook_event w set attempts = attempts + 1, due_at = clock_timestamp() + $2
from due where w.event_id = due.event_id
returning {", ".join(f"w.{column.strip()}" for column in _EVENT.split(",")[:-1])},
  w.metadata::text as metadata, w.attempts, w.received_at, w.last_error
"""  # noqa: S608
_HANDLED = """
update webhook_event w set handled_at = clock_timestamp(), outcome = h.outcome
from unnest($1::text[], $2::text[]) as h(event_id, outcome)
where w.event_id = h.event_id and w.handled_at is null
"""
_FAILED = """
update webhook_event set due_at = clock_timestamp() + $3, last_error = $2
where event_id = $1 and handled_at is null
"""
_STANDING = """
select count(*) as waiting, count(*) filter (where last_error is not null) as failing,
  min(received_at) as oldest_received_at
from webhook_event where handled_at is null
"""


_FORGET = """
delete from webhook_event where event_id in (
  select event_id from webhook_event where handled_at < clock_timestamp() - interval '30 days'
  order by handled_at limit $1)
"""
_FAILING = "select * from webhook_events_failing($1, $2, $3, $4, $5, $6)"
_AGAIN = "select webhook_event_again($1, $2, $3)"


class PostgresWebhookInbox:
    """A :class:`handlers.webhooks.WebhookInbox`, and its FailingEvents, for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def store(self, event: WebhookEvent) -> bool:
        try:
            status: str = await self._pool.execute(
                _STORE,
                event.id,
                event.type,
                event.created_at,
                event.live,
                event.object_id,
                event.object_type,
                event.intent,
                event.account,
                json.dumps(event.metadata),
            )
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return status == "INSERT 0 1"

    async def failing(
        self,
        tenant_id: UUID,
        *,
        home: bool,
        event_id: str | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[FailingEvent]:
        asked = (tenant_id, home, event_id, *(before or (None, None)), limit)
        try:
            return [FailingEvent(**dict(row)) for row in await self._pool.fetch(_FAILING, *asked)]
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error

    async def again(self, tenant_id: UUID, event_id: str, *, home: bool) -> None:
        try:
            await self._pool.execute(_AGAIN, tenant_id, home, event_id)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


class PostgresWebhookWork:
    """A :class:`handlers.webhooks.WebhookWork` for the role ``pavilion_webhooks``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def claim(self, limit: int, lease: timedelta) -> list[WaitingEvent]:
        try:
            return [_waiting(row) for row in await self._pool.fetch(_CLAIM, limit, lease)]
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error

    async def handled(self, outcomes: Mapping[str, Outcome]) -> None:
        if outcomes:
            await self._execute(_HANDLED, list(outcomes), list(outcomes.values()))

    async def failed(self, event_id: str, error: str, pause: timedelta) -> None:
        await self._execute(_FAILED, event_id, error, pause)

    async def standing(self) -> InboxStanding:
        try:
            (row,) = await self._pool.fetch(_STANDING)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return InboxStanding(**dict(row))

    async def forget(self, limit: int) -> int:
        return int((await self._execute(_FORGET, limit)).removeprefix("DELETE "))

    async def _execute(self, statement: str, *values: Any) -> str:
        try:
            return await self._pool.execute(statement, *values)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _waiting(row: asyncpg.Record) -> WaitingEvent:
    event = WebhookEvent(
        id=row["event_id"],
        type=row["type"],
        created_at=row["created_at"],
        live=row["live"],
        object_id=row["object_id"],
        object_type=row["object_type"],
        intent=row["intent"],
        account=row["account"],
        metadata=json.loads(row["metadata"]),
    )
    return WaitingEvent(
        event=event, attempts=row["attempts"], received_at=row["received_at"], last_error=row["last_error"]
    )
