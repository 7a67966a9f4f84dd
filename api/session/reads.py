"""Endpoints of the read side of sessions."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import encode, integer, json_answer, versioned
from api.operations import principal
from api.services import services
from api.wire import dues, id_in
from contracts.work import SESSION, Aggregate, session_stream_id
from projections.session_views import session

LARGEST_VERSION = 2**31 - 1


async def get_session(request: Request) -> Response:
    """A match day: its phase, its officials, who scores, what is proposed or disputed, and what is due."""
    at = integer(request, "at", 1, LARGEST_VERSION)
    version, view = await services(request).sessions.read(
        principal(request).tenant_id,
        session_stream_id(id_in(request, "match_id")),
        lambda state: (state.version, session(state)),
        at,
    )
    return versioned(request, version, encode({**view, "version": version}))


async def get_progress(request: Request) -> Response:
    """What the workflow of the match waits for: what happens next, and when."""
    aggregate = Aggregate(kind=SESSION, tenant_id=principal(request).tenant_id, id=id_in(request, "match_id"))
    progress = await services(request).workflows.progress(aggregate)
    return json_answer(
        {
            "version": progress.version,
            "phase": progress.phase,
            "finished": progress.finished,
            "next": dues(progress.dues),
            "details": progress.details,
        }
    )


async def own_team(request: Request, match_id: UUID, team: str) -> None:
    """Raises Problem (403) unless the caller is the captain of ``team`` in this match."""
    captains = await services(request).sessions.read(
        principal(request).tenant_id, session_stream_id(match_id), lambda state: dict(state.captains)
    )
    if captains.get(team) != principal(request).subject:
        raise Problem("not_yours", f"only the captain of {team[:40]!r} can say this, or an organiser")
