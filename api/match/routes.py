"""The operations on matches."""

from typing import Any

from api import openapi as o
from api.match import previews, reads, writes
from api.match.commands import COMMANDS, ScoringRow
from api.match.schemas import LARGEST_BATCH, AckBody, BatchBody, MatchBody
from api.operations import Operation
from api.paging import PARAMETERS
from api.reading import reading
from api.strict import Body

MATCH = "/v1/matches/{match_id}"
_ACK = o.json_answer("What was appended, and where the match stands", o.ref("AckBody"))
_SECURITY = [{"bearer": []}]
_MATCH_BODY, _BATCH_BODY = MatchBody(), BatchBody()
_BODIES = {row.operation: Body(row.command, row.addressed) for row in COMMANDS}
_VERSION = {"type": "integer", "minimum": 1}
_AT = o.at("match")

STRUCTS: list[type[Any]] = [
    _MATCH_BODY.struct,
    _BATCH_BODY.struct,
    *(body.struct for body in _BODIES.values()),
    AckBody,
]
"""The schemas of all bodies, asked and answered."""


def _command(row: ScoringRow) -> Operation:
    key = o.IDEMPOTENCY_KEY if row.method == "POST" else o.OPTIONAL_KEY
    body = _BODIES[row.operation]
    said = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in row.addressed
    ]
    return Operation(
        id=row.operation,
        method=row.method,
        path=MATCH + row.path,
        summary=row.summary,
        description=_description(row),
        endpoint=writes.command_endpoint(row, body),
        tag="scoring",
        openapi={
            "security": _SECURITY,
            "parameters": [o.MATCH_ID, *said, key, o.IF_MATCH],
            "requestBody": o.body(body.struct.__name__, row.example),
            "responses": o.answers(_ACK, 400, 404, 409, 412, 413, 415, 422),
        },
    )


def _preview(row: ScoringRow) -> Operation:
    body = _BODIES[row.operation]
    endpoint = previews.preview_endpoint(body)
    said = o.json_answer("What it would lead to", {"type": "object", "additionalProperties": True})
    return Operation(
        id=f"preview_{row.operation}",
        method=row.method,
        path=f"{MATCH}{row.path}/preview",
        summary=f"{row.summary}: what would it lead to?",
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag="scoring",
        openapi={
            "security": _SECURITY,
            "parameters": [o.MATCH_ID, o.IDEMPOTENCY_KEY],
            "requestBody": o.body(body.struct.__name__, row.example),
            "responses": o.answers(said, 400, 404, 409, 413, 415, 422),
        },
    )


def _description(row: ScoringRow) -> str:
    return " ".join((row.command.__doc__ or "").split()).replace(":class:", "")


def _read(id_: str, path: str, summary: str, endpoint: Any, *parameters: dict[str, Any]) -> Operation:
    return reading(id_, path, summary, endpoint, *parameters, tag="reading")


_FIRST, *_OTHERS = COMMANDS

OPERATIONS: tuple[Operation, ...] = (
    _command(_FIRST),
    Operation(
        id="record_balls",
        method="POST",
        path=f"{MATCH}/balls:batch",
        summary=f"Record up to {LARGEST_BATCH} balls, all or none",
        endpoint=writes.balls_endpoint(_BATCH_BODY),
        tag="scoring",
        openapi={
            "security": _SECURITY,
            "parameters": [o.MATCH_ID, o.IDEMPOTENCY_KEY, o.IF_MATCH],
            "requestBody": o.body("RecordBalls", {"balls": [_FIRST.example, {"bat_runs": 1}]}),
            "responses": o.answers(_ACK, 400, 404, 409, 412, 413, 415, 422),
        },
    ),
    Operation(
        id="create_match",
        method="POST",
        path="/v1/matches",
        summary="Create a match",
        endpoint=writes.creation_endpoint(_MATCH_BODY),
        tag="scoring",
        status=201,
        openapi={
            "security": _SECURITY,
            "parameters": [o.IDEMPOTENCY_KEY],
            "requestBody": o.body(
                "CreateMatch",
                {
                    "conditions": "t20",
                    "teams": [
                        {"id": "rcb", "name": "Royal Challengers"},
                        {"id": "mi", "name": "Mumbai Indians"},
                    ],
                    "venue": "M. Chinnaswamy Stadium",
                },
            ),
            "responses": o.answers(_ACK, 400, 409, 413, 415, 422, status=201),
        },
    ),
    *(_command(row) for row in _OTHERS),
    *(_preview(row) for row in COMMANDS if row.preview),
    _read(
        "list_matches",
        "/v1/matches",
        "Matches, newest first",
        reads.list_matches,
        *PARAMETERS,
    ),
    _read("get_match", MATCH, "The state of a match", reads.get_match, _AT),
    _read(
        "get_scorecard",
        f"{MATCH}/scorecard",
        "The scorecard",
        reads.get_scorecard,
        o.query("at_least", _VERSION, "Not older than this version (the ETag of your last write)."),
        _AT,
    ),
    _read(
        "list_events",
        f"{MATCH}/events",
        "The events of a match",
        reads.list_events,
        o.query(
            "after_version", {"type": "integer", "minimum": 0, "default": 0}, "Those after this version."
        ),
        o.query(
            "limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000}, "Events a page."
        ),
    ),
    _read("export_match", f"{MATCH}/export", "The match in Cricsheet's format", reads.export_match, _AT),
)
