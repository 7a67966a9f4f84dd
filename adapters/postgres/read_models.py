"""The projector's tables of matches, read for one tenant. The projector alone writes them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from handlers.ports import MatchRow, StoreUnavailable

_CARD = "select version, card::text as card from match_card($1, $2)"
_MATCHES = (
    "select match_id, version, created_at, summary::text as summary from matches_before($1, $2, $3, $4)"
)


class PostgresMatchReadModel:
    """A :class:`handlers.ports.MatchReadModel` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def card(self, tenant_id: UUID, match_id: UUID) -> tuple[int, bytes] | None:
        rows = await self._fetch(_CARD, tenant_id, match_id)
        return (rows[0]["version"], rows[0]["card"].encode()) if rows else None

    async def matches(
        self, tenant_id: UUID, before: tuple[datetime, UUID] | None, limit: int
    ) -> list[MatchRow]:
        created_at, match_id = before or (None, None)
        rows = await self._fetch(_MATCHES, tenant_id, created_at, match_id, limit)
        return [
            MatchRow(
                match_id=row["match_id"],
                version=row["version"],
                created_at=row["created_at"],
                summary=msgspec.json.decode(row["summary"]),
            )
            for row in rows
        ]

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
