"""The operations that read analytics."""

from typing import Any

from api import openapi as o
from api.analytics.endpoints import WHOLE, get_caps, get_records, listing
from api.analytics.lists import CHOICES, LISTS, NUMBERS, RECORDS, WORDS, FiguresList
from api.operations import CSV, Operation
from api.paging import LARGEST_PAGE, PAGE, PARAMETERS
from api.reading import reading

_TAG = "analytics"
_LIMIT = o.query(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
    "How many of each.",
)


def _words(*names: str) -> list[dict[str, Any]]:
    return [
        o.query(
            name,
            {"type": "string", **({"enum": list(CHOICES[name])} if name in CHOICES else {"maxLength": 200})},
            WORDS[name],
        )
        for name in names
    ]


def _numbers(*names: str) -> list[dict[str, Any]]:
    said = ((name, *NUMBERS[name]) for name in names)
    return [
        o.query(name, {"type": "integer", "minimum": least, "maximum": most}, about)
        for name, least, most, about in said
    ]


def _list(of: FiguresList) -> Operation:
    sort = [
        o.query(
            "sort", {"type": "string", "enum": list(of.sorts), "default": of.sorts[0]}, "Best first by this."
        )
        for _ in of.sorts[:1]
    ]
    operation = reading(
        of.operation,
        f"/v1/analytics/{of.path}",
        of.summary,
        listing(of),
        *_words(*of.words),
        *_numbers(*of.numbers),
        *sort,
        *PARAMETERS,
        tag=_TAG,
    )
    operation.openapi["responses"]["200"]["content"][CSV] = {"schema": {"type": "string"}}
    return operation


OPERATIONS: tuple[Operation, ...] = (
    *map(_list, LISTS),
    reading(
        "get_caps",
        "/v1/analytics/caps",
        "The Orange Cap and the Purple Cap",
        get_caps,
        *_words(*WHOLE),
        _LIMIT,
        tag=_TAG,
    ),
    reading(
        "get_records",
        "/v1/analytics/records",
        "Records",
        get_records,
        *_words("tournament", "season", "team", "opponent", "venue"),
        o.query("record", {"type": "string", "enum": list(RECORDS)}, "This one alone."),
        _LIMIT,
        tag=_TAG,
    ),
)
