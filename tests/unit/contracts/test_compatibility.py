"""What may change in the JSON of an event without a new version, and what may not."""

from copy import deepcopy
from typing import Any

import pytest

from contracts.compatibility import breaks

ENTRANT = {
    "type": "object",
    "properties": {"kind": {"const": "seed"}, "number": {"type": "integer"}},
    "required": ["kind", "number"],
}
BYE = {"type": "object", "properties": {"kind": {"const": "bye"}}, "required": ["kind"]}
EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "winner": {"type": "string"},
        "decision": {"enum": ["bat", "field"]},
        "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}], "default": None},
        "balls": {"type": "integer", "default": 0},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}], "minItems": 1, "maxItems": 1},
        "entrants": {
            "type": "array",
            "items": {"anyOf": [{"$ref": "#/$defs/Seed"}, {"$ref": "#/$defs/Bye"}]},
        },
        "next": {"$ref": "#/$defs/Again"},
    },
    "required": ["winner", "decision"],
    "$defs": {
        "Seed": ENTRANT,
        "Bye": BYE,
        "Again": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Again"}}},
    },
}


def changed(*path: str | int, to: Any = None) -> dict[str, Any]:
    """The event with one place set to something else; None takes it away."""
    event = deepcopy(EVENT)
    place: Any = event
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return event


PROPERTIES = "properties"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed(PROPERTIES, "balls"), "balls: is gone"),
        (changed(PROPERTIES, "winner", to={"type": "integer"}), "winner: type was 'string' and is 'integer'"),
        (
            changed(PROPERTIES, "winner", to={"type": ["string", "null"]}),
            "winner: type was 'string' and is ['string', 'null']",
        ),
        (changed("required", to=["winner", "decision", "balls"]), "balls: is required now"),
        (changed("required", to=["winner"]), "decision: may be left out now"),
        (changed(PROPERTIES, "decision", to={"enum": ["bat"]}), "decision: the value 'field' is gone"),
        (
            changed(PROPERTIES, "decision", to={"type": "string"}),
            "decision: is an enumeration on one side only",
        ),
        (changed(PROPERTIES, "balls", "default", to=6), "balls: its default was 0 and is 6"),
        (changed(PROPERTIES, "at", "anyOf", 1), "at: may be null on one side only"),
        (
            changed(PROPERTIES, "at", "anyOf", 0, "format", to="date"),
            "at: format was 'date-time' and is 'date'",
        ),
        (changed(PROPERTIES, "entrants", "items", "anyOf", 1), "entrants[]: the alternative bye is gone"),
        (changed("$defs", "Seed", PROPERTIES, "number"), "entrants[].number: is gone"),
        (
            changed("$defs", "Seed", PROPERTIES, "number", "type", to="string"),
            "entrants[].number: type was 'integer' and is 'string'",
        ),
        (changed(PROPERTIES, "pair", "prefixItems", to=[]), "pair: had 1 elements and has 0"),
        (changed(PROPERTIES, "pair", to={"type": "array", "items": {}}), "pair: has items on one side only"),
        (changed("$defs", "Again", PROPERTIES, "next"), "next.next: is gone"),
        (changed("not", to={}), "the event: `not` is nothing that can be compared"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks(new: dict[str, Any], said: str) -> None:
    assert said in breaks(EVENT, new)


@pytest.mark.parametrize(
    "new",
    [
        EVENT,
        changed(PROPERTIES, "coin", to={"type": "string", "default": ""}),
        changed(PROPERTIES, "decision", to={"enum": ["bat", "field", "none"]}),
        changed("description", to="Heads or tails."),
        changed(
            PROPERTIES,
            "entrants",
            "items",
            to={"anyOf": [{"$ref": "#/$defs/Bye"}, {"$ref": "#/$defs/Seed"}, {"$ref": "#/$defs/Again"}]},
        ),
    ],
    ids=["nothing", "a field with a default", "a value", "words", "an alternative, in another order"],
)
def test_what_may_change(new: dict[str, Any]) -> None:
    assert breaks(EVENT, new) == []
