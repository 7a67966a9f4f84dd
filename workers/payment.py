"""The worker of payments put together."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from activities.aggregates import AggregateActivities
from activities.kinds import kept_payments
from activities.payments import PaymentActivities, PaymentPorts
from activities.reconciliation import ReconciliationActivities, ReconciliationPorts
from contracts.work import PAYMENT_QUEUE
from handlers.ledger import Books
from handlers.payment import PaymentHandler
from handlers.payment_provider import PaymentProvider
from handlers.ports import EventStore
from handlers.tournament import TournamentHandler
from workers.tournament import GRACEFUL_SHUTDOWN, SANDBOX, queue_worker
from workflows.entry import EntryWorkflow
from workflows.reconciliation import ReconciliationWorkflow

PAYMENTS_CACHED = 1_000


def payment_ports(
    store: EventStore, tournaments: TournamentHandler, provider: PaymentProvider, ledger: Books
) -> PaymentPorts:
    """What payments touch, over a store."""
    return PaymentPorts(
        store=store,
        payments=PaymentHandler(store),
        tournaments=tournaments,
        provider=provider,
        ledger=ledger,
    )


def payment_worker(
    client: Client,
    ports: PaymentPorts,
    queue: str = PAYMENT_QUEUE,
    *,
    reconciliation: ReconciliationPorts | None = None,
    graceful_shutdown: timedelta = GRACEFUL_SHUTDOWN,
    cached: int = PAYMENTS_CACHED,
    runner: WorkflowRunner = SANDBOX,
) -> Worker:
    """The worker of the queue of payments; with ``reconciliation`` it does that, too."""
    aggregates = AggregateActivities(kept_payments(ports.payments))
    payments = PaymentActivities(ports)
    compares = None if reconciliation is None else ReconciliationActivities(reconciliation).compare
    return queue_worker(
        client,
        queue,
        [EntryWorkflow, *([ReconciliationWorkflow] if compares else [])],
        [
            aggregates.execute,
            aggregates.progress,
            aggregates.carry_out,
            payments.open_payment,
            payments.hear_of_entry,
            payments.look,
            payments.begin,
            payments.take_step,
            *([compares] if compares else []),
        ],
        cached=cached,
        runner=runner,
        graceful_shutdown=graceful_shutdown,
    )
