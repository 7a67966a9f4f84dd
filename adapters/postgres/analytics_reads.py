"""Analytics, read for one tenant. Its own process alone writes it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from handlers.analytics import Figures, Place
from handlers.ports import StoreUnavailable

_TABLES = ("batting", "bowling", "mvp", "match_ups", "partnerships", "phases", "venues", "teams")
_FIGURES = {
    table: f"select k1, k2, label, id, document::text from analytics_{table}($1, $2, $3, $4, $5)"  # noqa: S608
    for table in _TABLES
}
_RECORDS = "select kind, document::text from analytics_records($1, $2, $3, $4)"


class PostgresAnalytics:
    """A :class:`handlers.analytics.AnalyticsReads` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def figures(
        self,
        tenant_id: UUID,
        table: str,
        which: Mapping[str, str | int],
        *,
        sort: str = "",
        after: Place | None = None,
        limit: int,
    ) -> list[Figures]:
        place = None
        if after is not None:
            place = _json([f"{after.first:f}", f"{after.second:f}", after.label, after.id])
        rows = await self._fetch(_FIGURES[table], tenant_id, _json(which), sort, place, limit)
        return [Figures(Place(*row[:4]), msgspec.json.decode(row[4])) for row in rows]

    async def records(
        self, tenant_id: UUID, which: Mapping[str, str | int], kinds: Sequence[str], limit: int
    ) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        for row in await self._fetch(_RECORDS, tenant_id, _json(which), list(kinds), limit):
            found[row["kind"]].append(msgspec.json.decode(row["document"]))
        return found

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
