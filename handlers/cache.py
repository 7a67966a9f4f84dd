"""States of streams kept in memory between commands."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

State = TypeVar("State")


@dataclass(slots=True)
class CachedState(Generic[State]):
    """A place for one stream's state. ``state`` None: load the stream.

    Whoever works on it holds ``lock``. The state only saves a read: the stream alone is the truth, and a
    state that another process has left behind is found out by the version check of the append.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    state: State | None = None


class StateCache(Generic[State]):
    """The latest ``limit`` streams worked on, each under its tenant and id."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._places: OrderedDict[tuple[UUID, UUID], CachedState[State]] = OrderedDict()

    def of(self, tenant_id: UUID, stream_id: UUID) -> CachedState[State]:
        """The place of a stream. Somebody may still hold one that was dropped; that costs only a reload."""
        key = (tenant_id, stream_id)
        cached = self._places.get(key)
        if cached is None:
            cached = self._places[key] = CachedState()
            if len(self._places) > self._limit:
                self._places.popitem(last=False)
        else:
            self._places.move_to_end(key)
        return cached
