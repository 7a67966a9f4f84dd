"""What a correction of a match would lead to, looked at before it is made: the match itself, and the tables, places and
champion of its tournament. Nothing is stored."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.http import idempotency_key, json_answer
from api.match.writes import match_id_of
from api.operations import principal, read_body
from api.services import services
from api.strict import Body
from contracts.work import match_id_of as match_of_node
from contracts.work import session_stream_id
from domain.match import clone, decide, evolve
from domain.match.state import MatchState
from domain.match.summary import Summary, summarise
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.match_summary import MatchSummary
from handlers.errors import SessionNotFound
from projections.summary import summarise_match
from projections.table_views import what_if

Json = dict[str, Any]


def preview_endpoint(body: Body) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that says what one command would lead to."""

    async def endpoint(request: Request) -> Response:
        """What would come of it, in the match and in its tournament; nothing is changed.

        `correction` is null where the tournament would not hear of it: the match belongs to none, has no official
        result there yet, or would have no result any more.
        """
        match_id, now = match_id_of(request), datetime.now(UTC)
        idempotency_key(request)
        command = body.decode(await read_body(request))
        version, summary, result = await services(request).matches.read(
            principal(request).tenant_id, match_id, lambda match: _played(match, command, now, match_id)
        )
        found = {
            "version": version,
            "summary": summary,
            "tournament_id": None,
            "node": None,
            "correction": None,
        }
        return json_answer({**found, **await _in_tournament(request, match_id, result, now)})

    return endpoint


def _played(
    match: MatchState, command: Any, now: datetime, match_id: UUID
) -> tuple[int, Summary, MatchSummary | None]:
    """The version that was looked at, and the match after the command. Raises CommandRefused."""
    after = clone(match)
    for event in decide(match, command, now):
        after = evolve(after, event)
    result = summarise_match(after, str(match_id)) if after.result else None
    return match.version, summarise(after), result


async def _in_tournament(
    request: Request, match_id: UUID, result: MatchSummary | None, now: datetime
) -> Json:
    tenant_id = principal(request).tenant_id
    try:
        tournament, node = await services(request).sessions.read(
            tenant_id, session_stream_id(match_id), lambda session: (session.tournament, session.node)
        )
    except SessionNotFound:
        return {}
    tournament_id = UUID(tournament)

    def render(state: TournamentState) -> Json | None:
        match = state.match(node)
        counts = match_of_node(tournament_id, node, match.replay) == match_id
        if result is None or not counts or match.status is not MatchStatus.OFFICIAL:
            return None
        return what_if(state, node, result, state.rules.clock.here(now))

    moved = await services(request).tournaments.read(tenant_id, tournament_id, render)
    return {"tournament_id": tournament_id, "node": node, "correction": moved}
