"""Whether what anybody follows is published still: seen from time to time, once for all who follow it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID
from weakref import WeakValueDictionary

from handlers.ports import FixtureFilter, StoreUnavailable, TournamentReadModel

LOOK_SECONDS = 15.0

Look = Callable[[], Awaitable[bool]]


async def match_is_published(reads: TournamentReadModel, tenant_id: UUID, match_id: UUID) -> bool:
    """Is it of a published tournament? May raise StoreUnavailable."""
    return bool(await reads.fixtures(tenant_id, FixtureFilter(match=match_id), published=True, limit=1))


async def tournament_is_published(reads: TournamentReadModel, tenant_id: UUID, tournament_id: UUID) -> bool:
    """May raise StoreUnavailable."""
    return await reads.view(tenant_id, tournament_id, "tournament", published=True) is not None


class Publication:
    """Something that was published when it was asked for. Called, it says what was seen last, and has ``look`` called
    where that is some time ago. While the store is away, it stays as it was seen."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._look_at = time.monotonic() + LOOK_SECONDS
        self._looking: asyncio.Task[None] | None = None
        self.seen = True

    def __call__(self) -> bool:
        now = time.monotonic()
        if now >= self._look_at and (self._looking is None or self._looking.done()):
            self._look_at = now + LOOK_SECONDS
            self._looking = asyncio.get_running_loop().create_task(self._see())
        return self.seen

    async def _see(self) -> None:
        with suppress(StoreUnavailable):
            self.seen = await self._look()


class Publications:
    """Those that somebody follows."""

    def __init__(self) -> None:
        self._known: WeakValueDictionary[tuple[UUID, UUID], Publication] = WeakValueDictionary()

    def of(self, tenant_id: UUID, id_: UUID, look: Look) -> Publication:
        """The one that all who follow it share. It has been seen published just now."""
        known = self._known.get((tenant_id, id_))
        if known is None or not known.seen:
            known = self._known[tenant_id, id_] = Publication(look)
        return known
