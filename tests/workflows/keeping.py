"""A box kept by the workflow of a tournament, for tests of what all such workflows have in common."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.aggregates import AggregateActivities
from contracts.work import TOURNAMENT, Aggregate, Done, WireCommand, workflow_id
from tests.workflows import box
from tests.workflows.memory import MemoryStore
from workflows.facade import Workflows
from workflows.start import Queues
from workflows.tournament import TournamentWorkflow


def wire(command: Any, key: str | None = None, **more: Any) -> WireCommand:
    """A command of a box as it is sent."""
    return WireCommand(
        type=type(command).__name__,
        data=msgspec.to_builtins(command),
        idempotency_key=key or uuid4().hex,
        **more,
    )


class Kept:
    """A box and the workflow that keeps it."""

    def __init__(self, environment: WorkflowEnvironment, store: MemoryStore, queue: str) -> None:
        self.environment = environment
        self.store = store
        self.aggregate = Aggregate(kind=TOURNAMENT, tenant_id=uuid4(), id=uuid4())
        self.workflows = Workflows(environment.client, patience_seconds=60, queues=Queues(tournament=queue))
        self.handle = environment.client.get_workflow_handle(workflow_id(self.aggregate))

    async def start(self) -> None:
        await self.workflows.resume(self.aggregate, name="The box")

    async def make(self, closes_at: datetime) -> None:
        """Start the workflow, and create its box."""
        await self.start()
        await self.execute(box.Make(closes_at=closes_at))

    async def execute(self, command: Any, key: str | None = None, **more: Any) -> Done:
        return await self.workflows.execute(self.aggregate, wire(command, key, **more))

    def commands(self) -> list[dict[str, Any]]:
        """What the box has carried out, in order."""
        return [msgspec.json.decode(each.data) for each in self.store.events]

    def names(self) -> list[str]:
        return [each["command"] for each in self.commands()]

    def closed_at(self) -> datetime:
        """When the box was closed."""
        (closing,) = [each for each in self.commands() if each["command"] == "Close"]
        return datetime.fromisoformat(closing["at"])

    async def now(self) -> datetime:
        return await self.environment.get_current_time()


def worker(
    client: Client, queue: str, store: MemoryStore, workflow: type[TournamentWorkflow] = TournamentWorkflow
) -> Worker:
    """Serves boxes in place of tournaments. A ``workflow`` of a test's own is not for the sandbox, which would
    import the test."""
    activities = AggregateActivities({TOURNAMENT: box.kept(store)})
    return Worker(
        client,
        task_queue=queue,
        workflows=[workflow],
        workflow_runner=(
            SandboxedWorkflowRunner() if workflow is TournamentWorkflow else UnsandboxedWorkflowRunner()
        ),
        activities=[activities.execute, activities.progress, activities.carry_out],
    )


@asynccontextmanager
async def keeping(
    environment: WorkflowEnvironment, workflow: type[TournamentWorkflow] = TournamentWorkflow
) -> AsyncIterator[Kept]:
    """A store, a worker, and a box that is not made yet."""
    store, queue = MemoryStore(), uuid4().hex
    kept = Kept(environment, store, queue)
    async with worker(environment.client, queue, store, workflow):
        try:
            yield kept
        finally:
            with suppress(RPCError):  # it has come to its end
                await kept.handle.terminate()
