"""The audit log: the event store, read newest first. One round trip through a function of the migrations."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from handlers.audit import AuditEntry, AuditFilter
from handlers.ports import StoreUnavailable

_BEFORE = "select * from audit_before($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"


class PostgresAuditLog:
    """A :class:`handlers.audit.AuditLog` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def entries(
        self, tenant_id: UUID, which: AuditFilter, *, before: tuple[datetime, int] | None, limit: int
    ) -> list[AuditEntry]:
        asked = (which.stream, which.kind, which.actor, which.type, which.since, which.until)
        try:
            rows = await self._pool.fetch(_BEFORE, tenant_id, *asked, *(before or (None, None)), limit)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return [AuditEntry(**row) for row in rows]
