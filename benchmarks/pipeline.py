"""From the store to Kafka, and from Kafka to committed read models."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from activities.event_relay import Relay
from adapters.kafka.consumer import Consumer
from adapters.kafka.publisher import BATCH_BYTES
from adapters.kafka.topics import ensure_topics
from adapters.postgres.match_projection import MATCH_MODEL
from adapters.postgres.migrate import upgrade
from adapters.postgres.pool import create_pool
from adapters.postgres.rebuild import Rebuild
from adapters.postgres.stream_projection import StreamProjection
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.matches import store, streams, t20_match
from contracts.cloudevents import event_headers, event_type, fixed_headers, stream_headers
from contracts.relay import RelayShard
from contracts.topics import BALL_EVENTS
from domain.match import fold
from workers.projector import ROLE as PROJECTOR_ROLE
from workers.relay import relay_opener

MATCHES = 400
"""Of about 260 events each."""
PROJECTED_MATCHES = 120
IDLE_SECONDS = 1.0
"""For a relay to connect and find nothing to do."""
_PROJECTED = "select coalesce(sum(version), 0) from rm_match where tenant_id = $1"
_ROWS = """
select stream_kind, type, schema_version, stream_id, tenant_id, event_id, recorded_at, version, position, data
from event where tenant_id = $1 order by position
"""

Message = tuple[int, bytes, bytes, list[tuple[str, bytes]]]


@asynccontextmanager
async def prepare_relay(env: Environment) -> AsyncIterator[Pair]:
    dsn, kafka = env.addresses.postgres_dsn or "", env.addresses.kafka_bootstrap or ""
    await upgrade(dsn)
    await ensure_topics(kafka, replication=1)
    owner = await asyncpg.connect(dsn)

    async def pair() -> dict[str, Sample]:
        tenant = uuid.uuid4()
        rows = list(streams(MATCHES, tenant))
        relayed = await relay_fresh(dsn, kafka, owner, rows)
        messages = [_message(row) for row in await owner.fetch(_ROWS, tenant)]
        produced = await produce_all(kafka, messages)
        return {
            "relay_events_per_second": Sample(relayed, produced),
            "relay_vs_bare_produce": Sample(relayed / produced, produced),
        }

    try:
        yield pair
    finally:
        await owner.close()


async def relay_fresh(dsn: str, kafka: str, owner: Any, rows: Sequence[tuple[Any, ...]]) -> float:
    """Events per second of a running relay, from their commit to the acknowledgement of the last."""
    async with relay_opener(dsn, kafka)(RelayShard()) as relay:
        stop = asyncio.Event()
        running = asyncio.create_task(relay.run(stop))
        await asyncio.sleep(IDLE_SECONDS)
        await store(owner, rows)
        begun = time.perf_counter()
        await _until_relayed(relay, len(rows), running)
        rate = len(rows) / (time.perf_counter() - begun)
        stop.set()
        await running
    return rate


async def relay_all(dsn: str, kafka: str, events: int) -> None:
    """Relay what the store holds."""
    async with relay_opener(dsn, kafka)(RelayShard()) as relay:
        stop = asyncio.Event()
        running = asyncio.create_task(relay.run(stop))
        await _until_relayed(relay, events, running)
        stop.set()
        await running


async def _until_relayed(relay: Relay, events: int, running: "asyncio.Task[None]") -> None:
    while relay.events < events:
        await asyncio.sleep(0.002)
        if running.done():
            await running


def _message(row: asyncpg.Record) -> Message:
    """What the relay makes of the row, made before the clock starts."""
    stream, name = str(row["stream_id"]).encode(), row["type"]
    at = row["recorded_at"].isoformat().encode()
    headers = [
        *fixed_headers(row["stream_kind"], name, row["schema_version"], event_type(name)),
        *stream_headers(stream, str(row["tenant_id"]).encode()),
        *event_headers(str(row["event_id"]).encode(), at, row["version"], row["position"]),
    ]
    return hash(stream) % BALL_EVENTS.partitions, stream, row["data"].encode(), headers


async def produce_all(kafka: str, messages: Sequence[Message]) -> float:
    """Messages per second of a bare loop over send_batch, with the same batches and guarantees."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, enable_idempotence=True, acks="all", linger_ms=0, max_batch_size=BATCH_BYTES
    )
    await producer.start()
    try:
        begun = time.perf_counter()
        sent: list[Any] = []
        batches: dict[int, Any] = {}
        for partition, key, value, headers in messages:
            batch = batches.get(partition) or batches.setdefault(partition, producer.create_batch())
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                batch.close()
                sent.append(await producer.send_batch(batch, BALL_EVENTS.name, partition=partition))
                batch = batches[partition] = producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        for partition, batch in batches.items():
            batch.close()
            sent.append(await producer.send_batch(batch, BALL_EVENTS.name, partition=partition))
        await asyncio.gather(*sent)
        return len(messages) / (time.perf_counter() - begun)
    finally:
        await producer.stop()


@asynccontextmanager
async def prepare_projector(env: Environment) -> AsyncIterator[Pair]:
    dsn, kafka = env.addresses.postgres_dsn or "", env.addresses.kafka_bootstrap or ""
    await upgrade(dsn)
    await ensure_topics(kafka, replication=1)
    owner = await asyncpg.connect(dsn)
    pool = await create_pool(dsn, role=PROJECTOR_ROLE, application_name="projector", max_size=4)

    async def pair() -> dict[str, Sample]:
        tenant = uuid.uuid4()
        rows = list(streams(PROJECTED_MATCHES, tenant, interleaved=True))
        await store(owner, rows)
        await relay_all(dsn, kafka, len(rows))
        projected = await project_all(owner, pool, kafka, tenant, len(rows))
        consumed = await consume_all(kafka, len(rows))
        return {"projector_events_per_second": Sample(projected, consumed)}

    try:
        yield pair
    finally:
        pool.terminate()
        await owner.close()


class _Timed(StreamProjection):
    """Notes when the first records came, after the group was formed."""

    begun = 0.0

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        self.begun = self.begun or time.perf_counter()
        return await super().project(records)


async def project_all(owner: Any, pool: Any, kafka: str, tenant: uuid.UUID, events: int) -> float:
    """Events per second from its first records to its last commit."""
    stop, projection = asyncio.Event(), _Timed(MATCH_MODEL, pool)
    running = asyncio.create_task(Consumer(projection, bootstrap=kafka, pool=pool).run(stop))
    while await owner.fetchval(_PROJECTED, tenant) < events:
        if running.done():
            await running
        await asyncio.sleep(0.01)
    rate = events / (time.perf_counter() - projection.begun)
    stop.set()
    await running
    return rate


async def consume_all(kafka: str, events: int) -> float:
    """Messages per second of a bare consumer that decodes their JSON."""
    consumer = AIOKafkaConsumer(
        BALL_EVENTS.name, bootstrap_servers=kafka, auto_offset_reset="earliest", max_poll_records=20_000
    )
    await consumer.start()
    try:
        begun, seen = time.perf_counter(), 0
        while seen < events:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                seen += len(records)
                for record in records:
                    json.loads(record.value or b"null")
        return seen / (time.perf_counter() - begun)
    finally:
        await consumer.stop()


@asynccontextmanager
async def prepare_rebuild(env: Environment) -> AsyncIterator[Pair]:
    """All read models of many matches made anew; the bare baseline folds the same events and writes nothing."""
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    owner = await asyncpg.connect(dsn)
    rows = list(streams(MATCHES, uuid.uuid4()))
    await store(owner, rows)
    pool = await create_pool(dsn, application_name="rebuild", max_size=4)

    async def pair() -> dict[str, Sample]:
        report = await Rebuild(MATCH_MODEL, pool).run(swap=True)
        begun = time.perf_counter()
        for match in range(MATCHES):
            fold(t20_match(1 + match % 8))
        bare = len(rows) / (time.perf_counter() - begun)
        return {"rebuild_events_per_second": Sample(report.events_per_second, bare)}

    try:
        yield pair
    finally:
        pool.terminate()
        await owner.close()


RELAY = Suite(
    name="relay",
    servers=("postgres", "kafka"),
    prepare=prepare_relay,
    warm_up=True,
    figures=(
        Figure(
            "relay_vs_bare_produce",
            "relay over a bare send_batch loop of the same messages",
            "ratio",
            "≥ 0.35",
        ),
        Figure(
            "relay_events_per_second", "store to acknowledged in Kafka, one shard", "events/s", "≥ 60,000"
        ),
    ),
)
PROJECTOR = Suite(
    name="projector",
    servers=("postgres", "kafka"),
    prepare=prepare_projector,
    warm_up=True,
    figures=(
        Figure(
            "projector_events_per_second",
            "Kafka to committed read models; bare: consume and decode",
            "events/s",
            "≥ 10,000",
        ),
    ),
)
REBUILD = Suite(
    name="rebuild",
    servers=("postgres",),
    prepare=prepare_rebuild,
    figures=(
        Figure(
            "rebuild_events_per_second",
            "rebuild of all read models; bare: fold the same events",
            "events/s",
            "≥ 20,000",
        ),
    ),
)
