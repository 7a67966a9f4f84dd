"""Endpoints of live reading. The same serve the league's people and, under an address with the league in it, anybody
who follows a published tournament."""

from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import cast
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.http import malformed, tagged
from api.live.published import Look, match_is_published, tournament_is_published
from api.live.response import LiveResponse
from api.match.writes import match_id_of
from api.operations import principal
from api.services import services
from api.tournament.sources import audience, read_view, tournament_id_of
from handlers.errors import MatchNotFound
from handlers.live.channel import Place
from handlers.live.hub import Listener
from handlers.live.ports import MalformedPlace

SNAPSHOT_SECONDS = 2
LONGEST_PLACE = 16_384


async def follow_match(request: Request) -> Response:
    """Server-sent events: a `snapshot`, then an `event` for everything that happens, corrections too, with the score
    after it; `end` some time after the result. The `id` of each is the version of the match. Who comes again with
    `Last-Event-ID` is sent every event since, once, and no snapshot; 204 if there will be no more.
    """
    await _see_match(request)
    tenant_id, match_id = audience(request).tenant_id, match_id_of(request)
    listener = await services(request).live.listen_to_match(tenant_id, match_id)
    look = partial(match_is_published, services(request).tournament_reads, tenant_id, match_id)
    return await _answer(request, listener, look)


async def follow_tournament(request: Request) -> Response:
    """Server-sent events: a `snapshot` of the tournament and its matches in play, then a `match` for everything that
    happens in those, and an `event` for what happens to the tournament, with the tables if they moved; `end` when it
    is archived or cancelled. The `id` names the place in all of them. Who comes again with `Last-Event-ID` is sent
    every event since, once, and no snapshot; 204 if there will be no more.
    """
    await _see_tournament(request)
    tenant_id, tournament_id = audience(request).tenant_id, tournament_id_of(request)
    listener = await services(request).live.listen_to_tournament(tenant_id, tournament_id)
    look = partial(tournament_is_published, services(request).tournament_reads, tenant_id, tournament_id)
    return await _answer(request, listener, look)


async def get_match_snapshot(request: Request) -> Response:
    """What a live stream begins with, for who asks time and again: it may be kept for two seconds."""
    await _see_match(request)
    kind = services(request).live.match
    match_id = match_id_of(request)
    version, body = await services(request).matches.read(
        audience(request).tenant_id, match_id, lambda state: (state.version, kind.snapshot(match_id, state))
    )
    return tagged(request, version, body, _kept(request))


async def get_tournament_snapshot(request: Request) -> Response:
    """What a live stream begins with, for who asks time and again: it may be kept for two seconds."""
    await _see_tournament(request)
    body = await services(request).live.tournament_snapshot(
        audience(request).tenant_id, tournament_id_of(request)
    )
    return tagged(request, None, body, _kept(request))


async def _answer(request: Request, listener: Listener, look: Look) -> Response:
    try:
        place = await _place(request, listener)
        if place is not None and listener.channel.has_heard_all(place):
            listener.leave()
            return Response(status_code=204, headers={"cache-control": "no-store"})
    except BaseException:
        listener.leave()
        raise
    may_listen = _may_listen(request, listener.channel.feed.stream_id, look)
    chunks = cast("AsyncGenerator[bytes]", listener.channel.listen(place, may_listen))
    return LiveResponse(listener, chunks, services(request).live_send_seconds)


def _may_listen(request: Request, id_: UUID, look: Look) -> Callable[[], bool]:
    """What says from now on whether the answer may go on."""
    if audience(request).published:
        return services(request).publications.of(audience(request).tenant_id, id_, look)
    return services(request).verifier.lasting(principal(request))


async def _place(request: Request, listener: Listener) -> Place | None:
    """What the client has heard: the header that browsers send, or the parameter that stands in for it."""
    named = "last_event_id" if request.headers.get("last-event-id") is None else "Last-Event-ID"
    said = request.headers.get("last-event-id") or request.query_params.get("last_event_id")
    if not said:
        return None
    if len(said) > LONGEST_PLACE:
        raise malformed(named, f"{named} is too long")
    try:
        return await listener.channel.place_of(said)
    except MalformedPlace as error:
        raise malformed(named, f"{named} {error}") from error


async def _see_match(request: Request) -> None:
    """Anybody sees the matches of published tournaments alone. Raises MatchNotFound."""
    asked, match_id = audience(request), match_id_of(request)
    reads = services(request).tournament_reads
    if asked.published and not await match_is_published(reads, asked.tenant_id, match_id):
        raise MatchNotFound(match_id)


async def _see_tournament(request: Request) -> None:
    if audience(request).published:
        await read_view(request, "tournament")


def _kept(request: Request) -> str:
    return f"{audience(request).cache}, max-age={SNAPSHOT_SECONDS}"
