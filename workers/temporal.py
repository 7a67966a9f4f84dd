"""The process that carries out workflows and activities. Wiring only."""

import asyncio

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.relay import RelayActivities
from adapters.kafka.topics import ensure_topics
from stack.settings import Settings, load_settings
from workers import process
from workers.relay import relay_opener, relay_worker, start_relays


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Serve the queues until ``stop`` is set."""
    await ensure_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )
    client = await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=pydantic_data_converter,
    )
    relays = RelayActivities(
        relay_opener(settings.postgres_dsn, settings.kafka_bootstrap, settings.kafka_prefix)
    )
    async with relay_worker(client, relays, shards=settings.relay_shards):
        await start_relays(client, shards=settings.relay_shards)
        await stop.wait()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
