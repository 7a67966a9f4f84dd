"""All that is listened to in this process: each stream followed once, each address told once."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from contracts.events import StoredEvent
from handlers.live.channel import Channel
from handlers.live.feed import StreamFeed
from handlers.live.match import MatchChannel
from handlers.live.ports import Broadcaster, Heard, LiveKind, SseWriter, StreamTails, TooManyListeners, heard
from handlers.live.tournament import TournamentChannel
from handlers.ports import EventStore, StoreUnavailable

TICK_SECONDS = 0.25
POLL_SECONDS = 0.25
"""How often the store is asked while the broadcaster is away, or says nothing of what is there."""
CHECK_SECONDS = 2.0
"""And while it is well: it owes nothing, and what carries the events to it may stand still."""
LATE_SECONDS = 1.0
"""What the store has so long and the broadcaster has not said, it will not say soon."""
READS_AT_ONCE = 6
"""Streams read at a time, so that listeners who come all at once leave connections to the scorers."""

log = structlog.get_logger()


@dataclass(slots=True)
class Counts:
    """What happened since the process started; ``listeners`` and ``streams`` are those there are now."""

    listeners: int = 0
    streams: int = 0
    told: int = 0
    """Events written for listeners: one for each event and address, however many listen."""
    cut_off: int = 0
    turned_away: int = 0
    holes: int = 0
    """Times that the store was read because the broadcaster had left something out."""
    from_store: int = 0
    """Events that the store said before the broadcaster."""


class Listener:
    """A place in the process for somebody who listens to ``channel``. Give it back with ``leave``."""

    def __init__(self, hub: "LiveHub", key: "Key", channel: Channel) -> None:
        self.channel = channel
        self._hub = hub
        self._key = key
        self._left = False

    def leave(self) -> None:
        """Again is no matter."""
        if not self._left:
            self._left = True
            self._hub.left(self._key, self.channel)


Key = tuple[str, UUID, UUID]
"""Kind, tenant and id of what is listened to."""


class LiveHub:
    """Lets in up to ``most_listeners``; they are kept ``linger_seconds`` after a match has its result."""

    def __init__(
        self,
        *,
        store: EventStore,
        tails: StreamTails,
        broadcaster: Broadcaster,
        match: LiveKind[Any],
        tournament: LiveKind[Any],
        write: SseWriter,
        most_listeners: int,
        linger_seconds: float,
    ) -> None:
        self.counts = Counts()
        self._store = store
        self._tails = tails
        self._broadcaster = broadcaster
        self.match, self.tournament = match, tournament
        self._write = write
        self._most_listeners = most_listeners
        self._linger_seconds = linger_seconds
        self._channels: dict[Key, Channel] = {}
        self._all: set[Channel] = set()
        self._feeds: dict[Key, StreamFeed] = {}
        self._wanted: dict[bytes, list[StreamFeed]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._reads = asyncio.Semaphore(READS_AT_ONCE)
        self._late = True
        self._closing = False

    async def run(self) -> None:
        """Follow what is listened to, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._broadcaster.follow(self._wanted, self._hear))
            tasks.create_task(self._watch())

    def close(self) -> None:
        """The process is going: send everybody away, and let nobody in."""
        self._closing = True
        for channel in tuple(self._all):
            channel.close()

    async def listen_to_match(self, tenant_id: UUID, match_id: UUID) -> Listener:
        """A place to listen to a match from. Raises TooManyListeners, MatchNotFound, StoreUnavailable."""
        return await self._listen(("match", tenant_id, match_id), self._most_listeners)

    async def listen_to_tournament(self, tenant_id: UUID, tournament_id: UUID) -> Listener:
        """A place to listen to a tournament from. Raises TooManyListeners, TournamentNotFound, StoreUnavailable."""
        return await self._listen(("tournament", tenant_id, tournament_id), self._most_listeners)

    async def tournament_snapshot(self, tenant_id: UUID, tournament_id: UUID) -> bytes:
        """The snapshot that a listener would begin with, whether there is a place for one or not: it is what those ask
        for who found none. Raises TournamentNotFound, StoreUnavailable, and TooManyListeners when all are sent away."""
        listener = await self._listen(("tournament", tenant_id, tournament_id), most=None)
        try:
            await listener.channel.settle()
            return listener.channel.snapshot_data()
        finally:
            listener.leave()

    def left(self, key: Key, channel: Channel) -> None:
        """A listener has left; the last one closes the channel."""
        self.counts.listeners -= 1
        channel.listeners -= 1
        if channel.listeners:
            return
        self._all.discard(channel)
        if self._channels.get(key) is channel:
            del self._channels[key]
        channel.leave()
        self._give_back(channel.feed)

    async def _listen(self, key: Key, most: int | None) -> Listener:
        if self._closing or (most is not None and self.counts.listeners >= most):
            self.counts.turned_away += 1
            raise TooManyListeners("no more can listen here at the moment; come again in a little while")
        channel = self._channels.get(key)
        if channel is None or channel.ended or channel.closed:
            channel = self._channels[key] = self._channel(key)
            self._all.add(channel)
        channel.listeners += 1
        self.counts.listeners += 1
        listener = Listener(self, key, channel)
        try:
            await channel.open()
        except BaseException:
            listener.leave()
            raise
        return listener

    def _channel(self, key: Key) -> Channel:
        kind, tenant_id, stream_id = key
        if kind == "match":
            feed = self._take(tenant_id, stream_id, self.match)
            return MatchChannel(feed, self._written, self._linger_seconds, self._count_cut_off)
        return TournamentChannel(
            self._take(tenant_id, stream_id, self.tournament),
            self._written,
            self._linger_seconds,
            self._count_cut_off,
            take=lambda match: self._take(tenant_id, match, self.match),
            give_back=self._give_back,
        )

    def _written(self, *, event: str, id: str, data: bytes) -> bytes:
        self.counts.told += 1
        return self._write(event=event, id=id, data=data)

    def _count_cut_off(self) -> None:
        self.counts.cut_off += 1

    # --- streams -----------------------------------------------------------------------------------------------

    def _take(self, tenant_id: UUID, stream_id: UUID, kind: LiveKind[Any]) -> StreamFeed:
        key = (kind.stream, tenant_id, stream_id)
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = StreamFeed(tenant_id, stream_id, kind, self._load, self._read_on)
            self._wanted.setdefault(str(stream_id).encode(), []).append(feed)
            self.counts.streams += 1
        feed.users += 1
        return feed

    def _give_back(self, feed: StreamFeed) -> None:
        feed.users -= 1
        if not feed.users:
            self._drop(feed)

    def _drop(self, feed: StreamFeed) -> None:
        """Follow it no more; who listens next has another. Again is no matter."""
        key = (feed.kind.stream, feed.tenant_id, feed.stream_id)
        if self._feeds.get(key) is not feed:
            return
        del self._feeds[key]
        name = str(feed.stream_id).encode()
        self._wanted[name].remove(feed)
        if not self._wanted[name]:
            del self._wanted[name]
        self.counts.streams -= 1

    async def _load(
        self, tenant_id: UUID, stream_id: UUID, after: int, limit: int | None
    ) -> list[StoredEvent]:
        async with self._reads:
            return await self._store.load(tenant_id, stream_id, after, limit)

    def _hear(self, event: Heard) -> None:
        for feed in tuple(self._wanted.get(str(event.stream_id).encode(), ())):
            self._guarded(feed, lambda feed=feed: self._heard_by(feed, event))

    def _heard_by(self, feed: StreamFeed, event: Heard) -> None:
        if feed.hear(event):
            self._late = False

    def _read_on(self, feed: StreamFeed) -> None:
        self.counts.holes += 1
        task = asyncio.get_running_loop().create_task(self._caught_up(feed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _caught_up(self, feed: StreamFeed) -> None:
        with suppress(StoreUnavailable):  # the next look at the store finds it
            try:
                await feed.catch_up()
            except StoreUnavailable:
                raise
            except Exception as error:
                self._lose(feed, error)

    def _guarded(self, feed: StreamFeed, step: Callable[[], Any]) -> None:
        """An event that cannot be told (a newer schema, a name that is no more) ends what is told of its stream alone."""
        try:
            step()
        except Exception as error:
            self._lose(feed, error)

    def _lose(self, feed: StreamFeed, error: Exception) -> None:
        log.warning("live.stream_lost", stream=str(feed.stream_id), error=repr(error))
        for channel in tuple(self._all):
            if channel.tells(feed):
                channel.close()
        self._drop(feed)

    # --- time --------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        asked_at = 0.0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.monotonic()
            for channel in tuple(self._all):
                channel.tick(now)
            slow = self._broadcaster.following and not self._late
            if self._feeds and now - asked_at >= (CHECK_SECONDS if slow else POLL_SECONDS):
                asked_at = now
                with suppress(StoreUnavailable):
                    await self._ask_the_store()

    async def _ask_the_store(self) -> None:
        by_tenant: dict[UUID, dict[UUID, StreamFeed]] = defaultdict(dict)
        for feed in self._feeds.values():
            if feed.loaded:
                by_tenant[feed.tenant_id][feed.stream_id] = feed
        for tenant_id, feeds in by_tenant.items():
            after = {stream_id: feed.version for stream_id, feed in feeds.items()}
            for stored in await self._tails.tails(tenant_id, after):
                feed = feeds[stored.stream_id]
                self._guarded(feed, lambda feed=feed, stored=stored: self._found(feed, stored))

    def _found(self, feed: StreamFeed, stored: StoredEvent) -> None:
        if feed.take([heard(stored)]):
            self.counts.from_store += 1
            if time.time() - stored.recorded_at.timestamp() > LATE_SECONDS:
                self._late = True
