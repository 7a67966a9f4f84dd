"""The projector's tables of payments and payouts, read for one tenant. The projector alone writes them."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from handlers.payment_reads import PaymentFilter
from handlers.ports import Listed, StoreUnavailable

_PAYMENTS = (
    "select payment_id, version, created_at, document::text as document"
    " from payments_before($1, $2, $3, $4, $5, $6, $7, $8)"
)
_REFUNDS = (
    "select payment_id, name, version, created_at, document::text as document"
    " from refunds_before($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
_PAYOUTS = (
    "select payout_id, version, created_at, document::text as document"
    " from payouts_before($1, $2, $3, $4, $5, $6)"
)


class PostgresPaymentReadModel:
    """A :class:`handlers.payment_reads.PaymentReadModel` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def payments(
        self, tenant_id: UUID, which: PaymentFilter, *, before: tuple[datetime, UUID] | None, limit: int
    ) -> list[Listed]:
        rows = await self._fetch(_PAYMENTS, tenant_id, *_asked(which), *(before or (None, None)), limit)
        return [_listed(row, row["created_at"], row["payment_id"]) for row in rows]

    async def refunds(
        self,
        tenant_id: UUID,
        which: PaymentFilter,
        *,
        payment: UUID | None = None,
        before: tuple[datetime, UUID, str] | None,
        limit: int,
    ) -> list[Listed]:
        after = before or (None, None, None)
        rows = await self._fetch(_REFUNDS, tenant_id, *_asked(which), payment, *after, limit)
        return [_listed(row, row["created_at"], row["payment_id"], row["name"]) for row in rows]

    async def payouts(
        self,
        tenant_id: UUID,
        *,
        tournament: UUID | None = None,
        status: str | None = None,
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Listed]:
        rows = await self._fetch(_PAYOUTS, tenant_id, tournament, status, *(before or (None, None)), limit)
        return [_listed(row, row["created_at"], row["payout_id"]) for row in rows]

    async def _fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(statement, *values)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _asked(which: PaymentFilter) -> tuple[Any, ...]:
    return which.captain, which.tournament, which.team, which.status


def _listed(row: asyncpg.Record, *place: Any) -> Listed:
    return Listed(document=json.loads(row["document"]), place=place, version=row["version"])
