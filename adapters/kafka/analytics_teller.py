"""Tells Kafka of totals that have moved: the newest version of each, whatever lies between."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import structlog

from adapters.kafka.publisher import EventPublisher
from adapters.postgres.analytics_moves import TELLERS_LOCK, AnalyticsMoves, Move
from adapters.postgres.pool import AWAY
from contracts.codec import ANALYTICS, ANALYTICS_EVENTS
from contracts.relay import PublisherLost, TailedEvent

PACE_SECONDS = 1.0
"""A total is told of at most as often."""
MOST = 2_000
"""Told of in one go; others are told of the next time, by then perhaps moved further."""

log = structlog.get_logger("analytics")


class AnalyticsTeller:
    """Tells of what has moved, once it is committed. One process at a time does; another takes over when it ends."""

    def __init__(
        self, pool: "asyncpg.Pool[Any]", publisher: EventPublisher, *, pace_seconds: float = PACE_SECONDS
    ) -> None:
        self._pool = pool
        self._moves = AnalyticsMoves(pool)
        self._publisher = publisher
        self._pace_seconds = pace_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Tell until ``stop`` is set. What could not be told stays to be told."""
        while not stop.is_set():
            try:
                async with self._pool.acquire() as turn:
                    if await turn.fetchval("select pg_try_advisory_lock($1)", TELLERS_LOCK):
                        try:
                            await self._publisher.open()
                            await self._tell(stop)
                        finally:
                            await turn.fetchval("select pg_advisory_unlock($1)", TELLERS_LOCK)
            except (*AWAY, asyncpg.TransactionRollbackError, PublisherLost) as error:
                log.warning("analytics.not_told", error=repr(error))
            await self._pause(stop)

    async def _tell(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.tell_once()
            await self._pause(stop)

    async def tell_once(self) -> int:
        """Tell of what has moved now; how many totals that were. Raises PublisherLost."""
        moves = await self._moves.waiting(MOST)
        if moves:
            await (await self._publisher.publish(_events(moves)))
            await self._moves.told(moves)
        return len(moves)

    async def _pause(self, stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), self._pace_seconds)


def stream_of(tenant_id: UUID, scope: str, scope_id: str, player: str) -> UUID:
    """What a total's events are keyed by."""
    return uuid5(tenant_id, f"analytics/{scope}/{scope_id}/{player}")


def _events(moves: Sequence[Move]) -> list[TailedEvent]:
    now = datetime.now(UTC).isoformat().encode()
    events: list[TailedEvent] = []
    for move in moves:
        total = move.total
        stream = stream_of(move.tenant_id, total.scope, total.scope_id, total.player)
        events.append(
            TailedEvent(
                txid=0,
                position=0,
                tenant_id=str(move.tenant_id).encode(),
                stream_kind=ANALYTICS,
                stream_id=str(stream).encode(),
                version=move.version,
                event_id=str(uuid5(stream, str(move.version))).encode(),
                type=type(total).__name__,
                schema_version=ANALYTICS_EVENTS.schema_versions[type(total).__name__],
                data=ANALYTICS_EVENTS.encode(total),
                recorded_at=now,
            )
        )
    return events
