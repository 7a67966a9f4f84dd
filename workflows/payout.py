"""The prize money of one tournament, from the proposal to the last transfer.

Which steps are wanted follows from the payout's own state (``domain.payout.steps``); how they are taken, from
:class:`workflows.saga.Saga`. It looks by itself whether a dispute that blocks it is over.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payouts import PayoutActivities
    from contracts.payout import PAYOUT_MOVED, PayoutRun, PayoutStepOf
    from contracts.work import Progress
    from workflows.saga import STEP_WITHIN, Saga
    from workflows.steward import ATTEMPT, RETRIES


@workflow.defn
class PayoutWorkflow(Saga):
    """Keeps one payout."""

    LOOK = "look at disputes"
    LOOKS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))

    @workflow.init
    def __init__(self, run: PayoutRun) -> None:
        super().__init__(run.aggregate, run.progress, run.looks)
        self._moved = True

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

    def has_work(self) -> bool:
        return self.progress_now.version > 0 and (self._moved or self.wanted() is not None)

    async def follow_up(self) -> None:
        while self.has_work():
            if self._moved:
                await self._look_around()
            else:
                await self.try_step(self.wanted() or "")

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
        self.begin_look()
        self.take(
            await workflow.execute_activity_method(
                PayoutActivities.look_around,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary=self.LOOK,
            )
        )

    async def take_step(self, step: str) -> Progress:
        return await workflow.execute_activity_method(
            PayoutActivities.take_payout_step,
            PayoutStepOf(aggregate=self.aggregate, step=step),
            start_to_close_timeout=ATTEMPT,
            schedule_to_close_timeout=STEP_WITHIN,
            retry_policy=RETRIES,
            summary=step,
        )
