"""A part of the notifier that is killed at one point of its work.

python -m tests.integration.notifications.dying POINT POSTGRES_DSN KAFKA_BOOTSTRAP PREFIX TEMPORAL QUEUE SMTP_URL

``written``: notices are written, their transaction is not committed. ``committed``: it is, and Kafka is not told.
``begun``: the workflow of a notice is begun, and that is not noted. ``kept``: a page of notifications is committed, and
the workflow of none is begun.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from adapters.kafka.consumer import Consumer
from adapters.kafka.notices import NoticeProjection
from adapters.mail.letters import MjmlComposer
from adapters.mail.smtp import SmtpServer
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.notices import PostgresNotices
from adapters.postgres.pool import create_pool
from tests.integration.notifications.given import KEY, PUBLIC_URL, SENDER, connected
from tests.integration.relay.dying import Dying
from workers.notification import notification_ports, notification_worker
from workers.notifier import begin_notices
from workers.tournament import UNBOXED
from workflows import notification
from workflows.facade import Workflows
from workflows.start import Queues

NOTICED = timedelta(seconds=3)


async def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesWriting(NoticeProjection):
    async def project(self, records: Any) -> Callable[[Any], Awaitable[None]]:
        write = await super().project(records)

        async def writes_and_dies(connection: Any) -> None:
            await write(connection)
            if await connection.fetchval("select exists (select from notice)"):
                await die()

        return writes_and_dies


class DiesCommitted(Dying):
    """Once there is a notice: what came before it is not what is looked at."""

    async def _tell_kafka(self) -> None:
        if await self._pool.fetchval("select exists (select from notice)"):
            await super()._tell_kafka()


async def main(
    point: str, dsn: str, bootstrap: str, prefix: str, temporal: str, queue: str, smtp: str
) -> None:
    pool = await create_pool(dsn, role="pavilion_notifier", application_name="dying")
    notices, stop = PostgresNotices(pool), asyncio.Event()
    if point in ("written", "committed"):
        projection = DiesWriting(pool) if point == "written" else NoticeProjection(pool)
        kind = Consumer if point == "written" else DiesCommitted
        return await kind(projection, bootstrap=bootstrap, pool=pool, prefix=prefix).run(stop)
    client = await connected(temporal)
    workflows = Workflows(client, queues=Queues(notification=queue))
    deliver: Callable[..., Awaitable[None]] = workflows.deliver
    async with AsyncExitStack() as parts:
        if point == "begun":
            notices.begun = die
        else:
            deliver, notification.ATTEMPT = die, NOTICED  # then the page is done again
            composer = MjmlComposer(sender=SENDER, public_url=PUBLIC_URL, key=KEY)
            store, server = PostgresEventStore(pool), SmtpServer.at(smtp)
            ports = notification_ports(notices, store, composer, server, None, deliver)
            await parts.enter_async_context(notification_worker(client, ports, queue, runner=UNBOXED))
        await begin_notices(stop, notices, workflows)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
