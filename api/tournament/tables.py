"""Endpoints that work something out of the tables: as they stand, who can go on, what a correction changes."""

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.http import encode, flag, malformed, text, versioned
from api.paging import page, read_cursor
from api.services import services
from api.tournament.reads import get_standings
from api.tournament.sources import audience, read_state, read_view, tournament_id_of
from contracts.work import match_id_of
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.live_table import InPlay
from handlers.errors import MatchNotFound
from projections import table_views as views

MOST_SCORES = 20
REMEMBERED = 200
_qualifications: OrderedDict[tuple[Any, int], list[dict[str, Any]]] = OrderedDict()
"""What was worked out lately, by tournament and version: it takes a second, and many ask for the same."""


async def get_tables(request: Request) -> Response:
    """The tables, each row with why it stands above the next; ``live`` with the matches in play."""
    if not flag(request, "live"):
        return await get_standings(request)
    if text(request, "at") is not None:
        raise malformed("at", "at cannot be asked for together with live")
    state = await _state(request)
    playing = [match for node in _open_nodes(state) for match in await _in_play(request, state, node)]
    tables = views.live_standings(state, playing)
    return versioned(request, None, encode({"tables": tables, "version": state.version}), _cache(request))


async def get_qualification(request: Request) -> Response:
    """Who is through, who is out, and what the others need; worked out exactly or simulated, saying which."""
    state = await _state(request)
    key = (tournament_id_of(request), state.version)
    found = _qualifications.get(key)
    if found is None:
        found = _qualifications[key] = await asyncio.to_thread(views.qualification, state)
        while len(_qualifications) > REMEMBERED:
            _qualifications.popitem(last=False)
    return versioned(
        request, state.version, encode({"tables": found, "version": state.version}), _cache(request)
    )


async def get_run_rate_needs(request: Request) -> Response:
    """By how much a team must win a match to stand above a rival on net run rate."""
    said = {name: text(request, name) for name in ("node", "team", "rival")}
    for name, value in said.items():
        if value is None:
            raise malformed(name, f"say which {name}")
    state = await _state(request)
    names = {name: value or "" for name, value in said.items()}
    found = await asyncio.to_thread(views.needs, state, **names, scores=_scores(request))
    return versioned(request, state.version, encode({**found, "version": state.version}), _cache(request))


async def list_corrections(request: Request) -> Response:
    """The corrections that wait for a ruling, each with what would change."""
    state = await read_state(request, lambda state: state)
    place = read_cursor(request, 1)
    held = views.corrections(state, state.rules.clock.here(datetime.now(UTC)))
    rows = sorted(((one["node"],), one) for one in held if place is None or (one["node"],) > place)
    return page(request, "corrections", rows, version=state.version)


def _cache(request: Request) -> str:
    return audience(request).cache


async def _state(request: Request) -> TournamentState:
    """The state, for those who may see it."""
    if audience(request).published:
        await read_view(request, "tournament")  # says so if it is not published
    return await read_state(request, lambda state: state)


def _open_nodes(state: TournamentState) -> list[str]:
    return [match.node for match in state.matches.values() if match.status is MatchStatus.OPEN]


async def _in_play(request: Request, state: TournamentState, node: str) -> list[InPlay]:
    """The match of a node as it stands; nothing if it has not begun."""
    match_id = match_id_of(tournament_id_of(request), node, state.matches[node].replay)
    try:
        return await services(request).matches.read(
            audience(request).tenant_id, match_id, lambda match: views.in_play(state, {node: match})
        )
    except MatchNotFound:
        return []


def _scores(request: Request) -> tuple[int, ...]:
    said = text(request, "scores")
    if said is None:
        return ()
    parts = said.split(",")
    if len(parts) > MOST_SCORES or not all(
        part.isdecimal() and part.isascii() and len(part) < 5 for part in parts
    ):
        raise malformed("scores", f"scores must be up to {MOST_SCORES} totals, like 140,160,180")
    return tuple(int(part) for part in parts)
