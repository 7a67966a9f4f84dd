"""The payees in Postgres. Every call is one round trip through a function of the migrations."""

from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from handlers.payees import Payee
from handlers.ports import StoreUnavailable

_PUT = "select * from payee_put($1, $2, $3, $4, $5, $6)"
_AFTER = "select * from payees_after($1, $2, $3, $4)"


_OF_ACCOUNT = "select tenant_id, id from payee where account = $1"


class PostgresPayees:
    """A :class:`handlers.payees.Payees` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def find(self, tenant_id: UUID, payee: str) -> Payee | None:
        found = await self._fetch(_AFTER, tenant_id, payee, "", 1)
        return found[0] if found else None

    async def add(self, tenant_id: UUID, payee: Payee) -> Payee:
        return await self._put(tenant_id, payee, None)

    async def replace(self, tenant_id: UUID, payee: Payee, closed: str) -> Payee:
        return await self._put(tenant_id, payee, closed)

    async def page(self, tenant_id: UUID, after: str, limit: int) -> list[Payee]:
        return await self._fetch(_AFTER, tenant_id, None, after, limit)

    async def _put(self, tenant_id: UUID, payee: Payee, closed: str | None) -> Payee:
        said = (payee.id, payee.account, payee.email, payee.country)
        (row,) = await self._fetch(_PUT, tenant_id, *said, closed)
        return row

    async def _fetch(self, query: str, *arguments: object) -> list[Payee]:
        try:
            rows = await self._pool.fetch(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return [Payee(**{name: value for name, value in row.items() if name != "tenant_id"}) for row in rows]


class PostgresPayeeAccounts:
    """A :class:`handlers.webhooks.Accounts` for the role ``pavilion_webhooks``, which sees the leagues' payees by
    their accounts and nothing else of them."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def of_account(self, account: str) -> tuple[UUID, str] | None:
        try:
            row = await self._pool.fetchrow(_OF_ACCOUNT, account)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        return (row["tenant_id"], row["id"]) if row else None
