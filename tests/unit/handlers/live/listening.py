"""Streams that are listened to: a store and a broadcaster that a test has say things, and who listens."""

import asyncio
import json
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from api.live import kinds
from benchmarks.matches import t20_match
from cli.event_stream import ServerSentEvent, events_of
from contracts import codec
from contracts.events import StoredEvent
from handlers.live.hub import LiveHub
from handlers.live.ports import Heard, heard
from handlers.ports import StoreUnavailable

LEAGUE, OTHER = UUID(int=1), UUID(int=2)


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def always() -> bool:
    """Who listens may do so."""
    return True


class Streams:
    """The store, the ends of its streams, and a broadcaster that says only what a test has it say."""

    def __init__(self) -> None:
        self.stored: list[StoredEvent] = []
        self.following = True
        self.away = False
        self.loads = 0
        self.hear: Any = None

    def append(self, match: UUID, event: Any, *, at: datetime | None = None, tenant: UUID = LEAGUE) -> Heard:
        return self.put(match, type(event).__name__, codec.encode(event).decode(), at=at, tenant=tenant)

    def put(
        self,
        stream: UUID,
        type_: str,
        data: str,
        *,
        kind: str = "match",
        at: datetime | None = None,
        tenant: UUID = LEAGUE,
    ) -> Heard:
        version = sum(one.stream_id == stream for one in self.stored) + 1
        stored = StoredEvent(
            position=len(self.stored) + 1,
            tenant_id=tenant,
            stream_kind=kind,
            stream_id=stream,
            version=version,
            event_id=uuid4(),
            type=type_,
            schema_version=1,
            data=data,
            metadata={},
            recorded_at=at or datetime.now(UTC),
        )
        self.stored.append(stored)
        return heard(stored)

    async def load(
        self, tenant_id: UUID, stream_id: UUID, after_version: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        await asyncio.sleep(0)
        self.loads += 1
        return (await self.tails(tenant_id, {stream_id: after_version}))[:limit]

    async def tails(self, tenant_id: UUID, after: Any) -> list[StoredEvent]:
        if self.away:
            raise StoreUnavailable("away")
        return [
            one
            for one in self.stored
            if one.tenant_id == tenant_id and one.version > after.get(one.stream_id, 1_000_000)
        ]

    async def follow(self, wanted: Container[bytes], hear: Any) -> None:
        self.hear = hear
        await asyncio.Event().wait()


@asynccontextmanager
async def hub(streams: Any, *, most: int = 2_000, linger: float = 0) -> AsyncIterator[LiveHub]:
    """A hub that runs beside the test."""
    made = LiveHub(
        store=streams,
        tails=streams,
        broadcaster=streams,
        match=kinds.MATCH,
        tournament=kinds.TOURNAMENT,
        write=kinds.write_event,
        most_listeners=most,
        linger_seconds=linger,
    )
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0)
    yield made
    made.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class Client:
    """Listens, and keeps what it was sent."""

    def __init__(self) -> None:
        self.events: list[ServerSentEvent] = []
        self.raw = b""

    @property
    def versions(self) -> list[int]:
        return [json.loads(one.data)["version"] for one in self.events if one.name == "event"]

    async def listen(self, hub: LiveHub, match: UUID, last: str = "", *, until: int = 0) -> None:
        """Until the stream ends, or ``until`` events are there."""
        listener = await hub.listen_to_match(LEAGUE, match)
        try:
            place = await listener.channel.place_of(last) if last else None
            async for event in events_of(self._lines(listener.channel.listen(place, always))):
                self.events.append(event)
                if until and len(self.events) >= until:
                    return
        finally:
            listener.leave()

    async def _lines(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.raw += chunk
            for line in chunk.splitlines():
                yield line


MATCH = list(t20_match(1))


def played(streams: Streams, events: int, *, at: datetime | None = None) -> UUID:
    """A match with so many events in the store."""
    match = uuid4()
    for event in MATCH[:events]:
        streams.append(match, event, at=at)
    return match


async def until(done: Any) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.01)
