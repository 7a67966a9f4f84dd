"""Reading analytics: pages of lists in JSON or CSV, the caps, the records."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.analytics import shown
from api.analytics.lists import CHOICES, NUMBERS, RECORDS, FiguresList
from api.http import encode, integer, malformed, tagged, text, versioned
from api.operations import CSV, Endpoint, principal
from api.paging import limit_of, no_cursor, read_cursor, write_cursor
from api.services import services
from handlers.analytics import Figures, Place

_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,40})?")
WHOLE = ("tournament", "season")
"""What caps are given for."""


def which_of(request: Request, words: Sequence[str], numbers: Sequence[str] = ()) -> dict[str, str | int]:
    """What the query restricts by. Raises Problem (400)."""
    which: dict[str, str | int] = {}
    for name in words:
        said = text(request, name)
        if said is not None and said not in CHOICES.get(name, (said,)):
            raise malformed(name, f"{name} must be one of {', '.join(CHOICES[name])}")
        if said is not None:
            which[name] = said
    for name in numbers:
        least, most, _ = NUMBERS[name]
        number = integer(request, name, least, most)
        if number is not None:
            which[name] = number
    return which


def listing(of: FiguresList) -> Endpoint:
    """The endpoint of a list."""

    async def answer(request: Request) -> Response:
        sort = text(request, "sort") if of.sorts else None
        if sort is not None and sort not in of.sorts:
            raise malformed("sort", f"sort must be one of {', '.join(of.sorts)}")
        limit, order = limit_of(request), f"{of.table}/{sort or ''}"
        rows = await services(request).analytics.figures(
            principal(request).tenant_id,
            of.table,
            which_of(request, of.words, of.numbers),
            sort=sort or "",
            after=_after(request, order),
            limit=limit + 1,
        )
        following = write_cursor(order, *_said(rows[limit - 1].place)) if len(rows) > limit else None
        page = [of.show(row) for row in rows[:limit]]
        if _wants_csv(request):
            return _csv_answer(request, page, following)
        body = encode({of.rows: page, "next": following})
        return versioned(request, None, body)

    answer.__doc__ = f"{of.about} `Accept: text/csv` gives the page as CSV, and `Link` the next one."
    return answer


async def get_caps(request: Request) -> Response:
    """Who leads for the Orange Cap (runs, then strike rate) and the Purple Cap (wickets, then economy) of a tournament or
    a season, and who is behind; in the whole league where neither is named. Equal ones are in the order of their names.
    """
    which, limit = which_of(request, WHOLE), limit_of(request)
    tenant, reads = principal(request).tenant_id, services(request).analytics
    orange = await reads.figures(tenant, "batting", which, limit=limit)
    purple = await reads.figures(tenant, "bowling", which, limit=limit)
    body = {
        "orange_cap": _ranked(orange, shown.batting),
        "purple_cap": _ranked(purple, shown.bowling),
    }
    return versioned(request, None, encode(body))


async def get_records(request: Request) -> Response:
    """The records of the league, a tournament, a season, a team or a ground, the first `limit` of each. Of equal ones
    the older is first. The lowest total is of those all out; margins are those of matches decided on the field or on
    par.
    """
    record = text(request, "record")
    if record is not None and record not in RECORDS:
        raise malformed("record", f"record must be one of {', '.join(RECORDS)}")
    found = await services(request).analytics.records(
        principal(request).tenant_id,
        which_of(request, ("tournament", "season", "team", "opponent", "venue")),
        RECORDS if record is None else (record,),
        limit_of(request),
    )
    return versioned(request, None, encode(found))


def _ranked(rows: Sequence[Figures], show: shown.Show) -> list[dict[str, Any]]:
    return [{"rank": rank, **show(row)} for rank, row in enumerate(rows, 1)]


def _after(request: Request, order: str) -> Place | None:
    """The place in this list and order that the cursor names. Raises Problem (400)."""
    said = read_cursor(request, 5)
    if said is None:
        return None
    of, first, second, label, id_ = said
    if of != order or not (_NUMBER.fullmatch(first) and _NUMBER.fullmatch(second)):
        raise no_cursor()
    return Place(Decimal(first), Decimal(second), label, id_)


def _said(place: Place) -> tuple[str, str, str, str]:
    return f"{place.first:f}", f"{place.second:f}", place.label, place.id


def _wants_csv(request: Request) -> bool:
    accepted = (
        part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")
    )
    return CSV in accepted


def _csv_answer(request: Request, page: Iterable[dict[str, Any]], following: str | None) -> Response:
    """The page as CSV, with a header unless it is empty."""
    out = io.StringIO(newline="")
    for number, row in enumerate(page):
        writer = csv.DictWriter(out, list(row))
        if number == 0:
            writer.writeheader()
        writer.writerow({name: _safe(value) for name, value in row.items()})
    answer = tagged(request, None, out.getvalue().encode(), "private, no-cache")
    answer.headers["content-type"] = f"{CSV}; charset=utf-8"
    answer.headers["vary"] = "accept"
    if following is not None:
        url = request.url.include_query_params(cursor=following)
        answer.headers["link"] = f'<{url.path}?{url.query}>; rel="next"'
    return answer


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is quoted."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
