"""The operations that read tournaments: those of the league's people and those of the public."""

from typing import Any

from api import openapi as o
from api.operations import Endpoint, Operation
from api.paging import PARAMETERS
from api.reading import reading
from api.tournament import calendars, fixtures, lists, reads, tables

V1 = "/v1"
PUBLIC = "/v1/public/{tenant_id}"
ALL = "/tournaments"
ONE = "/tournaments/{tournament_id}"

_SEARCH = o.query("search", {"type": "string", "maxLength": 200}, "Part of the name.")
_AT_LEAST = o.query(
    "at_least",
    {"type": "integer", "minimum": 1},
    "Not older than this version of the tournament (the ETag of your last write).",
)
_AT = o.at("tournament")
_FIXTURE_FILTER = tuple(
    o.query(name, schema, text)
    for name, schema, text in (
        ("team", {"type": "string"}, "Matches of this team, at home or away."),
        ("ground", {"type": "string"}, "Matches on this ground."),
        (
            "day",
            {"type": "string", "format": "date"},
            "Matches played on this day, by the clocks at the ground.",
        ),
        ("stage", {"type": "string"}, "Matches of this stage."),
        ("status", {"type": "string"}, "Matches with this status."),
    )
)


def _reads(
    id_: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    *parameters: dict[str, Any],
    public: bool = True,
    refusals: tuple[int, ...] = (),
) -> list[Operation]:
    """The operation for the league's people, and where it is ``public`` the one for anybody. ``refusals``: statuses
    besides the usual."""
    found = [reading(id_, V1 + path, summary, endpoint, *parameters, tag="tournaments", refusals=refusals)]
    if public:
        one = reading(
            f"public_{id_}", PUBLIC + path, summary, endpoint, *parameters, tag="public", public=True
        )
        found.append(one)
    return found


OPERATIONS: tuple[Operation, ...] = (
    *_reads(
        "list_tournaments",
        ALL,
        "Tournaments, newest first",
        lists.list_tournaments,
        _SEARCH,
        o.query("phase", {"type": "string"}, "Those in this phase."),
        *PARAMETERS,
    ),
    *_reads(
        "get_tournament", ONE, "A tournament", reads.get_tournament, o.expand(*reads.EXPANDABLE), _AT_LEAST
    ),
    *_reads(
        "list_entries",
        f"{ONE}/entries",
        "The entries of a tournament",
        lists.list_entries,
        _SEARCH,
        o.query("status", {"type": "string"}, "Those with this status."),
        *PARAMETERS,
        _AT_LEAST,
    ),
    *_reads(
        "list_fixtures",
        f"{ONE}/fixtures",
        "The fixtures of a tournament",
        lists.list_fixtures,
        *_FIXTURE_FILTER,
        *PARAMETERS,
        _AT_LEAST,
    ),
    *_reads(
        "get_standings",
        f"{ONE}/standings",
        "The tables of a tournament",
        tables.get_tables,
        o.query("live", {"type": "boolean", "default": False}, "With the matches in play, as they stand."),
        _AT_LEAST,
        _AT,
    ),
    *_reads(
        "get_qualification",
        f"{ONE}/qualification",
        "Who can still go on, and what they need",
        tables.get_qualification,
    ),
    *_reads(
        "get_run_rate_needs",
        f"{ONE}/qualification/run-rate",
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
        f"{ONE}/corrections",
        "Corrections that wait for a ruling, with what they would change",
        tables.list_corrections,
        *PARAMETERS,
        public=False,
    ),
    *_reads(
        "get_bracket",
        f"{ONE}/bracket",
        "The bracket of a tournament",
        reads.get_bracket,
        _AT_LEAST,
        _AT,
    ),
    *_reads(
        "get_calendar",
        f"{ONE}/calendar.ics",
        "The fixtures as a calendar (iCalendar)",
        calendars.get_calendar,
        *_FIXTURE_FILTER[:2],
    ),
    *_reads(
        "get_fixture_solution",
        f"{ONE}/fixtures/solutions/{{solution}}",
        "Fixtures that were worked out",
        fixtures.get_solution,
        public=False,
    ),
    *_reads(
        "explain_fixture",
        f"{ONE}/fixtures/{{node}}/explanation",
        "Why a match is where and when it is",
        fixtures.explain_fixture,
        refusals=(422,),
        public=False,
    ),
    *_reads(
        "list_officials",
        f"{ONE}/officials",
        "Who officiates where",
        lists.list_officials,
        o.query("person", {"type": "string"}, "The matches of one person."),
        *PARAMETERS,
        public=False,
    ),
    *_reads(
        "get_structure",
        f"{ONE}/structure",
        "Everything that will be played, before it starts",
        reads.get_structure,
        o.query(
            "teams",
            {"type": "integer", "minimum": 2, "maximum": 500},
            "For so many teams; else for those that hold a place.",
        ),
        refusals=(422,),
        public=False,
    ),
    *_reads(
        "get_tournament_progress",
        f"{ONE}/progress",
        "What happens next, and when",
        reads.get_progress,
        public=False,
    ),
    *_reads(
        "list_league_fixtures",
        "/fixtures",
        "The fixtures of the whole league",
        lists.list_fixtures,
        *_FIXTURE_FILTER,
        *PARAMETERS,
    ),
    *_reads(
        "get_league_calendar",
        "/calendar.ics",
        "The fixtures of the whole league as a calendar (iCalendar)",
        calendars.get_league_calendar,
        *_FIXTURE_FILTER[:2],
    ),
)
