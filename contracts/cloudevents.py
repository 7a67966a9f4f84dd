"""Events as CloudEvents 1.0 in Kafka's binary mode: attributes in ``ce_`` headers, the event's JSON as value.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

Header = tuple[str, bytes]

SOURCE = "/pavilion"
_TYPE_PREFIX = "pavilion"
_SPEC_VERSION: Header = ("ce_specversion", b"1.0")
_CONTENT_TYPE: Header = ("content-type", b"application/json")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class MalformedEnvelope(Exception):
    """A record without the headers that every event of ours carries."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What travels beside an event.

    ``type`` is the name of the event's class, ``event_type`` the name subscribers filter by
    (``BALL_RECORDED``; ``WICKET_FALLEN`` for a ball on the wicket topic). ``version`` counts within the
    stream from 1; whoever has applied a version ignores it when it comes again.
    """

    event_id: str
    type: str
    event_type: str
    schema_version: int
    tenant_id: UUID
    stream_kind: str
    stream_id: UUID
    version: int
    position: int
    recorded_at: datetime


@lru_cache(maxsize=1024)
def event_type(type_name: str) -> str:
    """``BallRecorded`` → ``BALL_RECORDED``."""
    return _WORD.sub("_", type_name).upper()


@lru_cache(maxsize=1024)
def fixed_headers(
    stream_kind: str, type_name: str, schema_version: int, filter_name: str
) -> tuple[Header, ...]:
    """The headers that are the same for all events of a type."""
    return (
        _SPEC_VERSION,
        ("ce_type", f"{_TYPE_PREFIX}.{stream_kind}.{type_name}".encode()),
        ("ce_source", f"{SOURCE}/{stream_kind}".encode()),
        _CONTENT_TYPE,
        ("event-type", filter_name.encode()),
        ("schema-version", b"%d" % schema_version),
    )


def stream_headers(stream_id: bytes, tenant_id: bytes) -> tuple[Header, ...]:
    """The headers that are the same for all events of a stream."""
    return (("ce_subject", stream_id), ("ce_partitionkey", stream_id), ("tenant-id", tenant_id))


def event_headers(event_id: bytes, recorded_at: bytes, version: int, position: int) -> tuple[Header, ...]:
    """The headers of one event alone."""
    return (
        ("ce_id", event_id),
        ("ce_time", recorded_at),
        ("version", b"%d" % version),
        ("position", b"%d" % position),
    )


def encode(envelope: Envelope) -> list[Header]:
    """The headers of one event."""
    return [
        *fixed_headers(envelope.stream_kind, envelope.type, envelope.schema_version, envelope.event_type),
        *stream_headers(str(envelope.stream_id).encode(), str(envelope.tenant_id).encode()),
        *event_headers(
            envelope.event_id.encode(),
            envelope.recorded_at.astimezone(UTC).isoformat().encode(),
            envelope.version,
            envelope.position,
        ),
    ]


def decode(headers: Iterable[Header]) -> Envelope:
    """The envelope of a record's headers. Raises MalformedEnvelope."""
    values = dict(headers)
    try:
        _, stream_kind, type_name = values["ce_type"].decode().split(".")
        return Envelope(
            event_id=values["ce_id"].decode(),
            type=type_name,
            event_type=values["event-type"].decode(),
            schema_version=int(values["schema-version"]),
            tenant_id=_uuid(values["tenant-id"]),
            stream_kind=stream_kind,
            stream_id=_uuid(values["ce_subject"]),
            version=int(values["version"]),
            position=int(values["position"]),
            recorded_at=datetime.fromisoformat(values["ce_time"].decode()),
        )
    except (KeyError, ValueError) as error:
        raise MalformedEnvelope(f"not an event of this platform: {error!r}") from error


@lru_cache(maxsize=16_384)
def _uuid(text: bytes) -> UUID:
    return UUID(text.decode())
