"""Plans in Postgres: read by the door, written by an operator."""

from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from auth.forward.ports import PlanRow
from auth.forward.quotas import Plan
from handlers.ports import StoreUnavailable

_OF = "select subject, burst, sustained from quotas_of($1)"
_ALL = "select tenant_id, subject, burst, sustained from quota order by tenant_id, subject"
_SET = """
insert into quota (tenant_id, subject, burst, sustained) values ($1, $2, $3, $4)
on conflict (tenant_id, subject) do update
  set burst = excluded.burst, sustained = excluded.sustained, set_at = clock_timestamp()
"""
_REMOVE = "delete from quota where tenant_id = $1 and subject = $2"


class PostgresPlans:
    """A :class:`auth.forward.ports.PlanSource` for the role ``pavilion_gate``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def plans(self, tenant_id: UUID) -> list[PlanRow]:
        try:
            rows = await self._pool.fetch(_OF, tenant_id)
        except (*AWAY, asyncpg.InvalidAuthorizationSpecificationError) as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return [PlanRow(tenant_id, row["subject"] or None, _plan(row)) for row in rows]


class PlanTable:
    """All leagues' plans, for an operator: on a connection of the superuser, whom no policy binds."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def all(self) -> list[PlanRow]:
        """Every plan, by league and caller."""
        rows = await self._connection.fetch(_ALL)
        return [PlanRow(row["tenant_id"], row["subject"] or None, _plan(row)) for row in rows]

    async def set(self, row: PlanRow) -> None:
        """Give a league or a caller a plan, in place of the one it has."""
        said = (row.tenant_id, row.subject or "", row.plan.burst, row.plan.sustained)
        await self._connection.execute(_SET, *said)

    async def remove(self, tenant_id: UUID, subject: str | None) -> bool:
        """Take a plan away; whether there was one."""
        return await self._connection.execute(_REMOVE, tenant_id, subject or "") == "DELETE 1"


def _plan(row: "asyncpg.Record") -> Plan:
    return Plan(burst=row["burst"], sustained=row["sustained"])
