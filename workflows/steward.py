"""What the workflows of a tournament and of a session have in common: an aggregate carried through time.

A workflow holds order and time. What may happen is decided by the aggregate, behind activities; after each
command they say where it stands (:class:`Progress`). From that the workflow knows until when to wait and what
to do next. It keeps nothing that the event store does not have, so signals are hints, a fresh history begins
with the last progress, and one that was lost is begun again from the store.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.exceptions import TimeoutError as ActivityTimeout

with workflow.unsafe.imports_passed_through():
    from activities.aggregates import AggregateActivities
    from activities.refusals import TRY_AGAIN_CODES
    from contracts.work import (
        EXECUTE,
        PROGRESS,
        Aggregate,
        CommandFor,
        Done,
        DuesOf,
        Progress,
        WireCommand,
        WireDue,
    )
    from workflows import search_attributes

COMMANDS_IN_FLIGHT = 8
"""The server takes ten updates at a time for one workflow and answers more of them with an error of its own."""
ANSWER_WITHIN = timedelta(seconds=30)
"""How long a command is tried before whoever gave it is told that the store is away."""
ATTEMPT = timedelta(seconds=15)
RETRIES = RetryPolicy(
    initial_interval=timedelta(seconds=0.2), backoff_coefficient=2, maximum_interval=timedelta(seconds=20)
)
"""Without end: the store may be away for hours, and nothing that is due may be left out."""
LONG_HISTORY = 500
"""Events from which the end of a phase is taken as the occasion for a fresh history."""


class Steward:
    """Keeps one aggregate. Subclasses say what follows from its progress and begin the next history."""

    def __init__(self, aggregate: Aggregate, progress: Progress) -> None:
        self.aggregate = aggregate
        self.progress_now = progress
        self._first_phase = progress.phase
        self._in_flight = 0
        self._leaving = False

    # --- what comes from outside ---------------------------------------------------------------------------

    @workflow.update(name=EXECUTE)
    async def execute(self, command: WireCommand) -> Done:
        """One command, decided by the aggregate. A refusal is an ApplicationError with the code as its type."""
        self._in_flight += 1
        try:
            await self.ready()
            done = await workflow.execute_activity_method(
                AggregateActivities.execute,
                CommandFor(aggregate=self.aggregate, command=command),
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=ANSWER_WITHIN,
                retry_policy=RETRIES,
                summary=command.type,
            )
        except ActivityError as error:
            raise refusal_of(error) from error
        finally:
            self._in_flight -= 1
        self.take(done.progress)
        # The details are for the UI of workflows; in every answer they would only lengthen the history.
        return replace(done, progress=replace(done.progress, details=""))

    @execute.validator
    def admit(self, command: WireCommand) -> None:
        """Turns away what need not reach the aggregate; nothing of it enters the history."""
        kind = self.aggregate.kind
        if not command.type.isidentifier() or not command.idempotency_key:
            raise refused("invalid_command", "a command has a type and an idempotency key")
        if self.progress_now.finished:
            raise refused(f"{kind}_closed", f"this {kind} is closed: nothing can be asked of it any more")
        if self._leaving:
            raise refused("workflow_leaving", "a fresh history is about to begin; ask again")
        if self._in_flight >= COMMANDS_IN_FLIGHT:
            raise refused("too_many_requests", f"{COMMANDS_IN_FLIGHT} commands are being served; ask again")

    @workflow.query(name=PROGRESS)
    def progress(self) -> Progress:
        """Where it is, and what happens next and when."""
        return self.progress_now

    # --- what the subclass adds ----------------------------------------------------------------------------

    async def ready(self) -> None:
        """Waits until a command can be served."""

    def has_work(self) -> bool:
        """Whether ``follow_up`` has something to do."""
        return False

    async def follow_up(self) -> None:
        """Do what follows from the progress and the hints so far, until nothing is left."""

    def next_dues(self) -> tuple[WireDue, ...]:
        """What comes next, in order of time."""
        return self.progress_now.dues

    async def fall_due(self, dues: tuple[WireDue, ...]) -> None:
        """Carry out what is due now. What is needless by then is left out by the aggregate."""
        names = ", ".join(f"{due.name} {due.subject}".strip() for due in dues)
        self.take(
            await workflow.execute_activity_method(
                AggregateActivities.carry_out,
                DuesOf(aggregate=self.aggregate, dues=dues),
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary=_short(names),
            )
        )

    # --- the path ------------------------------------------------------------------------------------------

    async def keep(self) -> bool:
        """Carry the aggregate on. True at the end of its life, False when a fresh history is to begin.

        No command is under way when this returns, and none is admitted from then on.
        """
        while True:
            await self.follow_up()
            if not self._ends():
                self._leaving = False
                await self._wait()
            elif self._in_flight == 0 and self._leaving:
                return self.progress_now.finished
            else:
                self._leaving = True
                await workflow.wait_condition(workflow.all_handlers_finished)

    async def look(self) -> None:
        """See in the store where the aggregate stands."""
        self.take(
            await workflow.execute_activity_method(
                AggregateActivities.progress,
                self.aggregate,
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary="where it stands",
            )
        )

    def take(self, progress: Progress) -> None:
        """The newest progress counts: commands served at once answer in any order."""
        known = self.progress_now
        if progress.version < known.version:
            return
        self.progress_now = progress
        if known.version == 0:
            self._first_phase = progress.phase
        if progress.phase != known.phase:
            workflow.upsert_search_attributes([search_attributes.PHASE.value_set(progress.phase)])
        workflow.set_current_details(progress.details)

    def _ends(self) -> bool:
        return self.progress_now.finished or self._history_is_long()

    def _history_is_long(self) -> bool:
        info = workflow.info()
        if info.is_continue_as_new_suggested():
            return True
        return self.progress_now.phase != self._first_phase and (
            info.get_current_history_length() > LONG_HISTORY
        )

    async def _wait(self) -> None:
        """Until the next due, then have it carried out; or until there is something else to do.

        A command that leaves the next due where it is does not wake this, so its timer goes on.
        """
        due = self._next_due()
        if due is not None and due.at <= workflow.now():
            now = workflow.now()
            return await self.fall_due(tuple(each for each in self.next_dues() if each.at <= now))
        with suppress(TimeoutError):  # then the next turn finds it due
            await workflow.wait_condition(
                lambda: self._next_due() != due or self.has_work() or self._ends(),
                timeout=None if due is None else due.at - workflow.now(),
                timeout_summary=None if due is None else _short(f"{due.name} {due.subject}".strip()),
            )

    def _next_due(self) -> WireDue | None:
        dues = self.next_dues()
        return dues[0] if dues else None


def refused(code: str, message: str) -> ApplicationError:
    """A refusal of the workflow's own."""
    return ApplicationError(message, type=code, non_retryable=True)


def refusal_of(error: ActivityError) -> ApplicationError:
    """What whoever gave the command is told: the refusal as it is, or why it could not be served in time."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.non_retryable:
        return ApplicationError(cause.message, *cause.details, type=cause.type, non_retryable=True)
    last = cause.cause if isinstance(cause, ActivityTimeout) else cause
    code = last.type if isinstance(last, ApplicationError) else "store_unavailable"
    if code is None or code not in TRY_AGAIN_CODES:
        return refused("internal_error", "Something failed on our side; it was logged.")
    return refused(code, f"the command was not served within {ANSWER_WITHIN.seconds} s; repeat it")


def _short(text: str) -> str:
    """As much as the server keeps of a summary."""
    return text if len(text) <= 120 else text[:119] + "…"
