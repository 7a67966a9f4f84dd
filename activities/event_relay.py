"""The relay: reads the end of the event store and publishes it.

One loop keeps three things going at once: the database reads the next chunk while this one is packed, and
Kafka acknowledges the ones before. The cursor follows what was acknowledged.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

import structlog

from activities import relay_metrics as metrics
from contracts.relay import START, Cursor, PublisherLost, TailedEvent

CHUNK = 4_000
CHUNKS_IN_FLIGHT = 3
FASTEST_POLL_SECONDS = 0.01
SLOWEST_POLL_SECONDS = 0.025
CURSOR_SECONDS = 0.2
STATE_SECONDS = 1.0
STREAMS_CHECKED = 100_000

# Places in TailedEvent: what the tail gives is a row, which has no attributes and is quicker by place than by name.
_STREAM_ID: Final = 4
_VERSION: Final = 5

log = structlog.get_logger()


class EventTail(Protocol):
    """The end of the store (see ``adapters.postgres.event_tail``)."""

    async def claim(self) -> Cursor: ...
    async def read(self, after: Cursor, limit: int) -> Sequence[TailedEvent]: ...
    async def read_stream(self, stream_id: bytes, first: int, last: int) -> Sequence[TailedEvent]: ...
    async def advance(self, cursor: Cursor) -> None: ...
    async def state(self, cursor: Cursor) -> tuple[int, int, int, float]: ...


class Publisher(Protocol):
    """The way out (see ``adapters.kafka.publisher``)."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def publish(self, events: Sequence[TailedEvent]) -> "asyncio.Future[None]": ...


@dataclass(slots=True, eq=False)
class _Chunk:
    """Events on their way to Kafka."""

    last: Cursor
    count: int
    acknowledged: "asyncio.Future[None]"


class Relay:
    """Relays one shard from its cursor on: at least once, in order within each stream."""

    def __init__(self, tail: EventTail, publisher: Publisher, *, shard: int = 0, chunk: int = CHUNK) -> None:
        self._tail = tail
        self._publisher = publisher
        self._chunk = chunk
        self._shard = str(shard)
        self._in_flight: deque[_Chunk] = deque()
        self._versions: dict[bytes, int] = {}
        self._barrier = metrics.BarrierAge()
        self._saved = START
        self.cursor = START
        """Everything up to here is acknowledged."""
        self.events = 0
        """Events acknowledged by this relay."""

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until ``stop`` is set; what was read by then is published and saved before this returns.

        Raises Fenced when another relay has taken over, PublisherLost when a new producer gets nowhere, and
        what Postgres raises.
        """
        while not stop.is_set():
            await self._publisher.open()
            self.cursor = self._saved = begun = await self._tail.claim()
            try:
                await self._relay(stop)
            except PublisherLost as error:
                metrics.PRODUCERS_LOST.labels(self._shard).inc()
                log.warning("relay.producer_lost", shard=self._shard, error=str(error))
                if self.cursor == begun:
                    raise
            finally:
                await self._forget()
        await self._publisher.close()

    async def _relay(self, stop: asyncio.Event) -> None:
        saving = _Recurring(CURSOR_SECONDS, self._save)
        watching = _Recurring(STATE_SECONDS, self._watch)
        read_to, pause = self.cursor, 0.0
        ahead = asyncio.create_task(self._read(read_to, pause))
        try:
            while not stop.is_set():
                events = await ahead
                pause = _pause(pause, len(events), self._chunk)
                if events:
                    read_to = Cursor(events[-1][0], events[-1][1])
                ahead = asyncio.create_task(self._read(read_to, pause))
                if events:
                    await self._publish(events, read_to)
                await self._settle(CHUNKS_IN_FLIGHT - 1)
                saving.tick()
                watching.tick()
            await self._settle(0)
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, saving.end(), watching.end(), return_exceptions=True)
        await self._save()

    async def _read(self, after: Cursor, pause: float) -> Sequence[TailedEvent]:
        if pause:
            await asyncio.sleep(pause)
        return await self._tail.read(after, self._chunk)

    async def _publish(self, events: Sequence[TailedEvent], last: Cursor) -> None:
        complete = await self._contiguous(events)
        acknowledged = await self._publisher.publish(complete)
        self._in_flight.append(_Chunk(last, len(complete), acknowledged))

    async def _settle(self, allowed: int) -> None:
        """Take note of chunks that were acknowledged; wait while more than ``allowed`` are on their way."""
        in_flight = self._in_flight
        while in_flight and (len(in_flight) > allowed or in_flight[0].acknowledged.done()):
            await in_flight[0].acknowledged
            chunk = in_flight.popleft()
            self.cursor = chunk.last
            self.events += chunk.count
            metrics.EVENTS.labels(self._shard).inc(chunk.count)

    async def _save(self) -> None:
        cursor = self.cursor
        if cursor != self._saved:
            await self._tail.advance(cursor)
            self._saved = cursor

    async def _watch(self) -> None:
        barrier, next_txid, waiting, lag_seconds = await self._tail.state(self.cursor)
        metrics.WAITING.labels(self._shard).set(waiting)
        metrics.LAG.labels(self._shard).set(lag_seconds)
        metrics.BARRIER.labels(self._shard).set(self._barrier.seconds(barrier, next_txid, monotonic()))

    async def _contiguous(self, events: Sequence[TailedEvent]) -> Sequence[TailedEvent]:
        """The events with what is missing of their streams put in before them.

        The order of transactions already is the order of each stream as long as appends are the first thing
        their transaction writes. This is the net for one that was not.
        """
        versions = self._versions
        gaps: dict[int, tuple[bytes, int, int]] = {}
        for index, event in enumerate(events):
            stream, version = event[_STREAM_ID], event[_VERSION]
            known = versions.get(stream, version - 1)
            if version > known:
                if version > known + 1:
                    gaps[index] = (stream, known + 1, version - 1)
                versions[stream] = version
        if len(versions) > STREAMS_CHECKED:
            versions.clear()
        return await self._filled(events, gaps) if gaps else events

    async def _filled(
        self, events: Sequence[TailedEvent], gaps: dict[int, tuple[bytes, int, int]]
    ) -> Sequence[TailedEvent]:
        complete: list[TailedEvent] = []
        for index, event in enumerate(events):
            if index in gaps:
                missing = await self._tail.read_stream(*gaps[index])
                metrics.GAPS.labels(self._shard).inc(len(missing))
                log.warning("relay.gap", shard=self._shard, stream=gaps[index], found=len(missing))
                complete.extend(missing)
            complete.append(event)
        return complete

    async def _forget(self) -> None:
        """Drop what is still on its way: it will be read again from the cursor."""
        pending = [chunk.acknowledged for chunk in self._in_flight]
        self._in_flight.clear()
        self._versions.clear()
        for acknowledged in pending:
            acknowledged.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


def _pause(pause: float, count: int, chunk: int) -> float:
    """Seconds until the next read: none while there is a backlog, longer and longer while nothing comes."""
    if count == chunk:
        return 0.0
    if count:
        return FASTEST_POLL_SECONDS
    return min(max(pause * 2, FASTEST_POLL_SECONDS), SLOWEST_POLL_SECONDS)


class _Recurring:
    """Work done beside a loop, at most once in so many seconds; its failure is raised by the next tick."""

    def __init__(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self._seconds = seconds
        self._work = work
        self._due = monotonic() + seconds
        self._task: asyncio.Future[None] | None = None

    def tick(self) -> None:
        if self._task is not None and self._task.done():
            self._task.result()
            self._task = None
        if self._task is None and monotonic() >= self._due:
            self._due = monotonic() + self._seconds
            self._task = asyncio.ensure_future(self._work())

    async def end(self) -> None:
        """Let what is running finish. Raises its failure."""
        if self._task is not None:
            await self._task
