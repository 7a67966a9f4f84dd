"""AsyncAPI 3 of everything that Pavilion says on Kafka, from the tables of topics, kinds and events.

``python -m docs.generate`` writes it to contracts/asyncapi.json; the API serves that at ``/asyncapi.json``.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from contracts import cloudevents
from contracts.codec import EVENT_TYPES_OF, MATCH, SCHEMA_VERSIONS_OF
from contracts.examples import example_of
from contracts.json_schema import event_schema, in_draft_7
from contracts.topics import (
    ANALYTICS_EVENTS,
    BALL_EVENTS,
    CONSUMERS,
    CORRECTIONS,
    HOME_TOPICS,
    IDENTITY_EVENTS,
    NOTIFICATIONS,
    PAYMENT_EVENTS,
    PRODUCTION_REPLICATION,
    TOURNAMENT_EVENTS,
    WICKET_EVENTS,
    WICKET_FALLEN,
    Topic,
    dead_letters,
)

Json = dict[str, Any]

ABOUT: dict[str, str] = {
    BALL_EVENTS.name: "Every event of every match, in the order of its stream: the whole truth of the game.",
    WICKET_EVENTS.name: (
        "The balls on which a wicket fell, as WICKET_FALLEN, and every correction that may give or take one."
    ),
    TOURNAMENT_EVENTS.name: "Tournaments, the days around their matches, and the registers of teams, players, venues.",
    PAYMENT_EVENTS.name: "Entry fees, refunds, disputes, prize money.",
    IDENTITY_EVENTS.name: "People, their roles, their keys.",
    NOTIFICATIONS.name: "What was told to whom.",
    ANALYTICS_EVENTS.name: "Totals of players that have moved, each as it stands now.",
}
"""What each topic with events is about."""
KEYS: dict[str, str] = {
    "match": "the match",
    "tournament": "the tournament",
    "session": "the match day (a stream of its own beside its match)",
    "team": "the team's stream",
    "player": "the player's stream",
    "venue": "the venue's stream",
    "payment": "the payment",
    "payout": "the payout",
    "analytics": "the player's total in its scope (a name-based UUID)",
    "identity": "the tenant, member, session, key, link or account",
    "notification": "the notice, or one person's notification",
    "webhook": "the webhook endpoint",
}
"""Whose id the key of a record is, by the kind of its stream."""
SENDER = "the relay (`workers/relay.py`), in the order of the stream, at least once"
OTHER_SENDERS = {
    ANALYTICS_EVENTS.name: "analytics (`workers/analytics.py`), at least once, the newest version of a total alone"
}
"""Who sends what is on a topic and does not stand in the store."""
_EXAMPLE_ID, _EXAMPLE_STREAM = "01990000-0000-7000-8000-000000000001", "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
_EXAMPLE_TENANT, _EXAMPLE_TIME = "8455a3ee-1b0c-41c0-8156-d6207191e884", "2026-04-07T10:00:00.123456+00:00"


def document() -> Json:
    """The whole AsyncAPI document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Pavilion's events",
            "version": "1.0.0",
            "description": (
                "Everything that happens is written once, as an event of its stream, and published to Kafka in that "
                "order, keyed by the stream, as a CloudEvent in binary mode. It may come again: whoever has applied "
                "a `version` of a stream ignores it. Fields and values are added without notice: ignore what you do "
                "not know."
            ),
            "license": {"name": "the project's own"},
        },
        "defaultContentType": "application/json",
        "channels": {_channel_id(topic.name): _channel(topic) for topic in topics()}
        | {_channel_id(topic.name): _dead_letter_channel(topic) for topic in map(dead_letters, CONSUMERS)},
        "operations": dict(_operations()),
        "components": {
            "messages": {
                message_id(kind, name, WICKET_FALLEN if wicket else ""): message(kind, name, wicket)
                for kind, name, wicket in _messages()
            }
            | {"DeadLetter": _dead_letter()},
            "schemas": {"EventHeaders": _headers()} | dict(_schemas()),
        },
    }


def topics() -> list[Topic]:
    """The topics that hold events today, in the order of the table."""
    return [BALL_EVENTS, WICKET_EVENTS, *(t for t in _homes() if t is not BALL_EVENTS)]


def _homes() -> list[Topic]:
    return list(dict.fromkeys(HOME_TOPICS[kind] for kind in EVENT_TYPES_OF))


def events_on(topic: Topic) -> list[tuple[str, str, str]]:
    """(kind, type name, name to filter by) of each event that a topic carries."""
    if topic is WICKET_EVENTS:
        falls = [(MATCH, name, WICKET_FALLEN) for name in ("BallRecorded", "BatterDismissed")]
        return falls + [(MATCH, name, cloudevents.event_type(name)) for name in sorted(CORRECTIONS)]
    return [
        (kind, name, cloudevents.event_type(name))
        for kind, names in EVENT_TYPES_OF.items()
        if HOME_TOPICS[kind] is topic
        for name in names
    ]


@cache
def schema_of(stream_kind: str, type_name: str) -> Json:
    """The schema of an event's JSON."""
    return event_schema(stream_kind, type_name)


@cache
def example(stream_kind: str, type_name: str) -> Json:
    """An example of an event's JSON."""
    return example_of(stream_kind, schema_of(stream_kind, type_name))


def headers_example(stream_kind: str, type_name: str, filter_name: str) -> dict[str, str]:
    """The headers of such an event, as text."""
    version = SCHEMA_VERSIONS_OF[stream_kind][type_name]
    headers = (
        *cloudevents.fixed_headers(stream_kind, type_name, version, filter_name),
        *cloudevents.stream_headers(_EXAMPLE_STREAM.encode(), _EXAMPLE_TENANT.encode()),
        *cloudevents.event_headers(_EXAMPLE_ID.encode(), _EXAMPLE_TIME.encode(), 41, 1234),
    )
    return {name: value.decode() for name, value in headers}


def message_id(stream_kind: str, type_name: str, filter_name: str = "") -> str:
    """What a message is called in the document: the same event has another on the wicket topic."""
    return f"{stream_kind}.{type_name}" + (f".{filter_name}" if filter_name == WICKET_FALLEN else "")


def message(stream_kind: str, type_name: str, wicket: bool = False) -> Json:
    """One event as a message."""
    filter_name = WICKET_FALLEN if wicket else cloudevents.event_type(type_name)
    schema, headers = schema_of(stream_kind, type_name), headers_example(stream_kind, type_name, filter_name)
    fixed = {name: {"const": headers[name]} for name in ("ce_type", "ce_source", "event-type")}
    known = {"type": "object", "properties": fixed}
    described = schema.get("description")
    return {
        "name": filter_name,
        "title": type_name,
        **({"description": described} if described else {}),
        "tags": [{"name": stream_kind}],
        "contentType": "application/json",
        "headers": {"allOf": [{"$ref": "#/components/schemas/EventHeaders"}, known]},
        "payload": {"$ref": f"#/components/schemas/{stream_kind}.{type_name}"},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}, "bindingVersion": "0.5.0"}},
        "examples": [
            {"name": type_name, "headers": headers, "payload": example(stream_kind, type_name)},
        ],
    }


def _messages() -> Iterator[tuple[str, str, bool]]:
    for kind, names in EVENT_TYPES_OF.items():
        for name in names:
            yield kind, name, False
    for kind, name, filter_name in events_on(WICKET_EVENTS):
        if filter_name == WICKET_FALLEN:
            yield kind, name, True


def _channel_id(topic: str) -> str:
    return topic.replace(".", "-")


def _channel(topic: Topic) -> Json:
    ids = [message_id(*each) for each in events_on(topic)]
    return {
        "address": topic.name,
        "description": ABOUT[topic.name],
        "messages": {each: {"$ref": f"#/components/messages/{each}"} for each in ids},
        "bindings": _bindings(topic),
    }


def _dead_letter_channel(topic: Topic) -> Json:
    return {
        "address": topic.name,
        "description": "Records that this consumer could not handle, as they came. `pavilion dlq` works on them.",
        "messages": {"DeadLetter": {"$ref": "#/components/messages/DeadLetter"}},
        "bindings": _bindings(topic),
    }


def _bindings(topic: Topic) -> Json:
    return {
        "kafka": {
            "topic": topic.name,
            "partitions": topic.partitions,
            "replicas": PRODUCTION_REPLICATION,
            "topicConfiguration": {
                "cleanup.policy": [topic.config["cleanup.policy"]],
                "retention.ms": int(topic.config["retention.ms"]),
            },
            "bindingVersion": "0.5.0",
        }
    }


def _operations() -> Iterator[tuple[str, Json]]:
    for topic in topics():
        ids = [message_id(*each) for each in events_on(topic)]
        yield (
            f"publish-{_channel_id(topic.name)}",
            _sends(topic, ids, f"Sent by {OTHER_SENDERS.get(topic.name, SENDER)}."),
        )
    for consumer in CONSUMERS:
        topic = dead_letters(consumer)
        yield f"put-aside-{consumer}", _sends(topic, ["DeadLetter"], f"Sent by the consumer {consumer}.")


def _sends(topic: Topic, ids: list[str], summary: str) -> Json:
    channel = f"#/channels/{_channel_id(topic.name)}"
    return {
        "action": "send",
        "summary": summary,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{each}"} for each in ids],
    }


def _dead_letter() -> Json:
    return {
        "name": "DEAD_LETTER",
        "title": "DeadLetter",
        "contentType": "application/octet-stream",
        "description": "The record's own headers, key and value; and where it came from and what went wrong.",
        "headers": {
            "type": "object",
            "required": [
                "dlq-consumer",
                "dlq-topic",
                "dlq-partition",
                "dlq-offset",
                "dlq-tries",
                "dlq-error-type",
            ],
            "properties": {
                "dlq-consumer": {"type": "string", "enum": list(CONSUMERS)},
                "dlq-topic": {"type": "string"},
                "dlq-partition": _NUMBER,
                "dlq-offset": _NUMBER,
                "dlq-tries": _NUMBER,
                "dlq-error-type": {"type": "string"},
                "dlq-error": {"type": "string", "maxLength": 2000},
            },
        },
    }


_NUMBER: Json = {"type": "string", "pattern": "^[0-9]+$"}
_UUID: Json = {"type": "string", "format": "uuid"}


def _headers() -> Json:
    """Header values are bytes in Kafka: UTF-8 text, numbers in decimal."""
    return {
        "type": "object",
        "description": "CloudEvents 1.0 in binary mode, and what consumers of ours need beside it.",
        "required": list(headers_example(MATCH, "TossMade", "TOSS_MADE")),
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {"type": "string", "description": "The event's id, unique in its league."},
            "ce_type": {"type": "string", "pattern": r"^pavilion\.[a-z]+\.[A-Za-z]+$"},
            "ce_source": {"type": "string", "format": "uri-reference"},
            "ce_subject": {**_UUID, "description": "The stream."},
            "ce_partitionkey": {**_UUID, "description": "The same as the record's key."},
            "ce_time": {"type": "string", "format": "date-time"},
            "content-type": {"const": "application/json"},
            "event-type": {"type": "string", "description": "What to filter by."},
            "schema-version": {**_NUMBER, "description": "Of the event's JSON."},
            "tenant-id": {**_UUID, "description": "The league."},
            "version": {**_NUMBER, "description": "Within the stream, from 1, without a gap."},
            "position": {**_NUMBER, "description": "Within the whole store."},
        },
    }


def _schemas() -> Iterator[tuple[str, Json]]:
    for kind, names in EVENT_TYPES_OF.items():
        for name in names:
            schema = schema_of(kind, name)
            yield f"{kind}.{name}", in_draft_7(kind, schema)
            for inner, definition in schema.get("$defs", {}).items():
                yield f"{kind}.of.{inner}", in_draft_7(kind, definition)
