"""One stream that somebody listens to: folded once, and each of its events told once, however many hear it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.events import StoredEvent
from domain.persons import PersonErased
from handlers.live.ports import Heard, LiveKind, heard
from handlers.ports import StoreUnavailable

KEPT = 512
"""Events that are kept as they were told: who is further behind reads the store."""
TOLD_AT_OPEN = 64
"""Of the events before a feed was opened. Whoever was cut off a moment ago resumes within them."""
SHARED_SECONDS = 10.0
"""How long all that was told is kept for whoever else comes from far back: many come at once, after a network's hiccup."""
PAGE = 500
SENT_TOGETHER = 50

Load = Callable[[UUID, UUID, int, int | None], Awaitable[list[StoredEvent]]]


@dataclass(frozen=True, slots=True)
class Frame:
    """What is told of one event: JSON. ``within`` are the streams that are told along with this one after it."""

    version: int
    data: bytes
    at: datetime
    within: tuple[UUID, ...]


def parts_of(frames: Sequence[Frame]) -> Iterator[Sequence[Frame]]:
    """A few at a time, so that what is on its way to a slow listener takes little."""
    for start in range(0, len(frames), SENT_TOGETHER):
        yield frames[start : start + SENT_TOGETHER]


class NameTakenOut(StoreUnavailable):
    """A person's name was taken out of the stream: what is kept of it here still says it, and is used no more."""


class StreamFeed:
    """Follows a stream of a tenant. Whoever is in ``ears`` is called with each new frame.

    Every version is applied exactly once and in order: one heard again is ignored, and one that is ahead has the
    store read up to it. Where a name is taken out of what was told, NameTakenOut is raised in place of telling that:
    the feed has come to its end, and another one begins with what the store says now.
    """

    def __init__(
        self,
        tenant_id: UUID,
        stream_id: UUID,
        kind: LiveKind[Any],
        load: Load,
        behind: Callable[["StreamFeed"], None],
    ) -> None:
        self.tenant_id = tenant_id
        self.stream_id = stream_id
        self.kind = kind
        self.state: Any = kind.initial()
        self.moved_at: datetime | None = None
        self.ears: list[Callable[[StreamFeed, Frame], None]] = []
        self.loaded = False
        self._frames: deque[Frame] = deque(maxlen=KEPT)
        self._load = load
        self._say_behind = behind
        self._behind = False
        self._lock = asyncio.Lock()
        self._far: list[Frame] = []
        self._telling = asyncio.Lock()
        self.users = 0
        """Channels that tell of it."""

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self.state.version

    async def open(self) -> None:
        """Read what there is. Raises what the kind does where there is nothing to find: the stream is of another kind.
        May raise StoreUnavailable, UnreadableEvent."""
        async with self._lock:
            if not self.loaded:
                stored = await self._read(0, None)
                for number, event in enumerate(stored, 1):
                    self._apply(heard(event), told=number > len(stored) - TOLD_AT_OPEN)
                self.loaded = True
        if self._behind:
            await self.catch_up()

    def hear(self, event: Heard) -> bool:
        """An event was appended; whether it was the next one. One that is not has the store read."""
        if event.tenant_id != self.tenant_id or (self.loaded and event.version <= self.version):
            return False
        if not self.loaded or event.version > self.version + 1:
            self._behind = True
            if self.loaded:
                self._say_behind(self)
            return False
        self._follow(event)
        return True

    async def catch_up(self) -> None:
        """Read on in the store. May raise StoreUnavailable, UnreadableEvent."""
        async with self._lock:
            self._behind = False
            self.take(map(heard, await self._read(self.version, None)))

    def take(self, events: Iterable[Heard]) -> int:
        """Apply those of these events that come next; how many they were."""
        before = self.version
        for event in events:
            if event.version == self.version + 1:
                self._follow(event)
        return self.version - before

    def frames_after(self, version: int) -> Sequence[Frame] | None:
        """What was told after a version; None if that is not kept any more."""
        if version >= self.version:
            return ()
        kept = self._frames
        if not kept or kept[0].version > version + 1:
            return None
        return [frame for frame in kept if frame.version > version]

    async def told(self, after: int) -> list[Frame]:
        """The same from the store, for who is far behind; read once for all who come within some seconds. May raise
        StoreUnavailable.

        What the store has and this feed has not applied yet is left out: it is told when it is.
        """
        async with self._telling:
            far = self._far
            if not far or self.frames_after(max(after, far[-1].version)) is None:
                far = self._far = await self._told_by_the_store()
                asyncio.get_running_loop().call_later(SHARED_SECONDS, self._forget)
        known = self.version if self.loaded else far[-1].version if far else 0
        return [frame for frame in far if after < frame.version <= known]

    async def _told_by_the_store(self) -> list[Frame]:
        state = self.kind.initial()
        frames: list[Frame] = []
        while True:
            stored = await self._read(state.version, PAGE)
            for event in map(heard, stored):
                decoded = self.kind.decode(event.type, event.data, event.schema_version)
                state = self.kind.evolve(state, decoded)
                frames.append(self._frame(state, decoded, event))
            if len(stored) < PAGE:
                return frames

    def _forget(self) -> None:
        self._far = []

    async def _read(self, after: int, limit: int | None) -> list[StoredEvent]:
        stored = await self._load(self.tenant_id, self.stream_id, after, limit)
        if stored and stored[0].stream_kind != self.kind.stream:
            raise self.kind.not_found(self.stream_id)
        return stored

    def _follow(self, event: Heard) -> None:
        if event.type == PersonErased.__name__:
            raise NameTakenOut(f"a name was taken out of {self.stream_id}")
        self._apply(event)

    def _apply(self, event: Heard, *, told: bool = True) -> None:
        decoded = self.kind.decode(event.type, event.data, event.schema_version)
        self.state = self.kind.evolve(self.state, decoded)
        self.moved_at = event.recorded_at
        if not told:
            return
        frame = self._frame(self.state, decoded, event)
        self._frames.append(frame)
        for ear in tuple(self.ears):
            ear(self, frame)

    def _frame(self, state: Any, decoded: Any, event: Heard) -> Frame:
        kind, stream_id = self.kind, self.stream_id
        told = kind.tell(stream_id, state, decoded, event)
        return Frame(event.version, told, event.recorded_at, kind.within(stream_id, state))
