"""Analytics that die each time they have committed, before Kafka is told.

python -m tests.integration.relay.dying_analytics POSTGRES_DSN KAFKA_BOOTSTRAP PREFIX
"""

import asyncio
import sys

from adapters.postgres.analytics_projection import ANALYTICS_MODEL
from adapters.postgres.pool import create_pool
from adapters.postgres.stream_projection import StreamProjection
from tests.integration.relay.dying import Dying


async def main(dsn: str, bootstrap: str, prefix: str) -> None:
    pool = await create_pool(dsn, role="pavilion_projector", application_name="dying")
    projection = StreamProjection(ANALYTICS_MODEL, pool)
    await Dying(projection, bootstrap=bootstrap, pool=pool, prefix=prefix).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
