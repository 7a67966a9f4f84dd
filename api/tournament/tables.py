"""Endpoints that work something out of the tables: as they stand, who can go on, what a correction changes."""

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.http import encode, flag, json_answer, malformed, text, versioned
from api.services import services
from api.tournament.reads import audience, get_standings, read_state, read_view, tournament_id_of
from contracts.work import match_id_of
from domain.tournament.lifecycle.state import TournamentState
from domain.tournament.match_summary import MatchSummary
from handlers.errors import MatchNotFound
from projections import table_views as views
from projections.as_it_stands import as_it_stands

SCORES = (120, 140, 160, 180, 200)
MOST_SCORES = 20
REMEMBERED = 200
_qualifications: OrderedDict[tuple[Any, int], list[dict[str, Any]]] = OrderedDict()
"""What was worked out lately, by tournament and version: it takes a second, and many ask for the same."""


async def get_tables(request: Request) -> Response:
    """The tables, each row with why it stands above the next; ``live`` with the matches in play."""
    if not flag(request, "live"):
        return await get_standings(request)
    state = await _state(request)
    standing = {node: await _as_it_stands(request, state, node) for node in views.in_play(state)}
    tables = views.live_standings(state, standing)
    return json_answer(
        {"tables": tables, "in_play": list(standing), "version": state.version},
        200,
        {"cache-control": "no-cache"},
    )


async def get_qualification(request: Request) -> Response:
    """Who is through, who is out, and what the others need; worked out exactly or simulated, saying which."""
    state = await _state(request)
    key = (tournament_id_of(request), state.version)
    found = _qualifications.get(key)
    if found is None:
        found = _qualifications[key] = await asyncio.to_thread(views.qualification, state)
        while len(_qualifications) > REMEMBERED:
            _qualifications.popitem(last=False)
    return versioned(request, state.version, encode({"tables": found, "version": state.version}))


async def get_run_rate_needs(request: Request) -> Response:
    """By how much a team must win a match to stand above a rival on net run rate."""
    said = {name: text(request, name) for name in ("table", "team", "rival", "node")}
    for name, value in said.items():
        if value is None:
            raise malformed(name, f"say which {name}")
    state = await _state(request)
    names = {name: value or "" for name, value in said.items()}
    found = await asyncio.to_thread(
        lambda: views.run_rate_needs(
            state, names["table"], names["team"], names["rival"], names["node"], _scores(request)
        )
    )
    return versioned(request, state.version, encode({**found, "version": state.version}))


async def list_corrections(request: Request) -> Response:
    """The corrections that wait for a ruling, each with what would change."""
    state, now = await read_state(request, lambda state: state), datetime.now(UTC)
    here = state.rules.clock.here(now)
    held = [views.correction(state, node, here) for node in state.held]
    return versioned(request, state.version, encode({"corrections": held, "version": state.version}))


async def _state(request: Request) -> TournamentState:
    """The state, for those who may see it."""
    if audience(request).published:
        await read_view(request, "tournament")  # says so if it is not published
    return await read_state(request, lambda state: state)


async def _as_it_stands(request: Request, state: TournamentState, node: str) -> MatchSummary | None:
    match_id = match_id_of(tournament_id_of(request), node, state.matches[node].replay)
    try:
        return await services(request).matches.read(
            audience(request).tenant_id, match_id, lambda match: as_it_stands(match, node)
        )
    except MatchNotFound:
        return None


def _scores(request: Request) -> tuple[int, ...]:
    said = text(request, "scores")
    if said is None:
        return SCORES
    parts = said.split(",")
    if len(parts) > MOST_SCORES or not all(
        part.isdecimal() and part.isascii() and len(part) < 5 for part in parts
    ):
        raise malformed("scores", f"scores must be up to {MOST_SCORES} totals, like 140,160,180")
    return tuple(int(part) for part in parts)
