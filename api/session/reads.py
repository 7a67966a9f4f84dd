"""Endpoints of the read side of sessions."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import encode, expanded, integer, versioned
from api.operations import principal
from api.services import services
from api.wire import dues, id_in
from contracts.work import SESSION, Aggregate, session_stream_id
from domain.match.summary import summarise
from projections.session_views import session
from projections.tournament_views import fixtures

LARGEST_VERSION = 2**31 - 1
Json = dict[str, Any]


async def get_session(request: Request) -> Response:
    """A match day: its phase, its officials, who scores, what is proposed or disputed, and what is due. `expand`
    adds the match, as it stands, or the fixture it is."""
    names = expanded(request, EXPANDABLE)
    at = integer(request, "at", 1, LARGEST_VERSION)
    version, view = await services(request).sessions.read(
        principal(request).tenant_id,
        session_stream_id(id_in(request, "match_id")),
        lambda state: (state.version, session(state)),
        at,
    )
    body = {**view, "version": version}
    for name in names:
        body[name] = await _PARTS[name](request, view)
    # What is added changes without the session, so then the answer is told by its content.
    return versioned(request, None if names else version, encode(body))


async def _match(request: Request, _: Json) -> Any:
    match_id = id_in(request, "match_id")
    return await services(request).matches.read(principal(request).tenant_id, match_id, summarise)


async def _fixture(request: Request, session: Json) -> Any:
    """None for a match of no tournament."""
    if session["tournament"] is None:
        return None
    id_, node = UUID(str(session["tournament"])), session["node"]
    found = await services(request).tournaments.read(
        principal(request).tenant_id, id_, lambda state: fixtures(state, id_)
    )
    return next((fixture for fixture in found if fixture["node"] == node), None)


_PARTS: dict[str, Callable[[Request, Json], Awaitable[Any]]] = {"match": _match, "fixture": _fixture}
EXPANDABLE = tuple(_PARTS)


async def get_progress(request: Request) -> Response:
    """What the workflow of the match waits for: what happens next, and when."""
    aggregate = Aggregate(kind=SESSION, tenant_id=principal(request).tenant_id, id=id_in(request, "match_id"))
    progress = await services(request).workflows.progress(aggregate)
    body = {
        "version": progress.version,
        "phase": progress.phase,
        "finished": progress.finished,
        "next": dues(progress.dues),
        "details": progress.details,
    }
    return versioned(request, None, encode(body))


async def own_team(request: Request, match_id: UUID, team: str) -> None:
    """Raises Problem (403) unless the caller is the captain of ``team`` in this match."""
    captains = await services(request).sessions.read(
        principal(request).tenant_id, session_stream_id(match_id), lambda state: dict(state.captains)
    )
    if captains.get(team) != principal(request).subject:
        raise Problem("not_yours", f"only the captain of {team[:40]!r} can say this, or an organiser")
