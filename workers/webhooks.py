"""The process that works off the inbox of webhooks."""

import asyncio
import contextlib

import structlog
from prometheus_client import Counter, Gauge

from adapters.postgres.payees import PostgresPayeeAccounts
from adapters.postgres.pool import create_pool
from adapters.postgres.webhook_inbox import PostgresWebhookWork
from handlers.ports import StoreUnavailable
from handlers.webhooks import LEASE, Kind, Tell, WebhookHandler, WebhookWork
from stack.settings import Settings, load_settings
from workers import process
from workers.connection import connect_temporal, connected_stripe
from workflows.facade import Workflows

ROLE = "pavilion_webhooks"
BATCH = 32
IDLE_SECONDS = 0.2
AWAY_SECONDS = 1.0
STANDING_SECONDS = 10.0
FORGET_SECONDS = 600.0
FORGOTTEN_AT_ONCE = 1_000

ENDED = Counter("pavilion_webhooks_total", "Events of the inbox that were worked on", ["outcome"])
WAITING = Gauge("pavilion_webhooks_waiting", "Events of the inbox that are not handled")
FAILING = Gauge("pavilion_webhooks_failing", "Those of them that have failed, and are tried again for ever")

log = structlog.get_logger("webhooks")


async def work_off(stop: asyncio.Event, inbox: WebhookWork, handler: WebhookHandler) -> None:
    """Handle what is due, as long as anything is; then look again soon. Until ``stop`` is set."""
    while not stop.is_set():
        pause = 0.0
        try:
            batch = await inbox.claim(BATCH, LEASE)
            for outcome, count in (await handler.handle(batch)).items():
                ENDED.labels(outcome).inc(count)
            pause = IDLE_SECONDS if len(batch) < BATCH else 0.0
        except StoreUnavailable as error:
            log.warning("the inbox cannot be reached", error=str(error))
            pause = AWAY_SECONDS
        await _until(stop, pause)


async def show_standing(stop: asyncio.Event, inbox: WebhookWork) -> None:
    """Have the metrics say how much waits, and the log whatever fails. Until ``stop`` is set."""
    while not stop.is_set():
        try:
            standing = await inbox.standing()
        except StoreUnavailable:
            pass  # said by the other loop
        else:
            WAITING.set(standing.waiting)
            FAILING.set(standing.failing)
            if standing.failing:
                log.warning(
                    "webhooks fail",
                    failing=standing.failing,
                    waiting=standing.waiting,
                    oldest=str(standing.oldest_received_at),
                )
        await _until(stop, STANDING_SECONDS)


async def forget(stop: asyncio.Event, inbox: WebhookWork) -> None:
    """Delete what was handled long ago, some at a time. Until ``stop`` is set."""
    while not stop.is_set():
        gone = 0
        with contextlib.suppress(StoreUnavailable):  # said by the other loop
            gone = await inbox.forget(FORGOTTEN_AT_ONCE)
        await _until(stop, 0.0 if gone == FORGOTTEN_AT_ONCE else FORGET_SECONDS)


def tellers(workflows: Workflows) -> dict[Kind, Tell]:
    """Who is told by whom."""
    return {
        "payment": workflows.payment_moved,
        "payout": workflows.payout_moved,
        "payee": workflows.payee_moved,
    }


async def _until(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Work the inbox off until ``stop`` is set."""
    workflows = Workflows(await connect_temporal(settings))
    pool = await create_pool(settings.postgres_dsn, role=ROLE, application_name="webhooks", max_size=4)
    inbox = PostgresWebhookWork(pool)
    try:
        async with connected_stripe(settings) as stripe:
            handler = WebhookHandler(inbox, stripe, PostgresPayeeAccounts(pool), tellers(workflows))
            await asyncio.gather(
                work_off(stop, inbox, handler), show_standing(stop, inbox), forget(stop, inbox)
            )
    finally:
        pool.terminate()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
