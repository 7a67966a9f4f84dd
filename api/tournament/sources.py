"""Where answers about a tournament come from: the projector's tables, or the stream where those are behind.

The same endpoint serves the league itself and, of published tournaments, anybody: an address with a tenant in it
is the public's, and shows what anybody may see.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request

from api.http import encode, integer, version_or_moment
from api.operations import principal
from api.services import services
from api.wire import id_in
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import TournamentNotFound, VersionNotReached
from projections import tournament_views as views

LARGEST_VERSION = 2**31 - 1
POLL_SECONDS = 0.02
SOURCE = "pavilion-source"
"""Header: says whether an answer was the projector's or was made from the stream."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose league is asked, and whether by anybody (``published``) or by its own people."""

    tenant_id: UUID
    published: bool

    @property
    def cache(self) -> str:
        """Who may keep an answer."""
        return "public" if self.published else "private"


def audience(request: Request) -> Audience:
    """Who asks. Raises Problem (404) for an address without a league."""
    if "tenant_id" in request.path_params:
        return Audience(id_in(request, "tenant_id"), True)
    return Audience(principal(request).tenant_id, False)


def tournament_id_of(request: Request) -> UUID:
    """The tournament that the address names. Raises Problem (404) for what is no id at all."""
    return id_in(request, "tournament_id")


async def read_view(request: Request, name: str) -> tuple[int, bytes, str]:
    """Version, JSON and source of a page: the projector's, or from the stream where that is behind."""
    asked, id_ = audience(request), tournament_id_of(request)
    at_least = integer(request, "at_least", 1, LARGEST_VERSION) or 0
    known = services(request)
    deadline = time.monotonic() + (known.card_wait_seconds if at_least else 0)
    while True:
        found = await known.tournament_reads.view(asked.tenant_id, id_, name, published=asked.published)
        if found is not None and found[0] >= at_least:
            version, view = found
            if asked.published:
                view = encode(views.for_the_public(name, msgspec.json.decode(view)))
            return version, view, "projection"
        if time.monotonic() >= deadline:
            break
        await asyncio.sleep(POLL_SECONDS)
    if asked.published:
        if found is None:
            raise TournamentNotFound(id_)
        raise VersionNotReached(at_least, found[0], "tournament")
    version, view = await read_state(
        request, lambda state: (state.version, encode(views.VIEWS[name](state, id_)))
    )
    if version < at_least:
        raise VersionNotReached(at_least, version, "tournament")
    return version, view, "stream"


async def read_view_at(request: Request, name: str) -> tuple[int, bytes, str]:
    """The same, or with ``at`` the page as it was, from the stream. The public sees what was public then, of what is
    public now."""
    at = version_or_moment(request, "at", LARGEST_VERSION)
    if at is None:
        return await read_view(request, name)
    asked, id_ = audience(request), tournament_id_of(request)
    if asked.published and (
        await services(request).tournament_reads.view(asked.tenant_id, id_, name, published=True) is None
    ):
        raise TournamentNotFound(id_)

    def render(state: TournamentState) -> tuple[int, bytes, str]:
        if asked.published and not views.published(state):
            raise TournamentNotFound(id_)
        view = views.VIEWS[name](state, id_)
        if asked.published:
            # Through JSON, as it is kept.
            view = views.for_the_public(name, msgspec.json.decode(encode(view)))
        return state.version, encode(view), "stream"

    return await services(request).tournaments.read(asked.tenant_id, id_, render, at)


async def read_state(request: Request, render: Callable[[TournamentState], Any]) -> Any:
    """What ``render`` makes of the state now. Raises TournamentNotFound."""
    return await services(request).tournaments.read(
        audience(request).tenant_id, tournament_id_of(request), render
    )
