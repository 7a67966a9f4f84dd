"""The process that sends webhooks: it records what is wanted as events come, and delivers what is due."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Counter, Gauge, Histogram

from adapters.http.guarded import guarded_client
from adapters.kafka.consumer import Consumer
from adapters.kafka.topics import ensure_topics
from adapters.kafka.webhook_matching import WebhookMatching
from adapters.postgres.deliveries import PostgresDeliveryWork
from adapters.postgres.pool import create_pool
from adapters.temporal.keys import PayloadKeys
from adapters.tokens.vault import AesVault
from contracts.webhook_endpoints import Due, Outcome
from domain.outgoing import Allowed
from handlers.deliveries import Deliverer, DeliveryWork
from handlers.ports import StoreUnavailable
from stack import secrets
from stack.settings import Settings, load_settings
from workers import process

ROLE = "pavilion_hooks"
PACE_SECONDS = 0.1
"""What comes meanwhile is looked at together; it is soon enough for another house."""
AT_ONCE = 256
"""Deliveries under way in this process."""
BATCH = 128
IDLE_SECONDS = 0.2
AWAY_SECONDS = 1.0
FORGET_SECONDS = 600.0
FORGOTTEN_AT_ONCE = 1_000
KEPT = timedelta(days=30)
"""How long deliveries and their attempts can be looked at."""

SENT = Counter("pavilion_webhook_attempts_total", "Webhooks that were sent", ["outcome"])
SECONDS = Histogram("pavilion_webhook_attempt_seconds", "How long receivers took to answer")
UNDER_WAY = Gauge("pavilion_webhooks_under_way", "Webhooks that wait for an answer")

log = structlog.get_logger("deliveries")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Sending:
    """Keeps deliveries under way, each on its own: one that takes long holds up no other."""

    def __init__(self, deliverer: Deliverer, *, at_once: int = AT_ONCE) -> None:
        self._deliverer = deliverer
        self._at_once = at_once
        self._under_way: set[asyncio.Task[None]] = set()
        self._answered: asyncio.Queue[tuple[Due, Outcome]] = asyncio.Queue()
        self._settling = False
        self._again = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due until ``stop`` is set; what is under way then is waited for and kept."""
        settling = asyncio.create_task(self._settle())
        try:
            while not stop.is_set():
                await self._claim(stop)
            await asyncio.gather(*self._under_way)
            await self._answered.join()
        finally:
            settling.cancel()
            for task in self._under_way:
                task.cancel()

    async def _claim(self, stop: asyncio.Event) -> None:
        """Begin as many as there is room for, then wait until there is more to do."""
        room = min(self._at_once - len(self._under_way), BATCH)
        self._again.clear()
        pause = IDLE_SECONDS
        if room > 0:
            try:
                claimed = await self._deliverer.claim(room)
            except StoreUnavailable as error:
                log.warning("deliveries cannot be claimed", error=str(error))
                claimed, pause = [], AWAY_SECONDS
            for due in claimed:
                task = asyncio.create_task(self._send(due))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            UNDER_WAY.set(len(self._under_way))
            if len(claimed) == room:
                return
        await _either(stop, self._again, pause)

    async def _send(self, due: Due) -> None:
        outcome = await self._deliverer.send(due)
        SENT.labels(outcome.error or str(outcome.status)).inc()
        SECONDS.observe(outcome.milliseconds / 1000)
        self._answered.put_nowait((due, outcome))

    async def _settle(self) -> None:
        """Keep what came of them: as many at once as were answered meanwhile."""
        while True:
            sent = [await self._answered.get()]
            while not self._answered.empty():
                sent.append(self._answered.get_nowait())
            await self._keep(sent)
            for _ in sent:
                self._answered.task_done()
            self._again.set()

    async def _keep(self, sent: list[tuple[Due, Outcome]]) -> None:
        while True:
            try:
                return await self._deliverer.settle(sent)
            except StoreUnavailable as error:  # until their leases run out; then they are sent again
                log.warning("what came of deliveries cannot be kept", error=str(error), count=len(sent))
                await asyncio.sleep(AWAY_SECONDS)
            except Exception as error:
                log.exception("what came of deliveries was lost", error=repr(error), count=len(sent))
                return None


async def forget(
    stop: asyncio.Event, work: DeliveryWork, clock: Callable[[], datetime], kept: timedelta = KEPT
) -> None:
    """Delete what was recorded long ago, some at a time. Until ``stop`` is set."""
    while not stop.is_set():
        gone = 0
        with contextlib.suppress(StoreUnavailable):
            gone = await work.forget(clock() - kept, FORGOTTEN_AT_ONCE)
        with contextlib.suppress(TimeoutError):
            pause = 0.0 if gone == FORGOTTEN_AT_ONCE else FORGET_SECONDS
            await asyncio.wait_for(stop.wait(), pause)


async def _either(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    """Until one of two things happens, or so long."""
    waiting = [asyncio.ensure_future(each.wait()) for each in (one, other)]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


async def work(
    stop: asyncio.Event,
    settings: Settings,
    *,
    keys: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Record and deliver until ``stop`` is set."""
    await ensure_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )
    vault = AesVault(PayloadKeys.parse(keys or secrets.webhook_key()))
    allowed = Allowed.parse(settings.outgoing_allow_private)
    if allowed != Allowed():
        log.warning(
            "webhooks may go to addresses that are not public", allowed=settings.outgoing_allow_private
        )
    pool = await create_pool(settings.postgres_dsn, role=ROLE, application_name="deliveries", max_size=8)
    deliveries = PostgresDeliveryWork(pool)
    consumer = Consumer(
        WebhookMatching(pool),
        bootstrap=settings.kafka_bootstrap,
        pool=pool,
        prefix=settings.kafka_prefix,
        pace_seconds=PACE_SECONDS,
    )
    try:
        async with guarded_client(allowed) as outgoing, asyncio.TaskGroup() as tasks:
            deliverer = Deliverer(deliveries, outgoing, vault, clock, random.random)
            tasks.create_task(consumer.run(stop))
            tasks.create_task(Sending(deliverer).run(stop))
            tasks.create_task(forget(stop, deliveries, clock))
    finally:
        pool.terminate()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
