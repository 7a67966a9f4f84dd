"""CloudEvents 1.0 in Kafka's binary mode."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

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
