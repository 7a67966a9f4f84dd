"""Events as CloudEvents 1.0 in structured mode: a JSON object each, a line each. What `pavilion events` writes and reads.

Attributes of ours are extensions: ``tenantid``, ``streamversion``, ``schemaversion``, ``position``, and ``metadata`` (JSON
as text, since an attribute is no object), by which a repeated request is known.
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from contracts.cloudevents import SOURCE
from contracts.events import StoredEvent

SPEC_VERSION = "1.0"
_PREFIX = "pavilion"


class MalformedLine(Exception):
    """What is no event of this platform."""


class _Line(msgspec.Struct, kw_only=True):
    specversion: str
    id: UUID
    source: str
    type: str
    subject: UUID
    time: datetime
    datacontenttype: str
    partitionkey: str
    tenantid: UUID
    streamversion: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    schemaversion: Annotated[int, msgspec.Meta(ge=1, le=2**15 - 1)]
    position: int = 0
    metadata: str = "{}"
    data: msgspec.Raw


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Line)
_metadata = msgspec.json.Decoder(dict[str, Any])


def encode_line(event: StoredEvent) -> bytes:
    """An event as a line, without the line's end."""
    return _encoder.encode(
        _Line(
            specversion=SPEC_VERSION,
            id=event.event_id,
            source=f"{SOURCE}/{event.stream_kind}",
            type=f"{_PREFIX}.{event.stream_kind}.{event.type}",
            subject=event.stream_id,
            time=event.recorded_at.astimezone(UTC),
            datacontenttype="application/json",
            partitionkey=str(event.stream_id),
            tenantid=event.tenant_id,
            streamversion=event.version,
            schemaversion=event.schema_version,
            position=event.position,
            metadata=_encoder.encode(event.metadata).decode(),
            data=msgspec.Raw(event.data.encode()),
        )
    )


def decode_line(line: bytes) -> StoredEvent:
    """The event that ``encode_line`` wrote. Raises MalformedLine."""
    try:
        said = _decoder.decode(line)
        prefix, kind, type_ = said.type.split(".")
        metadata = _metadata.decode(said.metadata)
    except (msgspec.MsgspecError, ValueError) as error:
        raise MalformedLine(str(error)) from error
    if said.specversion != SPEC_VERSION or prefix != _PREFIX:
        raise MalformedLine(f"not an event of this platform: {said.type} of CloudEvents {said.specversion}")
    if said.time.tzinfo is None:
        raise MalformedLine("time must have a zone")
    return StoredEvent(
        position=said.position,
        tenant_id=said.tenantid,
        stream_kind=kind,
        stream_id=said.subject,
        version=said.streamversion,
        event_id=said.id,
        type=type_,
        schema_version=said.schemaversion,
        data=bytes(said.data).decode(),
        metadata=metadata,
        recorded_at=said.time,
    )
