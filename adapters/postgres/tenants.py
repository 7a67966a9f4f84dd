"""A league that leaves: everything of it deleted but what the books must keep. By a role that sees every league."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from contracts.identity_events import TenantErased, encode

KEPT = frozenset(
    {
        *("ledger_account", "ledger_transaction", "ledger_posting", "ledger_batch"),
        *("payee", "reconciliation_case", "rm_payment", "rm_refund", "rm_payout"),
    }
)
"""Tables of the books and of what was paid; docs/privacy.md says why."""
KEPT_STREAMS = ("payment", "payout", "ledger", "identity")
"""Kinds of streams that the books rest on, and what says that the league was erased."""
AT_ONCE = 5000
ERASURE = "erasure"

_TABLES = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> 'event'
order by c.relname
"""
_EVENTS = """
delete from event where ctid = any (array(
  select ctid from event where tenant_id = $1 and stream_kind <> all ($2::text[]) limit $3))
"""
_SAID = "select append_event($1, 'identity', $2, 0, $2, 'TenantErased', 1::smallint, $3::jsonb, $4::jsonb)"


@dataclass(frozen=True, slots=True)
class ErasedTenant:
    """How many rows of each table were deleted, those without left out."""

    deleted: dict[str, int] = field(default_factory=dict[str, int])


async def erase_tenant(connection: "asyncpg.Connection[Any]", tenant_id: UUID, *, by: str) -> ErasedTenant:
    """Say in the store that the league is erased, and delete what is not kept. Said again it deletes what came since."""
    await _say(connection, tenant_id, by)
    deleted = await _of_tables(connection, tenant_id)
    events = await _of_the_store(connection, tenant_id)
    return ErasedTenant({**deleted, **({"event": events} if events else {})})


async def _say(connection: "asyncpg.Connection[Any]", tenant_id: UUID, by: str) -> None:
    stream = uuid5(tenant_id, ERASURE)
    data = encode(TenantErased(tenant_id=tenant_id, at=datetime.now(UTC))).decode()
    metadata = json.dumps({"actor": by})
    try:
        await connection.execute(_SAID, tenant_id, stream, data, metadata)
    except asyncpg.UniqueViolationError:
        return


async def _of_tables(connection: "asyncpg.Connection[Any]", tenant_id: UUID) -> dict[str, int]:
    """Rows that others refer to go after those: what cannot be deleted yet is tried again."""
    left = [row["relname"] for row in await connection.fetch(_TABLES) if row["relname"] not in KEPT]
    deleted: dict[str, int] = {}
    while left:
        waiting: list[str] = []
        for table in left:
            try:
                done = await connection.execute(f"delete from {table} where tenant_id = $1", tenant_id)  # noqa: S608
            except asyncpg.ForeignKeyViolationError:
                waiting.append(table)
            else:
                if count := int(done.split()[-1]):
                    deleted[table] = count
        if waiting == left:
            raise RuntimeError(f"these refer to each other or to what is kept: {', '.join(waiting)}")
        left = waiting
    return deleted


async def _of_the_store(connection: "asyncpg.Connection[Any]", tenant_id: UUID) -> int:
    """Some at a time: the relay waits for whoever writes."""
    total = 0
    while True:
        async with connection.transaction():
            await connection.execute("select set_config('app.tenant_id', $1, true)", str(tenant_id))
            await connection.execute("set local role pavilion_eraser")
            done = await connection.execute(_EVENTS, tenant_id, list(KEPT_STREAMS), AT_ONCE)
        count = int(done.split()[-1])
        total += count
        if count < AT_ONCE:
            return total
