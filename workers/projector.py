"""The process that keeps the read models. Wiring only."""

import asyncio

from adapters.kafka.consumer import Consumer
from adapters.kafka.topics import ensure_topics
from adapters.postgres.pool import create_pool
from adapters.postgres.projections import PROJECTED
from adapters.postgres.stream_projection import StreamProjection
from stack.settings import Settings, load_settings
from workers import process

ROLE = "pavilion_projector"


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Project until ``stop`` is set."""
    await ensure_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )
    pool = await create_pool(settings.postgres_dsn, role=ROLE, application_name="projector", max_size=8)
    try:
        async with asyncio.TaskGroup() as consumers:
            for model in PROJECTED:
                consumer = Consumer(
                    StreamProjection(model, pool),
                    bootstrap=settings.kafka_bootstrap,
                    pool=pool,
                    prefix=settings.kafka_prefix,
                )
                consumers.create_task(consumer.run(stop))
    finally:
        pool.terminate()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
