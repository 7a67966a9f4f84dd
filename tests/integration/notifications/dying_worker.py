"""A worker of the notifier, killed between keeping a page of notifications and beginning their workflows.

python -m tests.integration.notifications.dying_worker POSTGRES_DSN TEMPORAL QUEUE SMTP_URL
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from typing import Any

from adapters.mail.letters import MjmlComposer
from adapters.mail.smtp import SmtpServer
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.notices import PostgresNotices
from adapters.postgres.pool import create_pool
from tests.integration.notifications.given import KEY, PUBLIC_URL, SENDER, connected
from workers.notification import notification_ports, notification_worker
from workers.notifier import begin_notices
from workers.tournament import UNBOXED
from workflows import notification
from workflows.facade import Workflows
from workflows.start import Queues

NOTICED = timedelta(seconds=3)
"""After that the page is done again."""


async def die(_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(dsn: str, temporal: str, queue: str, smtp: str) -> None:
    notification.ATTEMPT = NOTICED
    pool = await create_pool(dsn, role="pavilion_notifier", application_name="dying")
    client, notices = await connected(temporal), PostgresNotices(pool)
    composer = MjmlComposer(sender=SENDER, public_url=PUBLIC_URL, key=KEY)
    store, server = PostgresEventStore(pool), SmtpServer.at(smtp)
    ports = notification_ports(notices, store, composer, server, None, die)
    async with notification_worker(client, ports, queue, runner=UNBOXED):
        await begin_notices(asyncio.Event(), notices, Workflows(client, queues=Queues(notification=queue)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
