"""Webhooks out: claimed, signed, sent to receivers that answer at once, and their outcomes kept, by one worker."""

import asyncio
import os
import random
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import asyncpg

from adapters.http.guarded import guarded_client
from adapters.postgres.deliveries import PostgresDeliveryWork
from adapters.postgres.migrate import upgrade
from adapters.postgres.pool import create_pool
from adapters.temporal.keys import PayloadKeys
from adapters.tokens.vault import AesVault
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.matches import store, streams
from domain.outgoing import Allowed
from handlers.deliveries import AT_ONCE_TO_ONE, Deliverer
from handlers.webhook_recording import about_secret
from handlers.webhook_signing import headers_of, new_secret
from stack.secrets import webhook_key
from workers.deliveries import AT_ONCE, ROLE, Sending

ENDPOINTS = 16
MATCHES = 2
"""Of about 260 events each, all of which each endpoint wants."""
_ENDPOINT = """
insert into webhook_endpoint (tenant_id, id, version, url, description, event_types, tournaments, matches, ordered,
  status, secret, created_at, updated_at)
values ($1, $2, 1, $3, '', '{}', '{}', '{}', false, 'enabled', $4, now(), now())
"""
_DELIVERIES = """
insert into webhook_delivery (tenant_id, endpoint_id, event_id, event_type, stream_id, stream_version, status, due_at,
  created_at)
select e.tenant_id, w.id, e.event_id, 'match.' || e.type, e.stream_id, e.version, 'pending', now(), now()
from event e join webhook_endpoint w on w.tenant_id = e.tenant_id where e.tenant_id = $1
"""
_LEFT = "select count(*) from webhook_delivery where tenant_id = $1 and status <> 'delivered'"


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """A worker in this process, receivers in another; the bare side is a client that posts the same and keeps nothing."""
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    owner = await asyncpg.connect(dsn)
    pool = await create_pool(dsn, role=ROLE, application_name="deliveries", max_size=8)
    vault = AesVault(PayloadKeys.parse(webhook_key(env.folder)))
    receiver = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.receiver",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip
    assert receiver.stdout  # noqa: S101
    url = f"http://127.0.0.1:{int(await receiver.stdout.readline())}/hook"

    async def pair() -> dict[str, Sample]:
        tenant, count = await _given(owner, vault, url)
        async with guarded_client(Allowed.parse("127.0.0.1")) as outgoing:
            work = PostgresDeliveryWork(pool)
            sending = Sending(Deliverer(work, outgoing, vault, lambda: datetime.now(UTC), random.random))
            stop, begun, cpu = asyncio.Event(), time.perf_counter(), time.process_time()
            task = asyncio.create_task(sending.run(stop))
            while await owner.fetchval(_LEFT, tenant):  # noqa: ASYNC110 - the rows are what tells
                await asyncio.sleep(0.01)
            seconds, busy = time.perf_counter() - begun, time.process_time() - cpu
            stop.set()
            await task
        bare = await _bare(url, count)
        note = {"deliveries": count, "endpoints": ENDPOINTS, "worker_cpu": round(busy / seconds, 2)}
        return {"webhook_deliveries_per_second": Sample(count / seconds, bare, note)}

    try:
        yield pair
    finally:
        receiver.terminate()
        await receiver.wait()
        pool.terminate()
        await owner.close()


async def _given(owner: Any, vault: AesVault, url: str) -> tuple[uuid.UUID, int]:
    """A new league with endpoints and what is due to them; how much that is."""
    tenant = uuid.uuid4()
    await store(owner, list(streams(MATCHES, tenant)))
    for _ in range(ENDPOINTS):
        id_ = uuid.uuid4()
        await owner.execute(_ENDPOINT, tenant, id_, url, vault.seal(new_secret(), about_secret(id_)))
    done = await owner.execute(_DELIVERIES, tenant)
    await owner.execute("analyze webhook_delivery, webhook_endpoint, event")
    return tenant, int(done.split()[-1])


async def _bare(url: str, count: int) -> float:
    """Requests per second of aiohttp alone, as many at once, each signed."""
    left, secret, body = iter(range(count)), new_secret(), b'{"type":"match.ball_recorded"}' * 20

    async def one(http: aiohttp.ClientSession) -> None:
        for number in left:
            headers = headers_of(str(number), datetime.now(UTC), body, [secret])
            async with http.post(url, data=body, headers=headers) as response:
                await response.read()

    connector = aiohttp.TCPConnector(limit=min(AT_ONCE, ENDPOINTS * AT_ONCE_TO_ONE))
    async with aiohttp.ClientSession(connector=connector) as http:
        begun = time.perf_counter()
        await asyncio.gather(*(one(http) for _ in range(connector.limit)))
        return count / (time.perf_counter() - begun)


WEBHOOK_DELIVERIES = Suite(
    name="webhook_deliveries",
    servers=("postgres",),
    prepare=prepare,
    warm_up=True,
    figures=(
        Figure(
            "webhook_deliveries_per_second",
            "webhooks claimed, signed, sent, answered at once and kept by one worker",
            "per s",
        ),
    ),
)
