"""The schedule that has reconciliation run."""

import asyncio
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from contracts.reconciliation import reconciliation_workflow_id
from workers.reconciliation import EVERY, schedule_reconciliation

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_it_is_created_once_and_left_as_operators_have_it(dev_server: WorkflowEnvironment) -> None:
    home, name = uuid4(), f"reconciliation-{uuid4()}"
    await schedule_reconciliation(dev_server.client, home, schedule=name)
    handle = dev_server.client.get_schedule_handle(name)
    await handle.pause(note="at rest")
    await schedule_reconciliation(dev_server.client, home, schedule=name)
    schedule = (await handle.describe()).schedule
    await handle.delete()
    assert schedule.state.paused
    assert [each.every for each in schedule.spec.intervals] == [EVERY]


async def test_its_runs_are_named_so_that_they_are_confidential(dev_server: WorkflowEnvironment) -> None:
    home, name = uuid4(), f"reconciliation-{uuid4()}"
    await schedule_reconciliation(dev_server.client, home, schedule=name, queue=name)
    handle = dev_server.client.get_schedule_handle(name)
    await handle.trigger()
    async with asyncio.timeout(30):
        while not (running := (await handle.describe()).info.running_actions):
            await asyncio.sleep(0.1)
    await handle.delete()
    (run,) = running
    id_ = run.workflow_id  # pyright: ignore[reportAttributeAccessIssue]
    await dev_server.client.get_workflow_handle(id_).terminate()
    assert id_.startswith(f"{reconciliation_workflow_id(home)}-")
