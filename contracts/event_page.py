"""docs/events.md: the AsyncAPI document as people read it, topic by topic and event by event."""

import json
from collections.abc import Iterator
from typing import Any

from contracts import asyncapi
from contracts.codec import EVENT_TYPES_OF, MATCH, SCHEMA_VERSIONS_OF
from contracts.json_schema import described_as
from contracts.topics import CONSUMERS, HOME_TOPICS, WICKET_EVENTS, WICKET_FALLEN, Topic, dead_letters

Schema = dict[str, Any]

HEAD = """\
# Events

Everything that happens in a league is written once, as an event of its stream, and comes out on Kafka. The relay sends
each event, in the order of its stream and at least once, to the topic of its kind. The key of a record is the stream's
id, so all events of a match (a tournament, a payment) stand in one partition, in order. Whoever has applied a
`version` of a stream ignores it when it comes again; nobody needs more to count everything once.

The same as a document for machines: [contracts/asyncapi.json](../contracts/asyncapi.json), which the API serves at
`/asyncapi.json`. A JSON Schema for each event stands in [contracts/schemas](../contracts/schemas).

## What a record looks like

The value is the event's JSON; the headers are those of a CloudEvent 1.0 in binary mode, and some of ours.

| header | what it says |
|---|---|
| `ce_specversion` | `1.0` |
| `ce_id` | the event's id, unique in its league |
| `ce_type` | `pavilion.KIND.TYPE`: the kind of the stream and the type below |
| `ce_source` | `/pavilion/KIND` |
| `ce_subject`, `ce_partitionkey` | the stream's id, which is the key too |
| `ce_time` | when it was recorded (RFC 3339) |
| `content-type` | `application/json` |
| `event-type` | what to filter by: `BALL_RECORDED` |
| `tenant-id` | the league |
| `schema-version` | which version of its JSON this is |
| `version` | the place in its stream, from 1, without a gap |
| `position` | the place in the whole store: it tells what was stored, not the order |

## How events change

An event is stored for ever as it was written. What is added without notice: a field with a default, a value of an
enumeration, an alternative. So ignore fields you do not know, and go on where a value is new to you. Everything else
(a field gone, required or of another type) is a new `schema-version`; Pavilion's own readers lift the older forms
([44](decisions/0044-our-own-consumer-runtime.md), `contracts/upcasting.py`). `make docs` refuses to write a schema
that breaks with the committed one, and so does CI.

In the events of a match a field at its default is left out; those of other streams are written whole.

## Topics

| topic | partitions | kept | key | what is on it |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = [
        f"| [`{topic.name}`](#{_anchor(topic.name)}) | {topic.partitions} | {_days(topic)} | {_keys(topic)} "
        f"| {asyncapi.ABOUT[topic.name]} |"
        for topic in asyncapi.topics()
    ]
    letters = dead_letters(CONSUMERS[0])
    rows.append(
        f"| `ssl.CONSUMER.dlq` | {letters.partitions} | {_days(letters)} | as it came | What one consumer could not "
        f"handle ({', '.join(CONSUMERS)}); `pavilion dlq` shows, replays and drops it. |"
    )
    return HEAD + "\n".join(rows) + "\n" + "".join(_topic(topic) for topic in asyncapi.topics())


def _topic(topic: Topic) -> str:
    lines = ["", f"## {topic.name}", "", asyncapi.ABOUT[topic.name], ""]
    if topic is WICKET_EVENTS:
        lines += ["| event | `event-type` | when |", "|---|---|---|"]
        for _, name, filter_name in asyncapi.events_on(topic):
            when = (
                "a wicket fell on it" if filter_name == WICKET_FALLEN else "always: it may give or take one"
            )
            lines.append(f"| [{name}](#{name.lower()}) | `{filter_name}` | {when} |")
        return "\n".join(lines) + "\n"
    for kind, names in EVENT_TYPES_OF.items():
        if HOME_TOPICS[kind] is topic:
            lines += [f"### Events of a {kind}", "", f"Keyed by the id of {asyncapi.KEYS[kind]}.", ""]
            for name in names:
                lines += [*_event(kind, name), ""]
    return "\n".join(lines)


def _event(kind: str, name: str) -> Iterator[str]:
    schema, version = asyncapi.schema_of(kind, name), SCHEMA_VERSIONS_OF[kind][name]
    yield f"#### {name}"
    yield ""
    described = described_as(kind, name)
    link = f"[schema](../contracts/schemas/{kind}/{name}.{version}.json)"
    yield f"{described} ({link})" if described else f"({link})"
    yield ""
    if schema["properties"]:
        yield "| field | type | |"
        yield "|---|---|---|"
        required = schema.get("required", ())
        for field, of in schema["properties"].items():
            rest = "" if field in required else f"default `{_short(of['default'])}`"
            yield f"| `{field}` | {_type(of)} | {rest} |"
        yield ""
    yield "```json"
    yield _example(kind, name)
    yield "```"


def _example(kind: str, name: str) -> str:
    example = asyncapi.example(kind, name)
    line = json.dumps(example, ensure_ascii=False)
    if len(line) <= 110:
        return line
    return json.dumps(example, ensure_ascii=False, indent=2) if len(line) < 1_500 else _cut(example)


def _cut(example: Any) -> str:
    """Its first level, where an event is as long as a tournament's settings."""
    cut = {key: "…" if isinstance(value, dict | list) and value else value for key, value in example.items()}
    return json.dumps(cut, ensure_ascii=False, indent=2)


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "const" in schema:
        return f"`{json.dumps(schema['const'], ensure_ascii=False)}`"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "prefixItems" in schema:
        return "[" + ", ".join(_type(one) for one in schema["prefixItems"]) + "]"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if "format" in schema:
        return str(schema["format"])
    if schema.get("type") == "object":
        return f"object of {_type(schema.get('additionalProperties', {}))}"
    types = schema.get("type", "anything")
    return " or ".join([types] if isinstance(types, str) else types)


def _short(default: Any) -> str:
    text = json.dumps(default, ensure_ascii=False)
    return text if len(text) <= 40 else text[:38] + "…"


def _keys(topic: Topic) -> str:
    if topic is WICKET_EVENTS:
        return asyncapi.KEYS[MATCH]
    return ", ".join(
        asyncapi.KEYS[kind].split(" (")[0] for kind in EVENT_TYPES_OF if HOME_TOPICS[kind] is topic
    )


def _days(topic: Topic) -> str:
    return f"{topic.retention_hours // 24} days"


def _anchor(name: str) -> str:
    return name.replace(".", "").lower()
