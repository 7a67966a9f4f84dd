"""Lists of and about tournaments: entries, fixtures, officials, a page at a time."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.http import day, text
from api.paging import limit_of, no_cursor, number_in, page, read_cursor, time_in
from api.services import services
from api.tournament.sources import audience, read_state, read_view, tournament_id_of
from domain.tournament.lifecycle.state import TournamentState
from handlers.ports import FixtureFilter, Listed
from projections import tournament_views as views

Json = dict[str, Any]
FixturePlace = tuple[datetime | None, UUID, int]
"""Where a fixture stands in the list: by start, those without one last."""

BATCH = 500
"""Rows read at once where a whole list is wanted."""


async def list_tournaments(request: Request) -> Response:
    """Newest first, a page at a time."""
    asked = audience(request)
    rows = await services(request).tournament_reads.tournaments(
        asked.tenant_id,
        published=asked.published,
        search=text(request, "search"),
        phase=text(request, "phase"),
        before=_before(request),
        limit=limit_of(request) + 1,
    )
    return _page(request, "tournaments", rows)


async def list_entries(request: Request) -> Response:
    """Entries in the order they came, a page at a time."""
    place = read_cursor(request, 1)
    after = number_in(place[0]) if place else 0
    rows = await entries(
        request,
        status=text(request, "status"),
        search=text(request, "search"),
        after=after,
        limit=limit_of(request) + 1,
    )
    return _page(request, "entries", rows)


async def list_fixtures(request: Request) -> Response:
    """Fixtures by start, those not placed yet last; of one tournament, or of the whole league."""
    rows = await fixtures(
        request, fixture_filter(request), after=_after_fixture(request), limit=limit_of(request) + 1
    )
    return _page(request, "fixtures", rows)


async def list_officials(request: Request) -> Response:
    """Who officiates at which match, by person and match; ``person`` asks for one."""
    person, after = text(request, "person"), read_cursor(request, 3)
    version, found = await read_state(
        request, lambda state: (state.version, views.fixtures(state, tournament_id_of(request)))
    )
    rows = [
        ((official.person, fixture["node"], str(official.role)), _officiates(official, fixture))
        for fixture in found
        for official in fixture["officials"]
        if person in (None, official.person)
    ]
    following = sorted((row for row in rows if after is None or row[0] > after), key=lambda row: row[0])
    return page(request, "officials", following[: limit_of(request) + 1], version=version)


def _officiates(official: Any, fixture: Json) -> Json:
    of_person = {name: getattr(official, name) for name in ("person", "name", "role", "confirmed")}
    return of_person | {
        name: fixture[name] for name in ("node", "match_id", "starts_at", "ends_at", "ground")
    }


async def entries(
    request: Request,
    *,
    status: str | None = None,
    search: str | None = None,
    after: int = 0,
    limit: int = BATCH,
) -> list[Listed]:
    """Entries of the tournament in the order they came, as those who ask may see them."""
    asked = audience(request)

    def wanted(one: Json) -> bool:
        return (
            one["number"] > after
            and status in (None, one["status"])
            and (search is None or search.lower() in one["name"].lower())
        )

    def of_state(state: TournamentState) -> list[Listed]:
        return _rows_of(filter(wanted, views.entries(state)), state, lambda one: (one["number"],))

    rows = await _rows(
        request,
        lambda: services(request).tournament_reads.entries(
            asked.tenant_id,
            tournament_id_of(request),
            published=asked.published,
            status=status,
            search=search,
            after=after,
            limit=limit,
        ),
        of_state,
    )
    return [_for_the_public(row) for row in rows] if asked.published else rows


async def fixtures(
    request: Request, which: FixtureFilter, *, after: FixturePlace | None = None, limit: int
) -> list[Listed]:
    """Fixtures by start: of one tournament, or of the whole league."""
    asked = audience(request)

    def projected() -> Awaitable[list[Listed]]:
        return services(request).tournament_reads.fixtures(
            asked.tenant_id, which, published=asked.published, after=after, limit=limit
        )

    if which.tournament is None:
        return await projected()
    return await _rows(request, projected, lambda state: fixtures_of(state, which, after))


async def all_fixtures(request: Request, which: FixtureFilter) -> list[Listed]:
    """All of them, however many."""
    rows: list[Listed] = []
    after: FixturePlace | None = None
    while True:
        batch = await fixtures(request, which, after=after, limit=BATCH)
        rows += batch
        if len(batch) != BATCH:  # a state gives all it has at once
            return rows
        after = batch[-1].place  # type: ignore[assignment]


def fixture_filter(request: Request) -> FixtureFilter:
    """Which fixtures the query asks for. A day is one where the match is played. Raises Problem (400)."""
    return FixtureFilter(
        tournament=tournament_id_of(request) if "tournament_id" in request.path_params else None,
        team=text(request, "team"),
        ground=text(request, "ground"),
        stage=text(request, "stage"),
        status=text(request, "status"),
        day=day(request, "day"),
    )


def fixtures_of(state: TournamentState, which: FixtureFilter, after: FixturePlace | None) -> list[Listed]:
    """The same list as the read model's, from the state."""
    if which.tournament is None:
        raise ValueError("a state is of one tournament")
    tournament = which.tournament
    numbered = [
        ((one["starts_at"], tournament, ordinal), one)
        for ordinal, one in enumerate(views.fixtures(state, tournament))
        if _is_asked_for(one, which)
    ]
    rows = sorted(
        (_order(place), place, one)
        for place, one in numbered
        if after is None or _order(place) > _order(after)
    )
    return [
        Listed(
            document={**one, "tournament_id": tournament, "version": state.version},
            place=place,
            version=state.version,
        )
        for _, place, one in rows
    ]


def _is_asked_for(one: Json, which: FixtureFilter) -> bool:
    teams = [side["team"] for side in (one["home"], one["away"]) if side]
    return (
        (which.team is None or which.team in teams)
        and (which.ground is None or (bool(one["ground"]) and one["ground"]["id"] == which.ground))
        and which.stage in (None, one["stage"])
        and which.status in (None, one["status"])
        and which.day in (None, views.day_at(one["starts_at"], one["ground"]))
    )


def _order(place: FixturePlace) -> tuple[bool, float, int]:
    """By start, those without one last; then by the place in the structure."""
    starts_at, _, ordinal = place
    return starts_at is None, starts_at.timestamp() if starts_at else 0.0, ordinal


async def _rows(
    request: Request,
    projected: Callable[[], Awaitable[list[Listed]]],
    of_state: Callable[[TournamentState], list[Listed]],
) -> list[Listed]:
    """What the projector has, or what the stream says where that is behind ``at_least`` or has nothing."""
    if "at_least" in request.query_params:
        _, _, source = await read_view(request, "bracket")
        if source == "stream":
            return await read_state(request, of_state)
    rows = await projected()
    if rows:
        return rows
    if audience(request).published:
        await read_view(request, "bracket")  # says so if there is no such tournament
        return rows
    return await read_state(request, of_state)


def _rows_of(
    documents: Iterable[Json], state: TournamentState, place: Callable[[Json], tuple[Any, ...]]
) -> list[Listed]:
    return [
        Listed(document={**one, "version": state.version}, place=place(one), version=state.version)
        for one in documents
    ]


def _for_the_public(row: Listed) -> Listed:
    return Listed(document=views.entry_for_the_public(row.document), place=row.place, version=row.version)


def _page(request: Request, name: str, rows: list[Listed]) -> Response:
    return page(request, name, [(row.place, row.document) for row in rows], cache=audience(request).cache)


def _before(request: Request) -> tuple[datetime, UUID] | None:
    place = read_cursor(request, 2)
    return None if place is None else (time_in(place[0]), _id_in(place[1]))


def _after_fixture(request: Request) -> FixturePlace | None:
    place = read_cursor(request, 3)
    if place is None:
        return None
    return (time_in(place[0]) if place[0] else None), _id_in(place[1]), number_in(place[2])


def _id_in(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise no_cursor() from error
