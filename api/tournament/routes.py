"""The operations on tournaments, those of their own people and those of the public."""

from typing import Any

from api import openapi as o
from api.lines import MOST_LINES, csv_example
from api.operations import CSV, Endpoint, Operation
from api.tournament import calendars, fixtures, reads, tables, writes
from api.tournament.bodies import ApplyFixtures, RescheduleFixtures, SolveFixtures
from api.tournament.commands import COMMANDS, PLACEMENT
from api.wire import DONE, WRITE_STATUSES, DoneBody, Feature, WireBody, WireRow, operation
from contracts.work import TOURNAMENT
from domain.tournament.lifecycle.commands import InviteCaptain

ALL = "/v1/tournaments"
ONE = f"{ALL}/{{tournament_id}}"
PUBLIC_ALL = "/v1/public/{tenant_id}/tournaments"
_ID = o.identifier("tournament_id")
_TENANT = o.identifier("tenant_id")
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

_SEARCH = o.query("search", {"type": "string", "maxLength": 200}, "Part of the name.")
_PAGING = (
    o.query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Rows a page."),
    o.query("cursor", {"type": "string"}, "`next` of the page before."),
)
_AT_LEAST = o.query(
    "at_least",
    {"type": "integer", "minimum": 1},
    "Not older than this version of the tournament (the ETag of your last write).",
)
_FIXTURE_FILTER = tuple(
    o.query(name, schema, text)
    for name, schema, text in (
        ("team", {"type": "string"}, "Matches of this team, at home or away."),
        ("ground", {"type": "string"}, "Matches on this ground."),
        ("day", {"type": "string", "format": "date"}, "Matches that start on this day, in UTC."),
        ("stage", {"type": "string"}, "Matches of this stage."),
        ("status", {"type": "string"}, "Matches with this status."),
    )
)
_SOLUTION = o.path("solution")
_SOLVING = o.json_answer(
    "Where to look for them (Location)", {"type": "object", "additionalProperties": True}
)
_EXPAND = o.query("expand", {"type": "string"}, f"Any of {', '.join(reads.EXPANDABLE)}, separated by commas.")


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


def _reads(
    id_: str, path: str, summary: str, endpoint: Endpoint, *parameters: dict[str, Any], public: bool = True
) -> list[Operation]:
    """The operation for the league's people, and where it is ``public`` the one for anybody."""
    own = ALL + path
    ids = [_ID] if "{tournament_id}" in path else []
    found = [_read(id_, own, summary, endpoint, [*ids, *parameters], _SECURITY)]
    if public:
        found.append(
            _read(f"public_{id_}", PUBLIC_ALL + path, summary, endpoint, [_TENANT, *ids, *parameters], [])
        )
    return found


def _read(
    id_: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    parameters: list[dict[str, Any]],
    security: list[Any],
) -> Operation:
    success = o.json_answer(summary, {"type": "object", "additionalProperties": True})
    if path.endswith(".ics"):
        success = {"description": summary, "content": {"text/calendar": {"schema": {"type": "string"}}}}
    return Operation(
        id=id_,
        method="GET",
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag="tournaments" if security else "public",
        openapi={
            "security": security,
            "parameters": parameters,
            "responses": o.answers(success, 400, 404),
        },
    )


def _own_row(row: WireRow) -> Operation:
    return operation(FEATURE, row, _BODIES[row.operation])


_ENTRY = {"team": "rcb", "name": "Royal Challengers", "home_grounds": ["chinnaswamy"]}
_T = "/{tournament_id}"

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
    *_reads(
        "list_tournaments",
        "",
        "Tournaments, newest first",
        reads.list_tournaments,
        _SEARCH,
        o.query("phase", {"type": "string"}, "Those in this phase."),
        *_PAGING,
    ),
    *_reads("get_tournament", _T, "A tournament", reads.get_tournament, _EXPAND, _AT_LEAST, o.IF_NONE_MATCH),
    *_reads(
        "list_entries",
        f"{_T}/entries",
        "The entries of a tournament",
        reads.list_entries,
        _SEARCH,
        o.query("status", {"type": "string"}, "Those with this status."),
        *_PAGING,
        _AT_LEAST,
    ),
    *_reads(
        "list_fixtures",
        f"{_T}/fixtures",
        "The fixtures of a tournament",
        reads.list_fixtures,
        *_FIXTURE_FILTER,
        *_PAGING,
        _AT_LEAST,
    ),
    *_reads(
        "get_standings",
        f"{_T}/standings",
        "The tables of a tournament",
        tables.get_tables,
        o.query("live", {"type": "boolean", "default": False}, "With the matches in play, as they stand."),
        _AT_LEAST,
        o.IF_NONE_MATCH,
    ),
    *_reads(
        "get_qualification",
        f"{_T}/qualification",
        "Who can still go on, and what they need",
        tables.get_qualification,
        o.IF_NONE_MATCH,
    ),
    *_reads(
        "get_run_rate_needs",
        f"{_T}/qualification/run-rate",
        "By how much a team must win",
        tables.get_run_rate_needs,
        *(
            o.query(name, {"type": "string"}, text)
            for name, text in (
                ("team", "The team that asks."),
                ("rival", "The team it wants to stand above."),
                ("node", "Its match."),
                ("scores", "Totals of the side batting first to answer for, separated by commas."),
            )
        ),
    ),
    *_reads(
        "list_corrections",
        f"{_T}/corrections",
        "Corrections that wait for a ruling, with what they would change",
        tables.list_corrections,
        public=False,
    ),
    *_reads(
        "get_bracket",
        f"{_T}/bracket",
        "The bracket of a tournament",
        reads.get_bracket,
        _AT_LEAST,
        o.IF_NONE_MATCH,
    ),
    *_reads(
        "get_calendar",
        f"{_T}/calendar.ics",
        "The fixtures as a calendar (iCalendar)",
        calendars.get_calendar,
        *_FIXTURE_FILTER[:2],
    ),
    *_reads(
        "get_fixture_solution",
        f"{_T}/fixtures/solutions/{{solution}}",
        "Fixtures that were worked out",
        fixtures.get_solution,
        _SOLUTION,
        public=False,
    ),
    *_reads(
        "explain_fixture",
        f"{_T}/fixtures/{{node}}/explanation",
        "Why a match is where and when it is",
        fixtures.explain_fixture,
        o.path("node"),
        public=False,
    ),
    *_reads(
        "list_officials",
        f"{_T}/officials",
        "Who officiates where",
        reads.list_officials,
        o.query("person", {"type": "string"}, "The matches of one person."),
        public=False,
    ),
    *_reads(
        "get_structure",
        f"{_T}/structure",
        "Everything that will be played, before it starts",
        reads.get_structure,
        o.query(
            "teams",
            {"type": "integer", "minimum": 2, "maximum": 500},
            "For so many teams; else for those that hold a place.",
        ),
        public=False,
    ),
    *_reads(
        "get_tournament_progress",
        f"{_T}/progress",
        "What happens next, and when",
        reads.get_progress,
        public=False,
    ),
    _read("list_league_fixtures", "/v1/fixtures", "The fixtures of the whole league", reads.list_fixtures,
          [*_FIXTURE_FILTER, *_PAGING], _SECURITY),
)  # fmt: skip
