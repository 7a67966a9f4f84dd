"""The cases of reconciliation in Postgres. Every call is one round trip through a function of the migrations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from domain.money.reconciliation import Case
from handlers.ports import StoreUnavailable
from handlers.reconciliation import CasePlace, KeptCase

_LEAGUES = "select reconciliation_leagues() as tenant_id"
_OPEN = "select * from reconciliation_open($1, $2::text[], $3::text[], $4::text[])"
_CLOSE = "select reconciliation_close($1, $2::text[]) as subject"
_CASES = "select * from reconciliation_cases($1, $2, $3, $4, $5, $6)"
_SETTLE = "select * from reconciliation_settle($1, $2, $3, $4, $5, $6)"
_READ_TO = "select reconciliation_read_to($1, $2) as reached"


class PostgresCases:
    """A :class:`handlers.reconciliation.Cases` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def leagues(self) -> list[UUID]:
        return [row["tenant_id"] for row in await self._fetch(_LEAGUES)]

    async def open(self, tenant_id: UUID, cases: Sequence[Case]) -> frozenset[tuple[str, str]]:
        once = {(case.kind.value, case.subject): case.detail for case in cases}
        kinds, subjects = [kind for kind, _ in once], [subject for _, subject in once]
        rows = await self._fetch(_OPEN, tenant_id, kinds, subjects, list(once.values()))
        return frozenset((row["kind"], row["subject"]) for row in rows)

    async def close(self, tenant_id: UUID, subjects: Sequence[str]) -> frozenset[str]:
        return frozenset(row["subject"] for row in await self._fetch(_CLOSE, tenant_id, list(subjects)))

    async def settle(
        self, tenant_id: UUID, kind: str, subject: str, *, person: str, reason: str, explained_by: str | None
    ) -> KeptCase | None:
        rows = await self._fetch(_SETTLE, tenant_id, kind, subject, person, reason, explained_by)
        return _kept(rows[0]) if rows else None

    async def cases(
        self, tenant_id: UUID, *, is_open: bool | None = None, before: CasePlace | None = None, limit: int
    ) -> list[KeptCase]:
        rows = await self._fetch(_CASES, tenant_id, is_open, *(before or (None, None, None)), limit)
        return [_kept(row) for row in rows]

    async def read_to(self, tenant_id: UUID, to: datetime | None = None) -> datetime | None:
        (row,) = await self._fetch(_READ_TO, tenant_id, to)
        return row["reached"]

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _kept(row: asyncpg.Record) -> KeptCase:
    return KeptCase(**{name: value for name, value in row.items() if name != "tenant_id"})
