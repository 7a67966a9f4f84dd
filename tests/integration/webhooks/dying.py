"""The consumer that records deliveries, killed as soon as it has recorded some, before Kafka is told.

python -m tests.integration.webhooks.dying POSTGRES_DSN KAFKA_BOOTSTRAP PREFIX
"""

import asyncio
import sys

from adapters.kafka.webhook_matching import WebhookMatching
from adapters.postgres.pool import create_pool
from tests.integration.relay.dying import Dying


class DyingWithDeliveries(Dying):
    """The first records may be of events that nobody is sent."""

    async def _tell_kafka(self) -> None:
        if await self._pool.fetchval("select exists (select from webhook_delivery)"):
            await super()._tell_kafka()


async def main(dsn: str, bootstrap: str, prefix: str) -> None:
    pool = await create_pool(dsn, role="pavilion_hooks", application_name="dying")
    matching = WebhookMatching(pool)
    await DyingWithDeliveries(matching, bootstrap=bootstrap, pool=pool, prefix=prefix).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
