"""What is known of persons, in Postgres. Every call is one round trip through a function of the migrations."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.event_store import EVENT_COLUMNS, stored_event
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import StoredEvent
from handlers.persons import Rewritten
from handlers.ports import StoreUnavailable

_STREAMS = "select stream_kind, stream_id from streams_saying($1, $2::text[])"
_REWRITE = "select rewrite_events($1, $2, $3::integer[], $4::smallint[], $5::jsonb[])"
_EVENTS = f"select txid::text as txid, {EVENT_COLUMNS} from tenant_events($1, $2::text::xid8, $3, $4)"  # noqa: S608
LOOKING_SECONDS = 300
PAGE = 1000


class PostgresPersonalData:
    """A :class:`handlers.persons.PersonalData` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def streams_saying(self, tenant_id: UUID, texts: Sequence[str]) -> list[tuple[str, UUID]]:
        rows = await self._fetch(_STREAMS, tenant_id, list(texts))
        return [(row["stream_kind"], row["stream_id"]) for row in rows]

    async def rewrite(self, tenant_id: UUID, stream_id: UUID, events: Sequence[Rewritten]) -> None:
        await self._fetch(
            _REWRITE,
            tenant_id,
            stream_id,
            [event.version for event in events],
            [event.schema_version for event in events],
            [event.data for event in events],
        )

    async def events(self, tenant_id: UUID) -> AsyncIterator[StoredEvent]:
        txid: str | None = None
        position: int | None = None
        while rows := await self._fetch(_EVENTS, tenant_id, txid, position, PAGE):
            for row in rows:
                yield stored_event({name: value for name, value in row.items() if name != "txid"})
            txid, position = rows[-1]["txid"], rows[-1]["position"]

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments, timeout=LOOKING_SECONDS)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
