"""What may happen to a consumer: paused, rebalanced, killed, far behind, its broker gone. Nothing lost, nothing twice."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from time import time
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from adapters.kafka import consumer_metrics
from adapters.kafka.topics import ensure_topics
from contracts.topics import BALL_EVENTS, dead_letters
from stack.stack import Stack
from tests.integration.relay.command import asked, pavilion_for
from tests.integration.relay.conftest import TOPICS, Broker, eventually
from tests.integration.relay.tally import TABLE, Tally
from tests.integration.relay.test_consumer import consuming, produce, tally

MATCHES = [b"match-%d" % number for number in range(24)]


@pytest.fixture(autouse=True)
async def table(owner: asyncpg.Connection) -> None:
    await owner.execute(TABLE)


async def counted(
    owner: asyncpg.Connection, expected: "Counter[bytes] | dict[bytes, int]", seconds: float = 90
) -> None:
    """Wait until as many are counted, and see that they are these."""

    async def all_of_them() -> bool:
        return sum((await tally(owner)).values()) >= sum(expected.values())

    await eventually(all_of_them, seconds=seconds)
    assert await tally(owner) == {key.decode(): count for key, count in expected.items()}


async def test_a_paused_consumer_leaves_everything_where_it_is_and_goes_on_from_there(
    owner: asyncpg.Connection,
    broker: Broker,
    projector_pool: Any,
    postgres_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pavilion = pavilion_for(monkeypatch, broker, postgres_dsn)
    monkeypatch.setattr("adapters.kafka.consumer.LOOK_SECONDS", 0.1)
    monkeypatch.setattr("adapters.kafka.consumer.COMMIT_SECONDS", 0.1)
    paused = consumer_metrics.PAUSED.labels("projector")
    async with consuming(Tally(), projector_pool, broker):
        await produce(broker, [(key, b"1") for key in MATCHES])
        await counted(owner, dict.fromkeys(MATCHES, 1))
        told = await asyncio.to_thread(pavilion, "consumers", "pause", "projector", "--reason", "look at it")
        assert told.exit_code == 0
        await eventually(lambda: _is(paused._value.get() == 1))
        await produce(broker, [(key, b"2") for key in MATCHES])
        await eventually(lambda: _is(lag(broker) == len(MATCHES)))
        async with consuming(Tally(), projector_pool, broker) as joining:  # it pauses too
            kafka = joining._kafka
            await eventually(lambda: _is(set() != kafka.assignment() == kafka.paused()))
            await produce(broker, [(key, b"2") for key in MATCHES])
            await eventually(lambda: _is(lag(broker) == 2 * len(MATCHES)))
        assert sum((await tally(owner)).values()) == len(MATCHES)
        rows = {row["consumer"]: row for row in (await asked(pavilion, "consumers", "list"))[1]}
        assert (rows["projector"]["behind"], rows["projector"]["pause"]["reason"]) == (48, "look at it")
        await asyncio.to_thread(pavilion, "consumers", "resume", "projector")
        await counted(owner, dict.fromkeys(MATCHES, 3))
        await eventually(lambda: _is(lag(broker) == 0))
    rows = {row["consumer"]: row for row in (await asked(pavilion, "consumers", "list"))[1]}
    assert (rows["projector"]["behind"], rows["projector"]["pause"]) == (0, None)
    assert rows["payouts"]["behind"] is None


def lag(broker: Broker) -> int:
    """Records not applied yet, as the metric says."""
    topic = broker.prefix + BALL_EVENTS.name
    return sum(
        int(consumer_metrics.LAG.labels("projector", topic, n)._value.get())
        for n in range(BALL_EVENTS.partitions)
    )


async def _is(true: bool) -> bool:
    return true


async def test_one_killed_after_the_commit_and_before_kafka_hears_of_it(
    owner: asyncpg.Connection, broker: Broker, postgres_dsn: str
) -> None:
    """Every time it has committed it dies, and Kafka's own offsets stay where they were."""
    await produce(broker, [(key, b"1") for key in MATCHES * 40])
    command = (
        sys.executable,
        "-m",
        "tests.integration.relay.dying",
        postgres_dsn,
        broker.bootstrap,
        broker.prefix,
    )
    codes: list[int] = []
    while sum((await tally(owner)).values()) < 24 * 40 and len(codes) < 10:
        process = await asyncio.create_subprocess_exec(*command)
        codes.append(await asyncio.wait_for(process.wait(), 60))

    assert set(codes) == {-9}
    assert await tally(owner) == {key.decode(): 40 for key in MATCHES}
    await produce(broker, [(key, b"2") for key in MATCHES])
    process = await asyncio.create_subprocess_exec(*command)
    assert await asyncio.wait_for(process.wait(), 60) == -9
    assert await tally(owner) == {key.decode(): 41 for key in MATCHES}


async def test_a_storm_of_rebalances_under_load(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any
) -> None:
    expected: Counter[bytes] = Counter()
    over, random = asyncio.Event(), Random(7)

    async def load() -> None:
        while not over.is_set():
            keys = random.choices(MATCHES, k=100)
            expected.update(keys)
            await produce(broker, [(key, b"x") for key in keys])

    async def comes_and_goes() -> None:
        for _ in range(3):
            async with consuming(Tally(), projector_pool, broker):
                await asyncio.sleep(0.3 + random.random())

    async with consuming(Tally(), projector_pool, broker):
        loading = asyncio.create_task(load())
        await asyncio.gather(*(comes_and_goes() for _ in range(3)))
        over.set()
        await loading
        await counted(owner, expected)
    assert await broker.read(dead_letters("projector")) == []


async def test_a_consumer_a_day_behind_catches_up_in_bounded_batches(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = int(1000 * (time() - 86_400))
    largest = 0

    class Watched(Tally):
        async def project(self, records: Any) -> Any:
            nonlocal largest
            largest = max(largest, len(records))
            return await super().project(records)

    monkeypatch.setattr("adapters.kafka.consumer.MAX_RECORDS", 2_000)
    async with consuming(Watched(), projector_pool, broker):
        await produce(broker, [(key, b"1") for key in MATCHES])
        await counted(owner, dict.fromkeys(MATCHES, 1))
    await produce_at(broker, yesterday, [(key, b"x" * 150) for key in MATCHES * 1_000])
    async with consuming(Watched(), projector_pool, broker):
        await eventually(lambda: _is(consumer_metrics.LAG_SECONDS.labels("projector")._value.get() > 86_000))
        await produce(broker, [(key, b"now") for key in MATCHES])
        await counted(owner, dict.fromkeys(MATCHES, 1_002))
        await eventually(lambda: _is(consumer_metrics.LAG_SECONDS.labels("projector")._value.get() < 3_600))
    assert 24 < largest <= 2_000


async def produce_at(broker: Broker, timestamp_ms: int, records: list[tuple[bytes, bytes]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True)
    await producer.start()
    topic = broker.prefix + BALL_EVENTS.name
    sent = [
        await producer.send(topic, key=key, value=value, timestamp_ms=timestamp_ms) for key, value in records
    ]
    await asyncio.gather(*sent)
    await producer.stop()


@asynccontextmanager
async def own_broker(folder: Path, prefix: str) -> AsyncIterator[tuple[Stack, Broker]]:
    """A Kafka that nobody else uses."""
    stack = Stack(folder, ("kafka",), owner_pid=os.getpid())
    addresses = await asyncio.to_thread(stack.up)
    try:
        broker = Broker(addresses.kafka_bootstrap or "", prefix)
        await ensure_topics(broker.bootstrap, replication=1, prefix=prefix, topics=TOPICS)
        yield stack, broker
    finally:
        await asyncio.to_thread(stack.down)


async def test_the_broker_restarted_under_load(
    owner: asyncpg.Connection, projector_pool: Any, tmp_path: Path, unique_name: str
) -> None:
    sent: Counter[bytes] = Counter()
    over = asyncio.Event()

    async with (
        own_broker(tmp_path, f"{unique_name}.") as (stack, broker),
        consuming(Tally(), projector_pool, broker),
    ):
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True, acks="all")
        await producer.start()

        async def load() -> None:
            while not over.is_set():
                for key in MATCHES:
                    await producer.send_and_wait(broker.prefix + BALL_EVENTS.name, key=key, value=b"x")
                    sent[key] += 1

        loading = asyncio.create_task(load())
        await eventually(lambda: _is(sent.total() > 100))
        await asyncio.to_thread(stack.restart, "kafka")
        before = sent.total()
        await eventually(lambda: _is(sent.total() > before + 200), seconds=90)
        over.set()
        await loading
        await producer.stop()
        await counted(owner, sent)
