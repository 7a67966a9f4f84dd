"""Whoever hears of a payee has the payouts that are stuck look at it, and no others."""

import asyncio
from uuid import UUID, uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment

from contracts.payout import PayoutRun
from contracts.work import PAYOUT, Aggregate
from workflows import search_attributes as by
from workflows.facade import Workflows
from workflows.payout import PayoutWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAGUE = UUID(int=71)


async def payout(
    environment: WorkflowEnvironment, tenant: UUID, phase: str
) -> WorkflowHandle[PayoutWorkflow, None]:
    """One that has come so far; nobody works on it."""
    aggregate = Aggregate(kind=PAYOUT, tenant_id=tenant, id=uuid4())
    return await environment.client.start_workflow(
        PayoutWorkflow.run,
        PayoutRun(aggregate=aggregate),
        id=f"{tenant}/payout/{aggregate.id}",
        task_queue=f"nobody-{uuid4()}",
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(by.TENANT_ID, str(tenant)), SearchAttributePair(by.PHASE, phase)]
        ),
    )


async def told(handle: WorkflowHandle[PayoutWorkflow, None]) -> bool:
    history = await handle.fetch_history()
    signalled = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
    return any(event.event_type == signalled for event in history.events)


async def test_the_stuck_payouts_of_its_league_are_told(dev_server: WorkflowEnvironment) -> None:
    await by.register(dev_server.client)
    stuck = await payout(dev_server, LEAGUE, "stuck")
    others = [await payout(dev_server, LEAGUE, "paying"), await payout(dev_server, uuid4(), "stuck")]
    try:
        async with asyncio.timeout(60):
            while not await told(stuck):  # the index is behind
                await Workflows(dev_server.client).payee_moved(LEAGUE, "rcb")
                await asyncio.sleep(0.1)
        assert [await told(each) for each in others] == [False, False]
    finally:
        for handle in (stuck, *others):
            await handle.terminate()
