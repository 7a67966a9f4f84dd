"""The whole way: the API, the store, the relay, Kafka, the process that delivers, a receiver with the library."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from activities.event_relay import Relay
from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_tail import PostgresEventTail
from adapters.postgres.pool import create_pool
from api.issuer import DevelopmentIssuer
from handlers.deliveries import AT_ONCE_TO_ONE
from stack.settings import Settings
from tests.conftest import a_name
from tests.integration.api.conftest import NOBODY_LISTENS, PAYLOAD_KEYS, Client, calling
from tests.integration.webhooks.conftest import HERE
from tests.integration.webhooks.receiver import Receiver, receiving
from workers import deliveries


@asynccontextmanager
async def delivering(dsn: str, bootstrap: str, prefix: str) -> AsyncIterator[None]:
    """The process that delivers, in this one."""
    settings = Settings(
        postgres_dsn=dsn,
        kafka_bootstrap=bootstrap,
        kafka_prefix=prefix,
        temporal_address=NOBODY_LISTENS,
        outgoing_allow_private=HERE,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(deliveries.work(stop, settings, keys=PAYLOAD_KEYS))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


@pytest.fixture(scope="module")
def topics(kafka_bootstrap: str) -> str:
    """The prefix of the topics that these tests share: each has a database and a league of its own."""
    prefix = f"{a_name()}."
    asyncio.run(ensure_topics(kafka_bootstrap, replication=1, prefix=prefix))
    return prefix


@pytest.fixture
async def prefix(postgres_dsn: str, kafka_bootstrap: str, topics: str) -> AsyncIterator[str]:
    """The topics, which a relay fills from the database of this test."""
    prefix = topics
    pool = await create_pool(postgres_dsn, role="pavilion_relay", application_name="relay", max_size=4)
    stop = asyncio.Event()
    tail = PostgresEventTail(pool, shard=0, shards=1, owner="test")
    relay = asyncio.create_task(Relay(tail, EventPublisher(kafka_bootstrap, prefix=prefix)).run(stop))
    yield prefix
    stop.set()
    await asyncio.wait_for(relay, 30)
    pool.terminate()


@pytest.fixture
async def admin(app: FastAPI, issuer: DevelopmentIssuer) -> AsyncIterator[Client]:
    async with calling(app) as http:
        yield Client(http, issuer, roles=("admin",))


async def named(admin: Client, url: str, **more: object) -> str:
    """A new endpoint's secret."""
    answer = await admin.post("/v1/webhook-endpoints", {"url": url, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["secret"]


async def test_a_match_arrives_whole_in_order_and_verified(
    admin: Client, postgres_dsn: str, kafka_bootstrap: str, prefix: str, receiver: Receiver
) -> None:
    secret = await named(admin, receiver.url, ordered=True)
    async with delivering(postgres_dsn, kafka_bootstrap, prefix):
        await admin.in_play()
        await receiver.until(lambda it: len(it.received) >= 5)
    said = [each.verified(secret) for each in receiver.received]
    assert [(each["type"], each["version"]) for each in said] == [
        ("match.match_created", 1),
        ("match.line_up_named", 2),
        ("match.line_up_named", 3),
        ("match.toss_made", 4),
        ("match.innings_started", 5),
    ]


async def test_one_that_does_not_answer_holds_up_no_other(
    admin: Client, postgres_dsn: str, kafka_bootstrap: str, prefix: str, receiver: Receiver
) -> None:
    async with receiving() as slow:
        slow.held.clear()
        await named(admin, slow.url)
        await named(admin, receiver.url)
        async with delivering(postgres_dsn, kafka_bootstrap, prefix):
            for _ in range(5):
                await admin.in_play()
            await receiver.until(lambda it: len(it.received) == 25)
            assert len(slow.received) <= AT_ONCE_TO_ONE
            slow.held.set()
            await slow.until(lambda it: len(it.received) == 25)


async def test_a_process_that_is_stopped_and_another_lose_nothing_and_send_nothing_twice(
    admin: Client, postgres_dsn: str, kafka_bootstrap: str, prefix: str, receiver: Receiver
) -> None:
    await named(admin, receiver.url)
    for _ in range(3):
        async with delivering(postgres_dsn, kafka_bootstrap, prefix):
            await admin.in_play()
            already = len(receiver.received)
            await receiver.until(lambda it, already=already: len(it.received) > already)
    async with delivering(postgres_dsn, kafka_bootstrap, prefix):
        await receiver.until(lambda it: len(it.received) >= 15)
    assert len(receiver.ids) == len(set(receiver.ids)) == 15


async def test_the_api_goes_on_while_nobody_delivers(admin: Client, receiver: Receiver) -> None:
    await named(admin, receiver.url)
    answer: httpx.Response = await admin.get(await admin.in_play())
    assert answer.status_code == 200


async def test_a_process_killed_while_it_waits_for_an_answer_leaves_it_to_another(
    admin: Client,
    postgres_dsn: str,
    kafka_bootstrap: str,
    prefix: str,
    receiver: Receiver,
) -> None:
    """It is sent a second time, under the same id; the lease is made to end, instead of being waited for."""
    secret = await named(admin, receiver.url, event_types=["match.match_created"])
    receiver.held.clear()
    environment = {
        **os.environ,
        "PAVILION_POSTGRES_DSN": postgres_dsn,
        "PAVILION_KAFKA_BOOTSTRAP": kafka_bootstrap,
        "PAVILION_KAFKA_PREFIX": prefix,
        "PAVILION_TEMPORAL_ADDRESS": NOBODY_LISTENS,
        "PAVILION_OUTGOING_ALLOW_PRIVATE": HERE,
        "PAVILION_WEBHOOK_KEY": PAYLOAD_KEYS,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workers.deliveries", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await admin.created()
        await receiver.until(lambda it: len(it.received) == 1, seconds=60)
    finally:
        process.kill()
        await process.wait()
    receiver.held.set()
    owner = await asyncpg.connect(postgres_dsn)
    kept = "select status, attempts from webhook_delivery"
    assert tuple(await owner.fetchrow(kept) or ()) == ("pending", 1)
    await owner.execute("update webhook_delivery set leased_until = now()")
    async with delivering(postgres_dsn, kafka_bootstrap, prefix):
        await receiver.until(lambda it: len(it.received) == 2)
    assert tuple(await owner.fetchrow(kept) or ()) == ("delivered", 2)
    await owner.close()
    assert len(set(receiver.ids)) == 1
    assert receiver.received[1].verified(secret)["type"] == "match.match_created"


async def test_the_consumer_killed_between_its_effect_and_the_offset_records_nothing_twice(
    admin: Client, postgres_dsn: str, kafka_bootstrap: str, prefix: str, receiver: Receiver
) -> None:
    await named(admin, receiver.url)
    await admin.in_play()
    module = "tests.integration.webhooks.dying"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, postgres_dsn, kafka_bootstrap, prefix, stderr=asyncio.subprocess.DEVNULL
    )
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
    owner = await asyncpg.connect(postgres_dsn)
    assert await owner.fetchval("select count(*) from webhook_delivery") > 0, "it died after its effect"
    await admin.in_play()
    async with delivering(postgres_dsn, kafka_bootstrap, prefix):
        await receiver.until(lambda it: len(it.received) >= 10)
    assert await owner.fetchval("select count(*) from webhook_delivery where status = 'delivered'") == 10
    await owner.close()
    assert len(receiver.ids) == len(set(receiver.ids)) == 10
