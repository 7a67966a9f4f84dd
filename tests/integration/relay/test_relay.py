"""The relay on a real Postgres and a real Kafka: nothing missed, each stream in order, one owner."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import ConsumerRecord, TopicPartition

from activities.event_relay import Relay
from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import TopicsDiffer, ensure_topics
from adapters.postgres.event_tail import PostgresEventTail
from benchmarks.matches import store, streams, t20_match
from contracts.cloudevents import decode
from contracts.codec import encode
from contracts.relay import Cursor, Fenced
from contracts.topics import BALL_EVENTS, WICKET_EVENTS, Topic
from domain.match import commands as c
from domain.match import decide, fold
from tests.integration.relay.conftest import Broker, eventually

TENANT = UUID(int=1)
APPEND = "select append_events($1, 'match', $2, $3, $4::uuid[], $5::text[], $6::smallint[], $7::jsonb[], $8::jsonb[])"
Tail = Callable[..., PostgresEventTail]
Publisher = Callable[[], EventPublisher]


async def append(connection: Any, stream: UUID, expected: int, count: int = 1) -> None:
    names, data = ["TossMade"] * count, [json.dumps({"winner": "a", "decision": "bat"})] * count
    ids = [uuid4() for _ in range(count)]
    await connection.execute(APPEND, TENANT, stream, expected, ids, names, [1] * count, data, ["{}"] * count)


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[asyncio.Event]:
    """A relay that runs beside the test and stops with it."""
    stop = asyncio.Event()
    task = asyncio.create_task(relay.run(stop))
    yield stop
    stop.set()
    await asyncio.wait_for(task, 30)


def versions(records: list[ConsumerRecord]) -> dict[UUID, list[int]]:
    """The versions of each stream in the order Kafka holds them."""
    found: dict[UUID, list[int]] = defaultdict(list)
    for record in records:
        envelope = decode(record.headers)
        found[envelope.stream_id].append(envelope.version)
    return found


async def stored(owner: asyncpg.Connection) -> dict[UUID, list[int]]:
    rows = await owner.fetch("select stream_id, version from event order by stream_id, version")
    found: dict[UUID, list[int]] = defaultdict(list)
    for row in rows:
        found[row["stream_id"]].append(row["version"])
    return found


async def caught_up(owner: asyncpg.Connection) -> bool:
    return await owner.fetchval(
        "select exists (select from relay_cursor c"
        " where not exists (select from event e where (e.txid, e.position) > (c.txid, c.position)))"
    )


async def write_with_delays(dsn: str, seed: int, transactions: int) -> None:
    """Append to streams of its own: some transactions hold their id long before, some long after, some fail."""
    random = Random(seed)
    connection = await asyncpg.connect(dsn, user="pavilion_app")
    written = dict.fromkeys([uuid4() for _ in range(3)], 0)
    try:
        for _ in range(transactions):
            stream, count = random.choice(list(written)), random.randint(1, 3)
            transaction = connection.transaction()
            await transaction.start()
            if random.random() < 0.3:
                await connection.execute("select pg_current_xact_id()")
                await asyncio.sleep(random.random() * 0.03)
            await append(connection, stream, written[stream], count)
            await asyncio.sleep(random.choice((0, 0, 0.001, 0.02)))
            if random.random() < 0.2:
                await transaction.rollback()
            else:
                await transaction.commit()
                written[stream] += count
    finally:
        await connection.close()


async def test_many_writers_with_random_delays_lose_nothing_and_keep_each_streams_order(
    postgres_dsn: str, owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker
) -> None:
    relay = Relay(tail(), publisher(), chunk=7)
    async with running(relay):
        await asyncio.gather(*(write_with_delays(postgres_dsn, seed, 40) for seed in range(12)))
        await eventually(lambda: caught_up(owner))
    # The case that reading by position would have lost: a later position in an earlier transaction.
    assert await owner.fetchval(
        "select exists (select from (select txid, max(txid) over (order by position) as seen from event) e"
        " where txid < seen)"
    )
    assert versions(await broker.read(BALL_EVENTS)) == await stored(owner)


async def test_an_open_transaction_holds_back_what_came_after_it_and_no_more(
    postgres_dsn: str, owner: asyncpg.Connection, tail: Tail
) -> None:
    before, behind = uuid4(), uuid4()
    reader = tail()
    cursor = await reader.claim()
    await append(owner, before, 0)
    open_ = await asyncpg.connect(postgres_dsn, user="pavilion_app")
    transaction = open_.transaction()
    await transaction.start()
    await append(open_, uuid4(), 0)
    await append(owner, behind, 0)
    streams_read = [UUID(row[4].decode()) for row in await reader.read(cursor, 10)]
    assert streams_read == [before]
    barrier, next_txid, waiting, age_seconds = await reader.state(cursor)
    assert (waiting, barrier < next_txid, age_seconds > 0) == (2, True, True)
    await transaction.rollback()
    await open_.close()
    assert [UUID(row[4].decode()) for row in await reader.read(cursor, 10)] == [before, behind]


async def test_a_stream_is_read_past_the_barrier(
    postgres_dsn: str, owner: asyncpg.Connection, tail: Tail
) -> None:
    stream = uuid4()
    async with owner.transaction():
        await append(owner, uuid4(), 0)
        other = await asyncpg.connect(postgres_dsn, user="pavilion_app")
        await append(other, stream, 0, 3)
        await other.close()
        rows = await tail().read_stream(str(stream).encode(), 2, 3)
    assert [row[5] for row in rows] == [2, 3]


async def test_a_match_goes_to_its_topic_and_wickets_to_theirs(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker
) -> None:
    events = list(t20_match(1))
    events += decide(fold(events), c.Undo(reason="dead ball"), None)
    match = uuid4()
    await store(
        owner,
        [
            (TENANT, "match", match, n, uuid4(), type(each).__name__, 1, encode(each).decode(), "{}")
            for n, each in enumerate(events, 1)
        ],
    )
    async with running(Relay(tail(), publisher())):
        await eventually(lambda: caught_up(owner))
    balls, wickets = await broker.read(BALL_EVENTS), await broker.read(WICKET_EVENTS)
    assert versions(balls) == {match: list(range(1, len(events) + 1))}
    assert {record.key for record in balls} == {str(match).encode()}
    assert len({record.partition for record in balls}) == 1
    named = [(decode(r.headers).event_type, decode(r.headers).version) for r in wickets]
    fallen = [
        n for n, each in enumerate(events, 1) if getattr(getattr(each, "delivery", None), "wickets", ())
    ]
    corrections = [n for n, each in enumerate(events, 1) if type(each).__name__ == "BallRemoved"]
    assert named == [("WICKET_FALLEN", n) for n in fallen] + [("BALL_REMOVED", n) for n in corrections]
    assert json.loads(balls[0].value or b"")["teams"][0]["id"] == "home"
    assert decode(balls[0].headers).tenant_id == TENANT


async def test_a_killed_relay_is_followed_by_one_that_misses_nothing(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker
) -> None:
    await store(owner, list(streams(20, TENANT, interleaved=True)))
    for _ in range(3):
        relay = Relay(tail(), publisher(), chunk=200)
        killed = asyncio.create_task(relay.run(asyncio.Event()))
        await eventually(lambda relay=relay: _has_sent(relay, 600))
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
    async with running(Relay(tail(), publisher())):
        await eventually(lambda: caught_up(owner))
    for stream, found in versions(await broker.read(BALL_EVENTS)).items():
        firsts = list(dict.fromkeys(found))
        assert firsts == list(range(1, len(firsts) + 1)), stream
    assert {
        stream: sorted(set(found)) for stream, found in versions(await broker.read(BALL_EVENTS)).items()
    } == (await stored(owner))


async def _has_sent(relay: Relay, count: int) -> bool:
    return relay.events >= count


async def test_a_relay_thought_dead_can_move_the_cursor_no_more(
    tail: Tail, owner: asyncpg.Connection
) -> None:
    zombie, successor = tail(owner="zombie"), tail(owner="successor")
    await zombie.claim()
    await zombie.advance(Cursor(5, 5))
    assert await successor.claim() == Cursor(5, 5)
    with pytest.raises(Fenced):
        await zombie.advance(Cursor(900, 900))
    await successor.advance(Cursor(7, 7))
    row = await owner.fetchrow("select txid::text, position, owner from relay_cursor")
    assert row is not None
    assert tuple(row) == ("7", 7, "successor")


async def test_a_running_relay_ends_when_another_takes_over(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker
) -> None:
    zombie = asyncio.create_task(Relay(tail(), publisher()).run(asyncio.Event()))
    await append(owner, uuid4(), 0, 5)
    await eventually(lambda: caught_up(owner))
    async with running(Relay(tail(), publisher())):
        await append(owner, uuid4(), 0, 5)
        with pytest.raises(Fenced):
            await asyncio.wait_for(zombie, 30)
        await eventually(lambda: caught_up(owner))
    assert {stream: sorted(set(v)) for stream, v in versions(await broker.read(BALL_EVENTS)).items()} == (
        await stored(owner)
    )


async def test_a_relay_with_nothing_to_publish_learns_that_it_was_taken_over(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher
) -> None:
    zombie = asyncio.create_task(Relay(tail(), publisher()).run(asyncio.Event()))
    await append(owner, uuid4(), 0, 5)
    await eventually(lambda: caught_up(owner))
    await tail().claim()
    with pytest.raises(Fenced):
        await asyncio.wait_for(zombie, 30)


async def test_a_producer_out_of_sequence_is_replaced(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker
) -> None:
    sender = publisher()
    async with running(Relay(tail(), sender)):
        stream = uuid4()
        await append(owner, stream, 0, 3)
        await eventually(lambda: caught_up(owner))
        spoiled = sender._producer
        assert spoiled is not None
        for partition in range(BALL_EVENTS.partitions):
            assert spoiled._txn_manager is not None
            spoiled._txn_manager.increment_sequence_number(
                TopicPartition(broker.prefix + BALL_EVENTS.name, partition), 50
            )
        await append(owner, stream, 3, 3)
        await eventually(lambda: caught_up(owner))
        assert sender._producer is not spoiled
    assert versions(await broker.read(BALL_EVENTS)) == {stream: [1, 2, 3, 4, 5, 6]}


async def test_shards_part_the_streams_between_them_and_can_become_more(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker
) -> None:
    await store(owner, list(streams(12, TENANT)))
    first = tail()
    await first.claim()
    await first.advance(Cursor(1, 1))
    cursors = [await tail(shard, 3).claim() for shard in range(3)]
    assert cursors == [Cursor(1, 1)] * 3
    with pytest.raises(Fenced):
        await first.advance(Cursor(2, 2))
    parts = [{row[4] for row in await tail(shard, 3).read(Cursor(0, 0), 100_000)} for shard in range(3)]
    assert len(parts[0] | parts[1] | parts[2]) == sum(map(len, parts)) == 12


async def test_topics_are_made_once_and_a_wrong_one_is_told(broker: Broker) -> None:
    assert (
        await ensure_topics(broker.bootstrap, replication=1, prefix=broker.prefix, topics=[BALL_EVENTS]) == []
    )
    changed = Topic(name=BALL_EVENTS.name, partitions=13)
    with pytest.raises(TopicsDiffer, match="12 partitions instead of 13"):
        await ensure_topics(broker.bootstrap, replication=1, prefix=broker.prefix, topics=[changed])
    both = await asyncio.gather(
        *(
            ensure_topics(
                broker.bootstrap,
                replication=1,
                prefix=broker.prefix,
                topics=[Topic(name="new", partitions=2)],
            )
            for _ in range(2)
        )
    )
    assert ["new"] in [[name.removeprefix(broker.prefix) for name in names] for names in both]
