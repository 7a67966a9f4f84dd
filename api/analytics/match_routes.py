"""The operations on the curves of a match and on the chances in it."""

from typing import Any

from api import openapi as o
from api.analytics import match_reads as reads
from api.operations import CSV, Endpoint, Operation
from api.reading import reading

TAG = "analytics"
MATCH = "/v1/analytics/matches/{match_id}"
_VERSION = {"type": "integer", "minimum": 1}
_AT_LEAST = o.query("at_least", _VERSION, "Not older than this version (the ETag of your last write).")
_CHANCES = {"rcb": 0.5361, "mi": 0.4639}

CURVES_EXAMPLE: dict[str, Any] = {
    "version": 6,
    "model": reads.MODEL,
    "innings": [
        {
            "innings": 1,
            "batting": "rcb",
            "bowling": "mi",
            "super_over": False,
            "overs": [
                {
                    "over": 1,
                    "runs": 4,
                    "wickets": 0,
                    "total": 4,
                    "wickets_down": 0,
                    "run_rate": "24.00",
                    "required_rate": None,
                    "chances": _CHANCES,
                }
            ],
            "balls": [
                {
                    "version": 6,
                    "over": 1,
                    "ball": 1,
                    "label": "4",
                    "runs": 4,
                    "total": 4,
                    "wickets": 0,
                    "run_rate": "24.00",
                    "target": None,
                    "required_rate": None,
                    "chances": _CHANCES,
                }
            ],
        }
    ],
}
CURVES_CSV = """\
innings,batting,super_over,version,over,ball,label,runs,total,wickets,run_rate,target,required_rate,chance\r
1,rcb,false,6,1,1,4,4,4,0,24.00,,,0.5361\r
"""
_BEFORE = {"version": 1, "event": "MatchCreated", "innings": None, "over": None, "ball": None}
CHANCES_EXAMPLE: dict[str, Any] = {
    "version": 6,
    "model": reads.MODEL,
    "chances": _CHANCES,
    "turns": [
        {**_BEFORE, "chances": {"rcb": 0.5, "mi": 0.5}},
        {"version": 6, "event": "BallRecorded", "innings": 1, "over": 1, "ball": 1, "chances": _CHANCES},
    ],
}
CHANCES_CSV = """\
version,event,innings,over,ball,team,chance\r
1,MatchCreated,,,,rcb,0.5\r
1,MatchCreated,,,,mi,0.5\r
6,BallRecorded,1,1,1,rcb,0.5361\r
6,BallRecorded,1,1,1,mi,0.4639\r
"""


def _read(
    id_: str, path: str, summary: str, endpoint: Endpoint, example: Any, as_csv: str, *refusals: int
) -> Operation:
    said = reading(
        id_,
        MATCH + path,
        summary,
        endpoint,
        _AT_LEAST,
        o.at("match"),
        tag=TAG,
        refusals=refusals,
    )
    content = said.openapi["responses"]["200"]["content"]
    described = {
        "application/json": {**content["application/json"], "example": example},
        CSV: {"schema": {"type": "string"}, "example": as_csv},
    }
    said.openapi["responses"]["200"] = {"description": summary, "content": described}
    return said


OPERATIONS: tuple[Operation, ...] = (
    _read(
        "get_match_win_probability",
        "/win-probability",
        "Each side's chance to win, ball by ball",
        reads.get_match_win_probability,
        CHANCES_EXAMPLE,
        CHANCES_CSV,
        422,
    ),
    _read(
        "get_match_curves",
        "/curves",
        "A match as worm, Manhattan and run rates",
        reads.get_match_curves,
        CURVES_EXAMPLE,
        CURVES_CSV,
    ),
)
