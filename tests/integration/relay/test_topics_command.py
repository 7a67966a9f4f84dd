"""`pavilion topics` on a real Kafka: what is missing is made, retention is set, partitions are left alone."""

import asyncio
from dataclasses import replace

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from adapters.kafka.topics import apply_topics, describe_topics, ensure_topics
from contracts.topics import BALL_EVENTS, TOPICS, Topic
from tests.integration.relay.command import asked, pavilion_for
from tests.integration.relay.conftest import Broker

SMALL = (Topic(name="one", partitions=2), Topic(name="two", partitions=1, retention_hours=5))


@pytest.fixture
def place(kafka_bootstrap: str, unique_name: str) -> Broker:
    return Broker(kafka_bootstrap, f"{unique_name}.")


async def drift(place: Broker, *, replication: int = 1) -> list[tuple[str, str, str, str]]:
    states = await describe_topics(place.bootstrap, prefix=place.prefix, topics=SMALL)
    return [
        (each.topic.removeprefix(place.prefix), each.setting, each.wanted, each.found)
        for state in states
        for each in state.drift(replication)
    ]


async def test_what_is_missing_is_made(place: Broker) -> None:
    assert await drift(place) == [("one", "topic", "there", "missing"), ("two", "topic", "there", "missing")]
    changed, left = await apply_topics(place.bootstrap, replication=1, prefix=place.prefix, topics=SMALL)
    assert ([each.setting for each in changed], left) == (["topic", "topic"], [])
    assert await drift(place) == []


async def test_retention_is_set_and_what_the_table_does_not_know_stays(place: Broker) -> None:
    one = replace(SMALL[0], retention_hours=1)
    await ensure_topics(place.bootstrap, replication=1, prefix=place.prefix, topics=(one, SMALL[1]))
    admin = AIOKafkaAdminClient(bootstrap_servers=place.bootstrap)
    await admin.start()
    name = place.prefix + "one"
    settings = {**one.config, "max.message.bytes": "2000000"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, settings)])
    assert await drift(place) == [("one", "retention.ms", "604800000", "3600000")]
    changed, left = await apply_topics(place.bootstrap, replication=1, prefix=place.prefix, topics=SMALL)
    assert ([(each.topic, each.wanted) for each in changed], left) == ([(name, "604800000")], [])
    assert await drift(place) == []
    (state, _) = await describe_topics(place.bootstrap, prefix=place.prefix, topics=SMALL)
    assert state.config["max.message.bytes"] == "2000000"
    await admin.close()


async def test_partitions_and_copies_are_told_and_left(place: Broker) -> None:
    more = replace(SMALL[0], partitions=5)
    await ensure_topics(place.bootstrap, replication=1, prefix=place.prefix, topics=(more, SMALL[1]))
    changed, left = await apply_topics(place.bootstrap, replication=1, prefix=place.prefix, topics=SMALL)
    assert (changed, [(each.setting, each.wanted, each.found) for each in left]) == (
        [],
        [("partitions", "2", "5")],
    )
    assert await drift(place) == [("one", "partitions", "2", "5")]
    assert ("one", "replication", "3", "1") in await drift(place, replication=3)


async def test_the_command_verifies_applies_and_lists(
    place: Broker, monkeypatch: pytest.MonkeyPatch, postgres_server: str
) -> None:
    wrong = replace(BALL_EVENTS, partitions=3)
    await ensure_topics(place.bootstrap, replication=1, prefix=place.prefix, topics=(wrong,))
    pavilion = pavilion_for(monkeypatch, place, postgres_server)
    code, found = await asked(pavilion, "topics", "verify")
    assert (code, len(found["drift"])) == (1, len(TOPICS))
    code, found = await asked(pavilion, "topics", "apply")
    assert (code, len(found["changed"])) == (1, len(TOPICS) - 1)
    assert [each["setting"] for each in found["drift"]] == ["partitions"]
    told = await asyncio.to_thread(pavilion, "topics", "verify")
    name = place.prefix + BALL_EVENTS.name
    assert told.stdout == f"✗ {name}: partitions is 3 instead of 12; left alone: keys would move\n"
    code, listed = await asked(pavilion, "topics", "list")
    assert (code, {each["retention_hours"] for each in listed}) == (0, {168, 672})
    assert [each["topic"] for each in listed if each["drift"]] == [name]
