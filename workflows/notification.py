"""Notices on their way to people: one workflow a notice, which finds whom it is told, and one for each message that
goes out by mail or push. What is only in somebody's inbox is a row, and needs none."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.notices import NoticeActivities
    from activities.notifications import NotificationActivities
    from contracts.notifications import (
        Delivered,
        Delivery,
        FanOut,
        NoticeRun,
        NotificationRun,
        Outcome,
    )
    from workflows.steward import RETRIES

ATTEMPT = timedelta(seconds=60)
DELIVERIES = RetryPolicy(
    initial_interval=timedelta(seconds=5), backoff_coefficient=2, maximum_interval=timedelta(hours=1)
)
"""Until it is sent, refused or expired: what never expires is tried for as long as the mail server is away."""


@workflow.defn
class NoticeWorkflow:
    """Waits until a notice may be told, then has it told to everybody who is to hear of it, a page at a time. Answers
    how many they are."""

    @workflow.run
    async def run(self, run: NoticeRun) -> int:
        if run.after is None:
            await _until(run.due_at, "not before then")
            if not await self._raised(run):
                return 0
        after, told = run.after, run.told
        while True:
            page = await workflow.execute_activity_method(
                NoticeActivities.fan_out,
                FanOut(notice=run.notice, after=after),
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary=f"{told} told so far",
            )
            told += page.told
            if page.after is None:
                return told
            after = page.after
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(NoticeRun(notice=run.notice, after=after, told=told))

    @staticmethod
    async def _raised(run: NoticeRun) -> bool:
        return await workflow.execute_activity_method(
            NoticeActivities.raise_notice,
            run.notice,
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary="is it still so?",
        )


@workflow.defn
class NotificationWorkflow:
    """One person's notification, or digest: waits until it is due, hands it over by each way, and says what became of
    it."""

    @workflow.run
    async def run(self, run: NotificationRun) -> None:
        await _until(run.due_at, "quiet hours, or the time of the digest")
        outcomes = await asyncio.gather(*(self._deliver(run, channel) for channel in run.channels))
        await workflow.execute_activity_method(
            NotificationActivities.conclude,
            Delivered(
                tenant_id=run.tenant_id,
                notification_id=run.notification_id,
                outcomes=tuple(zip(run.channels, outcomes, strict=True)),
            ),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary=", ".join(outcomes),
        )

    @staticmethod
    async def _deliver(run: NotificationRun, channel: str) -> Outcome:
        left = None if run.expires_at is None else run.expires_at - workflow.now()
        if left is not None and left <= timedelta():
            return "expired"
        try:
            return await workflow.execute_activity_method(
                NotificationActivities.deliver,
                Delivery(tenant_id=run.tenant_id, notification_id=run.notification_id, channel=channel),
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=left,
                retry_policy=DELIVERIES,
                summary=channel,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return "expired"


async def _until(at: datetime | None, why: str) -> None:
    """Sleep until then; not at all if that is past."""
    seconds = 0.0 if at is None else (at - workflow.now()).total_seconds()
    if seconds > 0:
        await workflow.sleep(seconds, summary=why)
