"""A database and topics of each test's own, and what is read back from them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_tail import PostgresEventTail
from adapters.postgres.pool import create_pool
from contracts.topics import BALL_EVENTS, WICKET_EVENTS, Topic, dead_letters

TOPICS = (BALL_EVENTS, WICKET_EVENTS, dead_letters("projector"))


@dataclass(frozen=True, slots=True)
class Broker:
    """Topics of one test: every name begins with ``prefix``."""

    bootstrap: str
    prefix: str

    async def read(self, topic: Topic) -> list[ConsumerRecord]:
        """All records a topic holds now, each partition in order."""
        kafka = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await kafka.start()
        try:
            partitions = [TopicPartition(self.prefix + topic.name, n) for n in range(topic.partitions)]
            kafka.assign(partitions)
            ends = await kafka.end_offsets(partitions)
            records: list[ConsumerRecord] = []
            while any([await kafka.position(each) < ends[each] for each in partitions]):
                for of_partition in (await kafka.getmany(timeout_ms=500)).values():
                    records += of_partition
            return records
        finally:
            await kafka.stop()


@pytest.fixture
async def broker(kafka_bootstrap: str, unique_name: str) -> Broker:
    prefix = f"{unique_name}."
    await ensure_topics(kafka_bootstrap, replication=1, prefix=prefix, topics=TOPICS)
    return Broker(kafka_bootstrap, prefix)


@pytest.fixture
async def owner(postgres_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody who sees and may do everything."""
    connection = await asyncpg.connect(postgres_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def owner_pool(postgres_dsn: str) -> AsyncIterator[Any]:
    pool = await create_pool(postgres_dsn, application_name="owner", max_size=6)
    yield pool
    pool.terminate()


@pytest.fixture
async def relay_pool(postgres_dsn: str) -> AsyncIterator[Any]:
    pool = await create_pool(postgres_dsn, role="pavilion_relay", application_name="relay", max_size=8)
    yield pool
    pool.terminate()


@pytest.fixture
async def projector_pool(postgres_dsn: str) -> AsyncIterator[Any]:
    pool = await create_pool(
        postgres_dsn, role="pavilion_projector", application_name="projector", max_size=8
    )
    yield pool
    pool.terminate()


@pytest.fixture
def tail(relay_pool: Any) -> Callable[..., PostgresEventTail]:
    def make(shard: int = 0, shards: int = 1, owner: str = "test") -> PostgresEventTail:
        return PostgresEventTail(relay_pool, shard=shard, shards=shards, owner=owner)

    return make


@pytest.fixture
async def publisher(broker: Broker) -> AsyncIterator[Callable[[], EventPublisher]]:
    made: list[EventPublisher] = []

    def make() -> EventPublisher:
        made.append(EventPublisher(broker.bootstrap, prefix=broker.prefix))
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def eventually(done: Callable[[], Awaitable[bool]], *, seconds: float = 60) -> None:
    """Wait until ``done`` says so."""
    async with asyncio.timeout(seconds):
        while not await done():
            await asyncio.sleep(0.02)
