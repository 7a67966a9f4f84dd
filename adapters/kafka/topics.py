"""Topics of the broker, made and checked from the table in ``contracts.topics``."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from contracts.topics import TOPICS, Topic

_OF_TOPIC = 1
"""Where a setting comes from, as the protocol numbers it: the topic itself."""


class TopicsDiffer(Exception):
    """The broker has a topic with other partitions than the table says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Something of a topic is not as the table says. ``setting``: "topic" (it is missing), "partitions",
    "replication", or a setting as the broker spells it. ``mendable``: ``apply_topics`` puts it right."""

    topic: str
    setting: str
    wanted: str
    found: str
    mendable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """A topic as the broker has it. ``partitions`` 0: there is none."""

    topic: Topic
    partitions: int = 0
    replication: int = 0
    config: Mapping[str, str]

    @property
    def exists(self) -> bool:
        return self.partitions > 0

    def drift(self, replication: int) -> list[Drift]:
        """What is not as the table says; ``replication`` is what this installation wants."""
        name = self.topic.name
        if not self.exists:
            return [Drift(topic=name, setting="topic", wanted="there", found="missing", mendable=True)]
        counts = (
            ("partitions", self.topic.partitions, self.partitions),
            ("replication", replication, self.replication),
        )
        drift = [
            Drift(topic=name, setting=setting, wanted=str(wanted), found=str(found), mendable=False)
            for setting, wanted, found in counts
            if wanted != found
        ]
        return drift + [
            Drift(topic=name, setting=key, wanted=value, found=self.config.get(key, ""), mendable=True)
            for key, value in self.topic.config.items()
            if self.config.get(key) != value
        ]


async def describe_topics(
    bootstrap: str, *, prefix: str = "", topics: Sequence[Topic] = TOPICS
) -> list[TopicState]:
    """The topics of the table as the broker has them."""
    topics = [replace(topic, name=prefix + topic.name) for topic in topics]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return await _described(admin, topics)
    finally:
        await admin.close()


async def apply_topics(
    bootstrap: str, *, replication: int, prefix: str = "", topics: Sequence[Topic] = TOPICS
) -> tuple[list[Drift], list[Drift]]:
    """Create what is missing and set what differs; what was put right, and what a person has to decide about.

    Partitions and replicas stay as they are: more partitions would move keys and tear their order apart.
    """
    topics = [replace(topic, name=prefix + topic.name) for topic in topics]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        before = await _described(admin, topics)
        drift = [each for state in before for each in state.drift(replication)]
        await _create(admin, [state.topic for state in before if not state.exists], replication)
        differing = {each.topic for each in drift if each.mendable}
        await _set(admin, [state for state in before if state.exists and state.topic.name in differing])
    finally:
        await admin.close()
    return [each for each in drift if each.mendable], [each for each in drift if not each.mendable]


async def _described(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> list[TopicState]:
    described = {each["topic"]: each for each in await admin.describe_topics() if not each["error_code"]}
    there = [topic.name for topic in topics if topic.name in described]
    configs = await _configs(admin, there)
    states: list[TopicState] = []
    for topic in topics:
        partitions = described[topic.name]["partitions"] if topic.name in described else []
        copies = min((len(each["replicas"]) for each in partitions), default=0)
        configured = {key: value for key, (value, _) in configs.get(topic.name, {}).items()}
        states.append(
            TopicState(topic=topic, partitions=len(partitions), replication=copies, config=configured)
        )
    return states


async def _configs(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> dict[str, dict[str, tuple[str, bool]]]:
    """(value, whether it is the topic's own) of every setting, by topic."""
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for response in await admin.describe_configs(asked):
        for code, message, _, name, entries in response.resources:  # pyright: ignore[reportAttributeAccessIssue]
            if code:
                raise for_code(code)(f"{name}: {message}")
            found[name] = {entry[0]: (entry[1], entry[3] == _OF_TOPIC) for entry in entries}
    return found


async def _set(admin: AIOKafkaAdminClient, states: Sequence[TopicState]) -> None:
    """Give topics the table's settings. The broker takes all of a topic's own at once, so those that the table does
    not know are said again."""
    if not states:
        return
    own = await _configs(admin, [state.topic.name for state in states])
    resources = [
        ConfigResource(
            ConfigResourceType.TOPIC,
            state.topic.name,
            {key: value for key, (value, of_topic) in own[state.topic.name].items() if of_topic}
            | state.topic.config,
        )
        for state in states
    ]
    for response in await admin.alter_configs(resources):
        for code, message, _, name in response.resources:  # pyright: ignore[reportAttributeAccessIssue]
            if code:
                raise for_code(code)(f"{name}: {message}")


async def ensure_topics(
    bootstrap: str, *, replication: int, prefix: str = "", topics: Sequence[Topic] = TOPICS
) -> list[str]:
    """Create what is missing; the names of those created. Safe to call from several processes at once.

    ``prefix`` goes before every name, where several installations share a broker.

    Raises TopicsDiffer for a topic whose partition count is not the table's: changing it would move keys to
    other partitions and break their order, so a person has to decide.
    """
    topics = [replace(topic, name=prefix + topic.name) for topic in topics]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        existing = await _partition_counts(admin)
        missing = [topic for topic in topics if topic.name not in existing]
        created = await _create(admin, missing, replication)
        if len(created) < len(missing):
            existing = await _listed(admin, {topic.name for topic in missing} - set(created))
        _check(existing, topics)
        return created
    finally:
        await admin.close()


async def assign(kafka: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> None:
    """Give a consumer its partitions. Raises UnknownTopicOrPartitionError where a topic is not there yet: a consumer that
    has one asks for it without a pause, and some brokers would make it, with partitions of their own."""
    if missing := {partition.topic for partition in partitions} - await kafka.topics():
        raise UnknownTopicOrPartitionError(f"no topics {sorted(missing)} yet")
    kafka.assign(partitions)


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[Topic], replication: int) -> list[str]:
    """The names of those that were not there; a broker's list of topics lags a little behind."""
    created: list[str] = []
    if not topics:
        return created
    response: Any = await admin.create_topics(
        [NewTopic(topic.name, topic.partitions, replication, topic_configs=topic.config) for topic in topics]
    )
    for name, code, *message in response.topic_errors:  # pyright: ignore[reportAttributeAccessIssue]
        error = for_code(code)
        if not code:
            created.append(name)
        elif error is not TopicAlreadyExistsError:
            raise error(f"{name}: {message[0] if message else ''}")
    return created


async def _listed(admin: AIOKafkaAdminClient, names: set[str]) -> dict[str, int]:
    """The topics once the broker's list has caught up with ``names``, which somebody else has just made."""
    for _ in range(50):
        existing = await _partition_counts(admin)
        if names <= existing.keys():
            return existing
        await asyncio.sleep(0.1)
    raise TopicsDiffer(f"the broker says that {', '.join(sorted(names))} exist, and does not list them")


async def _partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    described = await admin.describe_topics()
    return {topic["topic"]: len(topic["partitions"]) for topic in described if not topic["error_code"]}


def _check(existing: dict[str, int], topics: Sequence[Topic]) -> None:
    differing = [
        f"{topic.name} has {existing[topic.name]} partitions instead of {topic.partitions}"
        for topic in topics
        if existing.get(topic.name, topic.partitions) != topic.partitions
    ]
    if differing:
        raise TopicsDiffer("; ".join(differing))
