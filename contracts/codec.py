"""Events to JSON and back, by the kind of their stream and their type name; and commands likewise.

The same JSON stands in the store's ``data`` column and in the value of a Kafka record; the type name and
the schema version travel beside it (a column, a header).

In a match a field at its default is left out: most of a ball's are, and what is written once is stored,
published and read many times. So a default is part of the schema and never changes. Playing conditions are
written whole, since they are pinned to their match. The events of a tournament or a session are few and are
written whole (``contracts.wire``).
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, cast, get_args

import msgspec

from contracts import identity_events
from contracts.identity_events import IDENTITY
from contracts.notifications import NOTIFICATION
from contracts.upcasting import UPCASTERS, MissingUpcaster, Table, Upcasting
from contracts.wire import DoesNotFit, Wire, special
from domain.analytics import events as analytics_events
from domain.match.commands import MatchCommand
from domain.match.delivery import Delivery, Fielder, Review, Shot, Wicket
from domain.match.events import EVENT_TYPES, MatchEvent
from domain.notification import events as notification_events
from domain.payment import events as payment_events
from domain.payment.commands import PaymentCommand
from domain.payout import events as payout_events
from domain.payout.commands import PayoutCommand
from domain.registry.events import REGISTERS, register_events
from domain.session import events as session_events
from domain.session.commands import SessionCommand
from domain.tournament.lifecycle import events as tournament_events
from domain.tournament.lifecycle.commands import TournamentCommand
from domain.webhook import events as webhook_events

MATCH = "match"
"""The stream kind of a match."""
TOURNAMENT = "tournament"
SESSION = "session"
PAYMENT = "payment"
PAYOUT = "payout"
ANALYTICS = "analytics"
"""Told by the analytics process about its totals; no stream of the store."""
WEBHOOK = "webhook"


class UnreadableEvent(Exception):
    """A stored event that this code cannot read: unknown type, newer schema, or data that does not fit."""


class MalformedCommand(Exception):
    """A command that cannot be read; ``field`` names where, "" the command as a whole."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(f"{field}: {said}" if field else said)
        self.field = field


_encoder = msgspec.json.Encoder()
_UNFIT = (
    msgspec.DecodeError,
    UnicodeDecodeError,
    DoesNotFit,
    MissingUpcaster,
    LookupError,
    TypeError,
    ValueError,
)
"""What reading raises for data that is none of the type's; an upcaster may meet anything."""


# --- the events of a match ---------------------------------------------------------------------------------

_match_upcasting = Upcasting(EVENT_TYPES, UPCASTERS.get(MATCH, {}))
SCHEMA_VERSIONS = _match_upcasting.versions
"""The version of each type's JSON that this code writes. A field added with a default keeps the version;
anything else raises it and adds a way to read the old one (``contracts.upcasting``)."""

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
    """The JSON of an event of a match."""
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
    """The event of a match that ``encode`` wrote. Raises UnreadableEvent; unknown fields are ignored."""
    decoder = _decoders.get(type_name)
    if decoder is None:
        raise UnreadableEvent(f"no event type is called {type_name!r}")
    current = SCHEMA_VERSIONS[type_name]
    if schema_version > current:
        raise _too_new(type_name, schema_version, current)
    try:
        return decoder.decode(
            data if schema_version == current else _match_upcasting.lift(type_name, data, schema_version)
        )
    except _UNFIT as error:
        raise UnreadableEvent(f"{type_name} does not fit its schema: {error}") from error


def type_name(event: object) -> str:
    """The name an event is stored under."""
    return type(event).__name__


def _too_new(type_name: str, found: int, known: int) -> UnreadableEvent:
    return UnreadableEvent(f"{type_name} has schema version {found}; this code reads up to {known}")


# --- the events of other streams ---------------------------------------------------------------------------


class EventCodec:
    """The JSON of one kind's events."""

    def __init__(self, event_types: Mapping[str, type[Any]], upcasters: Table | None = None) -> None:
        self.event_types = dict(event_types)
        self._upcasting = Upcasting(event_types, upcasters or {})
        self.schema_versions = self._upcasting.versions
        self._wire = Wire(event_types.values(), strict=False)
        self._decode = {name: _decoder_for(kind, self._wire) for name, kind in event_types.items()}

    def encode(self, event: Any) -> bytes:
        """The JSON of an event."""
        return _encoder.encode(self._wire.plain(event))

    def decode(self, type_name: str, data: bytes | str, schema_version: int = 1) -> Any:
        """The event that ``encode`` wrote. Raises UnreadableEvent; fields it does not know are ignored."""
        decode_data = self._decode.get(type_name)
        if decode_data is None:
            raise UnreadableEvent(f"no event type is called {type_name!r}")
        if schema_version > self.schema_versions[type_name]:
            raise _too_new(type_name, schema_version, self.schema_versions[type_name])
        try:
            return decode_data(self._upcasting.lift(type_name, data, schema_version))
        except _UNFIT as error:
            raise UnreadableEvent(f"{type_name} does not fit its schema: {error}") from error


def _decoder_for(kind: type[Any], wire: Wire) -> Callable[[bytes | str], Any]:
    """msgspec's own decoder where it can read the type; it cannot where one of several dataclasses stands."""
    try:
        return msgspec.json.Decoder(kind, dec_hook=special).decode
    except TypeError:
        return lambda data: wire.read(kind, msgspec.json.decode(data))


TOURNAMENT_EVENTS = EventCodec(tournament_events.EVENT_TYPES, UPCASTERS.get(TOURNAMENT))
SESSION_EVENTS = EventCodec(session_events.EVENT_TYPES, UPCASTERS.get(SESSION))
PAYMENT_EVENTS = EventCodec(payment_events.EVENT_TYPES, UPCASTERS.get(PAYMENT))
PAYOUT_EVENTS = EventCodec(payout_events.EVENT_TYPES, UPCASTERS.get(PAYOUT))
ANALYTICS_EVENTS = EventCodec(analytics_events.EVENT_TYPES, UPCASTERS.get(ANALYTICS))
IDENTITY_EVENTS = EventCodec(identity_events.EVENT_TYPES, UPCASTERS.get(IDENTITY))
NOTIFICATION_EVENTS = EventCodec(notification_events.EVENT_TYPES, UPCASTERS.get(NOTIFICATION))
WEBHOOK_EVENTS = EventCodec(webhook_events.EVENT_TYPES, UPCASTERS.get(WEBHOOK))

_CODECS: dict[str, EventCodec] = {
    TOURNAMENT: TOURNAMENT_EVENTS,
    SESSION: SESSION_EVENTS,
    PAYMENT: PAYMENT_EVENTS,
    PAYOUT: PAYOUT_EVENTS,
    IDENTITY: IDENTITY_EVENTS,
    ANALYTICS: ANALYTICS_EVENTS,
    NOTIFICATION: NOTIFICATION_EVENTS,
    WEBHOOK: WEBHOOK_EVENTS,
    **{
        kind: EventCodec(register_events(kind, entry), UPCASTERS.get(kind))
        for kind, entry in REGISTERS.items()
    },
}

EVENT_TYPES_OF: dict[str, Mapping[str, type[Any]]] = {
    MATCH: EVENT_TYPES,
    **{kind: events.event_types for kind, events in _CODECS.items()},
}
"""Every event there is, by the kind of its stream and its type name. Schemas, AsyncAPI and docs follow from it: a new
kind is a codec here, a home in ``contracts.topics``, a key in ``contracts.asyncapi.KEYS``, and `make docs`."""
SCHEMA_VERSIONS_OF: dict[str, Mapping[str, int]] = {
    MATCH: SCHEMA_VERSIONS,
    **{kind: events.schema_versions for kind, events in _CODECS.items()},
}
"""The version of each event's JSON that this code writes, likewise."""

_every_wire = Wire([kind for kinds in EVENT_TYPES_OF.values() for kind in kinds.values()], strict=False)


def plain_value(value: Any) -> Any:
    """A part of an event as dictionaries, lists and what msgspec writes by itself."""
    return _every_wire.plain(value)


def decode_of(stream_kind: str, type_name: str, data: bytes | str, schema_version: int = 1) -> Any:
    """The event of any kind of stream. Raises UnreadableEvent."""
    if stream_kind == MATCH:
        return decode(type_name, data, schema_version)
    if stream_kind not in _CODECS:
        raise UnreadableEvent(f"no kind of stream is called {stream_kind!r}")
    return _CODECS[stream_kind].decode(type_name, data, schema_version)


def encode_of(stream_kind: str, event: Any) -> bytes:
    """The JSON of an event of any kind of stream."""
    return encode(event) if stream_kind == MATCH else _CODECS[stream_kind].encode(event)


# --- commands ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Commands:
    by_name: dict[str, type[Any]]
    wire: Wire


def _commands(union: Any) -> _Commands:
    types = cast(tuple[type[Any], ...], get_args(union))
    return _Commands({one.__name__: one for one in types}, Wire(types, strict=True))


_COMMANDS: dict[str, _Commands] = {
    MATCH: _commands(MatchCommand),
    TOURNAMENT: _commands(TournamentCommand),
    SESSION: _commands(SessionCommand),
    PAYMENT: _commands(PaymentCommand),
    PAYOUT: _commands(PayoutCommand),
}


def decode_command(stream_kind: str, type_name: str, data: Mapping[str, Any]) -> Any:
    """The command of the class ``type_name`` with the fields ``data``, as JSON has them.

    Raises MalformedCommand, which names the field.
    """
    commands = _COMMANDS[stream_kind]
    kind = commands.by_name.get(type_name)
    if kind is None:
        raise MalformedCommand("type", f"no command of a {stream_kind} is called {type_name!r}")
    try:
        return commands.wire.read(kind, data)
    except DoesNotFit as error:
        raise MalformedCommand(error.field, error.said) from None


def plain_command(stream_kind: str, command: object) -> dict[str, Any]:
    """The fields of a command as JSON has them: what ``decode_command`` takes."""
    return msgspec.to_builtins(_COMMANDS[stream_kind].wire.plain(command))


def encode_command(stream_kind: str, command: object) -> bytes:
    """The JSON of a command: the same for equal commands."""
    return _encoder.encode(_COMMANDS[stream_kind].wire.plain(command))
