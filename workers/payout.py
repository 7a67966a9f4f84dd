"""The worker of payouts put together."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from activities.aggregates import AggregateActivities
from activities.kinds import kept_payouts
from activities.payouts import PayoutActivities, PayoutPorts
from contracts.work import PAYOUT_QUEUE
from handlers.ledger import Ledger
from handlers.payees import Payees
from handlers.payment_provider import PaymentProvider
from handlers.payout import PayoutHandler
from handlers.ports import EventStore
from handlers.tournament import TournamentHandler
from workers.tournament import GRACEFUL_SHUTDOWN, SANDBOX, queue_worker
from workflows.payout import PayoutWorkflow

PAYOUTS_CACHED = 100


def payout_ports(
    store: EventStore,
    tournaments: TournamentHandler,
    payees: Payees,
    provider: PaymentProvider,
    ledger: Ledger,
    application_percent: int = 0,
) -> PayoutPorts:
    """What payouts touch, over a store."""
    return PayoutPorts(
        store=store,
        payouts=PayoutHandler(store),
        tournaments=tournaments,
        payees=payees,
        provider=provider,
        ledger=ledger,
        application_percent=application_percent,
    )


def payout_worker(
    client: Client,
    ports: PayoutPorts,
    queue: str = PAYOUT_QUEUE,
    *,
    runner: WorkflowRunner = SANDBOX,
    graceful_shutdown: timedelta = GRACEFUL_SHUTDOWN,
    cached: int = PAYOUTS_CACHED,
) -> Worker:
    """The worker of the queue of payouts."""
    aggregates = AggregateActivities(kept_payouts(ports.payouts))
    payouts = PayoutActivities(ports)
    return queue_worker(
        client,
        queue,
        [PayoutWorkflow],
        [
            aggregates.execute,
            aggregates.progress,
            aggregates.carry_out,
            payouts.open_payout,
            payouts.look_around,
            payouts.take_payout_step,
        ],
        cached=cached,
        runner=runner,
        graceful_shutdown=graceful_shutdown,
    )
