"""Events to JSON and back, by type name.

The same JSON stands in the store's ``data`` column and in the value of a Kafka record; the type name and
the schema version travel beside it (a column, a header).

A field at its default is left out: most of a ball's are, and what is written once is stored, published and
read many times. So a default is part of the schema and never changes. Playing conditions are written whole,
since they are pinned to their match.
"""

from dataclasses import MISSING, fields
from typing import Any

import msgspec

from domain.match.delivery import Delivery, Fielder, Review, Shot, Wicket
from domain.match.events import EVENT_TYPES, MatchEvent

MATCH = "match"
"""The stream kind of a match."""

SCHEMA_VERSIONS: dict[str, int] = dict.fromkeys(EVENT_TYPES, 1)
"""The version of each type's JSON that this code writes. A field added with a default keeps the version;
anything else raises it and adds a way to read the old one."""


class UnreadableEvent(Exception):
    """A stored event that this code cannot read: unknown type, newer schema, or data that does not fit."""


_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(kind) for name, kind in EVENT_TYPES.items()
}


_REQUIRED = object()
_FIELDS: dict[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple(
        (field.name, _REQUIRED if field.default is MISSING else field.default) for field in fields(kind)
    )
    for kind in (*EVENT_TYPES.values(), Delivery, Fielder, Review, Shot, Wicket)
}
"""The fields of what is written without its defaults, each with that default."""
_NESTED = frozenset({tuple, *_FIELDS})


def encode(event: MatchEvent) -> bytes:
    """The JSON of an event."""
    return _encoder.encode(_stated(event))


def _stated(value: Any) -> Any:
    """The fields that are not at their defaults, of the value and of what it holds."""
    known = _FIELDS.get(type(value))
    if known is None:
        return [_stated(one) for one in value] if type(value) is tuple else value
    stated: dict[str, Any] = {}
    for name, default in known:
        content = getattr(value, name)
        if content is not default and content != default:
            stated[name] = _stated(content) if type(content) in _NESTED else content
    return stated


def decode(type_name: str, data: bytes | str, schema_version: int = 1) -> MatchEvent:
    """The event that ``encode`` wrote. Raises UnreadableEvent; fields it does not know are ignored."""
    decoder = _decoders.get(type_name)
    if decoder is None:
        raise UnreadableEvent(f"no event type is called {type_name!r}")
    if schema_version > SCHEMA_VERSIONS[type_name]:
        raise UnreadableEvent(
            f"{type_name} has schema version {schema_version}; this code reads up to "
            f"{SCHEMA_VERSIONS[type_name]}"
        )
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableEvent(f"{type_name} does not fit its schema: {error}") from error


def type_name(event: MatchEvent) -> str:
    """The name an event is stored under."""
    return type(event).__name__
