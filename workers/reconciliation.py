"""What reconciliation runs with, and the schedule that has it run."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from activities.reconciliation import ReconciliationPorts
from contracts.reconciliation import SCHEDULE, ReconciliationRun, reconciliation_workflow_id
from contracts.work import PAYMENT_QUEUE
from handlers.ledger import Ledger
from handlers.payment import PaymentHandler
from handlers.payment_provider import PaymentProvider
from handlers.payout import PayoutHandler
from handlers.ports import EventStore
from handlers.reconciliation import Cases
from workflows.facade import Workflows
from workflows.reconciliation import ReconciliationWorkflow

EVERY = timedelta(hours=1)


def reconciliation_ports(
    store: EventStore, provider: PaymentProvider, ledger: Ledger, cases: Cases, workflows: Workflows
) -> ReconciliationPorts:
    """What reconciliation touches, over a store."""
    return ReconciliationPorts(
        provider=provider,
        payments=PaymentHandler(store),
        payouts=PayoutHandler(store),
        ledger=ledger,
        cases=cases,
        tell={"payment": workflows.payment_moved, "payout": workflows.payout_moved},
    )


async def schedule_reconciliation(
    client: Client, home: UUID, *, schedule: str = SCHEDULE, queue: str = PAYMENT_QUEUE
) -> None:
    """Create the schedule, unless it is there: whoever paused it or changed its interval meant it."""
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(
            schedule,
            Schedule(
                action=ScheduleActionStartWorkflow(
                    ReconciliationWorkflow.run,
                    ReconciliationRun(home=home),
                    id=reconciliation_workflow_id(home),
                    task_queue=queue,
                ),
                spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)]),
                policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
            ),
        )
