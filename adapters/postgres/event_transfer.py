"""Events out of the store and into another, for operators: whole, in the store's order, and never twice."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.event_store import EVENT_COLUMNS, stored_event
from contracts.codec import WEBHOOK
from contracts.events import StoredEvent
from contracts.identity_events import IDENTITY
from contracts.relay import START, Cursor
from contracts.topics import HOME_TOPICS
from domain.registry.events import REGISTERS

READER, IMPORTER = "pavilion_projector", "pavilion_importer"
"""Who sees every tenant's events and may change nothing; who may besides add events as they were recorded once."""
WITH_ROWS = (*REGISTERS, IDENTITY, WEBHOOK)
"""Kinds of streams whose truth is rows (decisions 16, 38 and 51): their events alone would be a stream that nobody can go on
with, since the row that knows its version is missing."""
FETCH = 2_000

_WANTED = """
  ($1::uuid is null or tenant_id = $1) and ($2::uuid is null or stream_id = $2)
  and ($3::text is null or stream_kind = $3)
"""
_ALL = f"""
  select {EVENT_COLUMNS} from event where {_WANTED} and stream_kind <> all($4::text[])
  order by event.txid, event.position
"""  # noqa: S608
_END = """
  select txid::text::bigint, position from event where txid < pg_snapshot_xmin(pg_current_snapshot())
  order by event.txid desc, event.position desc limit 1
"""
# As the relay reads: what is below the oldest open transaction comes in an order that stays. The barrier comes with it,
# so that the next read begins there, and what is not wanted is passed over once.
_NEXT = f"""
  select barrier::text::bigint as barrier, found.* from pg_snapshot_xmin(pg_current_snapshot()) as barrier
  left join lateral (
    select {EVENT_COLUMNS}, txid::text::bigint as txid from event
    where {_WANTED} and (txid, position) > ($4::text::xid8, $5) and txid < barrier
    order by event.txid, event.position limit $6
  ) as found on true
  order by found.txid, found.position
"""  # noqa: S608
_OLD = f"""
  select {EVENT_COLUMNS} from event where stream_kind = $1 and stream_id in (
    select stream_id from event where stream_kind = $1 group by stream_id having max(recorded_at) < $2)
  order by event.stream_id, event.version
"""  # noqa: S608
_STREAM = f"select {EVENT_COLUMNS} from event where stream_id = $1 order by version"  # noqa: S608
_KINDS = "select distinct stream_kind from event where stream_kind <> all($1::text[]) order by 1"

_GIVEN = """
  unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::int2[], $8::jsonb[],
    $9::jsonb[], $10::timestamptz[]) with ordinality
  as g (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata, recorded_at, n)
"""
_COLUMNS = (
    "tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata, recorded_at"
)
_ADD = f"""
  insert into event ({_COLUMNS}) select {_COLUMNS} from {_GIVEN} order by n on conflict do nothing
"""  # noqa: S608
_DIFFERING = f"""
  select g.stream_id, g.version from {_GIVEN}
  left join event e on e.stream_id = g.stream_id and e.version = g.version
  where (e.tenant_id, e.stream_kind, e.event_id, e.type, e.schema_version, e.data, e.metadata, e.recorded_at)
    is distinct from
    (g.tenant_id, g.stream_kind, g.event_id, g.type, g.schema_version, g.data, g.metadata, g.recorded_at)
  order by n limit 1
"""  # noqa: S608
_TORN = """
  select stream_id from event where stream_id = any($1::uuid[])
  group by stream_id having count(*) <> max(version) limit 1
"""


class ImportRefused(Exception):
    """The store has something else in the place of an event, an event before it is missing, or it has to come with a row.
    Nothing of the batch it is in was added."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; None: any."""

    tenant: UUID | None = None
    stream: UUID | None = None
    kind: str | None = None

    @property
    def arguments(self) -> tuple[UUID | None, UUID | None, str | None]:
        return self.tenant, self.stream, self.kind


async def every_event(connection: Any, wanted: Wanted) -> AsyncIterator[StoredEvent]:
    """All events as of now, in the store's order, but those of kinds with rows."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(f"set local role {READER}")
        async for row in connection.cursor(_ALL, *wanted.arguments, WITH_ROWS, prefetch=FETCH):
            yield stored_event(row)


async def end_of(connection: Any) -> Cursor:
    """Where the store ends now."""
    async with connection.transaction(readonly=True):
        await connection.execute(f"set local role {READER}")
        row = await connection.fetchrow(_END)
    return Cursor(*row) if row else START


async def events_after(
    connection: Any, wanted: Wanted, after: Cursor, limit: int = FETCH
) -> tuple[list[StoredEvent], Cursor]:
    """The next events in the store's order, and the place up to which there are no others."""
    async with connection.transaction(readonly=True):
        await connection.execute(f"set local role {READER}")
        rows = await connection.fetch(_NEXT, *wanted.arguments, str(after.txid), after.position, limit)
    found = [dict(row) for row in rows if row["position"] is not None]
    place = Cursor(rows[0]["barrier"], 0)
    if len(found) == limit:
        place = Cursor(found[-1]["txid"], found[-1]["position"])
    return [stored_event(_without(row, "barrier", "txid")) for row in found], place


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


async def old_streams(connection: Any, kind: str, before: datetime) -> AsyncIterator[StoredEvent]:
    """The events of the streams of a kind that ended before a time: a stream together, its versions in order."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(f"set local role {READER}")
        async for row in connection.cursor(_OLD, kind, before, prefetch=FETCH):
            yield stored_event(row)


async def whole_stream(connection: Any, stream_id: UUID) -> list[StoredEvent]:
    """The events of one stream, its versions in order."""
    async with connection.transaction(readonly=True):
        await connection.execute(f"set local role {READER}")
        return [stored_event(row) for row in await connection.fetch(_STREAM, stream_id)]


async def stream_kinds(connection: Any) -> list[str]:
    """The kinds of streams there are that have no rows."""
    async with connection.transaction(readonly=True):
        await connection.execute(f"set local role {READER}")
        return [row[0] for row in await connection.fetch(_KINDS, WITH_ROWS)]


async def add_events(connection: Any, events: Sequence[StoredEvent]) -> int:
    """Add events as they were recorded, all or none; how many were new. Raises ImportRefused.

    What is there already, the same in everything, is left as it is. They get new places at the end of the store, in
    the order given, so that the relay sees them.
    """
    kinds = {event.stream_kind for event in events}
    if with_rows := kinds.intersection(WITH_ROWS):
        raise ImportRefused(
            f"{', '.join(sorted(with_rows))} streams are rows, which a dump of Postgres brings"
        )
    unknown = kinds - HOME_TOPICS.keys()
    if unknown:
        raise ImportRefused(f"no topic is the home of {', '.join(sorted(unknown))} streams")
    columns = _columns(events)
    async with connection.transaction():
        await connection.execute(f"set local role {IMPORTER}")
        try:
            done = await connection.execute(_ADD, *columns)
        except asyncpg.DataError as error:
            raise ImportRefused(f"Postgres cannot hold an event: {str(error).splitlines()[0]}") from error
        differing = await connection.fetchrow(_DIFFERING, *columns)
        if differing is not None:
            raise ImportRefused(f"the store has another event as {differing[0]} version {differing[1]}")
        torn = await connection.fetchval(_TORN, list({event.stream_id for event in events}))
        if torn is not None:
            raise ImportRefused(f"the stream {torn} would have a gap: its events must come in order")
    return int(done.rpartition(" ")[2])


def _columns(events: Iterable[StoredEvent]) -> list[list[Any]]:
    rows = [
        (
            event.tenant_id,
            event.stream_kind,
            event.stream_id,
            event.version,
            event.event_id,
            event.type,
            event.schema_version,
            event.data,
            json.dumps(event.metadata),
            event.recorded_at,
        )
        for event in events
    ]
    return [list(column) for column in zip(*rows, strict=True)]
