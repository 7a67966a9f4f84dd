"""The operations on tournaments."""

from typing import Any

from api import openapi as o
from api.lines import MOST_LINES, csv_example
from api.operations import CSV, Endpoint, Operation
from api.tournament import fixtures, read_routes, reads, writes
from api.tournament.bodies import ApplyFixtures, RescheduleFixtures, SolveFixtures
from api.tournament.commands import COMMANDS, PLACEMENT
from api.wire import DONE, WRITE_STATUSES, DoneBody, Feature, WireBody, WireRow, operation
from contracts.work import TOURNAMENT
from domain.tournament.lifecycle.commands import InviteCaptain

ALL = "/v1/tournaments"
ONE = f"{ALL}/{{tournament_id}}"
_ID = o.identifier("tournament_id")
_SECURITY = [{"bearer": []}]
FEATURE = Feature(
    kind=TOURNAMENT,
    path=ONE,
    parameter="tournament_id",
    prefix="",
    tag="tournaments",
    own_team=reads.own_team,
)
_BODIES = {row.operation: WireBody(row, FEATURE.prefix) for row in COMMANDS}

STRUCTS: list[type[Any]] = [
    writes.CREATION.struct,
    writes.INVITATION.struct,
    writes.ENTRIES.struct,
    writes.PLACEMENTS.struct,
    *(body.struct for body in _BODIES.values()),
    SolveFixtures,
    RescheduleFixtures,
    ApplyFixtures,
    DoneBody,
]

_SOLUTION = o.path("solution")
_SOLVING = o.json_answer(
    "Where to look for them (Location)", {"type": "object", "additionalProperties": True}
)


def _write(
    id_: str,
    method: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    asked: dict[str, Any],
    *parameters: dict[str, Any],
    status: int = 200,
    success: dict[str, Any] = DONE,
) -> Operation:
    key = o.IDEMPOTENCY_KEY if method == "POST" else o.OPTIONAL_KEY
    return Operation(
        id=id_,
        method=method,
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag="tournaments",
        status=status,
        openapi={
            "security": _SECURITY,
            "parameters": [*parameters, key, *([o.IF_MATCH] if status == 200 else [])],
            "requestBody": asked,
            "responses": o.answers(success, *WRITE_STATUSES, status=status),
        },
    )


def _lines(schema: str, name: str, columns: Any, line: dict[str, Any]) -> dict[str, Any]:
    array = {"type": "array", "items": o.ref(schema), "minItems": 1, "maxItems": MOST_LINES}
    return {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": [name], "properties": {name: array}},
                "example": {name: [line]},
            },
            CSV: {"schema": {"type": "string"}, "example": csv_example(columns, line)},
        },
    }


def _own_row(row: WireRow) -> Operation:
    return operation(FEATURE, row, _BODIES[row.operation])


_ENTRY = {"team": "rcb", "name": "Royal Challengers", "home_grounds": ["chinnaswamy"]}

OPERATIONS: tuple[Operation, ...] = (
    _write(
        "create_tournament",
        "POST",
        ALL,
        "Create a tournament",
        writes.create_tournament,
        o.body(
            "CreateTournament",
            {
                "name": "Premier League",
                "season": "2026",
                "settings": {"format": "ipl", "conditions": "ipl-2023", "table_rules": "ipl"},
            },
        ),
        status=201,
    ),
    _write(
        "submit_entries",
        "POST",
        f"{ONE}/entries:bulk",
        "Enter many teams, all or none",
        writes.submit_entries,
        _lines("SubmitEntry", "entries", writes.ENTRIES.columns, _ENTRY),
        _ID,
    ),
    _write(
        "set_fixtures",
        "PUT",
        f"{ONE}/fixtures",
        "Say where and when the matches are played",
        writes.set_fixtures,
        _lines("Placement", "placements", writes.PLACEMENTS.columns, PLACEMENT),
        _ID,
    ),
    _write(
        "invite_captain",
        "POST",
        f"{ONE}/entries/{{team}}/invitations",
        "Invite a captain by link",
        writes.invite_captain,
        o.body(InviteCaptain.__name__, {"email": "captain@example.org", "expires_at": "2026-03-10T00:00:00Z"}),
        _ID,
        o.path("team"),
    ),
    _write(
        "solve_fixtures",
        "POST",
        f"{ONE}/fixtures:solve",
        "Have the fixtures worked out",
        fixtures.solve_fixtures,
        o.body("SolveFixtures", {"time_limit_seconds": 20}),
        _ID,
        status=202,
        success=_SOLVING,
    ),
    _write(
        "reschedule_fixtures",
        "POST",
        f"{ONE}/fixtures:reschedule",
        "Have other places found for some matches or a lost day",
        fixtures.reschedule_fixtures,
        o.body("RescheduleFixtures", {"day": "2026-04-01"}),
        _ID,
        status=202,
        success=_SOLVING,
    ),
    _write(
        "apply_fixtures",
        "POST",
        f"{ONE}/fixtures/solutions/{{solution}}:apply",
        "Take the fixtures that were worked out",
        fixtures.apply_solution,
        o.body("ApplyFixtures", {"reason": "rain"}),
        _ID,
        _SOLUTION,
    ),
    *(_own_row(row) for row in COMMANDS),
    *read_routes.OPERATIONS,
)  # fmt: skip
