"""Notices and notifications with nobody behind them: what their activities answer, and no more."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from contracts.notifications import (
    Delivered,
    Delivery,
    FannedOut,
    FanOut,
    NoticeOf,
    NoticeRun,
    NotificationRun,
    notice_workflow_id,
    notification_workflow_id,
)
from workflows.notification import NoticeWorkflow, NotificationWorkflow

SECOND = timedelta(seconds=1)
TENANT, SOMEBODY = UUID(int=1), UUID(int=7)


@activity.defn
async def raise_notice(of: NoticeOf) -> bool:
    return True


@activity.defn
async def fan_out(page: FanOut) -> FannedOut:
    """Two pages."""
    return FannedOut(after=SOMEBODY if page.after is None else None, told=200 if page.after is None else 3)


@activity.defn
async def deliver(of: Delivery) -> str:
    """Mails are sent at the second try; push never is."""
    if of.channel == "push" or activity.info().attempt == 1:
        raise ApplicationError("the server is away", type="put off")
    return "sent"


@activity.defn
async def conclude(of: Delivered) -> None:
    return


async def told(environment: WorkflowEnvironment) -> tuple[WorkflowHandle, WorkflowHandle]:
    """A notice that was told to 203, and a notification of one of them that came to its end."""
    queue, client = uuid4().hex, environment.client
    soon = datetime.now(UTC) + 10 * SECOND
    notice = NoticeOf(tenant_id=TENANT, notice_id=uuid4())
    run = NotificationRun(
        tenant_id=TENANT,
        notification_id=uuid4(),
        channels=("email", "push"),
        due_at=soon,
        expires_at=soon + 12 * SECOND,
        category="wickets",
    )
    async with Worker(
        client,
        task_queue=queue,
        workflows=[NoticeWorkflow, NotificationWorkflow],
        activities=[raise_notice, fan_out, deliver, conclude],
    ):
        handles = (
            await client.start_workflow(
                NoticeWorkflow.run,
                NoticeRun(notice=notice, due_at=soon),
                id=notice_workflow_id(TENANT, notice.notice_id),
                task_queue=queue,
            ),
            await client.start_workflow(
                NotificationWorkflow.run,
                run,
                id=notification_workflow_id(TENANT, run.notification_id),
                task_queue=queue,
            ),
        )
        assert await handles[0].result() == 203
        await handles[1].result()
    return handles
