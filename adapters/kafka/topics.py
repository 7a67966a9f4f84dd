"""Topics of the broker, made and checked from the table in ``contracts.topics``."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from contracts.topics import TOPICS, Topic


class TopicsDiffer(Exception):
    """The broker has a topic with other partitions than the table says."""


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
