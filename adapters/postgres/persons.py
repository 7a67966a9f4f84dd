"""What is known of persons, in Postgres. Every call is one round trip through a function of the migrations."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.event_store import EVENT_COLUMNS, NOT_AT_VERSION, stored_event
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import NewEvent, StoredEvent
from handlers.persons import Rewritten, Stream
from handlers.ports import StoreUnavailable, VersionConflict

_STREAMS = "select stream_kind, stream_id from streams_saying($1, $2::text[])"
_REWRITE = (
    "select erase_from_stream($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb,"
    " $10::integer[], $11::smallint[], $12::jsonb[])"
)
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

    async def rewrite(
        self, tenant_id: UUID, stream: Stream, events: Sequence[Rewritten], said: NewEvent | None
    ) -> None:
        try:
            await self._fetch(
                _REWRITE,
                *(tenant_id, stream.kind, stream.id, stream.version),
                *(
                    (said.event_id, said.type, said.schema_version, said.data, said.metadata)
                    if said
                    else (None,) * 5
                ),
                [event.version for event in events],
                [event.schema_version for event in events],
                [event.data for event in events],
            )
        except asyncpg.UniqueViolationError as error:
            raise VersionConflict(f"{stream.id} is beyond version {stream.version}") from error
        except asyncpg.PostgresError as error:
            if error.sqlstate == NOT_AT_VERSION:
                raise VersionConflict(f"{stream.id} is not at version {stream.version}") from error
            raise

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
