"""Fixtures as a calendar that phones subscribe to (RFC 5545)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.services import services
from api.tournament.reads import audience, fixture_filter, read_view, tournament_id_of
from domain.tournament.fixtures.feed import FeedMatch, Standing
from domain.tournament.lifecycle.state import MatchStatus

MOST_EVENTS = 2000
MEDIA_TYPE = "text/calendar; charset=utf-8"
STANDINGS: dict[str, Standing] = {
    MatchStatus.CANCELLED.value: "cancelled",
    MatchStatus.NOT_NEEDED.value: "cancelled",
}

Json = dict[str, Any]


async def get_calendar(request: Request) -> Response:
    """A feed to subscribe to; with ``team`` or ``ground`` of theirs alone. What has no date yet is not in it."""
    asked, known = audience(request), services(request)
    version, view, _ = await read_view(request, "tournament")
    tournament: Json = msgspec.json.decode(view)
    rows = await known.tournament_reads.fixtures(
        asked.tenant_id, fixture_filter(request), published=asked.published, limit=MOST_EVENTS
    )
    matches = [
        _entry(tournament, tournament_id_of(request), row.document, version)
        for row in rows
        if row.document["starts_at"]
    ]
    body = known.calendar(tournament["name"], matches, datetime.now(UTC))
    headers = {
        "etag": f'"{version}"',
        "cache-control": f"{'public' if asked.published else 'private'}, max-age=300",
        "content-type": MEDIA_TYPE,
    }
    return Response(body, 200, headers)


def _entry(tournament: Json, id_: UUID, fixture: Json, version: int) -> FeedMatch:
    """A fixture in the calendar. Its sequence is the tournament's version, which every move raises."""
    sides = [fixture["home"], fixture["away"]]
    known = [side["name"] if side else None for side in sides]
    said = [
        name or origin
        for name, origin in zip(known, (fixture["home_from"], fixture["away_from"]), strict=True)
    ]
    standing: Standing = "confirmed" if all(known) else "tentative"
    ground = fixture["ground"]
    return FeedMatch(
        tournament=str(id_),
        tournament_name=tournament["name"],
        node=fixture["node"],
        title=f"{fixture['name']}: {said[0]} v {said[1]}",
        starts_at=datetime.fromisoformat(fixture["starts_at"]),
        ends_at=datetime.fromisoformat(fixture["ends_at"]),
        time_zone=ground.get("time_zone", "UTC"),
        ground=ground["id"],
        ground_name=ground["name"],
        venue_name="",
        city=ground.get("city", ""),
        teams=tuple(side["team"] for side in sides if side),
        sequence=version,
        standing=STANDINGS.get(fixture["status"], standing),
        changed_at=datetime.now(UTC),
    )
