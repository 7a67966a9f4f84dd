"""JSON Schema (2020-12) of the events, from the domain's dataclasses and from nothing else.

A schema says of an event's JSON what ``contracts.codec`` writes and reads. A field with a default may be left out and
then has it (``default``). Unknown fields are allowed: whoever reads ignores what it does not know, so that fields can
be added.
"""

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from inspect import getdoc
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from contracts.codec import EVENT_TYPES_OF, SCHEMA_VERSIONS_OF, plain_value
from contracts.wire import KIND, kind_of
from domain.registry.events import HAPPENINGS, REGISTERS, event_name

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DEFS = "#/$defs/"
Schema = dict[str, Any]

_LEAVES: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {
        "type": "string",
        "pattern": r"^\d\d:\d\d:\d\d(\.\d+)?$",
    },  # local: the format "time" has an offset
    UUID: {"type": "string", "format": "uuid"},
    Fraction: {"type": "string", "pattern": r"^-?\d+(/\d+)?$"},
}
_GENERATED_DOC = re.compile(r"^\w+\(.*\)$", re.DOTALL)
"""What a dataclass without a docstring is given."""


def schema_id(stream_kind: str, type_name: str, version: int) -> str:
    """What a schema is called, everywhere and for ever."""
    return f"urn:pavilion:event:{stream_kind}:{type_name}:{version}"


def event_schema(stream_kind: str, type_name: str) -> Schema:
    """The schema of an event's JSON in the version that this code writes, with all it refers to."""
    kind = EVENT_TYPES_OF[stream_kind][type_name]
    schema = _Definitions(kind).whole()
    described = described_as(stream_kind, type_name)
    return {
        "$schema": DIALECT,
        "$id": schema_id(stream_kind, type_name, SCHEMA_VERSIONS_OF[stream_kind][type_name]),
        "title": type_name,
        **({"description": described} if described else {}),
        **{key: value for key, value in schema.items() if key != "description"},
    }


def event_schemas() -> Iterator[tuple[str, str, Schema]]:
    """(kind of stream, type name, schema) of every event."""
    for stream_kind, types_of_kind in EVENT_TYPES_OF.items():
        for type_name in types_of_kind:
            yield stream_kind, type_name, event_schema(stream_kind, type_name)


def described_as(stream_kind: str, type_name: str) -> str:
    """What the domain says of an event."""
    if stream_kind in REGISTERS:
        return next(
            text for happening, text in HAPPENINGS.items() if event_name(stream_kind, happening) == type_name
        )
    return _doc(EVENT_TYPES_OF[stream_kind][type_name])


class _Definitions:
    """The dataclasses that one root holds, each defined once by the name of its class."""

    def __init__(self, root: type[Any]) -> None:
        self._root = root
        self._known: dict[str, type[Any]] = {}
        self._told: set[type[Any]] = set()
        self._defs: dict[str, Schema] = {}

    def whole(self) -> Schema:
        """The schema of the root, self-contained."""
        self._note_told(self._root, set())
        schema = self._object(self._root)
        return {**schema, "$defs": dict(sorted(self._defs.items()))} if self._defs else schema

    def _note_told(self, hint: Any, seen: set[Any]) -> None:
        """Find the classes that stand where one of several may: their JSON says which it is."""
        classes = [arm for arm in get_args(hint) if _is_dataclass_type(arm)]
        if get_origin(hint) in (Union, types.UnionType) and len(classes) > 1:
            self._told.update(classes)
        for arm in get_args(hint):
            self._note_told(arm, seen)
        if _is_dataclass_type(hint) and hint not in seen:
            seen.add(hint)
            for inner in get_type_hints(hint).values():
                self._note_told(inner, seen)

    def _of(self, hint: Any) -> Schema:
        origin, arms = get_origin(hint), get_args(hint)
        if hint in _LEAVES:
            return dict(_LEAVES[hint])
        if origin in (Union, types.UnionType):
            return self._of_union(arms)
        if origin is Literal:
            return {"enum": list(arms)}
        if origin is tuple:
            return self._of_tuple(arms)
        if origin is list:
            return {"type": "array", "items": self._of(arms[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._of_mapping(*arms)
        if _is_dataclass_type(hint):
            return self._ref(hint)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return {"enum": [one.value for one in hint]}
        raise TypeError(f"nobody has said what {hint} is in JSON Schema")

    def _of_union(self, arms: tuple[Any, ...]) -> Schema:
        each = [self._of(arm) for arm in arms]
        if len(each) == 2 and arms[1] is type(None) and "type" in each[0] and len(each[0]) == 1:
            return {"type": [each[0]["type"], "null"]}
        return {"anyOf": each}

    def _of_tuple(self, arms: tuple[Any, ...]) -> Schema:
        if arms[-1] is Ellipsis:
            return {"type": "array", "items": self._of(arms[0])}
        return {
            "type": "array",
            "prefixItems": [self._of(arm) for arm in arms],
            "minItems": len(arms),
            "maxItems": len(arms),
        }

    def _of_mapping(self, key: Any, value: Any) -> Schema:
        if isinstance(key, type) and issubclass(key, str):
            return {"type": "object", "additionalProperties": self._of(value)}
        pair = self._of_tuple((key, value))
        return {"anyOf": [{"type": "array", "items": pair}, {"type": "object", "maxProperties": 0}]}

    def _ref(self, type_: type[Any]) -> Schema:
        name = type_.__name__
        if self._known.setdefault(name, type_) is not type_:
            raise TypeError(f"{self._root.__name__} holds two classes that are called {name}")
        if name not in self._defs:
            self._defs[name] = {}
            self._defs[name] = self._object(type_)
        return {"$ref": DEFS + name}

    def _object(self, type_: type[Any]) -> Schema:
        hints = get_type_hints(type_)
        properties = {field.name: self._property(hints[field.name], field) for field in fields(type_)}
        required = [field.name for field in fields(type_) if not _has_default(field)]
        if type_ in self._told:
            properties = {KIND: {"const": kind_of(type_)}} | {
                name: schema for name, schema in properties.items() if name != KIND
            }
            required = [KIND, *(name for name in required if name != KIND)]
        described = _doc(type_)
        return {
            **({"description": described} if described else {}),
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
        }

    def _property(self, hint: Any, field: "Field[Any]") -> Schema:
        schema = self._of(hint)
        if not _has_default(field):
            return schema
        default = field.default if field.default is not MISSING else field.default_factory()  # type: ignore[misc]
        return {**schema, "default": msgspec.to_builtins(plain_value(default))}


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _is_dataclass_type(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)


def _doc(type_: type[Any]) -> str:
    """The class's docstring as a line of text, without the marks of the sources."""
    text = getdoc(type_) or ""
    if _GENERATED_DOC.match(text):
        return ""
    return re.sub(r":class:`(\w+)`", r"\1", " ".join(text.split())).replace("``", "`")


def in_draft_7(kind: str, schema: Any) -> Any:
    """A schema of an event of ``kind`` in AsyncAPI's own dialect, which is draft 7: tuples have another name there, and
    references lead into the document."""
    if isinstance(schema, list):
        return [in_draft_7(kind, each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told: Schema = {}
    for word, value in schema.items():
        if word in ("$schema", "$id", "$defs"):
            continue
        if word == "$ref":
            told[word] = f"#/components/schemas/{kind}.of.{value.removeprefix(DEFS)}"
        elif word == "prefixItems":
            told["items"] = in_draft_7(kind, value)
        elif word in ("default", "enum", "const", "required"):
            told[word] = value
        else:
            told[word] = in_draft_7(kind, value)
    return told
