"""The event store in Postgres. Every call is one round trip through a function of the migrations."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.group_append import GroupAppend
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import NewEvent, StoredEvent
from handlers.ports import DuplicateEvent, StoreUnavailable, VersionConflict

_APPEND_MANY = (
    "select append_events($1, $2, $3, $4, $5::uuid[], $6::text[], $7::smallint[], $8::jsonb[], $9::jsonb[])"
)
EVENT_COLUMNS = (
    "position, tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, "
    "data::text as data, metadata::text as metadata, recorded_at"
)
_LOAD = f"select {EVENT_COLUMNS} from stream_events($1, $2, $3, $4)"  # noqa: S608
_FIND = f"select {EVENT_COLUMNS} from event_with_id($1, $2)"  # noqa: S608
NOT_AT_VERSION = "PV001"


class PostgresEventStore:
    """An :class:`handlers.ports.EventStore` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._group = GroupAppend(pool)

    async def append(
        self,
        tenant_id: UUID,
        stream_kind: str,
        stream_id: UUID,
        expected_version: int,
        events: Sequence[NewEvent],
    ) -> list[int]:
        stream = (tenant_id, stream_kind, stream_id, expected_version)
        try:
            if len(events) == 1:
                return [await self._group.append(*stream, events[0])]
            return await self._pool.fetchval(
                _APPEND_MANY,
                *stream,
                [event.event_id for event in events],
                [event.type for event in events],
                [event.schema_version for event in events],
                [event.data for event in events],
                [event.metadata for event in events],
            )
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "event_tenant_event_key":
                raise DuplicateEvent(str(events[0].event_id)) from error
            raise VersionConflict(f"{stream_id} is beyond version {expected_version}") from error
        except asyncpg.PostgresError as error:
            if error.sqlstate == NOT_AT_VERSION:
                raise VersionConflict(f"{stream_id} is not at version {expected_version}") from error
            if isinstance(error, AWAY):
                raise StoreUnavailable(AWAY_MESSAGE) from error
            raise
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error

    async def load(
        self, tenant_id: UUID, stream_id: UUID, after_version: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        try:
            rows = await self._pool.fetch(_LOAD, tenant_id, stream_id, after_version, limit)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return [stored_event(row) for row in rows]

    async def find(self, tenant_id: UUID, event_id: UUID) -> StoredEvent | None:
        try:
            row = await self._pool.fetchrow(_FIND, tenant_id, event_id)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return stored_event(row) if row else None


def stored_event(row: asyncpg.Record | Mapping[str, Any]) -> StoredEvent:
    """The event of a row with EVENT_COLUMNS."""
    fields = dict(row)
    fields["metadata"] = json.loads(fields["metadata"])
    return StoredEvent(**fields)
