"""The process that tells people: events become notices, notices are told, messages handed over. Wiring only."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import structlog
from temporalio.client import Client

from adapters.http.guarded import guarded_client
from adapters.kafka.consumer import Consumer
from adapters.kafka.notices import NoticeProjection
from adapters.kafka.topics import ensure_topics
from adapters.mail.letters import MjmlComposer, sender_of
from adapters.mail.smtp import SmtpServer
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.notices import PostgresNotices
from adapters.postgres.pool import create_pool
from adapters.push.webpush import WebPush
from domain.outgoing import Allowed
from handlers.notification.ports import NoticesWaiting
from handlers.ports import StoreUnavailable
from stack import secrets
from stack.settings import Settings, load_settings
from workers import process
from workers.connection import connect_temporal
from workers.notification import notification_ports, notification_worker
from workers.tournament import UNBOXED
from workflows import search_attributes
from workflows.facade import Workflows
from workflows.refusal import WorkflowRefused

ROLE = "pavilion_notifier"
PACE_SECONDS = 0.25
"""Nobody sees when a mail comes a quarter of a second later; forty looks a second are an eighth of a processor."""
BATCH = 50
IDLE_SECONDS = 0.25
AWAY_SECONDS = 2.0
KEPT = timedelta(days=90)
"""How long what people were told stays in their inboxes."""
FORGET_SECONDS = 600.0
FORGOTTEN_AT_ONCE = 100
log = structlog.get_logger("notifier")


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def begin_notices(
    stop: asyncio.Event,
    notices: NoticesWaiting,
    workflows: Workflows,
    *,
    clock: Callable[[], datetime] = _utc_now,
) -> None:
    """Begin the workflow of each notice, until ``stop`` is set. Should one be begun and that not be noted, it is begun
    again, which is the same."""
    while not stop.is_set():
        pause = IDLE_SECONDS
        try:
            waiting = await notices.waiting(BATCH)
            await asyncio.gather(*(workflows.tell(*each) for each in waiting))
            if waiting:
                await notices.begun([id_ for _, id_, _ in waiting], clock())
            if len(waiting) == BATCH:
                pause = 0.0
        except (StoreUnavailable, WorkflowRefused) as error:
            log.warning("notices wait", error=str(error))
            pause = AWAY_SECONDS
        await _until(stop, pause)


async def forget(
    stop: asyncio.Event, notices: NoticesWaiting, *, clock: Callable[[], datetime] = _utc_now
) -> None:
    """Delete what is too old, some at a time, until ``stop`` is set."""
    while not stop.is_set():
        gone = 0
        with contextlib.suppress(StoreUnavailable):  # said by the other loop
            gone = await notices.forget(clock() - KEPT, FORGOTTEN_AT_ONCE)
        await _until(stop, 0.0 if gone == FORGOTTEN_AT_ONCE else FORGET_SECONDS)


async def _until(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Tell people until ``stop`` is set."""
    await ensure_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )
    client = await connect_temporal(settings)
    await search_attributes.register(client)
    pool = await create_pool(settings.postgres_dsn, role=ROLE, application_name="notifier", max_size=8)
    sender = sender_of(settings.mail_from)
    contact = f"mailto:{sender.addr_spec}"
    try:
        async with guarded_client(Allowed.parse(settings.outgoing_allow_private)) as outgoing:
            push = WebPush(secrets.vapid_key(), contact=contact, outgoing=outgoing)
            await _run(stop, settings, pool, client, push)
    finally:
        pool.terminate()


async def _run(
    stop: asyncio.Event, settings: Settings, pool: "asyncpg.Pool[Any]", client: Client, push: WebPush
) -> None:
    if settings.smtp_url is None:
        log.warning("no mail is sent: PAVILION_SMTP_URL is not set")
    public_url = settings.public_url or settings.gateway_url or settings.api_url or ""
    if not public_url:
        log.warning("links to unsubscribe lead nowhere: PAVILION_PUBLIC_URL is not set")
    composer = MjmlComposer(
        sender=sender_of(settings.mail_from),
        public_url=public_url,
        key=secrets.notification_key().encode(),
    )
    notices, workflows = PostgresNotices(pool), Workflows(client)
    ports = notification_ports(
        notices,
        PostgresEventStore(pool),
        composer,
        None if settings.smtp_url is None else SmtpServer.at(settings.smtp_url),
        push,
        workflows.deliver,
    )
    consumer = Consumer(
        NoticeProjection(pool),
        bootstrap=settings.kafka_bootstrap,
        pool=pool,
        prefix=settings.kafka_prefix,
        pace_seconds=PACE_SECONDS,
    )
    async with notification_worker(client, ports, runner=UNBOXED):
        await asyncio.gather(
            consumer.run(stop), begin_notices(stop, notices, workflows), forget(stop, notices)
        )


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
