"""The consumer runtime on real servers: each event has its effect once, and a bad one harms only itself."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition

from adapters.kafka.consumer import Consumer
from adapters.kafka.projection import Projection
from adapters.postgres.positions import PositionMoved, Positions
from contracts.topics import BALL_EVENTS, dead_letters
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.tally import TABLE, Tally


@asynccontextmanager
async def consuming(projection: Projection, pool: Any, broker: Broker) -> AsyncIterator[Consumer]:
    stop = asyncio.Event()
    consumer = Consumer(projection, bootstrap=broker.bootstrap, pool=pool, prefix=broker.prefix)
    task = asyncio.create_task(consumer.run(stop))
    try:
        yield consumer
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def produce(broker: Broker, records: list[tuple[bytes, bytes]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True)
    await producer.start()
    topic = broker.prefix + BALL_EVENTS.name
    sent = [
        await producer.send(topic, key=key, value=value, headers=[("ce_id", b"%d" % number)])
        for number, (key, value) in enumerate(records)
    ]
    await asyncio.gather(*sent)
    await producer.stop()


async def tally(owner: asyncpg.Connection) -> dict[str, int]:
    return {row["name"]: row["count"] for row in await owner.fetch("select name, count from tally")}


async def test_a_consumer_killed_again_and_again_counts_every_event_once(
    owner: asyncpg.Connection, broker: Broker, postgres_dsn: str
) -> None:
    await owner.execute(TABLE)
    await produce(broker, [(b"match-%d" % (n % 30), b"x" * 200) for n in range(12_000)])
    random, killed = Random(3), 0
    command = (
        sys.executable,
        "-m",
        "tests.integration.relay.tally",
        postgres_dsn,
        broker.bootstrap,
        broker.prefix,
    )

    async def counted(at_least: int) -> bool:
        return sum((await tally(owner)).values()) >= at_least

    for target in (1, 4_000, 8_000, 12_000):
        process = await asyncio.create_subprocess_exec(*command)
        await eventually(lambda target=target: counted(target), seconds=90)
        if target < 12_000:
            await produce(broker, [(b"match-%d" % (n % 30), b"y") for n in range(300)])
            await asyncio.sleep(random.random() * 0.05)
        process.kill()
        await process.wait()
        killed += 1
    process = await asyncio.create_subprocess_exec(*command)
    await eventually(lambda: counted(12_900), seconds=90)
    process.terminate()
    await process.wait()
    assert killed == 4
    assert await tally(owner) == {f"match-{n}": 430 for n in range(30)}


async def test_a_poisoned_record_is_put_aside_and_the_others_go_on(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any
) -> None:
    await owner.execute(TABLE)
    await produce(broker, [(b"a", b"1"), (b"b", b"1"), (b"a", b"poison"), (b"a", b"2"), (b"b", b"2")])
    async with consuming(Tally(), projector_pool, broker):
        await eventually(lambda: _has(owner, {"a": 2, "b": 2}))
        await produce(broker, [(b"a", b"3")])
        await eventually(lambda: _has(owner, {"a": 3, "b": 2}))
    (letter,) = await broker.read(dead_letters("projector"))
    poisoned = next(each for each in await broker.read(BALL_EVENTS) if each.value == b"poison")
    headers = dict(letter.headers)
    assert (letter.key, letter.value, headers["ce_id"]) == (b"a", b"poison", b"2")
    assert headers["dlq-topic"].decode() == broker.prefix + BALL_EVENTS.name
    assert int(headers["dlq-partition"]) == poisoned.partition
    assert int(headers["dlq-offset"]) == poisoned.offset
    assert headers["dlq-consumer"] == b"projector"
    assert headers["dlq-tries"] == b"3"
    assert headers["dlq-error-type"] == b"ValueError"
    assert headers["dlq-error"].decode() == f"can't stomach offset {poisoned.offset}"


async def _has(owner: asyncpg.Connection, expected: dict[str, int]) -> bool:
    return await tally(owner) == expected


async def test_a_flood_of_poison_is_put_aside_in_short_transactions(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any
) -> None:
    await owner.execute(TABLE)
    await produce(broker, [(b"a", b"poison")] * 1_200 + [(b"a", b"1")])
    async with consuming(Tally(), projector_pool, broker):
        await eventually(lambda: _has(owner, {"a": 1}), seconds=60)
    assert len(await broker.read(dead_letters("projector"))) == 1_200


async def test_a_key_that_fails_on_and_on_does_not_have_the_others_wait(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first failure is waited for; what comes then is tried once, for it may be sound again."""
    await owner.execute(TABLE)
    async with consuming(Tally(), projector_pool, broker):
        await produce(broker, [(b"a", b"poison"), (b"b", b"1")])
        await eventually(lambda: _has(owner, {"b": 1}))
        await eventually(lambda: owner.fetchval("select count(*) = 1 from dead_letter"))
        monkeypatch.setattr("adapters.kafka.consumer.RETRY_SECONDS", 60)
        await produce(broker, [(b"b", b"2"), (b"a", b"poison"), (b"b", b"3"), (b"a", b"poison")])
        await eventually(lambda: _has(owner, {"b": 3}))
        await produce(broker, [(b"a", b"1"), (b"b", b"4")])
        await eventually(lambda: _has(owner, {"a": 1, "b": 4}))
    letters = await broker.read(dead_letters("projector"))
    assert [dict(letter.headers)["dlq-tries"] for letter in letters] == [b"3", b"1", b"1"]
    assert await owner.fetchval("select array_agg(tries order by number) from dead_letter") == [3, 1, 1]


class Remembering(Tally):
    """Counts from what it remembers, as projectors fold, and reads the table where it remembers nothing."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._counts: dict[str, int] = {}

    def forget(self) -> None:
        self._counts.clear()

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        await super().project(records)
        names = Counter((record.key or b"").decode() for record in records)
        for name in names.keys() - self._counts.keys():
            count = "select count from tally where name = $1"
            self._counts[name] = await self._pool.fetchval(count, name) or 0
        for name, more in names.items():
            self._counts[name] += more

        async def write(connection: Any) -> None:
            for name in names:
                await connection.execute(
                    "insert into tally values ($1, $2) on conflict (name) do update set count = excluded.count",
                    *(name, self._counts[name]),
                )

        return write


async def test_tables_exchanged_between_slices_are_gone_on_with(
    owner: asyncpg.Connection,
    broker: Broker,
    projector_pool: Any,
    postgres_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await owner.execute(TABLE)
    move, moves = Positions.move, Counter[str]()

    async def exchanging(self: Positions, connection: Any, records: Sequence[ConsumerRecord]) -> bool:
        moves["made"] += 1
        if moves["made"] == 3:
            other = await asyncpg.connect(postgres_dsn)
            await other.execute("update tally set count = 100")
            await other.execute("update consumer_position set generation = generation + 1")
            await other.close()
        return await move(self, connection, records)

    monkeypatch.setattr("adapters.kafka.consumer.SLICE", 1)
    monkeypatch.setattr(Positions, "move", exchanging)
    await produce(broker, [(b"a", b"poison"), (b"a", b"1"), (b"a", b"2")])
    async with consuming(Remembering(projector_pool), projector_pool, broker):
        await eventually(lambda: _has(owner, {"a": 101}))


async def test_postgres_away_is_waited_for_and_nothing_is_put_aside(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any
) -> None:
    await owner.execute(TABLE)
    async with consuming(Tally(), projector_pool, broker):
        await produce(broker, [(b"a", b"1")])
        await eventually(lambda: _has(owner, {"a": 1}))
        for _ in range(4):
            await owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'projector' and datname = current_database()"
            )
            await produce(broker, [(b"a", b"1")])
        await eventually(lambda: _has(owner, {"a": 5}))
    assert await broker.read(dead_letters("projector")) == []


async def test_two_consumers_share_the_partitions(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any
) -> None:
    await owner.execute(TABLE)
    async with consuming(Tally(), projector_pool, broker):
        await produce(broker, [(b"match-%d" % n, b"1") for n in range(60)])
        async with consuming(Tally(), projector_pool, broker):
            await produce(broker, [(b"match-%d" % n, b"2") for n in range(60)])
            await eventually(lambda: _has(owner, {f"match-{n}": 2 for n in range(60)}))
        await produce(broker, [(b"match-%d" % n, b"3") for n in range(60)])
        await eventually(lambda: _has(owner, {f"match-{n}": 3 for n in range(60)}))


async def test_who_lost_a_partition_can_move_its_position_no_more(projector_pool: Any) -> None:
    partition = TopicPartition("topic", 3)
    first, second = Positions("projector"), Positions("projector")
    await first.load(projector_pool, [partition])
    await move(first, projector_pool, [9])
    assert await second.load(projector_pool, [partition]) == {partition: 10}
    await move(second, projector_pool, [10, 11])
    with pytest.raises(PositionMoved):
        await move(first, projector_pool, [10])
    assert await first.load(projector_pool, [partition]) == {partition: 12}


async def move(positions: Positions, pool: Any, offsets: list[int]) -> None:
    records = [ConsumerRecord("topic", 3, n, 0, 0, b"k", b"v", None, 1, 1, ()) for n in offsets]
    async with pool.acquire() as connection, connection.transaction():
        await positions.move(connection, records)
    positions.moved(records)
