"""The payment of one entry, from the place that is kept for it to the tournament's start: a saga.

Which steps are wanted, and in which order they are undone, follows from the payment's own state
(``domain.payment.steps``); how they are taken, from :class:`workflows.saga.Saga`.
"""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.aggregates import AggregateActivities
    from activities.payments import PaymentActivities
    from activities.refusals import PROVIDER_UNAVAILABLE
    from contracts.entry import (
        BEGIN,
        ENTRY_MOVED,
        PAYMENT_MOVED,
        BegunPayment,
        EntryRun,
        Opened,
        PaymentOf,
        StepOf,
        StepTaken,
    )
    from contracts.work import (
        TOURNAMENT_MOVED,
        CommandFor,
        Progress,
        WireCommand,
        tournament_workflow_id,
    )
    from workflows.saga import STEP_WITHIN, Saga
    from workflows.steward import ANSWER_WITHIN, ATTEMPT, COMMANDS_IN_FLIGHT, RETRIES, refusal_of, refused

UNKNOWN = 2**31
"""Later than any version: it is not known when something was decided."""
INTENT_STEP = "intent"
PAYABLE = "awaiting payment"


@workflow.defn
class EntryWorkflow(Saga):
    """Keeps one payment."""

    LOOK = "look at Stripe"
    LOOKS = (
        timedelta(minutes=2),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=4),
    )

    @workflow.init
    def __init__(self, run: EntryRun) -> None:
        super().__init__(run.aggregate, run.progress, run.looks)
        self._entry = run.entry
        self._begun: BegunPayment | None = None
        """What a payer is told, as long as it is so; only in this run's memory."""
        self._decided = 0
        """At which version of the tournament something was decided about the entry, as far as this was told."""

    @workflow.run
    async def run(self, run: EntryRun) -> None:
        try:
            over = await self._whole_life()
        except BaseException as error:
            if not is_cancelled_exception(error):
                raise
            # From here on nothing can be cancelled any more: what was begun is undone to its end.
            await self._call_off()
            over = await self.keep()
            if over:
                raise
        if not over:
            workflow.continue_as_new(
                EntryRun(
                    aggregate=self.aggregate,
                    entry=self._entry,
                    progress=self.progress_now,
                    looks=self._looks,
                )
            )

    # --- what comes from outside ---------------------------------------------------------------------------

    @workflow.update(name=BEGIN)
    async def begin(self) -> BegunPayment:
        """What the payer's browser needs to pay, as soon as Stripe waits for it; the same for whoever asks."""
        self._in_flight += 1
        # Somebody waits for it: now is the time to try again.
        self._put_off.pop(INTENT_STEP, None)
        try:
            with suppress(TimeoutError):
                await workflow.wait_condition(self._can_begin, timeout=ANSWER_WITHIN)
            if self.progress_now.version == 0:
                raise refused("payment_not_due", "there is nothing to pay")
            if INTENT_STEP in self.progress_now.steps:
                raise refused(PROVIDER_UNAVAILABLE, "payments cannot be reached at the moment; come again")
            if self._begun is not None and self.progress_now.phase == PAYABLE:
                return self._begun
            return await workflow.execute_activity_method(
                PaymentActivities.begin,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=ANSWER_WITHIN,
                retry_policy=RETRIES,
                summary="what the payer needs",
            )
        except ActivityError as error:
            raise refusal_of(error) from error
        finally:
            self._in_flight -= 1

    @begin.validator
    def admit_payer(self) -> None:
        """Turns away what cannot be served now; nothing of it enters the history."""
        if self._leaving:
            raise refused("workflow_leaving", "a fresh history is about to begin; ask again")
        if self._in_flight >= COMMANDS_IN_FLIGHT:
            raise refused("too_many_requests", f"{COMMANDS_IN_FLIGHT} are being served; ask again")

    @workflow.signal(name=PAYMENT_MOVED)
    def payment_moved(self) -> None:
        """Something happened at Stripe."""
        self._moved = True

    @workflow.signal(name=ENTRY_MOVED)
    def entry_moved(self, version: int = 0) -> None:
        """The tournament has decided something. What the payment has brought about itself it knows already."""
        self._decided = max(self._decided, version or UNKNOWN)

    # --- the path ------------------------------------------------------------------------------------------

    def has_work(self) -> bool:
        return self._moved or self._has_entry_news() or self.wanted() is not None

    async def follow_up(self) -> None:
        while self.has_work():
            # The tournament first: what Stripe says means another thing once the place is gone.
            if self._has_entry_news():
                await self._hear_of_entry()
            elif self._moved:
                await self._look()
            else:
                await self.try_step(self.wanted() or "")

    def _has_entry_news(self) -> bool:
        return self._decided > self.progress_now.heard

    async def _whole_life(self) -> bool:
        if self.progress_now.version == 0:
            await self._open()
        return await self.keep()

    async def _open(self) -> None:
        opened: Opened = await workflow.execute_activity_method(
            PaymentActivities.open_payment,
            PaymentOf(aggregate=self.aggregate, entry=self._entry),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary="what is to be paid",
        )
        self._begun = opened.begun
        self.take(opened.progress)

    async def _hear_of_entry(self) -> None:
        self._decided = 0
        self.take(
            await workflow.execute_activity_method(
                PaymentActivities.hear_of_entry,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary="the entry",
            )
        )

    async def _look(self) -> None:
        """Stripe may be away; then what the tournament decides meanwhile is heard all the same."""
        self.begin_look()
        try:
            progress = await workflow.execute_activity_method(
                PaymentActivities.look,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=STEP_WITHIN,
                retry_policy=RETRIES,
                summary=self.LOOK,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return
        self.take(progress)

    # --- steps ---------------------------------------------------------------------------------------------

    async def take_step(self, step: str) -> Progress:
        taken: StepTaken = await workflow.execute_activity_method(
            PaymentActivities.take_step,
            StepOf(aggregate=self.aggregate, step=step),
            start_to_close_timeout=ATTEMPT,
            schedule_to_close_timeout=STEP_WITHIN,
            retry_policy=RETRIES,
            summary=step,
        )
        if taken.begun is not None:
            self._begun = taken.begun
        if taken.released is not None:
            await self._tell_tournament(taken.released)
        return taken.progress

    async def _tell_tournament(self, tournament: UUID) -> None:
        """What it waits for may be something else now."""
        id_ = tournament_workflow_id(self.aggregate.tenant_id, tournament)
        with suppress(FailureError):  # it is over
            await workflow.get_external_workflow_handle(id_).signal(TOURNAMENT_MOVED)

    def _can_begin(self) -> bool:
        now = self.progress_now
        return now.finished or (now.version > 0 and INTENT_STEP not in now.steps)

    async def _call_off(self) -> None:
        """Whoever cancels the workflow wants no money taken, and what came in given back."""
        if self.progress_now.version == 0:
            await self._open()
        if self.progress_now.version == 0:
            return
        command = WireCommand(
            type="CallOffPayment",
            data={"reason": "it was called off"},
            idempotency_key=f"call off:{workflow.info().run_id}",
        )
        done = await workflow.execute_activity_method(
            AggregateActivities.execute,
            CommandFor(aggregate=self.aggregate, command=command),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary=command.type,
        )
        self.take(done.progress)
