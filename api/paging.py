"""Lists a page at a time. A cursor is the place of the last row in the list's order (keyset), so a page begins
where the one before ended, whatever was added or went away meanwhile."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api import openapi as o
from api.errors import Problem
from api.http import encode, integer, malformed, versioned

LARGEST_PAGE = 100
PAGE = 20
PARAMETERS = (
    o.query(
        "limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}, "Rows a page."
    ),
    o.query("cursor", {"type": "string"}, "`next` of the page before."),
)
"""What every list takes."""

Row = tuple[tuple[Any, ...], Any]
"""The place of a row in its list (numbers, texts, times, ids or None), and what is shown of it."""


def limit_of(request: Request) -> int:
    """How many rows a page has. Raises Problem (400)."""
    return integer(request, "limit", 1, LARGEST_PAGE) or PAGE


def page(
    request: Request, name: str, rows: Sequence[Row], *, cache: str = "private", **more: Any
) -> Response:
    """The page of up to ``limit`` rows; ``rows`` has one more if there is a next page."""
    limit = limit_of(request)
    following = write_cursor(*map(_written, rows[limit - 1][0])) if len(rows) > limit else None
    body = {name: [shown for _, shown in rows[:limit]], "next": following, **more}
    return versioned(request, None, encode(body), cache)


def write_cursor(*place: str) -> str:
    """The place after a row, opaque to clients."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read_cursor(request: Request, parts: int) -> tuple[str, ...] | None:
    """The place that ``write_cursor`` wrote, of so many parts; None without a cursor. Raises Problem (400)."""
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = msgspec.json.decode(raw, type=tuple[str, ...])
    except (ValueError, msgspec.MsgspecError) as error:
        raise no_cursor() from error
    if len(place) != parts or any("\x00" in part for part in place):
        raise no_cursor()
    return place


def number_in(said: str) -> int:
    """A number in a cursor. Raises Problem (400)."""
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise no_cursor()
    return int(said)


def time_in(said: str) -> datetime:
    """A time in a cursor. Raises Problem (400)."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise no_cursor() from error
    if moment.tzinfo is None:
        raise no_cursor()
    return moment


def uuid_in(said: str) -> UUID:
    """An id in a cursor. Raises Problem (400)."""
    try:
        return UUID(said)
    except ValueError as error:
        raise no_cursor() from error


def no_cursor() -> Problem:
    """What stands in ``cursor`` is not from this list."""
    return malformed("cursor", "cursor must be the value of next from an earlier page of this list")


def _written(part: Any) -> str:
    if part is None:
        return ""
    return part.isoformat() if isinstance(part, datetime) else str(part)
