"""A consumer that dies each time it has committed, before Kafka is told.

python -m tests.integration.relay.dying POSTGRES_DSN KAFKA_BOOTSTRAP PREFIX
"""

import asyncio
import os
import signal
import sys

from adapters.kafka.consumer import Consumer
from adapters.postgres.pool import create_pool
from tests.integration.relay.tally import Tally


class Dying(Consumer):
    async def _tell_kafka(self) -> None:
        if any(
            offset > self.begun.get(partition, 0) for partition, offset in self._positions.next_offset.items()
        ):
            os.kill(os.getpid(), signal.SIGKILL)

    async def assigned(self) -> None:
        await super().assigned()
        self.begun = dict(self._positions.next_offset)


async def main(dsn: str, bootstrap: str, prefix: str) -> None:
    pool = await create_pool(dsn, role="pavilion_projector", application_name="dying")
    await Dying(Tally(), bootstrap=bootstrap, pool=pool, prefix=prefix).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
