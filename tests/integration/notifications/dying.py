"""The consumer of the notifier, killed as it keeps the first notice.

python -m tests.integration.notifications.dying POINT POSTGRES_DSN KAFKA_BOOTSTRAP PREFIX

``written``: notices are written, their transaction is not committed. ``committed``: it is, and Kafka is not told.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.kafka.consumer import Consumer
from adapters.kafka.notices import NoticeProjection
from adapters.postgres.pool import create_pool
from tests.integration.relay.dying import Dying

IS_THERE = "select exists (select from notice)"


class DiesWriting(NoticeProjection):
    async def project(self, records: Any) -> Callable[[Any], Awaitable[None]]:
        write = await super().project(records)

        async def writes_and_dies(connection: Any) -> None:
            await write(connection)
            if await connection.fetchval(IS_THERE):
                os.kill(os.getpid(), signal.SIGKILL)

        return writes_and_dies


class DiesCommitted(Dying):
    async def _tell_kafka(self) -> None:
        if await self._pool.fetchval(IS_THERE):
            await super()._tell_kafka()


async def main(point: str, dsn: str, bootstrap: str, prefix: str) -> None:
    pool = await create_pool(dsn, role="pavilion_notifier", application_name="dying")
    projection = DiesWriting(pool) if point == "written" else NoticeProjection(pool)
    kind = Consumer if point == "written" else DiesCommitted
    await kind(projection, bootstrap=bootstrap, pool=pool, prefix=prefix).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
