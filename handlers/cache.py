"""Match states kept in memory between commands."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from domain.match.state import MatchState


@dataclass(slots=True)
class CachedMatch:
    """A place for one match's state. ``state`` None: load the stream.

    Whoever works on it holds ``lock``. The state only saves a read: the stream alone is the truth, and a
    state that another process has left behind is found out by the version check of the append.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    state: MatchState | None = None


class MatchCache:
    """The latest ``limit`` matches worked on, each under its tenant and id."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._matches: OrderedDict[tuple[UUID, UUID], CachedMatch] = OrderedDict()

    def of(self, tenant_id: UUID, match_id: UUID) -> CachedMatch:
        """The place of a match. Somebody may still hold one that was dropped; that costs only a reload."""
        key = (tenant_id, match_id)
        cached = self._matches.get(key)
        if cached is None:
            cached = self._matches[key] = CachedMatch()
            if len(self._matches) > self._limit:
                self._matches.popitem(last=False)
        else:
            self._matches.move_to_end(key)
        return cached
