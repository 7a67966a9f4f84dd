"""A tournament's life, from its draft to its archive: weeks of waiting, and never a rule of its own."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.fees import FeeActivities
    from activities.results import ResultActivities
    from contracts.entry import ENTRY_MOVED, EntryRun, PaymentsAfter, PaymentsToTell, PaymentToTell
    from contracts.payout import PayoutRun
    from contracts.work import (
        PAYMENT,
        PAYOUT,
        SESSION,
        SESSION_MOVED,
        SESSION_OVER,
        TOURNAMENT_MOVED,
        Aggregate,
        Progress,
        ResultOf,
        SessionRun,
        SessionToOpen,
        TournamentRun,
        entry_workflow_id,
        match_workflow_id,
        payout_workflow_id,
    )
    from workflows import search_attributes
    from workflows.entry import EntryWorkflow
    from workflows.match import MatchWorkflow
    from workflows.payout import PayoutWorkflow
    from workflows.steward import ATTEMPT, RETRIES, Steward

SESSIONS_AT_ONCE = 500
"""Children pending at a time; the server allows 2,000 and grows slow long before."""
TELLS = 5
"""How often a payment's workflow may end at the very moment it is told."""
CREATED_WITHIN = timedelta(minutes=1)
"""How long it waits for the command that creates the tournament; it comes along with the start."""


@workflow.defn
class TournamentWorkflow(Steward):
    """Keeps one tournament and starts the sessions of its matches."""

    sessions_at_once = SESSIONS_AT_ONCE

    @workflow.init
    def __init__(self, run: TournamentRun) -> None:
        super().__init__(run.aggregate, run.progress)
        self._match_queue = run.match_queue
        self._payment_queue = run.payment_queue
        self._payout_queue = run.payout_queue
        self._payout_begun = False
        """Only in this run's memory: beginning it twice is no harm."""
        self._payments_told = run.payments_told
        self._behind = False
        """Others have decided something in its stream."""
        self._told: dict[UUID, SessionToOpen] = {session.match_id: session for session in run.told}
        self._over: dict[UUID, int] = dict.fromkeys(run.over, 1)
        """Matches whose result is to be taken, with how often that was said."""
        self._taking: dict[UUID, asyncio.Task[None]] = {}
        self._pending: list[ChildWorkflowHandle[MatchWorkflow, None]] = []

    @workflow.run
    async def run(self, run: TournamentRun) -> None:
        if self.progress_now.version == 0:
            await self.look()
        if not await self._created():
            return
        if await self.keep():
            # Cancelled, it has its sessions cancel theirs, and ends when that is done.
            await workflow.wait_condition(lambda: all(child.done() for child in self._pending))
            return
        workflow.continue_as_new(
            TournamentRun(
                aggregate=self.aggregate,
                progress=self.progress_now,
                told=tuple(self._told.values()),
                over=tuple(self._over),
                match_queue=self._match_queue,
                payment_queue=self._payment_queue,
                payout_queue=self._payout_queue,
                payments_told=self._payments_told,
            )
        )

    @workflow.signal(name=SESSION_OVER)
    def session_over(self, match_id: UUID) -> None:
        """A match has its official result, or was corrected after it."""
        self._over[match_id] = self._over.get(match_id, 0) + 1

    @workflow.signal(name=TOURNAMENT_MOVED)
    def tournament_moved(self) -> None:
        """Another than this workflow has decided something: a payment that was called off gave its place away."""
        self._behind = True

    async def _created(self) -> bool:
        """Whether there is a tournament: the command that creates it may be refused."""
        try:
            await workflow.wait_condition(
                lambda: self.progress_now.version > 0, timeout=CREATED_WITHIN, timeout_summary="creation"
            )
        except TimeoutError:
            return False
        return True

    def has_work(self) -> bool:
        sessions = self._untaken() or self._moved() or self._vanished() or self._to_start()
        return self._behind or bool(sessions) or self._has_payments_to_tell() or self._has_prizes_to_pay()

    async def follow_up(self) -> None:
        while self.has_work():
            if self._behind:
                self._behind = False
                await self.look()
            for match_id in self._untaken():
                self._taking[match_id] = asyncio.create_task(self._take_result(match_id))
            vanished, moved = self._vanished(), self._moved()
            # A session that has failed is begun again when something about it has changed.
            lost = {*vanished, *await self._tell(moved), *await self._tell(vanished)}
            self._told = {match_id: told for match_id, told in self._told.items() if match_id not in lost}
            for session in self.progress_now.sessions:
                if session.match_id in moved and session.match_id in self._told:
                    self._told[session.match_id] = session
            await asyncio.gather(*(self._start(session) for session in self._to_start()))
            if self._has_payments_to_tell():
                await self._tell_payments()
            if self._has_prizes_to_pay():
                await self._begin_payout()

    # --- results -------------------------------------------------------------------------------------------

    def _untaken(self) -> list[UUID]:
        return [match_id for match_id in self._over if match_id not in self._taking]

    async def _take_result(self, match_id: UUID) -> None:
        """Beside everything else: one result that cannot be taken yet holds up no other."""
        said = self._over[match_id]
        progress: Progress = await workflow.execute_activity_method(
            ResultActivities.take_result,
            ResultOf(aggregate=self.aggregate, match_id=match_id),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary=self._name_of(match_id),
        )
        self.take(progress)
        del self._taking[match_id]
        if self._over[match_id] == said:
            del self._over[match_id]

    # --- sessions ------------------------------------------------------------------------------------------

    def _to_start(self) -> list[SessionToOpen]:
        new = [each for each in self.progress_now.sessions if each.match_id not in self._told]
        self._pending = [child for child in self._pending if not child.done()]
        return new[: self.sessions_at_once - len(self._pending)]

    def _moved(self) -> list[UUID]:
        return [
            each.match_id
            for each in self.progress_now.sessions
            if self._told.get(each.match_id, each) != each
        ]

    def _vanished(self) -> list[UUID]:
        """Sessions that the tournament no longer has open: over, or called off."""
        there = {each.match_id for each in self.progress_now.sessions}
        return [match_id for match_id in self._told if match_id not in there]

    async def _start(self, session: SessionToOpen) -> None:
        aggregate = self.aggregate
        tenant, match_id = aggregate.tenant_id, session.match_id
        try:
            child = await workflow.start_child_workflow(
                MatchWorkflow.run,
                SessionRun(
                    aggregate=Aggregate(kind=SESSION, tenant_id=tenant, id=match_id),
                    tournament_id=aggregate.id,
                    node=session.node,
                ),
                id=match_workflow_id(tenant, match_id),
                task_queue=self._match_queue,
                parent_close_policy=ParentClosePolicy.ABANDON,
                search_attributes=search_attributes.of_session(
                    tenant, aggregate.id, match_id, session.starts_at
                ),
                static_summary=_summary(session),
                memo={"name": _summary(session)},
            )
            child.add_done_callback(_ended)
            self._pending.append(child)
        except WorkflowAlreadyStartedError:
            await self._tell([match_id])
        self._told[match_id] = session

    async def _tell(self, matches: Sequence[UUID]) -> list[UUID]:
        """Have sessions look at what the tournament has arranged; those that are closed."""
        ids = [match_workflow_id(self.aggregate.tenant_id, match_id) for match_id in matches]
        handles = [workflow.get_external_workflow_handle(each) for each in ids]
        answers = await asyncio.gather(
            *(handle.signal(SESSION_MOVED) for handle in handles), return_exceptions=True
        )
        return [match_id for match_id, answer in zip(matches, answers, strict=True) if answer is not None]

    # --- payments ------------------------------------------------------------------------------------------

    def _has_payments_to_tell(self) -> bool:
        return self.progress_now.payments > self._payments_told

    async def _tell_payments(self) -> None:
        """Have the payments of some entries hear what was decided about them. A cancelled tournament tells all
        of them so, some at a time, and goes on where it was when a fresh history begins."""
        batch: PaymentsToTell = await workflow.execute_activity_method(
            FeeActivities.payments_to_tell,
            PaymentsAfter(aggregate=self.aggregate, told=self._payments_told),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary=f"after version {self._payments_told[0]}",
        )
        await asyncio.gather(*(self._tell_payment(payment) for payment in batch.payments))
        self._payments_told = batch.told

    async def _tell_payment(self, payment: PaymentToTell) -> None:
        """Start the payment's workflow; one that runs is told. One that ended just then is started after all."""
        tenant = self.aggregate.tenant_id
        id_ = entry_workflow_id(tenant, payment.payment_id)
        for _ in range(TELLS):
            try:
                child = await workflow.start_child_workflow(
                    EntryWorkflow.run,
                    EntryRun(
                        aggregate=Aggregate(kind=PAYMENT, tenant_id=tenant, id=payment.payment_id),
                        entry=payment.entry,
                    ),
                    id=id_,
                    task_queue=self._payment_queue,
                    parent_close_policy=ParentClosePolicy.ABANDON,
                    search_attributes=search_attributes.of_payment(
                        tenant, self.aggregate.id, payment.payment_id
                    ),
                    static_summary=f"entry fee of {payment.name}",
                )
                child.add_done_callback(_ended)
                return
            except WorkflowAlreadyStartedError:
                with suppress(FailureError):
                    await workflow.get_external_workflow_handle(id_).signal(ENTRY_MOVED, payment.version)
                    return

    # --- prize money ---------------------------------------------------------------------------------------

    def _has_prizes_to_pay(self) -> bool:
        return self.progress_now.prizes_due and not self._payout_begun

    async def _begin_payout(self) -> None:
        """Have the prize money paid out; whoever keeps the payout goes on beyond the tournament's end."""
        self._payout_begun = True
        tenant, tournament = self.aggregate.tenant_id, self.aggregate.id
        with suppress(WorkflowAlreadyStartedError):
            child = await workflow.start_child_workflow(
                PayoutWorkflow.run,
                PayoutRun(aggregate=Aggregate(kind=PAYOUT, tenant_id=tenant, id=tournament)),
                id=payout_workflow_id(tenant, tournament),
                task_queue=self._payout_queue,
                parent_close_policy=ParentClosePolicy.ABANDON,
                search_attributes=search_attributes.of_tournament(tenant, tournament),
                static_summary="prize money",
            )
            child.add_done_callback(_ended)

    def _name_of(self, match_id: UUID) -> str:
        session = self._told.get(match_id)
        return session.name if session else str(match_id)


def _summary(session: SessionToOpen) -> str:
    return f"{session.name}, {session.starts_at:%-d %b %H:%M}"


def _ended(child: "asyncio.Future[None]") -> None:
    """How a session ended is its own story; the tournament hears of its result by signal."""
    if not child.cancelled():
        child.exception()
