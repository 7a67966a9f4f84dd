"""Read models made anew from the event store, held against the ones in use, and put in their place.

The projector goes on meanwhile. It and the exchange agree through ``consumer_position``: whoever writes read
models moves a position first, so holding those rows stops the projector between two of its transactions; the
generation in them then tells it to forget what it remembers.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.event_reader import StreamEvent, read_tails
from adapters.postgres.read_model import Fold, ReadModel
from adapters.postgres.tables import Table
from contracts.codec import decode_of

SHADOW = "__rebuild"
STREAMS_AT_ONCE = 40
"""About 10,000 events of T20 matches: they are read, folded and copied while the next ones are read."""
LOCK_SECONDS = 2
LOCK_TRIES = 10
_LOCK = 0x7265_6275
_DIFFERENCES_NAMED = 10


class RebuildRunning(Exception):
    """Another rebuild of the same read models is under way."""


class UnreadableStream(Exception):
    """A stream that this code can't fold; nothing was exchanged."""


@dataclass(slots=True)
class Difference:
    """Streams at the same version whose rows are not the same in the table in use and in the new one."""

    table: str
    streams: int
    examples: list[UUID]


@dataclass(slots=True)
class RebuildReport:
    """``caught_up``: streams that moved on while the others were folded, folded again before the exchange."""

    projection: str
    streams: int = 0
    events: int = 0
    seconds: float = 0.0
    compared: int = 0
    caught_up: int = 0
    swapped: bool = False
    rows: dict[str, int] = field(default_factory=dict[str, int])
    differences: list[Difference] = field(default_factory=list[Difference])

    @property
    def events_per_second(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0


class Rebuild:
    """A rebuild of one kind of read models, by a role that may create and exchange tables."""

    def __init__(
        self,
        model: ReadModel,
        pool: asyncpg.Pool,
        progress: Callable[[int, int], None] = lambda done, of: None,
    ) -> None:
        self._model = model
        self._pool = pool
        self._progress = progress
        self._report = RebuildReport(model.projection)

    async def run(self, *, swap: bool = True) -> RebuildReport:
        """Build, compare, and unless told otherwise exchange. Raises RebuildRunning."""
        async with self._pool.acquire() as guard:
            if not await guard.fetchval(
                "select pg_try_advisory_lock($1, hashtext($2))", _LOCK, self._model.projection
            ):
                raise RebuildRunning(
                    f"a rebuild of the read models of {self._model.plural} is under way already"
                )
            try:
                await self._lay_out(guard)
                await self._build()
                await self._compare(guard)
                if swap:
                    await self._exchange_when_free(guard)
                await self._drop(guard)
            finally:
                await guard.execute(
                    "select pg_advisory_unlock($1, hashtext($2))", _LOCK, self._model.projection
                )
        return self._report

    async def _lay_out(self, connection: Any) -> None:
        await self._drop(connection)
        for table in self._model.tables:
            shadow = table.name + SHADOW
            await connection.execute(f"create table {shadow} (like {table.name} including all)")
            await connection.execute("select secure_read_model($1::text::regclass)", shadow)

    async def _drop(self, connection: Any) -> None:
        for table in self._model.tables:
            await connection.execute(f"drop table if exists {table.name}{SHADOW}")

    async def _build(self) -> None:
        """Fold every stream there is; the database reads ahead and takes in while this process folds."""
        began = monotonic()
        found = await self._pool.fetch(
            "select stream_id from event where stream_kind = $1 and version = 1 order by stream_id",
            self._model.kind,
        )
        streams = [row["stream_id"] for row in found]
        parts = [streams[n : n + STREAMS_AT_ONCE] for n in range(0, len(streams), STREAMS_AT_ONCE)]
        ahead = asyncio.ensure_future(self._read(parts[0] if parts else []))
        copying: asyncio.Future[None] = asyncio.ensure_future(_nothing())
        for number, part in enumerate(parts, 1):
            events = await ahead
            ahead = asyncio.ensure_future(self._read(parts[number] if number < len(parts) else []))
            changes = self._fold(events)
            await copying
            copying = asyncio.ensure_future(self._copy(changes))
            self._report.streams += len(part)
            self._report.events += len(events)
            self._progress(self._report.streams, len(streams))
        await asyncio.gather(ahead, copying)
        self._report.seconds = monotonic() - began

    async def _read(self, streams: Sequence[UUID]) -> Sequence[StreamEvent]:
        return await read_tails(self._pool, dict.fromkeys(streams, 0)) if streams else []

    async def _copy(self, changes: Sequence[Any]) -> None:
        async with self._pool.acquire() as connection:
            await self._copy_on(connection, changes)

    async def _compare(self, connection: Any) -> None:
        """Streams that both have at one version must be the same in every table."""
        head, key = self._model.head.name, self._model.key
        self._report.compared = await connection.fetchval(
            f"select count(*) from {head} join {head}{SHADOW} using ({key}, version)"  # noqa: S608
        )
        for table in self._model.tables:
            differing = [row[key] for row in await connection.fetch(_comparison(self._model, table))]
            if differing:
                named = differing[:_DIFFERENCES_NAMED]
                self._report.differences.append(Difference(table.name, len(differing), named))

    async def _exchange_when_free(self, connection: Any) -> None:
        """A reader in a long transaction is waited for, but not with everybody else queued up behind."""
        for attempt in range(1, LOCK_TRIES + 1):
            try:
                return await self._exchange(connection)
            except asyncpg.LockNotAvailableError:
                if attempt == LOCK_TRIES:
                    raise

    async def _exchange(self, connection: Any) -> None:
        async with connection.transaction():
            await connection.execute(f"set local lock_timeout = '{LOCK_SECONDS}s'")
            await connection.execute(
                "select from consumer_position where consumer = $1 order by topic, partition for update",
                self._model.consumer,
            )
            await self._catch_up(connection)
            for table in self._model.tables:
                await _exchange(connection, table)
            if self._model.settle is not None:
                await self._model.settle(connection)
            await connection.execute(
                "update consumer_position set generation = generation + 1 where consumer = $1",
                self._model.consumer,
            )
        self._report.swapped = True

    async def _catch_up(self, connection: Any) -> None:
        """Fold again what the projector has further than the new tables. It stands still meanwhile."""
        head, key = self._model.head.name, self._model.key
        rows = await connection.fetch(
            f"select l.{key} from {head} l left join {head}{SHADOW} s using ({key}) "  # noqa: S608
            "where s.version is null or s.version < l.version"
        )
        behind = [row[key] for row in rows]
        self._report.caught_up = len(behind)
        for table in self._model.tables:
            await connection.execute(
                f"delete from {table.name}{SHADOW} where {key} = any($1::uuid[])",  # noqa: S608
                behind,
            )
        for start in range(0, len(behind), STREAMS_AT_ONCE):
            part = dict.fromkeys(behind[start : start + STREAMS_AT_ONCE], 0)
            await self._copy_on(connection, self._fold(await read_tails(connection, part)))

    def _fold(self, events: Sequence[StreamEvent]) -> list[Any]:
        folds: dict[UUID, Fold] = {}
        for event in events:
            fold = folds.get(event.stream_id)
            if fold is None:
                fold = folds[event.stream_id] = self._model.fold(event.tenant_id, event.stream_id)
            try:
                decoded = decode_of(self._model.kind, event.type, event.data, event.schema_version)
                fold.apply(decoded, event.recorded_at)
            except Exception as error:
                raise UnreadableStream(
                    f"{self._model.kind} {event.stream_id} can't be folded at version {event.version}: {error}"
                ) from error
        return [fold.changes() for fold in folds.values()]

    async def _copy_on(self, connection: Any, changes: Sequence[Any]) -> None:
        counts = self._report.rows
        for table, rows in self._model.rows(changes).items():
            await connection.copy_records_to_table(table.name + SHADOW, records=rows, columns=table.columns)
            counts[table.name] = counts.get(table.name, 0) + len(rows)


def _comparison(model: ReadModel, table: Table) -> str:
    """Streams of one version in both with rows that only one of them has."""
    columns = ", ".join(f't."{column}"' for column in table.columns)

    def of(suffix: str) -> str:
        return f"select {columns} from {table.name}{suffix} t join same on t.{model.key} = same.{model.key}"  # noqa: S608

    live, new = of(""), of(SHADOW)
    return f"""
      with same as (
        select {model.key} from {model.head.name} join {model.head.name}{SHADOW} using ({model.key}, version)
      ), differing as (
        (({live}) except ({new})) union all (({new}) except ({live}))
      )
      select distinct {model.key} from differing order by {model.key}
    """  # noqa: S608


async def _exchange(connection: Any, table: Table) -> None:
    """The new table takes the place and the names of the old one, which is dropped."""
    old, shadow = f"{table.name}__old", table.name + SHADOW
    names = await _index_names(connection, table.name)
    await connection.execute(f"alter table {table.name} rename to {old}")
    await connection.execute(f"alter table {shadow} rename to {table.name}")
    await connection.execute(f"drop table {old}")
    for shape, name in (await _index_names(connection, table.name)).items():
        await connection.execute(f'alter index "{name}" rename to "{names[shape]}"')


async def _index_names(connection: Any, table: str) -> dict[str, str]:
    """Names of a table's indexes by what they are on."""
    rows = await connection.fetch(
        """
        select indexname, substring(indexdef from ' USING .*$') || (indexdef like 'CREATE UNIQUE%')::text as shape
        from pg_indexes where schemaname = 'public' and tablename = $1
        """,
        table,
    )
    return {row["shape"]: row["indexname"] for row in rows}


async def _nothing() -> None:
    """What was done before the first."""
