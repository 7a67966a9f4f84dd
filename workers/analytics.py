"""The process that keeps analytics, and tells of the totals that have moved. Wiring only."""

import asyncio

from adapters.kafka.analytics_teller import AnalyticsTeller
from adapters.kafka.consumer import Consumer
from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import ensure_topics
from adapters.postgres.analytics_projection import ANALYTICS_MODEL
from adapters.postgres.pool import create_pool
from adapters.postgres.stream_projection import StreamProjection
from stack.settings import Settings, load_settings
from workers import process

ROLE = "pavilion_projector"
PACE_SECONDS = 0.5
"""What comes meanwhile of a match is counted and written once. Figures may be half a second older than the card."""
LARGE = 10_000
"""Records of a batch after which it does not wait for more: it is behind."""


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Count until ``stop`` is set."""
    await ensure_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )
    pool = await create_pool(settings.postgres_dsn, role=ROLE, application_name="analytics", max_size=6)
    publisher = EventPublisher(settings.kafka_bootstrap, prefix=settings.kafka_prefix)
    consumer = Consumer(
        StreamProjection(ANALYTICS_MODEL, pool),
        bootstrap=settings.kafka_bootstrap,
        pool=pool,
        prefix=settings.kafka_prefix,
        pace_seconds=PACE_SECONDS,
        large=LARGE,
    )
    try:
        async with asyncio.TaskGroup() as running:
            running.create_task(consumer.run(stop))
            running.create_task(AnalyticsTeller(pool, publisher).run(stop))
    finally:
        await publisher.close()
        pool.terminate()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
