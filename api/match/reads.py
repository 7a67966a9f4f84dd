"""Endpoints of the read side."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.http import encode, integer, version_or_moment, versioned
from api.match.writes import match_id_of
from api.operations import principal
from api.paging import limit_of, no_cursor, page, read_cursor, time_in
from api.services import Services, services
from domain.match.card import scorecard
from domain.match.state import Innings, MatchState
from domain.match.summary import summarise
from handlers.errors import MatchNotFound, VersionNotReached

LARGEST_VERSION = 2**31 - 1
LARGEST_EVENTS_PAGE = 1000
CARD_POLL_SECONDS = 0.02
CARD_SOURCE = "pavilion-source"
"""Says whether a card was the projector's or was made from the stream."""

_encoder = msgspec.json.Encoder()


async def get_match(request: Request) -> Response:
    """The state now, or with ``at`` as it was at a version or a time."""
    at = version_or_moment(request, "at", LARGEST_VERSION)
    version, body = await _read(request, state_json, at)
    return versioned(request, version, body)


async def get_scorecard(request: Request) -> Response:
    """The card: the projector's, or from the stream where that is behind what was asked for."""
    at = version_or_moment(request, "at", LARGEST_VERSION)
    at_least = integer(request, "at_least", 1, LARGEST_VERSION) or 0
    found = None
    if at is None:
        tenant_id, match_id = principal(request).tenant_id, match_id_of(request)
        found = await _projected_card(services(request), tenant_id, match_id, at_least)
    version, body = found or await _read(request, card_json, at)
    if version < at_least:
        raise VersionNotReached(at_least, version)
    response = versioned(request, version, body)
    response.headers[CARD_SOURCE] = "projection" if found else "stream"
    return response


async def _projected_card(
    known: Services, tenant_id: UUID, match_id: UUID, at_least: int
) -> tuple[int, bytes] | None:
    """The projector's card once it has reached ``at_least``; None if it does not soon."""
    deadline = time.monotonic() + (known.card_wait_seconds if at_least else 0)
    while True:
        found = await known.read_model.card(tenant_id, match_id)
        if found is not None and found[0] >= at_least:
            return found
        if time.monotonic() >= deadline:
            return None
        await asyncio.sleep(CARD_POLL_SECONDS)


async def list_events(request: Request) -> Response:
    """The events of a match after a version."""
    after = integer(request, "after_version", 0, LARGEST_VERSION) or 0
    limit = integer(request, "limit", 1, LARGEST_EVENTS_PAGE) or LARGEST_EVENTS_PAGE
    match_id = match_id_of(request)
    known = services(request)
    found = await known.store.load(principal(request).tenant_id, match_id, after, limit + 1)
    if not found and not await known.store.load(principal(request).tenant_id, match_id, 0, 1):
        raise MatchNotFound(match_id)
    events = [
        {
            "version": event.version,
            "event_id": event.event_id,
            "type": event.type,
            "schema_version": event.schema_version,
            "recorded_at": event.recorded_at,
            "actor": event.metadata.get("actor"),
            "data": msgspec.Raw(event.data.encode()),
        }
        for event in found[:limit]
    ]
    following = found[limit - 1].version if len(found) > limit else None
    return versioned(request, None, encode({"events": events, "next_after_version": following}))


async def export_match(request: Request) -> Response:
    """The match in Cricsheet's JSON format."""
    at = version_or_moment(request, "at", LARGEST_VERSION)
    export = services(request).export
    version, body = await _read(request, export, at)
    response = versioned(request, version, body)
    response.headers["content-disposition"] = f'attachment; filename="{match_id_of(request)}.json"'
    return response


async def list_matches(request: Request) -> Response:
    """The tenant's matches, newest first, a page at a time."""
    rows = await services(request).read_model.matches(
        principal(request).tenant_id, _before(request), limit_of(request) + 1
    )
    return page(request, "matches", [((row.created_at, row.match_id), asdict(row)) for row in rows])


def _before(request: Request) -> tuple[datetime, UUID] | None:
    place = read_cursor(request, 2)
    if place is None:
        return None
    try:
        return time_in(place[0]), UUID(place[1])
    except ValueError as error:
        raise no_cursor() from error


def card_json(state: MatchState) -> bytes:
    """The card as JSON."""
    return _encoder.encode(scorecard(state))


def state_json(state: MatchState) -> bytes:
    """The state as JSON, without the balls one by one (those are the events)."""
    names = [each.name for each in fields(state) if each.name not in ("facts", "innings", "created")]
    view: dict[str, Any] = {name: getattr(state, name) for name in names}
    view["summary"] = summarise(state)
    view["match"] = state.created
    view["innings"] = [_innings(each) for each in state.innings]
    return _encoder.encode(view)


def _innings(innings: Innings) -> dict[str, Any]:
    return {each.name: getattr(innings, each.name) for each in fields(innings) if each.name != "balls"} | {
        "overs_text": innings.overs_text
    }


async def _read(
    request: Request, render: Callable[[MatchState], bytes], at: int | datetime | None = None
) -> tuple[int, bytes]:
    return await services(request).matches.read(
        principal(request).tenant_id,
        match_id_of(request),
        lambda state: (state.version, render(state)),
        at,
    )
