"""The process that relays events from Postgres to Kafka: its connections, its worker, its workflows."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from activities.event_relay import Relay
from activities.relay import RelayActivities
from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_tail import PostgresEventTail
from adapters.postgres.pool import create_pool
from contracts.relay import RELAY_QUEUE, RelayShard, relay_workflow_id
from stack.settings import Settings, load_settings
from workers import process
from workers.connection import connect_temporal
from workflows.relay import EventRelayWorkflow

GRACEFUL_SHUTDOWN = timedelta(seconds=10)
ROLE = "pavilion_relay"


def relay_opener(
    postgres_dsn: str, kafka_bootstrap: str, prefix: str = ""
) -> Callable[[RelayShard], AbstractAsyncContextManager[Relay]]:
    """How a relay gets its connections: three to Postgres (reading, the cursor, watching), one producer."""

    @asynccontextmanager
    async def open_relay(shard: RelayShard) -> AsyncIterator[Relay]:
        name = f"relay/{shard.shard}"
        pool = await create_pool(postgres_dsn, role=ROLE, application_name=name, max_size=3)
        publisher = EventPublisher(kafka_bootstrap, prefix=prefix)
        tail = PostgresEventTail(
            pool, shard=shard.shard, shards=shard.shards, owner=f"{socket.gethostname()}/{os.getpid()}"
        )
        try:
            yield Relay(tail, publisher, shard=shard.shard)
        finally:
            await publisher.close()
            pool.terminate()

    return open_relay


def relay_worker(
    client: Client, activities: RelayActivities, *, shards: int, queue: str = RELAY_QUEUE
) -> Worker:
    """The worker of the relay's queue; one process may run all shards."""
    return Worker(
        client,
        task_queue=queue,
        workflows=[EventRelayWorkflow],
        activities=[activities.relay_events],
        max_concurrent_activities=shards,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
    )


async def start_relays(
    client: Client, *, shards: int, queue: str = RELAY_QUEUE, name: str = RELAY_QUEUE
) -> None:
    """Start the workflow of each shard that does not run yet."""
    for shard in range(shards):
        await client.start_workflow(
            EventRelayWorkflow.run,
            RelayShard(shard=shard, shards=shards),
            id=relay_workflow_id(shard, name),
            task_queue=queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Event relay, shard {shard} of {shards}",
        )


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Relay until ``stop`` is set."""
    await ensure_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )
    client = await connect_temporal(settings)
    relays = RelayActivities(
        relay_opener(settings.postgres_dsn, settings.kafka_bootstrap, settings.kafka_prefix)
    )
    async with relay_worker(client, relays, shards=settings.relay_shards):
        await start_relays(client, shards=settings.relay_shards)
        await stop.wait()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
