"""What is heard from Kafka: of what is wanted, as long as there are topics, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from adapters.kafka.live_follower import TOPICS, KafkaFollower
from adapters.kafka.topics import ensure_topics
from contracts.cloudevents import Envelope, encode
from contracts.topics import BALL_EVENTS
from handlers.live.ports import Heard
from tests.integration.relay.conftest import eventually

LEAGUE = UUID(int=1)


@asynccontextmanager
async def following(follower: KafkaFollower, wanted: set[bytes], heard: list[Heard]) -> AsyncIterator[None]:
    task = asyncio.create_task(follower.follow(wanted, heard.append))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not follower.following


async def send(bootstrap: str, topic: str, *records: tuple[UUID, int | None]) -> None:
    """Put events of streams on a topic; None: something without an envelope."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for stream, version in records:
        envelope = Envelope(
            event_id=str(uuid4()),
            type="TossMade",
            event_type="TOSS_MADE",
            schema_version=1,
            tenant_id=LEAGUE,
            stream_kind="match",
            stream_id=stream,
            version=version or 0,
            position=1,
            recorded_at=datetime.now(UTC),
        )
        headers = encode(envelope) if version else []
        await producer.send_and_wait(topic, key=str(stream).encode(), value=b'{"n": 1}', headers=headers)
    await producer.stop()


def beside(stream: UUID) -> UUID:
    """Another stream of the same partition, so that what is sent of both comes in this order."""

    def partition(of: UUID) -> int:
        return (murmur2(str(of).encode()) & 0x7FFFFFFF) % BALL_EVENTS.partitions

    return next(other for other in iter(uuid4, stream) if partition(other) == partition(stream))


async def test_it_waits_for_the_topics_and_hears_what_is_wanted(
    kafka_bootstrap: str, unique_name: str
) -> None:
    prefix = f"{unique_name}."
    ours, other = uuid4(), uuid4()
    later = beside(ours)
    wanted, heard = {str(ours).encode()}, list[Heard]()
    follower = KafkaFollower(kafka_bootstrap, prefix=prefix)

    async def hears(count: int) -> bool:
        return len(heard) == count

    async def is_following() -> bool:
        return follower.following

    async with following(follower, wanted, heard):
        await asyncio.sleep(0.3)
        assert not follower.following
        assert sorted(
            await ensure_topics(kafka_bootstrap, replication=1, prefix=prefix, topics=TOPICS)
        ) == sorted(prefix + topic.name for topic in TOPICS), "it has made none of them"
        await eventually(is_following)
        topic = prefix + BALL_EVENTS.name
        await send(kafka_bootstrap, topic, (other, 1), (ours, None), (later, 1), (ours, 7))
        await eventually(lambda: hears(1))
        wanted.add(str(later).encode())
        await send(kafka_bootstrap, topic, (other, 2), (later, 2), (ours, 8))
        await eventually(lambda: hears(3))
    assert [(one.stream_id, one.version) for one in heard if one.stream_id == ours] == [(ours, 7), (ours, 8)]
    assert [(one.stream_id, one.version) for one in heard if one.stream_id == later] == [(later, 2)]
    assert {one.data for one in heard} == {b'{"n": 1}'}
