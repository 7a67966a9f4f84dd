"""The payment of one entry, from the place that is kept for it to the tournament's start: a saga.

Which steps are wanted, and in which order they are undone, follows from the payment's own state
(``domain.payment.steps``). The workflow takes them one at a time, puts one off that cannot be taken now so
that it holds up no other, and looks at Stripe by itself when nobody has told it anything for long.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

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
        PaymentOf,
        StepOf,
        StepTaken,
    )
    from contracts.work import CommandFor, Progress, WireCommand, WireDue
    from workflows.steward import (
        ANSWER_WITHIN,
        ATTEMPT,
        COMMANDS_IN_FLIGHT,
        RETRIES,
        Steward,
        refusal_of,
        refused,
    )

LOOKS = (
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""How long nobody may say anything before Stripe is asked: after each look in vain longer, the last for ever."""
STEP_WITHIN = timedelta(minutes=3)
"""How long a step is tried before it is put off."""
PUT_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
INTENT_STEP = "intent"
PAYABLE = "awaiting payment"
LOOK = "look at Stripe"
AGAIN = "try again"


@workflow.defn
class EntryWorkflow(Steward):
    """Keeps one payment."""

    @workflow.init
    def __init__(self, run: EntryRun) -> None:
        super().__init__(run.aggregate, run.progress)
        self._entry = run.entry
        self._begun: BegunPayment | None = None
        """What a payer is told, as long as it is so; only in this run's memory."""
        self._moved = False
        self._entry_moved = False
        self._looks = run.looks
        self._quiet_since = workflow.now()
        self._put_off: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}

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
    def entry_moved(self) -> None:
        """The tournament has decided something."""
        self._entry_moved = True

    # --- the path ------------------------------------------------------------------------------------------

    async def ready(self) -> None:
        await workflow.wait_condition(lambda: self.progress_now.version > 0 or self.progress_now.finished)

    def has_work(self) -> bool:
        return self._moved or self._entry_moved or self._wanted() is not None

    async def follow_up(self) -> None:
        while self.has_work():
            # The tournament first: what Stripe says means another thing once the place is gone.
            if self._entry_moved:
                await self._hear_of_entry()
            elif self._moved:
                await self._look()
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
        again = [
            WireDue(name=AGAIN, subject=step, at=at, due_at=at)
            for step, at in self._put_off.items()
            if step in self.progress_now.steps
        ]
        if self.progress_now.watched:
            at = self._quiet_since + LOOKS[min(self._looks, len(LOOKS) - 1)]
            again.append(WireDue(name=LOOK, subject="", at=at, due_at=at))
        return tuple(sorted(again, key=lambda due: (due.at, due.name, due.subject)))

    async def _whole_life(self) -> bool:
        if self.progress_now.version == 0:
            await self._open()
        return await self.keep()

    async def _open(self) -> None:
        progress = await workflow.execute_activity_method(
            PaymentActivities.open_payment,
            PaymentOf(aggregate=self.aggregate, entry=self._entry),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary="what is to be paid",
        )
        self.take(progress)

    async def _hear_of_entry(self) -> None:
        self._entry_moved = False
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
        self._moved = False
        self._looks, self._quiet_since = self._looks + 1, workflow.now()
        try:
            progress = await workflow.execute_activity_method(
                PaymentActivities.look,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=STEP_WITHIN,
                retry_policy=RETRIES,
                summary=LOOK,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return
        self.take(progress)

    # --- steps ---------------------------------------------------------------------------------------------

    def _wanted(self) -> str | None:
        """The most urgent step that is not put off."""
        return next((step for step in self.progress_now.steps if step not in self._put_off), None)

    async def _take_step(self, step: str) -> None:
        try:
            taken: StepTaken = await workflow.execute_activity_method(
                PaymentActivities.take_step,
                StepOf(aggregate=self.aggregate, step=step),
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
        if taken.begun is not None:
            self._begun = taken.begun
        self.take(taken.progress)

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
