"""Events to JSON and back, by type name.

The same JSON stands in the store's ``data`` column and in the value of a Kafka record; the type name and
the schema version travel beside it (a column, a header).
"""

from typing import Any

import msgspec

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


def encode(event: MatchEvent) -> bytes:
    """The JSON of an event."""
    return _encoder.encode(event)


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
