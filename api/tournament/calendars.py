"""Fixtures as a calendar that phones subscribe to (RFC 5545): of a tournament, a team, a ground, or of the league."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.http import encode, text, versioned
from api.services import services
from api.tournament.lists import all_fixtures
from api.tournament.sources import audience, read_view, tournament_id_of
from domain.tournament.fixtures.feed import FeedMatch, Standing
from domain.tournament.lifecycle.state import MatchStatus
from handlers.ports import FixtureFilter, Listed

MEDIA_TYPE = "text/calendar; charset=utf-8"
STANDINGS: dict[str, Standing] = {
    MatchStatus.CANCELLED.value: "cancelled",
    MatchStatus.NOT_NEEDED.value: "cancelled",
}

Json = dict[str, Any]


async def get_calendar(request: Request) -> Response:
    """A feed to subscribe to; with `team` or `ground` of theirs alone. What has no date yet is not in it."""
    _, view, _ = await read_view(request, "tournament")
    id_, name = tournament_id_of(request), str(msgspec.json.decode(view)["name"])
    return await _feed(request, name, await _placed(request, id_), {id_: name})


async def get_league_calendar(request: Request) -> Response:
    """The same of all tournaments of the league: where a team plays, or what is played on a ground."""
    rows = await _placed(request, None)
    asked, reads = audience(request), services(request).tournament_reads
    names: dict[UUID, str] = {}
    for id_ in dict.fromkeys(row.place[1] for row in rows):
        found = await reads.view(asked.tenant_id, id_, "tournament", published=asked.published)
        names[id_] = msgspec.json.decode(found[1])["name"] if found else ""
    return await _feed(request, text(request, "team") or text(request, "ground") or "Cricket", rows, names)


async def _placed(request: Request, tournament: UUID | None) -> list[Listed]:
    which = FixtureFilter(tournament=tournament, team=text(request, "team"), ground=text(request, "ground"))
    return [row for row in await all_fixtures(request, which) if row.document["starts_at"]]


async def _feed(
    request: Request, name: str, rows: Sequence[Listed], tournaments: dict[UUID, str]
) -> Response:
    """The calendar with an ETag of what is in it: the calendar itself says when it was made."""
    cache = audience(request).cache
    response = versioned(request, None, encode([name, tournaments, [row.document for row in rows]]), cache)
    if response.status_code == 200:
        matches = [_entry(tournaments[row.place[1]], row.place[1], row.document, row.version) for row in rows]
        # A season of two thousand matches takes a second to write.
        body = await asyncio.to_thread(services(request).calendar, name, matches, datetime.now(UTC))
        response = Response(body, 200, {"etag": response.headers["etag"], "content-type": MEDIA_TYPE})
    response.headers["cache-control"] = f"{cache}, max-age=300"
    return response


def _entry(tournament_name: str, tournament: UUID, fixture: Json, version: int) -> FeedMatch:
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
        tournament=str(tournament),
        tournament_name=tournament_name,
        node=fixture["node"],
        title=f"{fixture['name']}: {said[0]} v {said[1]}",
        starts_at=_time(fixture["starts_at"]),
        ends_at=_time(fixture["ends_at"]),
        time_zone=ground.get("time_zone", "UTC"),
        ground=ground["id"],
        ground_name=ground["name"],
        venue_name="",
        city=ground.get("city", ""),
        teams=tuple(side["team"] for side in sides if side),
        sequence=version,
        standing=STANDINGS.get(fixture["status"], standing),
    )


def _time(said: datetime | str) -> datetime:
    """A time as the state has it, or as JSON has it."""
    return said if isinstance(said, datetime) else datetime.fromisoformat(said)
