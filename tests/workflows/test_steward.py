"""How every aggregate is carried through time, shown on the smallest there is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.aggregates import AggregateActivities
from contracts.work import TOURNAMENT, Aggregate, Done, TournamentRun, WireCommand, workflow_id
from tests.workflows import box
from tests.workflows.memory import MemoryStore
from workflows.facade import WorkflowRefused, Workflows
from workflows.tournament import TournamentWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")
DAY = timedelta(days=1)


class Kept:
    """A box and the workflow that keeps it."""

    def __init__(self, environment: WorkflowEnvironment, store: MemoryStore) -> None:
        self.environment = environment
        self.store = store
        self.aggregate = Aggregate(kind=TOURNAMENT, tenant_id=uuid4(), id=uuid4())
        self.workflows = Workflows(environment.client)
        self.handle = environment.client.get_workflow_handle(workflow_id(self.aggregate))

    async def execute(self, command: Any, key: str | None = None, **more: Any) -> Done:
        return await self.workflows.execute(self.aggregate, wire(command, key, **more))

    def events(self) -> list[str]:
        """The commands that the box has carried out."""
        return [msgspec.json.decode(each.data)["command"] for each in self.store.events]

    def last(self) -> dict[str, Any]:
        return msgspec.json.decode(self.store.events[-1].data)

    async def now(self) -> datetime:
        return await self.environment.get_current_time()


def wire(command: Any, key: str | None = None, **more: Any) -> WireCommand:
    return WireCommand(
        type=type(command).__name__,
        data=msgspec.to_builtins(command),
        idempotency_key=key or uuid4().hex,
        **more,
    )


@asynccontextmanager
async def keeping(environment: WorkflowEnvironment) -> AsyncIterator[Kept]:
    store = MemoryStore()
    kept = Kept(environment, store)
    queue = uuid4().hex
    activities = AggregateActivities({TOURNAMENT: box.kept(store)})
    async with Worker(
        environment.client,
        task_queue=queue,
        workflows=[TournamentWorkflow],
        activities=[activities.execute, activities.progress, activities.carry_out],
    ):
        await environment.client.start_workflow(
            TournamentWorkflow.run,
            TournamentRun(aggregate=kept.aggregate),
            id=workflow_id(kept.aggregate),
            task_queue=queue,
        )
        yield kept
        with suppress(RPCError):  # it has come to its end
            await kept.handle.terminate()


async def test_what_is_due_happens_at_its_time(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        closes_at = await kept.now() + 30 * DAY
        await kept.execute(box.Make(closes_at=closes_at))
        await skipping.sleep(29 * DAY)
        assert kept.events() == ["Make"]
        await skipping.sleep(DAY)
        assert kept.events() == ["Make", "Close"]
        assert datetime.fromisoformat(kept.last()["at"]) - closes_at < timedelta(seconds=5)


async def test_a_refusal_has_its_code(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.execute(box.Make(closes_at=await kept.now() + DAY))
        with pytest.raises(WorkflowRefused) as refused:
            await kept.execute(box.Make(closes_at=await kept.now() + DAY))
        assert refused.value.code == "box_exists"
