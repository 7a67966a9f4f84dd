"""What every saga of money does with its steps, whatever they are."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from temporalio import activity, workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from contracts.work import PAYMENT, Aggregate, Progress
from workflows.saga import Saga

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOTH = Progress(version=1, phase="begun", finished=False, steps=("first", "second"))
FIRST_LEFT = Progress(version=2, phase="begun", finished=False, steps=("first",))
OVER = Progress(version=3, phase="over", finished=True)
MINUTES = timedelta(minutes=1)


@workflow.defn
class TwoSteps(Saga):
    """Wants two steps taken."""

    LOOK = "look"
    LOOKS = (timedelta(days=1),)

    @workflow.init
    def __init__(self, aggregate: Aggregate) -> None:
        super().__init__(aggregate, BOTH, 0)

    @workflow.run
    async def run(self, aggregate: Aggregate) -> None:
        await self.keep()

    def has_work(self) -> bool:
        return self.wanted() is not None

    async def follow_up(self) -> None:
        while (step := self.wanted()) is not None:
            await self.try_step(step)

    async def take_step(self, step: str) -> Progress:
        return await workflow.execute_activity(
            "take", step, result_type=Progress, start_to_close_timeout=MINUTES
        )


class InVain:
    """The first step comes to nothing three times, and says no word of it: it is wanted as before."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, datetime]] = []

    @activity.defn
    async def take(self, step: str) -> Progress:
        self.taken.append((step, activity.info().scheduled_time))
        names = [name for name, _ in self.taken]
        if names.count("first") == 4:
            return OVER
        return FIRST_LEFT if "second" in names else BOTH


async def test_a_step_taken_in_vain_is_put_off_and_holds_up_no_other(skipping: WorkflowEnvironment) -> None:
    queue, steps = uuid4().hex, InVain()
    async with Worker(
        skipping.client,
        task_queue=queue,
        workflows=[TwoSteps],
        workflow_runner=UnsandboxedWorkflowRunner(),
        activities=[steps.take],
    ):
        aggregate = Aggregate(kind=PAYMENT, tenant_id=uuid4(), id=uuid4())
        await skipping.client.execute_workflow(TwoSteps.run, aggregate, id=queue, task_queue=queue)
    assert [name for name, _ in steps.taken] == ["first", "second", "first", "first", "first"]
    times = [at for name, at in steps.taken if name == "first"]
    waits = [round((later - at) / MINUTES) for at, later in pairwise(times)]
    assert waits == [1, 5, 20]
