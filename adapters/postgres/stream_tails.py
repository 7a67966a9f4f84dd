"""The ends of many streams of a tenant, in one round trip."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.event_store import EVENT_COLUMNS, stored_event
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import StoredEvent
from handlers.ports import StoreUnavailable

_TAILS = f"select {EVENT_COLUMNS} from stream_tails($1, $2::uuid[], $3::int[])"  # noqa: S608


class PostgresStreamTails:
    """A :class:`handlers.live.ports.StreamTails` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def tails(self, tenant_id: UUID, after: Mapping[UUID, int]) -> list[StoredEvent]:
        try:
            rows = await self._pool.fetch(_TAILS, tenant_id, list(after), list(after.values()))
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return [stored_event(row) for row in rows]
