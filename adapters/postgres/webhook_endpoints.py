"""Endpoints of webhooks and their log in Postgres. Every call is one round trip through a function of the migrations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.event_store import EVENT_COLUMNS, NOT_AT_VERSION, stored_event
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import NewEvent, StoredEvent
from contracts.webhook_endpoints import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from contracts.webhook_events import TEST
from handlers.ports import DuplicateEvent, StoreUnavailable, VersionConflict
from handlers.webhook_ports import Replay, Replayed, TooManyEndpoints, Written

TOO_MANY = "PV006"
_ENDPOINT = ", ".join(WebhookEndpoint.__dataclass_fields__)
_DELIVERY = ", ".join(WebhookDelivery.__dataclass_fields__)
_ATTEMPT = ", ".join(WebhookAttempt.__dataclass_fields__)
_EVENT = "$1, $2, $3, $4, $5, $6::jsonb, $7::jsonb"
WRITE = (
    f"select {_ENDPOINT} from webhook_endpoint_write({_EVENT}, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "  # noqa: S608
    "$18)"
)
_TEST = f"select {_DELIVERY} from webhook_endpoint_test({_EVENT}, $8)"  # noqa: S608
_REPLAY = (
    f"select replayed, last_delivery from webhook_deliveries_replay({_EVENT}, $8, $9, $10, $11, $12, $13)"  # noqa: S608
)
_PAGE = f"select {_ENDPOINT} from webhook_endpoints_after($1, $2, $3, $4)"  # noqa: S608
_DELIVERIES = f"select {_DELIVERY} from webhook_deliveries_before($1, $2, $3, $4, $5, $6, $7)"  # noqa: S608
_ATTEMPTS = f"select {_ATTEMPT} from webhook_attempts($1, $2, $3)"  # noqa: S608
_FIND = f"select {EVENT_COLUMNS} from event_with_id($1, $2)"  # noqa: S608


class PostgresWebhookEndpoints:
    """A :class:`handlers.webhook_endpoints.WebhookEndpointStore` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def page(
        self, tenant_id: UUID, *, id_: UUID | None = None, after: UUID | None = None, limit: int = 1
    ) -> list[WebhookEndpoint]:
        return [endpoint_of(row) for row in await fetch(self._pool, _PAGE, tenant_id, id_, after, limit)]

    async def write(
        self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent, row: Written
    ) -> WebhookEndpoint:
        return await write(self._pool, tenant_id, id_, expected, event, row)

    async def test(self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent) -> WebhookDelivery:
        said = _said(tenant_id, id_, expected, event)
        (row,) = await fetch(self._pool, _TEST, *said, TEST)
        return WebhookDelivery(**dict(row))

    async def replay(
        self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent, asked: Replay
    ) -> Replayed:
        chosen = (asked.delivery, asked.since, asked.until, list(asked.statuses), asked.after, asked.limit)
        (row,) = await fetch(self._pool, _REPLAY, *_said(tenant_id, id_, expected, event), *chosen)
        return Replayed(count=row["replayed"], last=row["last_delivery"])

    async def deliveries(
        self,
        tenant_id: UUID,
        endpoint: UUID,
        *,
        id_: UUID | None = None,
        status: str | None = None,
        event_type: str | None = None,
        before: UUID | None = None,
        limit: int = 1,
    ) -> list[WebhookDelivery]:
        asked = (tenant_id, endpoint, id_, status, event_type, before, limit)
        return [WebhookDelivery(**dict(row)) for row in await fetch(self._pool, _DELIVERIES, *asked)]

    async def attempts(self, tenant_id: UUID, delivery: UUID, limit: int) -> list[WebhookAttempt]:
        rows = await fetch(self._pool, _ATTEMPTS, tenant_id, delivery, limit)
        return [WebhookAttempt(**dict(row)) for row in rows]

    async def event(self, tenant_id: UUID, event_id: UUID) -> StoredEvent | None:
        rows = await fetch(self._pool, _FIND, tenant_id, event_id)
        return stored_event(rows[0]) if rows else None


async def write(
    pool: "asyncpg.Pool[Any]", tenant_id: UUID, id_: UUID, expected: int, event: NewEvent, row: Written
) -> WebhookEndpoint:
    """Append the event and write the row. Raises VersionConflict, DuplicateEvent, TooManyEndpoints."""
    wanted = row.wanted
    (written,) = await fetch(
        pool,
        WRITE,
        *_said(tenant_id, id_, expected, event),
        wanted.url,
        wanted.description,
        wanted.event_types,
        wanted.tournaments,
        wanted.matches,
        wanted.ordered,
        row.status,
        row.because,
        row.secret,
        row.previous_until,
        row.most,
    )
    return endpoint_of(written)


def endpoint_of(row: asyncpg.Record) -> WebhookEndpoint:
    """The endpoint of a row."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    return WebhookEndpoint(**fields)


async def fetch(pool: "asyncpg.Pool[Any]", query: str, *arguments: object) -> Sequence[asyncpg.Record]:
    """Rows of a statement. Raises StoreUnavailable, VersionConflict, DuplicateEvent, TooManyEndpoints."""
    try:
        return await pool.fetch(query, *arguments)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "event_tenant_event_key":
            raise DuplicateEvent("the request was served before") from error
        raise VersionConflict("the endpoint was changed by somebody else") from error
    except AWAY as error:
        raise StoreUnavailable(AWAY_MESSAGE) from error
    except asyncpg.PostgresError as error:
        if error.sqlstate == NOT_AT_VERSION:
            raise VersionConflict("the endpoint is not at its version") from error
        if error.sqlstate == TOO_MANY:
            raise TooManyEndpoints from error
        raise


def _said(tenant_id: UUID, id_: UUID, expected: int, event: NewEvent) -> tuple[object, ...]:
    return (tenant_id, id_, expected, event.event_id, event.type, event.data, event.metadata)
