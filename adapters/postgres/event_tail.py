"""The end of the event store as the relay reads it: nothing missed, and one relay at a time per shard."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import asyncpg

from contracts.relay import START, Cursor, Fenced, TailedEvent

# Ids and JSON are turned into bytes here, where a second core does it. to_json prints RFC 3339, and costs a
# fifth of what to_char does.
_COLUMNS = """
  txid::text::bigint, position, tenant_id::text::bytea, stream_kind, stream_id::text::bytea, version,
  event_id::text::bytea, type, schema_version, convert_to(data::text, 'UTF8'),
  btrim(to_json(recorded_at)::text, '"')::bytea
"""
# Everything below the snapshot's xmin has ended, so the rows with such a txid will never become more, and in
# their order by txid none can turn up behind the cursor. By position alone one could: a transaction may take
# its position early and its txid late.
_READ = f"""
  select {_COLUMNS} from event
  where (txid, position) > ($1::text::xid8, $2) and txid < pg_snapshot_xmin(pg_current_snapshot()) {{shard}}
  order by event.txid, event.position limit $3
"""  # noqa: S608
_SHARD = "and mod(uuid_hash(stream_id) & 2147483647, {shards}) = {shard}"
_STREAM = f"""
  select {_COLUMNS} from event where stream_id = $1 and version between $2 and $3 order by version
"""  # noqa: S608
_STATE = """
  select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint,
    (select count(*) from (select from event where (txid, position) > ($1::text::xid8, $2) {shard} limit $3) e),
    (select extract(epoch from clock_timestamp() - recorded_at)::float8 from event
     where (txid, position) > ($1::text::xid8, $2) {shard} order by event.txid, event.position limit 1),
    (select epoch from relay_cursor where shard = $4)
  from pg_current_snapshot() s
"""
_LAG_COUNTED = 100_000


class PostgresEventTail:
    """The tail of one shard, for the role ``pavilion_relay``.

    The cursor is a row with an epoch. Claiming raises the epoch and every move of the cursor compares it, so
    a relay that was thought dead can at most publish again what its successor publishes too.
    """

    def __init__(self, pool: asyncpg.Pool, *, shard: int, shards: int, owner: str) -> None:
        self._pool = pool
        self._shard = shard
        self._shards = shards
        self._owner = owner
        self._epoch = 0
        where = _SHARD.format(shard=int(shard), shards=int(shards)) if shards > 1 else ""
        self._read_sql = _READ.format(shard=where)
        self._state_sql = _STATE.format(shard=where)

    async def claim(self) -> Cursor:
        """Take the shard over from whoever had it; where it stands.

        When the number of shards has changed, all of them begin at the place where the slowest stood.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("lock table relay_cursor in share row exclusive mode")
            if await self._shards_have_changed(connection):
                await self._lay_out_shards(connection)
            row = await connection.fetchrow(
                """
                update relay_cursor set epoch = epoch + 1, owner = $2, updated_at = clock_timestamp()
                where shard = $1 returning epoch, txid::text::bigint as txid, position
                """,
                self._shard,
                self._owner,
            )
        if row is None:
            raise LookupError(f"shard {self._shard} is not among the {self._shards} shards of the relay")
        self._epoch = row["epoch"]
        return Cursor(row["txid"], row["position"])

    async def read(self, after: Cursor, limit: int) -> Sequence[TailedEvent]:
        """The next events in order, up to the oldest transaction that is still open."""
        return _events(await self._pool.fetch(self._read_sql, str(after.txid), after.position, limit))

    async def read_stream(self, stream_id: bytes, first: int, last: int) -> Sequence[TailedEvent]:
        """Versions ``first`` to ``last`` of one stream, whatever transaction is open."""
        return _events(await self._pool.fetch(_STREAM, UUID(stream_id.decode()), first, last))

    async def advance(self, cursor: Cursor) -> None:
        """Everything up to ``cursor`` is in Kafka. Raises Fenced.

        It need not be on disk when this returns: after a crash of Postgres the last few events go out again.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("set local synchronous_commit = off")
            moved = await connection.execute(
                """
                update relay_cursor set txid = $3::text::xid8, position = $4, updated_at = clock_timestamp()
                where shard = $1 and epoch = $2
                """,
                self._shard,
                self._epoch,
                str(cursor.txid),
                cursor.position,
            )
        self._fence(moved == "UPDATE 1")

    async def state(self, cursor: Cursor) -> tuple[int, int, int, float]:
        """Barrier (oldest open txid), next txid, events waiting (counted to 100,000), age in seconds of the first.

        Raises Fenced: a relay with nothing to publish learns here that it was taken over.
        """
        (row,) = await self._pool.fetch(
            self._state_sql, str(cursor.txid), cursor.position, _LAG_COUNTED, self._shard
        )
        self._fence(row[4] == self._epoch)
        return row[0], row[1], row[2], row[3] or 0.0

    def _fence(self, ours: bool) -> None:
        if not ours:
            raise Fenced(f"shard {self._shard} was taken over (this relay had epoch {self._epoch})")

    async def _shards_have_changed(self, connection: Any) -> bool:
        same = await connection.fetchval(
            "select count(*) = $1 and count(*) filter (where shards = $1) = $1 from relay_cursor",
            self._shards,
        )
        return not same

    async def _lay_out_shards(self, connection: Any) -> None:
        rows = await connection.fetch(
            "delete from relay_cursor returning txid::text::bigint, position, epoch"
        )
        lowest = min((Cursor(row[0], row[1]) for row in rows), default=START)
        epoch = max((row["epoch"] for row in rows), default=0)
        await connection.executemany(
            """
            insert into relay_cursor (shard, shards, txid, position, epoch, owner)
            values ($1, $2, $3::text::xid8, $4, $5, '')
            """,
            [
                (shard, self._shards, str(lowest.txid), lowest.position, epoch)
                for shard in range(self._shards)
            ],
        )


def _events(rows: list[asyncpg.Record]) -> Sequence[TailedEvent]:
    """The rows as they are: they unpack as TailedEvent does, and making one of each would cost more."""
    return cast("Sequence[TailedEvent]", rows)
