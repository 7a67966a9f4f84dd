"""The projector's tables of tournaments, read for one tenant. The projector alone writes them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from handlers.ports import FixtureFilter, Listed, StoreUnavailable
from projections.tournament_views import day_at

_TOURNAMENTS = (
    "select tournament_id, version, created_at, document::text as document"
    " from tournaments_before($1, $2, $3, $4, $5, $6, $7)"
)
_VIEW = "select version, view::text as view from tournament_view($1, $2, $3, $4)"
_ENTRIES = (
    "select number, version, document::text as document from tournament_entries($1, $2, $3, $4, $5, $6, $7)"
)
_FIXTURES = (
    "select tournament_id, ordinal, starts_at, version, document::text as document"
    " from tournament_fixtures($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
)
_NEVER = datetime.max.replace(tzinfo=UTC)
"""asyncpg's name for Postgres's infinity."""


class PostgresTournamentReadModel:
    """A :class:`handlers.ports.TournamentReadModel` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def tournaments(
        self,
        tenant_id: UUID,
        *,
        published: bool,
        search: str | None = None,
        phase: str | None = None,
        before: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> list[Listed]:
        created_at, tournament_id = before or (None, None)
        rows = await self._fetch(
            _TOURNAMENTS, tenant_id, published, search, phase, created_at, tournament_id, limit
        )
        return [_listed(row, row["created_at"], row["tournament_id"]) for row in rows]

    async def view(
        self, tenant_id: UUID, tournament_id: UUID, name: str, *, published: bool
    ) -> tuple[int, bytes] | None:
        rows = await self._fetch(_VIEW, tenant_id, published, tournament_id, name)
        return (rows[0]["version"], rows[0]["view"].encode()) if rows else None

    async def entries(
        self,
        tenant_id: UUID,
        tournament_id: UUID,
        *,
        published: bool,
        status: str | None = None,
        search: str | None = None,
        after: int = 0,
        limit: int,
    ) -> list[Listed]:
        rows = await self._fetch(_ENTRIES, tenant_id, published, tournament_id, status, search, after, limit)
        return [_listed(row, row["number"]) for row in rows]

    async def fixtures(
        self,
        tenant_id: UUID,
        which: FixtureFilter,
        *,
        published: bool,
        after: tuple[datetime | None, UUID, int] | None = None,
        limit: int,
    ) -> list[Listed]:
        found: list[Listed] = []
        while True:
            rows = await self._fixtures(tenant_id, which, published, after, limit)
            found += [
                row for row in rows if which.day in (None, day_at(row.place[0], row.document["ground"]))
            ]
            if len(found) >= limit or len(rows) < limit:
                return found[:limit]
            # Of a day's rows some are of another day where they are played: those are read past.
            after = rows[-1].place  # type: ignore[assignment]

    async def _fixtures(
        self,
        tenant_id: UUID,
        which: FixtureFilter,
        published: bool,
        after: tuple[datetime | None, UUID, int] | None,
        limit: int,
    ) -> list[Listed]:
        starts_at, tournament_id, ordinal = after or (None, None, None)
        since, until = _around(which.day)
        rows = await self._fetch(
            _FIXTURES,
            tenant_id,
            published,
            which.tournament,
            which.team,
            which.ground,
            which.stage,
            which.status,
            since,
            until,
            which.match,
            starts_at or _NEVER,
            tournament_id,
            ordinal,
            limit,
        )
        return [_listed(row, row["starts_at"], row["tournament_id"], row["ordinal"]) for row in rows]

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _around(day: date | None) -> tuple[datetime | None, datetime | None]:
    """From when until when it is that day anywhere: clocks are at most 14 hours before UTC, and 12 behind."""
    if day is None:
        return None, None
    try:
        midnight = datetime.combine(day, time(), UTC)
        return midnight - timedelta(hours=14), midnight + timedelta(hours=24 + 12)
    except OverflowError:  # the first or the last day there is
        return None, None


def _listed(row: asyncpg.Record, *place: Any) -> Listed:
    return Listed(
        document={**msgspec.json.decode(row["document"]), "version": row["version"]},
        place=place,
        version=row["version"],
    )
