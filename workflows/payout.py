"""The prize money of one tournament, from the proposal to the last transfer.

Which steps are wanted follows from the payout's own state (``domain.payout.steps``). The workflow takes them one
at a time, puts one off that cannot be taken now so that it holds up no other, and looks by itself whether a
dispute that blocks it is over.
"""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.payouts import PayoutActivities
    from contracts.payout import PAYOUT_MOVED, PayoutRun, PayoutStepOf
    from contracts.work import Progress, WireDue
    from workflows.steward import ATTEMPT, RETRIES, Steward

LOOKS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
"""How long after nothing has changed it is looked whether disputes are over; the last for ever."""
STEP_WITHIN = timedelta(minutes=3)
"""How long a step is tried before it is put off."""
PUT_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
LOOK = "look at disputes"
AGAIN = "try again"


@workflow.defn
class PayoutWorkflow(Steward):
    """Keeps one payout."""

    @workflow.init
    def __init__(self, run: PayoutRun) -> None:
        super().__init__(run.aggregate, run.progress)
        self._moved = True
        self._looks = run.looks
        self._quiet_since = workflow.now()
        self._put_off: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}

    @workflow.run
    async def run(self, run: PayoutRun) -> None:
        if self.progress_now.version == 0:
            await self._open()
        if not await self.keep():
            workflow.continue_as_new(
                PayoutRun(aggregate=self.aggregate, progress=self.progress_now, looks=self._looks)
            )

    @workflow.signal(name=PAYOUT_MOVED)
    def payout_moved(self) -> None:
        """Something that the payout rests on may be another."""
        self._moved = True

    async def ready(self) -> None:
        await workflow.wait_condition(lambda: self.progress_now.version > 0 or self.progress_now.finished)

    def has_work(self) -> bool:
        return self.progress_now.version > 0 and (self._moved or self._wanted() is not None)

    async def follow_up(self) -> None:
        while self.has_work():
            if self._moved:
                await self._look_around()
            else:
                await self._take_step(self._wanted() or "")

    async def fall_due(self, dues: tuple[WireDue, ...]) -> None:
        for due in dues:
            if due.name == AGAIN:
                self._put_off.pop(due.subject, None)
            else:
                self._moved = True

    def take(self, progress: Progress) -> None:
        if progress.version > self.progress_now.version:
            self._looks, self._quiet_since = 0, workflow.now()
        super().take(progress)

    def next_dues(self) -> tuple[WireDue, ...]:
        found = [
            WireDue(name=AGAIN, subject=step, at=at, due_at=at)
            for step, at in self._put_off.items()
            if step in self.progress_now.steps
        ]
        if self.progress_now.watched:
            at = self._quiet_since + LOOKS[min(self._looks, len(LOOKS) - 1)]
            found.append(WireDue(name=LOOK, subject="", at=at, due_at=at))
        return tuple(sorted(found, key=lambda due: (due.at, due.name, due.subject)))

    async def _open(self) -> None:
        self.take(
            await workflow.execute_activity_method(
                PayoutActivities.open_payout,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary="who has won how much",
            )
        )

    async def _look_around(self) -> None:
        self._moved = False
        self._looks, self._quiet_since = self._looks + 1, workflow.now()
        self.take(
            await workflow.execute_activity_method(
                PayoutActivities.look_around,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary=LOOK,
            )
        )

    def _wanted(self) -> str | None:
        """The most urgent step that is not put off."""
        return next((step for step in self.progress_now.steps if step not in self._put_off), None)

    async def _take_step(self, step: str) -> None:
        try:
            progress = await workflow.execute_activity_method(
                PayoutActivities.take_payout_step,
                PayoutStepOf(aggregate=self.aggregate, step=step),
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=STEP_WITHIN,
                retry_policy=RETRIES,
                summary=step,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            # It is tried again later, and holds up no other step until then.
            failures = self._failures[step] = self._failures.get(step, 0) + 1
            self._put_off[step] = workflow.now() + PUT_OFF[min(failures, len(PUT_OFF)) - 1]
            return
        self._failures.pop(step, None)
        self.take(progress)
