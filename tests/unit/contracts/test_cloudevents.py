"""CloudEvents 1.0 in Kafka's binary mode."""

import json
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event, to_binary_event

from contracts import codec
from contracts.cloudevents import Envelope, MalformedEnvelope, decode, encode, event_type

ENVELOPE = Envelope(
    event_id="01990000-0000-7000-8000-000000000001",
    type="BallRecorded",
    event_type="BALL_RECORDED",
    schema_version=1,
    tenant_id=UUID(int=7),
    stream_kind="match",
    stream_id=UUID(int=9),
    version=41,
    position=1234,
    recorded_at=datetime(2026, 4, 3, 14, 5, 6, 123456, tzinfo=UTC),
)


def test_an_envelope_survives_the_wire() -> None:
    assert decode(encode(ENVELOPE)) == ENVELOPE


def test_the_headers_are_those_of_the_kafka_binding() -> None:
    headers = dict(encode(ENVELOPE))
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_id"] == b"01990000-0000-7000-8000-000000000001"
    assert headers["ce_type"] == b"pavilion.match.BallRecorded"
    assert headers["ce_source"] == b"/pavilion/match"
    assert headers["ce_subject"] == headers["ce_partitionkey"] == str(UUID(int=9)).encode()
    assert headers["ce_time"] == b"2026-04-03T14:05:06.123456+00:00"
    assert headers["content-type"] == b"application/json"
    assert headers["event-type"] == b"BALL_RECORDED"
    assert headers["tenant-id"] == str(UUID(int=7)).encode()


def test_event_types_are_the_class_names_in_capitals() -> None:
    assert event_type("BallRecorded") == "BALL_RECORDED"
    assert event_type("LineUpNamed") == "LINE_UP_NAMED"


@pytest.mark.parametrize("missing", ["ce_id", "ce_type", "ce_subject", "tenant-id", "version", "ce_time"])
def test_a_record_without_a_header_is_refused(missing: str) -> None:
    with pytest.raises(MalformedEnvelope, match=missing):
        decode([header for header in encode(ENVELOPE) if header[0] != missing])


def test_a_header_that_is_no_number_is_refused() -> None:
    headers = [(name, b"x" if name == "version" else value) for name, value in encode(ENVELOPE)]
    with pytest.raises(MalformedEnvelope):
        decode(headers)


def test_the_specifications_own_library_reads_what_we_write_and_writes_the_same() -> None:
    """Binary mode by the `cloudevents` library: every attribute is valid, and going back gives our headers again."""
    headers = dict(encode(ENVELOPE))
    attributes = {
        name: value for name, value in headers.items() if name.startswith("ce_") or name == "content-type"
    }
    said = KafkaMessage(headers=attributes, key=str(ENVELOPE.stream_id).encode(), value=b'{"innings":1}')
    event = from_binary_event(said)
    assert (event.get_specversion(), event.get_type()) == ("1.0", "pavilion.match.BallRecorded")
    assert (event.get_id(), event.get_source()) == (ENVELOPE.event_id, "/pavilion/match")
    assert (event.get_subject(), event.get_time()) == (str(ENVELOPE.stream_id), ENVELOPE.recorded_at)
    assert (event.get_datacontenttype(), event.get_data()) == ("application/json", {"innings": 1})
    assert event.get_extension("partitionkey") == str(ENVELOPE.stream_id)
    written = to_binary_event(event)
    assert (written.key, written.headers.keys()) == (str(ENVELOPE.stream_id), attributes.keys())
    assert json.loads(written.value) == {"innings": 1}
    assert {**written.headers, "ce_time": b""} == {**attributes, "ce_time": b""}
    assert datetime.fromisoformat(written.headers["ce_time"].decode()) == ENVELOPE.recorded_at


@pytest.mark.parametrize("kind", codec.EVENT_TYPES_OF)
def test_the_headers_of_every_event_are_a_valid_cloudevent(kind: str) -> None:
    for name in codec.EVENT_TYPES_OF[kind]:
        headers = dict(encode(msgspec.structs.replace(ENVELOPE, stream_kind=kind, type=name)))
        message = KafkaMessage(
            headers={n: v for n, v in headers.items() if n.startswith("ce_")}, key=None, value=b"{}"
        )
        assert from_binary_event(message).get_type() == f"pavilion.{kind}.{name}"
