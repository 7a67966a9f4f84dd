"""Serves the bare workflows: ``python -m benchmarks.bare_worker``, until it is told to stop."""

import asyncio

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from adapters.temporal.client import connect
from benchmarks.bare_workflow import BareSaga, BareWorkflow, nothing
from stack.settings import load_settings
from workers import process
from workers.tournament import ACTIVITIES, POLLERS, UNBOXED, WORKFLOW_TASKS

QUEUE = "bare"
CACHED = 5_000


async def start(client: Client, workflow_id: str) -> None:
    """Start one together with its Update, as a tournament is created, and wait for the answer."""
    begin = WithStartWorkflowOperation(
        BareWorkflow.run,
        id=workflow_id,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await client.execute_update_with_start_workflow(BareWorkflow.say, "begun", start_workflow_operation=begin)


async def begin(client: Client, workflow_id: str, before: int, after: int) -> None:
    """Start a saga together with its Update, as a payment is begun, and wait for the answer."""
    start = WithStartWorkflowOperation(
        BareSaga.run,
        args=[before, after],
        id=workflow_id,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await client.execute_update_with_start_workflow(BareSaga.begin, start_workflow_operation=start)


async def serve(stop: asyncio.Event) -> None:
    """A worker set up like those of tournaments, sessions and payments, on the Temporal of this stack."""
    worker = Worker(
        await connect(load_settings().temporal_address),
        task_queue=QUEUE,
        workflows=[BareWorkflow, BareSaga],
        activities=[nothing],
        max_cached_workflows=CACHED,
        workflow_runner=UNBOXED,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS,
        max_concurrent_activities=ACTIVITIES,
        workflow_task_poller_behavior=POLLERS,
        activity_task_poller_behavior=POLLERS,
    )
    async with worker:
        await stop.wait()


if __name__ == "__main__":
    process.run(serve)
