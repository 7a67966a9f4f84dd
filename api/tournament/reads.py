"""Endpoints that read one tournament: itself, its tables, its bracket, its structure, and what happens next."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import encode, expanded, integer, versioned
from api.operations import principal
from api.services import services
from api.tournament.lists import all_fixtures, entries
from api.tournament.sources import SOURCE, audience, read_state, read_view, read_view_at, tournament_id_of
from api.wire import dues
from contracts.work import TOURNAMENT, Aggregate
from domain.tournament.format.model import Format
from domain.tournament.format.preview import Preview, preview
from domain.tournament.format.preview import text as as_text
from domain.tournament.lifecycle.size import structure_of
from handlers.ports import FixtureFilter

EXPANDABLE = ("entries", "fixtures", "standings", "bracket")
MOST_TEAMS = 500


async def get_tournament(request: Request) -> Response:
    """A tournament with its settings. `expand` adds its entries, fixtures, tables or bracket."""
    names = expanded(request, EXPANDABLE)
    version, view, source = await read_view(request, "tournament")
    document = msgspec.json.decode(view)
    for name in names:
        document[name] = await _part(request, name)
    document["version"] = version
    response = versioned(request, version, encode(document), audience(request).cache)
    response.headers[SOURCE] = source
    return response


async def get_standings(request: Request) -> Response:
    """The tables, each row with why it stands above the next."""
    return await _served_view(request, "standings")


async def get_bracket(request: Request) -> Response:
    """The matches that feed each other, and who is champion."""
    return await _served_view(request, "bracket")


async def _served_view(request: Request, name: str) -> Response:
    version, view, source = await read_view_at(request, name)
    body = encode({**msgspec.json.decode(view), "version": version})
    response = versioned(request, version, body, audience(request).cache)
    response.headers[SOURCE] = source
    return response


async def _part(request: Request, name: str) -> Any:
    """A part of the tournament, whole."""
    if name == "entries":
        return [row.document for row in await entries(request)]
    if name == "fixtures":
        rows = await all_fixtures(request, FixtureFilter(tournament=tournament_id_of(request)))
        return [row.document for row in rows]
    return msgspec.json.decode((await read_view(request, name))[1])


async def get_structure(request: Request) -> Response:
    """Every table, round and match in words; before the draw for the teams that hold a place, or ``teams``."""
    asked = integer(request, "teams", 2, MOST_TEAMS)
    format_, teams, version = await read_state(
        request, lambda state: (state.rules.format, len(state.seeds) or len(state.holding()), state.version)
    )
    found = await asyncio.to_thread(_previewed, format_, asked or teams)
    return versioned(
        request, version, encode({"structure": found, "text": as_text(found), "version": version})
    )


def _previewed(format_: Format, teams: int) -> Preview:
    structure_of(format_, teams)  # says so if nobody could schedule it
    return preview(format_, teams)


async def get_progress(request: Request) -> Response:
    """What the tournament's workflow waits for: what happens next, and when."""
    aggregate = Aggregate(
        kind=TOURNAMENT, tenant_id=principal(request).tenant_id, id=tournament_id_of(request)
    )
    progress = await services(request).workflows.progress(aggregate)
    body = {
        "version": progress.version,
        "phase": progress.phase,
        "finished": progress.finished,
        "next": dues(progress.dues),
        "opening": progress.sessions,
        "details": progress.details,
    }
    return versioned(request, None, encode(body))


async def own_team(request: Request, tournament_id: UUID, team: str) -> None:
    """Raises Problem (403) unless the caller is the team's captain."""
    captain = await services(request).tournaments.read(
        principal(request).tenant_id,
        tournament_id,
        lambda state: state.entries[team].captain if team in state.entries else None,
    )
    if captain != principal(request).subject:
        raise Problem("not_yours", f"only the captain of {team[:40]!r} can say this, or an organiser")
