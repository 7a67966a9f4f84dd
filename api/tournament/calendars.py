"""Fixtures as a calendar that phones subscribe to (RFC 5545)."""

from starlette.requests import Request
from starlette.responses import Response

MOST_EVENTS = 2000
MEDIA_TYPE = "text/calendar; charset=utf-8"


async def get_calendar(request: Request) -> Response:
    """A feed of a tournament; with ``team`` or ``ground`` of theirs alone. Matches not placed yet are not in it."""
    raise NotImplementedError
