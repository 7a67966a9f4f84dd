"""Reading the audit log."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.http import identifier, malformed, moment, text
from api.operations import principal
from api.paging import limit_of, no_cursor, page, read_cursor, time_in
from api.services import services
from contracts.topics import HOME_TOPICS
from handlers.audit import AuditEntry, AuditFilter

KINDS = tuple(sorted(HOME_TOPICS))
BALL = "BallRecorded"
LONGEST_POSITION = 19


async def list_audit(request: Request) -> Response:
    """Who did what, when, to what: every event of the league, newest first. Nothing in it can be changed or removed,
    by nobody. The balls of a match are left out unless its `stream` is asked for. `actor` is the id of a user, an API
    key or a share link; null is Pavilion itself.
    """
    place = read_cursor(request, 2)
    rows = await services(request).audit.entries(
        principal(request).tenant_id,
        _asked(request),
        before=(time_in(place[0]), _position(place[1])) if place else None,
        limit=limit_of(request) + 1,
    )
    return page(request, "entries", [((row.recorded_at, row.position), _shown(row)) for row in rows])


def _asked(request: Request) -> AuditFilter:
    kind, type_, stream = text(request, "kind"), text(request, "type"), identifier(request, "stream")
    if kind is not None and kind not in KINDS:
        raise malformed("kind", f"kind must be one of {', '.join(KINDS)}")
    if type_ == BALL and stream is None:
        raise malformed("type", "balls are listed a match at a time: say which with stream")
    return AuditFilter(
        actor=text(request, "actor"),
        type=type_,
        kind=kind,
        stream=stream,
        since=moment(request, "since"),
        until=moment(request, "until"),
    )


def _position(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < LONGEST_POSITION):
        raise no_cursor()
    return int(said)


def _shown(row: AuditEntry) -> dict[str, Any]:
    return {
        "id": row.event_id,
        "at": row.recorded_at,
        "actor": row.actor,
        "action": row.type,
        "on": {"kind": row.kind, "id": row.stream_id, "version": row.version},
        "request_id": row.request_id,
    }
