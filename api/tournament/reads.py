"""Endpoints of the read side of tournaments, for the league itself and, of published ones, for anybody.

The same endpoint serves both: an address with a tenant in it is the public's, and shows what anybody may see.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import (
    LARGEST_PAGE,
    PAGE,
    day,
    encode,
    integer,
    json_answer,
    malformed,
    read_cursor,
    text,
    versioned,
    write_cursor,
)
from api.operations import principal
from api.services import services
from api.wire import dues, id_in
from contracts.work import TOURNAMENT, Aggregate
from domain.tournament.format.model import Format
from domain.tournament.format.preview import Preview, preview
from domain.tournament.format.preview import text as as_text
from domain.tournament.lifecycle.size import structure_of
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import TournamentNotFound, VersionNotReached
from handlers.ports import FixtureFilter, Listed
from projections import tournament_views as views

LARGEST_VERSION = 2**31 - 1
POLL_SECONDS = 0.02
SOURCE = "pavilion-source"
"""Says whether an answer was the projector's or was made from the stream."""
EXPANDABLE = ("entries", "fixtures", "standings", "bracket")
MOST_EXPANDED = 1000
MOST_TEAMS = 500

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose league is asked, and whether by anybody (``published``) or by its own people."""

    tenant_id: UUID
    published: bool


def audience(request: Request) -> Audience:
    """Who asks. Raises Problem (404) for an address without a league."""
    if "tenant_id" in request.path_params:
        return Audience(id_in(request, "tenant_id"), True)
    return Audience(principal(request).tenant_id, False)


def tournament_id_of(request: Request) -> UUID:
    """The tournament that the address names. Raises Problem (404) for what is no id at all."""
    return id_in(request, "tournament_id")


async def list_tournaments(request: Request) -> Response:
    """Newest first, a page at a time."""
    asked = audience(request)
    limit = _limit(request)
    rows = await services(request).tournament_reads.tournaments(
        asked.tenant_id,
        published=asked.published,
        search=text(request, "search"),
        phase=text(request, "phase"),
        before=_before(request),
        limit=limit + 1,
    )
    return _page("tournaments", rows, limit)


async def get_tournament(request: Request) -> Response:
    """A tournament with its settings. ``expand`` adds its entries, fixtures, tables or bracket."""
    asked, id_ = audience(request), tournament_id_of(request)
    version, view, source = await read_view(request, "tournament")
    document = msgspec.json.decode(view)
    for name in _expand(request):
        document[name] = await _expanded(request, asked, id_, name)
    document["version"] = version
    response = versioned(request, version, encode(document), _cache(asked))
    response.headers[SOURCE] = source
    return response


async def get_standings(request: Request) -> Response:
    """The tables, each row with why it stands above the next."""
    return await _served_view(request, "standings")


async def get_bracket(request: Request) -> Response:
    """The matches that feed each other, and who is champion."""
    return await _served_view(request, "bracket")


async def list_entries(request: Request) -> Response:
    """Entries in the order they came, a page at a time."""
    asked, id_, limit = audience(request), tournament_id_of(request), _limit(request)
    place = read_cursor(request, 1)
    after = _number(place[0]) if place else 0
    status, search = text(request, "status"), text(request, "search")

    def wanted(one: Json) -> bool:
        return (
            one["number"] > after
            and status in (None, one["status"])
            and (search is None or search.lower() in one["name"].lower())
        )

    rows = await _rows(
        request,
        lambda: services(request).tournament_reads.entries(
            asked.tenant_id,
            id_,
            published=asked.published,
            status=status,
            search=search,
            after=after,
            limit=limit + 1,
        ),
        lambda state: _rows_of(views.entries(state), state, lambda one: (one["number"],), wanted),
    )
    return _page("entries", [_shown_entry(asked, row) for row in rows], limit)


async def list_fixtures(request: Request) -> Response:
    """Fixtures by start, those not placed yet last; of one tournament, or of the whole league."""
    asked, limit = audience(request), _limit(request)
    which, after = fixture_filter(request), _after_fixture(request)

    def projected() -> Awaitable[list[Listed]]:
        return services(request).tournament_reads.fixtures(
            asked.tenant_id, which, published=asked.published, after=after, limit=limit + 1
        )

    if which.tournament is None:
        return _page("fixtures", await projected(), limit)
    rows = await _rows(request, projected, lambda state: fixtures_of(state, which, after))
    return _page("fixtures", rows, limit)


async def _rows(
    request: Request,
    projected: Callable[[], Awaitable[list[Listed]]],
    from_state: Callable[[TournamentState], list[Listed]],
) -> list[Listed]:
    """What the projector has, or what the stream says where that is behind ``at_least`` or has nothing."""
    if "at_least" in request.query_params:
        _, _, source = await read_view(request, "bracket")
        if source == "stream":
            return await read_state(request, from_state)
    rows = await projected()
    if rows:
        return rows
    if audience(request).published:
        await read_view(request, "bracket")  # says so if there is no such tournament
        return rows
    return await read_state(request, from_state)


async def list_officials(request: Request) -> Response:
    """Who officiates at which match, by person; ``person`` asks for one."""
    person = text(request, "person")
    version, fixtures = await read_state(
        request, lambda state: (state.version, views.fixtures(state, tournament_id_of(request)))
    )
    officials = [
        {
            "person": official.person,
            "name": official.name,
            "role": official.role,
            "confirmed": official.confirmed,
        }
        | {name: fixture[name] for name in ("node", "match_id", "starts_at", "ends_at", "ground")}
        for fixture in fixtures
        for official in fixture["officials"]
        if person in (None, official.person)
    ]
    officials.sort(key=lambda one: (one["person"], one["node"]))
    return versioned(request, version, encode({"officials": officials, "version": version}))


def fixture_filter(request: Request) -> FixtureFilter:
    """Which fixtures the query asks for. A day is one in UTC unless the fixture's ground says otherwise."""
    tournament = tournament_id_of(request) if "tournament_id" in request.path_params else None
    on = day(request, "day")
    since = datetime.combine(on, datetime.min.time(), UTC) if on else None
    return FixtureFilter(
        tournament=tournament,
        team=text(request, "team"),
        ground=text(request, "ground"),
        stage=text(request, "stage"),
        status=text(request, "status"),
        since=since,
        until=since + timedelta(days=1) if since and on != date.max else None,
    )


def fixtures_of(
    state: TournamentState, which: FixtureFilter, after: tuple[datetime | None, UUID, int] | None
) -> list[Listed]:
    """The same list as the read model's, from the state."""
    if which.tournament is None:
        raise ValueError("a state is of one tournament")
    never = datetime.max.replace(tzinfo=UTC)
    last = None if after is None else (after[0] or never, after[2])
    numbered = [
        {**one, "tournament_id": which.tournament, "ordinal": ordinal}
        for ordinal, one in enumerate(views.fixtures(state, which.tournament))
        if _is_asked(one, which)
    ]
    numbered.sort(key=lambda one: (one["starts_at"] or never, one["ordinal"]))
    rows = _rows_of(
        numbered,
        state,
        lambda one: (one["starts_at"], which.tournament, one["ordinal"]),
        lambda one: last is None or (one["starts_at"] or never, one["ordinal"]) > last,
    )
    for row in rows:
        row.document.pop("ordinal")
    return rows


def _is_asked(one: Json, which: FixtureFilter) -> bool:
    teams = [side["team"] for side in (one["home"], one["away"]) if side]
    return (
        (which.team is None or which.team in teams)
        and (which.ground is None or (bool(one["ground"]) and one["ground"]["id"] == which.ground))
        and which.stage in (None, one["stage"])
        and which.status in (None, one["status"])
        and (which.since is None or (one["starts_at"] is not None and one["starts_at"] >= which.since))
        and (which.until is None or (one["starts_at"] is not None and one["starts_at"] < which.until))
    )


async def read_view(request: Request, name: str) -> tuple[int, bytes, str]:
    """Version, JSON and source of a page: the projector's, or from the stream where that is behind."""
    asked, id_ = audience(request), tournament_id_of(request)
    at_least = integer(request, "at_least", 1, LARGEST_VERSION) or 0
    known = services(request)
    deadline = time.monotonic() + (known.card_wait_seconds if at_least else 0)
    while True:
        found = await known.tournament_reads.view(asked.tenant_id, id_, name, published=asked.published)
        if found is not None and found[0] >= at_least:
            version, view = found
            if asked.published:
                view = encode(views.for_the_public(name, msgspec.json.decode(view)))
            return version, view, "projection"
        if time.monotonic() >= deadline:
            break
        await asyncio.sleep(POLL_SECONDS)
    if asked.published:
        if found is None:
            raise TournamentNotFound(id_)
        raise VersionNotReached(at_least, found[0], "tournament")
    version, view = await read_state(
        request, lambda state: (state.version, encode(views.VIEWS[name](state, id_)))
    )
    if version < at_least:
        raise VersionNotReached(at_least, version, "tournament")
    return version, view, "stream"


async def read_state(request: Request, render: Callable[[TournamentState], Any]) -> Any:
    """What ``render`` makes of the state now. Raises TournamentNotFound."""
    return await services(request).tournaments.read(
        audience(request).tenant_id, tournament_id_of(request), render
    )


async def _served_view(request: Request, name: str) -> Response:
    version, view, source = await read_view(request, name)
    body = encode({**msgspec.json.decode(view), "version": version})
    response = versioned(request, version, body, _cache(audience(request)))
    response.headers[SOURCE] = source
    return response


async def _expanded(request: Request, asked: Audience, id_: UUID, name: str) -> Any:
    known = services(request).tournament_reads
    if name == "entries":
        entries = await known.entries(asked.tenant_id, id_, published=asked.published, limit=MOST_EXPANDED)
        return [_shown_entry(asked, row).document for row in entries]
    if name == "fixtures":
        which = FixtureFilter(tournament=id_)
        fixtures = await known.fixtures(
            asked.tenant_id, which, published=asked.published, limit=MOST_EXPANDED
        )
        return [row.document for row in fixtures]
    return msgspec.json.decode((await read_view(request, name))[1])


def _expand(request: Request) -> tuple[str, ...]:
    said = text(request, "expand")
    names = tuple(dict.fromkeys(said.split(","))) if said else ()
    for name in names:
        if name not in EXPANDABLE:
            raise malformed("expand", f"expand takes {', '.join(EXPANDABLE)}, separated by commas")
    return names


def _shown_entry(asked: Audience, row: Listed) -> Listed:
    if not asked.published:
        return row
    return Listed(document=views.entry_for_the_public(row.document), place=row.place, version=row.version)


def _rows_of(
    documents: Sequence[Json],
    state: TournamentState,
    place: Callable[[Json], tuple[Any, ...]],
    wanted: Callable[[Json], bool],
) -> list[Listed]:
    return [
        Listed(document={**one, "version": state.version}, place=place(one), version=state.version)
        for one in documents
        if wanted(one)
    ]


def _page(name: str, rows: Sequence[Listed], limit: int) -> Response:
    page = rows[:limit]
    following = None
    if len(rows) > limit:
        following = write_cursor(*("" if part is None else _written(part) for part in page[-1].place))
    return json_answer({name: [row.document for row in page], "next": following})


def _written(part: Any) -> str:
    return part.isoformat() if isinstance(part, datetime) else str(part)


def _limit(request: Request) -> int:
    return integer(request, "limit", 1, LARGEST_PAGE) or PAGE


def _cache(asked: Audience) -> str:
    return "public" if asked.published else "private"


def _before(request: Request) -> tuple[datetime, UUID] | None:
    place = read_cursor(request, 2)
    try:
        return None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1]))
    except ValueError as error:
        raise _no_cursor() from error


def _after_fixture(request: Request) -> tuple[datetime | None, UUID, int] | None:
    place = read_cursor(request, 3)
    if place is None:
        return None
    try:
        starts_at = datetime.fromisoformat(place[0]) if place[0] else None
        return starts_at, UUID(place[1]), _number(place[2])
    except ValueError as error:
        raise _no_cursor() from error


def _number(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise _no_cursor()
    return int(said)


def _no_cursor() -> Problem:
    return malformed("cursor", "cursor must be the value of next from an earlier page of this list")


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
    return json_answer(
        {
            "version": progress.version,
            "phase": progress.phase,
            "finished": progress.finished,
            "next": dues(progress.dues),
            "opening": progress.sessions,
            "details": progress.details,
        }
    )


async def own_team(request: Request, tournament_id: UUID, team: str) -> None:
    """Raises Problem (403) unless the caller is the team's captain."""
    captain = await services(request).tournaments.read(
        principal(request).tenant_id,
        tournament_id,
        lambda state: state.entries[team].captain if team in state.entries else None,
    )
    if captain != principal(request).subject:
        raise Problem("not_yours", f"only the captain of {team[:40]!r} can say this, or an organiser")
