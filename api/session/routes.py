"""The operations on the sessions of matches."""

from typing import Any

from api import openapi as o
from api.operations import Operation
from api.reading import reading
from api.session import reads
from api.session.commands import COMMANDS
from api.wire import Feature, WireBody, operation
from contracts.work import SESSION

PATH = "/v1/matches/{match_id}/session"
FEATURE = Feature(
    kind=SESSION, path=PATH, parameter="match_id", prefix="Session", tag="sessions", own_team=reads.own_team
)
_BODIES = {row.operation: WireBody(row, FEATURE.prefix) for row in COMMANDS}

STRUCTS: list[type[Any]] = [body.struct for body in _BODIES.values()]


OPERATIONS: tuple[Operation, ...] = (
    *(operation(FEATURE, row, _BODIES[row.operation]) for row in COMMANDS),
    reading(
        "get_session",
        PATH,
        "The session of a match",
        reads.get_session,
        o.query("at", {"type": "integer", "minimum": 1}, "The session as it was at this version."),
        o.expand(*reads.EXPANDABLE),
        tag="sessions",
    ),
    reading(
        "get_session_progress",
        f"{PATH}/progress",
        "What happens next, and when",
        reads.get_progress,
        tag="sessions",
        refusals=(409,),
    ),
)
