"""What the listeners of one address hear: written once, and read by each at its own pace.

A listener holds no queue, only how far it has read. The log keeps the latest entries; who falls behind it is cut
off, comes again, and is given from the store what it has missed.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from handlers.live.feed import KEPT, SENT_TOGETHER, StreamFeed
from handlers.live.ports import SseWriter

PING_SECONDS = 15.0
RETRY_MS = 2_000
PING = b": ping\n\n"
ASK_SECONDS = 1.0
"""How often those who wait are asked whether they still may: so long somebody hears on who may not any more."""
PACE_OF_ONE_SECONDS = 40e-6
LONGEST_PACE_SECONDS = 0.25
"""Listeners are woken no more often than it takes to serve all of them: what comes meanwhile shares a send."""
WOKEN_AT_ONCE = 100
"""And so many together: a scorer's request does not wait until all of them are served."""


Place = dict[UUID, int]
"""How far somebody has heard each stream of a channel; one that is missing, not at all."""


class Channel:
    """A log of entries that are ready to be sent. The address's own part is in those who inherit."""

    def __init__(
        self, feed: StreamFeed, write: SseWriter, linger_seconds: float, count_cut_off: Callable[[], None]
    ) -> None:
        self.feed = feed
        """The stream that the channel is of."""
        self.count_cut_off = count_cut_off
        """To be called for a listener that fell behind, or does not take what it is sent."""
        self.listeners = 0
        self.ended = False
        """Everything has been said."""
        self.closed = False
        self._write = write
        self._linger_seconds = linger_seconds
        self._log: deque[bytes] = deque(maxlen=KEPT)
        self._end = 0
        self._waiting: list[tuple[asyncio.Future[None], Callable[[], bool]]] = []
        self._waking: asyncio.TimerHandle | None = None
        self._wake_at = 0.0
        self._ping_at = time.monotonic() + PING_SECONDS
        self._ask_at = time.monotonic() + ASK_SECONDS
        self._joined: tuple[int, int, bytes] = (0, 0, b"")
        self._snapshot_at, self._snapshot_made = -1, b""

    async def listen(self, place: Place | None, may_listen: Callable[[], bool]) -> AsyncIterator[bytes]:
        """What a listener is sent: a snapshot, or all after ``place``; then what comes. It ends with the channel, when
        the listener has fallen behind, and when ``may_listen`` says no: it is asked before anything is sent on, and
        every second (it should be quick). May raise StoreUnavailable."""
        yield b"retry: %d\n\n" % RETRY_MS
        read = 0
        if place is None:
            await self.settle()
            if not self.closed:  # else the state may be ahead of what was told
                read, snapshot = self._end, self._shown() + self._said_at_the_end()
                yield snapshot
        else:
            async for missed, read in self._missed(dict(place)):  # noqa: B007 - the last one's counts
                if missed:
                    yield missed
        if self.closed:
            return  # perhaps in the middle of what was missed: who comes again is told the rest
        while True:
            if read == self._end:
                if self.ended or self.closed:
                    return
                await self._moves(may_listen)
            if not may_listen():
                return
            found = self._since(read)
            if found is None:
                self.count_cut_off()
                return
            entries, read = found
            if entries:
                yield entries

    def append(self, entry: bytes) -> None:
        """Tell all listeners."""
        self._log.append(entry)
        self._end += 1
        self._ping_at = time.monotonic() + PING_SECONDS
        if self._waking is None:
            loop = asyncio.get_running_loop()
            wait = self._wake_at - loop.time()
            self._waking = loop.call_later(max(0.0, wait), self._wake)

    def tick(self, now: float) -> None:
        """Time has passed (``now`` is monotonic): say that the line stands, and end what is over."""
        if self.ended or self.closed:
            return
        if now >= self._ask_at:
            self._ask_at = now + ASK_SECONDS
            self._wake_who_may_not()
        if self._is_over():
            self.ended = True
            self.append(self._ending())
        elif now >= self._ping_at:
            self.append(PING)

    def close(self) -> None:
        """Send the listeners away, to come again somewhere else."""
        self.closed = True
        self._wake()

    async def open(self) -> None:
        """Get ready; again is no matter. Raises StreamNotFound, StoreUnavailable."""
        raise NotImplementedError

    def leave(self) -> None:
        """Nobody listens any more."""
        self.close()

    def tells(self, feed: StreamFeed) -> bool:
        """Is this stream told here?"""
        return feed is self.feed

    async def place_of(self, said: str) -> Place:
        """What a client says it has heard. Raises MalformedPlace, VersionNotReached, StoreUnavailable."""
        raise NotImplementedError

    def has_heard_all(self, place: Place) -> bool:
        """Has who heard ``place`` heard everything there will be?"""
        raise NotImplementedError

    async def settle(self) -> None:
        """Wait until what was heard has been told."""

    def _shown(self) -> bytes:
        """The snapshot, made once for all who come before the next entry."""
        if self._snapshot_at != self._end:
            self._snapshot_at, self._snapshot_made = self._end, self._snapshot()
        return self._snapshot_made

    def snapshot_data(self) -> bytes:
        """Where it stands, as JSON."""
        raise NotImplementedError

    def _snapshot(self) -> bytes:
        raise NotImplementedError

    def _missed(self, place: Place) -> AsyncIterator[tuple[bytes, int]]:
        """What was told after ``place``, in parts, each with how far the log is read then. The last one, which may be
        empty, is put together without awaiting anything, so that nothing can come between it and the log. There is no
        last one when the channel is closed meanwhile."""
        raise NotImplementedError

    def _said_at_the_end(self) -> bytes:
        return self._ending() if self.ended else b""

    def _ending(self) -> bytes:
        raise NotImplementedError

    def _is_over(self) -> bool:
        raise NotImplementedError

    def _lingered(self, since: datetime | None) -> bool:
        """A result can be taken back by the next correction, so listeners are kept for a while after it."""
        return since is None or (datetime.now(UTC) - since).total_seconds() >= self._linger_seconds

    def _since(self, read: int) -> tuple[bytes, int] | None:
        """Entries after the first ``read`` there ever were, in one, and how far they go: a few at a time, so that what
        is on its way to thousands of slow listeners takes little. None if some are gone."""
        behind = self._end - read
        if behind > len(self._log):
            return None
        end = min(self._end, read + SENT_TOGETHER)
        first, last, joined = self._joined
        if (first, last) != (read, end):
            entries: Sequence[bytes] = [self._log[number - self._end] for number in range(read, end)]
            joined = entries[0] if len(entries) == 1 else b"".join(entries)
            self._joined = (read, end, joined)
        return joined, end

    def _wake(self) -> None:
        if self._waking is not None:
            self._waking.cancel()
            self._waking = None
        pace = min(LONGEST_PACE_SECONDS, self.listeners * PACE_OF_ONE_SECONDS)
        self._wake_at = asyncio.get_running_loop().time() + pace
        waiting, self._waiting = self._waiting, []
        self._release([waits for waits, _ in waiting], 0)

    def _release(self, waiting: list[asyncio.Future[None]], begin: int) -> None:
        """Wake some, and the others after whatever else the process has to do."""
        for waits in waiting[begin : begin + WOKEN_AT_ONCE]:
            if not waits.done():
                waits.set_result(None)
        if begin + WOKEN_AT_ONCE < len(waiting):
            asyncio.get_running_loop().call_soon(self._release, waiting, begin + WOKEN_AT_ONCE)

    def _wake_who_may_not(self) -> None:
        """Those who wait and may not listen any more see it when they wake."""
        for waits, may_listen in self._waiting:
            if not waits.done() and not may_listen():
                waits.set_result(None)

    async def _moves(self, may_listen: Callable[[], bool]) -> None:
        """Wait for something to read, or to be told to go."""
        waits = asyncio.get_running_loop().create_future()
        self._waiting.append((waits, may_listen))
        await waits
