"""The process that carries tournaments, match days and payments: their workflows and activities. Wiring only."""

import asyncio
from contextlib import AsyncExitStack

import structlog

from adapters.ortools.solver import CpSatSolver
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.officials import PostgresOfficialsDiary
from adapters.postgres.payees import PostgresPayees
from adapters.postgres.pool import create_pool
from adapters.postgres.reconciliation import PostgresCases
from stack.money import has_stripe, home_of
from stack.settings import Settings, load_settings
from workers import process
from workers.connection import connect_temporal, connected_stripe
from workers.fixtures import fixtures_worker
from workers.payment import payment_ports, payment_worker
from workers.payout import payout_ports, payout_worker
from workers.reconciliation import reconciliation_ports, schedule_reconciliation
from workers.tournament import UNBOXED, match_worker, streams_of, tournament_worker
from workflows import search_attributes
from workflows.facade import Workflows

ROLE = "pavilion_app"
log = structlog.get_logger("worker")


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Serve the queues until ``stop`` is set."""
    client = await connect_temporal(settings)
    await search_attributes.register(client)
    pool = await create_pool(settings.postgres_dsn, role=ROLE, application_name="worker", max_size=8)
    store = PostgresEventStore(pool)
    streams = streams_of(store, PostgresOfficialsDiary(pool))
    try:
        async with (
            AsyncExitStack() as payments,
            tournament_worker(client, streams, runner=UNBOXED),
            match_worker(client, streams, runner=UNBOXED),
            fixtures_worker(client, CpSatSolver()),
        ):
            if has_stripe(settings):
                stripe = await payments.enter_async_context(connected_stripe(settings))
                ports = payment_ports(store, streams.tournaments, stripe, PostgresLedger(pool))
                compared = reconciliation_ports(
                    store, stripe, PostgresLedger(pool), PostgresCases(pool), Workflows(client)
                )
                await payments.enter_async_context(
                    payment_worker(client, ports, reconciliation=compared, runner=UNBOXED)
                )
                prizes = payout_ports(
                    store,
                    streams.tournaments,
                    PostgresPayees(pool),
                    stripe,
                    PostgresLedger(pool),
                    settings.application_percent,
                )
                await payments.enter_async_context(payout_worker(client, prizes, runner=UNBOXED))
                await schedule_reconciliation(client, home_of(settings))
            else:
                log.warning("payments are not served: set PAVILION_STRIPE_KEY, or start the simulator")
            await stop.wait()
    finally:
        pool.terminate()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
