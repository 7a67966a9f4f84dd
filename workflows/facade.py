"""The only way from outside to the workflows: starting, commanding and asking them.

Whatever goes wrong comes as one exception with a code of the API.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from contracts.entry import BEGIN, PAYMENT_MOVED, BegunPayment, EntryOf, EntryRun
from contracts.fixtures import (
    FIXTURES_QUEUE,
    FixturesFound,
    FixturesRequest,
    SolveProgress,
    fixtures_workflow_id,
)
from contracts.payout import PAYOUT_MOVED, PayoutRun
from contracts.reconciliation import (
    ReconciliationReport,
    ReconciliationRun,
    reconciliation_workflow_id,
)
from contracts.work import (
    EXECUTE,
    MATCH_MOVED,
    MATCH_QUEUE,
    PAYMENT,
    PAYMENT_QUEUE,
    PAYOUT,
    PAYOUT_QUEUE,
    PROGRESS,
    SESSION,
    SESSION_OVER,
    TOURNAMENT,
    TOURNAMENT_QUEUE,
    Aggregate,
    Done,
    Progress,
    TournamentRun,
    WireCommand,
    entry_workflow_id,
    payment_id_of,
    payout_workflow_id,
    tournament_workflow_id,
    workflow_id,
)
from domain.payout.state import Phase as PayoutPhase
from workflows import search_attributes
from workflows.entry import EntryWorkflow
from workflows.fixtures import FixturesWorkflow
from workflows.payout import PayoutWorkflow
from workflows.reconciliation import ReconciliationWorkflow
from workflows.tournament import TournamentWorkflow

PATIENCE_SECONDS = 20.0
"""How long a command is offered to a busy workflow, or waited for, before its client is told to come again."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.5
BUSY = frozenset({"workflow_leaving", "too_many_requests"})

Answer = TypeVar("Answer")
log = structlog.get_logger()


class WorkflowRefused(Exception):
    """A command or question that was not served. ``code`` is one of the API's; ``detail`` the problem's further
    members."""

    def __init__(self, code: str, message: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail or {}


class Workflows:
    """The workflows of one namespace. One per process."""

    def __init__(
        self,
        client: Client,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        tournament_queue: str = TOURNAMENT_QUEUE,
        match_queue: str = MATCH_QUEUE,
        fixtures_queue: str = FIXTURES_QUEUE,
        payment_queue: str = PAYMENT_QUEUE,
        payout_queue: str = PAYOUT_QUEUE,
    ) -> None:
        self._client = client
        self._patience = patience_seconds
        self._queue = tournament_queue
        self._match_queue = match_queue
        self._fixtures_queue = fixtures_queue
        self._payment_queue = payment_queue
        self._payout_queue = payout_queue

    async def create_tournament(
        self, tenant_id: UUID, tournament_id: UUID, command: WireCommand, *, name: str = ""
    ) -> Done:
        """Start a tournament's workflow with the command that creates it, in one call.

        Repeated it is the same tournament and the same answer, also after the tournament's end: whether
        there is one is for the store to say. Raises WorkflowRefused.
        """
        aggregate = Aggregate(kind=TOURNAMENT, tenant_id=tenant_id, id=tournament_id)

        def ask() -> Awaitable[Done]:
            return self._client.execute_update_with_start_workflow(
                EXECUTE,
                command,
                start_workflow_operation=self._start(aggregate, name),
                result_type=Done,
                rpc_timeout=timedelta(seconds=self._patience),
            )

        return await self._patiently(aggregate, ask)

    async def execute(self, aggregate: Aggregate, command: WireCommand) -> Done:
        """Have a tournament or session carry out a command. Raises WorkflowRefused."""
        handle = self._handle(aggregate)

        def ask() -> Awaitable[Done]:
            return handle.execute_update(
                EXECUTE, command, result_type=Done, rpc_timeout=timedelta(seconds=self._patience)
            )

        return await self._patiently(aggregate, ask)

    async def progress(self, aggregate: Aggregate) -> Progress:
        """Where it is, and what happens next and when. Raises WorkflowRefused."""
        try:
            return await self._handle(aggregate).query(
                PROGRESS, result_type=Progress, rpc_timeout=timedelta(seconds=self._patience)
            )
        except (RPCError, WorkflowQueryFailedError) as error:
            raise await self._refusal(aggregate, error) from error

    async def resume(self, aggregate: Aggregate, *, name: str = "") -> None:
        """Give a tournament a workflow again, from where the store has it, if it has none: for operators."""
        try:
            await self._client.start_workflow(
                TournamentWorkflow.run, **self._start_arguments(aggregate, name)
            )
        except RPCError as error:
            raise await self._refusal(aggregate, error) from error

    async def match_moved(self, tenant_id: UUID, match_id: UUID, version: int) -> bool:
        """Tell a match's session how far the match is; False if none is open. Raises WorkflowRefused."""
        session = Aggregate(kind=SESSION, tenant_id=tenant_id, id=match_id)
        return await self._signal(session, MATCH_MOVED, version)

    async def session_over(self, tenant_id: UUID, tournament_id: UUID, match_id: UUID) -> bool:
        """Have a tournament look at the result of a match; False if it is closed. Raises WorkflowRefused."""
        tournament = Aggregate(kind=TOURNAMENT, tenant_id=tenant_id, id=tournament_id)
        return await self._signal(tournament, SESSION_OVER, match_id)

    async def begin_payment(self, tenant_id: UUID, entry: EntryOf, *, name: str = "") -> BegunPayment:
        """Have a payer begin to pay for an entry: its payment's workflow, started if it does not run yet,
        answers as soon as Stripe waits for the payer. Whoever asks again is told the same. Raises
        WorkflowRefused ("payment_not_due", "provider_unavailable")."""
        payment = Aggregate(
            kind=PAYMENT,
            tenant_id=tenant_id,
            id=payment_id_of(entry.tournament_id, entry.team, entry.number),
        )

        def ask() -> Awaitable[BegunPayment]:
            start = WithStartWorkflowOperation(
                EntryWorkflow.run, **self._payment_arguments(payment, entry, name)
            )
            return self._client.execute_update_with_start_workflow(
                BEGIN,
                start_workflow_operation=start,
                result_type=BegunPayment,
                rpc_timeout=timedelta(seconds=self._patience),
            )

        return await self._patiently(payment, ask)

    async def payment_moved(self, tenant_id: UUID, payment_id: UUID) -> None:
        """Have a payment look at what Stripe has, also one whose workflow has ended: a dispute may come months
        later. Of a payment that there is not, nothing comes. Raises WorkflowRefused."""
        payment = Aggregate(kind=PAYMENT, tenant_id=tenant_id, id=payment_id)
        try:
            await self._client.start_workflow(
                EntryWorkflow.run,
                **self._payment_arguments(payment, None, ""),
                start_signal=PAYMENT_MOVED,
                rpc_timeout=timedelta(seconds=self._patience),
            )
        except RPCError as error:
            raise await self._refusal(payment, error) from error

    async def payout_moved(self, tenant_id: UUID, tournament_id: UUID) -> None:
        """Have the prize money of a settled tournament paid out, or looked at again: a result may be another after
        all, a dispute over. Of a tournament without prize money nothing comes. Raises WorkflowRefused."""
        payout = Aggregate(kind=PAYOUT, tenant_id=tenant_id, id=tournament_id)
        try:
            await self._client.start_workflow(
                PayoutWorkflow.run,
                PayoutRun(aggregate=payout),
                id=payout_workflow_id(tenant_id, tournament_id),
                task_queue=self._payout_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                # A second run is never wrong: it begins with what the store has.
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                search_attributes=search_attributes.of_tournament(tenant_id, tournament_id),
                static_summary="prize money",
                priority=Priority(fairness_key=str(tenant_id)),
                start_signal=PAYOUT_MOVED,
                rpc_timeout=timedelta(seconds=self._patience),
            )
        except RPCError as error:
            raise await self._refusal(payout, error) from error

    async def payee_moved(self, tenant_id: UUID, payee: str) -> None:
        """Have the payouts of a league that are stuck look whether this payee can be paid now. Raises
        WorkflowRefused."""
        stuck = (
            f"{search_attributes.TENANT_ID.name} = '{tenant_id}'"
            f" and {search_attributes.PHASE.name} = '{PayoutPhase.STUCK}'"
            " and WorkflowType = 'PayoutWorkflow' and ExecutionStatus = 'Running'"
        )
        patience = timedelta(seconds=self._patience)
        try:
            found = [each.id async for each in self._client.list_workflows(stuck, rpc_timeout=patience)]
            for id_ in found:
                with _unless_ended():
                    await self._client.get_workflow_handle(id_).signal(PAYOUT_MOVED, rpc_timeout=patience)
        except RPCError as error:
            raise _away(error) from error

    async def reconcile(
        self, home: UUID, *, settle_seconds: float = 60
    ) -> WorkflowHandle[ReconciliationWorkflow, ReconciliationReport]:
        """Compare Stripe with the books now; the run that is under way, if one was started so before."""
        return await self._client.start_workflow(
            ReconciliationWorkflow.run,
            ReconciliationRun(home=home, settle_seconds=settle_seconds),
            id=reconciliation_workflow_id(home),
            task_queue=self._payment_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary="reconciliation with Stripe",
            rpc_timeout=timedelta(seconds=self._patience),
        )

    def _payment_arguments(self, payment: Aggregate, entry: EntryOf | None, name: str) -> dict[str, Any]:
        tenant, tournament = payment.tenant_id, entry.tournament_id if entry else None
        return {
            "arg": EntryRun(aggregate=payment, entry=entry),
            "id": entry_workflow_id(tenant, payment.id),
            "task_queue": self._payment_queue,
            "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
            # A second run is never wrong: it begins with what the store has.
            "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            "search_attributes": search_attributes.of_payment(tenant, tournament, payment.id),
            "static_summary": f"entry fee of {name}" if name else "entry fee",
            "priority": Priority(fairness_key=str(tenant)),
        }

    async def place_fixtures(self, request: FixturesRequest) -> None:
        """Have a tournament's matches placed; repeated it is the same request. Raises WorkflowRefused."""
        tenant, tournament = request.tenant_id, request.tournament_id
        try:
            await self._client.start_workflow(
                FixturesWorkflow.run,
                request,
                id=fixtures_workflow_id(tenant, tournament, request.request_id),
                task_queue=self._fixtures_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=search_attributes.of_tournament(tenant, tournament),
                static_summary=f"fixtures of {tournament}",
                priority=Priority(fairness_key=str(tenant)),
                rpc_timeout=timedelta(seconds=self._patience),
            )
        except WorkflowAlreadyStartedError:
            pass
        except RPCError as error:
            raise _away(error) from error

    async def placed_fixtures(
        self, tenant_id: UUID, tournament_id: UUID, request_id: str
    ) -> FixturesFound | SolveProgress:
        """What became of a request to place matches, or how far it is. Raises WorkflowRefused."""
        id_ = fixtures_workflow_id(tenant_id, tournament_id, request_id)
        handle = self._client.get_workflow_handle_for(FixturesWorkflow.run, id_)
        patience = timedelta(seconds=self._patience)
        try:
            description = await handle.describe(rpc_timeout=patience)
            if description.status == WorkflowExecutionStatus.RUNNING:
                return await handle.query(FixturesWorkflow.progress, rpc_timeout=patience)
            return await handle.result(rpc_timeout=patience)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                raise WorkflowRefused("solution_not_found", f"no fixtures are called {request_id}") from error
            raise _away(error) from error
        except (WorkflowFailureError, WorkflowQueryFailedError) as error:
            raise WorkflowRefused("solution_failed", "the fixtures could not be worked out") from error

    async def _signal(self, aggregate: Aggregate, name: str, value: Any) -> bool:
        try:
            await self._handle(aggregate).signal(name, value, rpc_timeout=timedelta(seconds=self._patience))
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return False
            raise _away(error) from error
        return True

    def _start(self, aggregate: Aggregate, name: str) -> WithStartWorkflowOperation[TournamentWorkflow, None]:
        return WithStartWorkflowOperation(TournamentWorkflow.run, **self._start_arguments(aggregate, name))

    def _start_arguments(self, aggregate: Aggregate, name: str) -> dict[str, Any]:
        tenant, tournament = aggregate.tenant_id, aggregate.id
        return {
            "arg": TournamentRun(
                aggregate=aggregate,
                match_queue=self._match_queue,
                payment_queue=self._payment_queue,
                payout_queue=self._payout_queue,
            ),
            "id": tournament_workflow_id(tenant, tournament),
            "task_queue": self._queue,
            "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
            # A second run is never wrong: it begins with what the store has, and ends if that is over.
            "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            "search_attributes": search_attributes.of_tournament(tenant, tournament),
            "static_summary": name or str(tournament),
            # A fresh history begins without a summary, but not without its memo.
            "memo": {"name": name or str(tournament)},
            "priority": Priority(fairness_key=str(tenant)),
        }

    def _handle(self, aggregate: Aggregate) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(workflow_id(aggregate))

    async def _patiently(self, aggregate: Aggregate, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask again while the workflow is busy or about to begin a fresh history."""
        clock = asyncio.get_running_loop().time
        deadline, pause = clock() + self._patience, FIRST_PAUSE_SECONDS
        while True:
            try:
                return await ask()
            except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
                refusal = await self._refusal(aggregate, error)
                if refusal.code not in BUSY or clock() + pause > deadline:
                    raise refusal from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _refusal(self, aggregate: Aggregate, error: Exception) -> WorkflowRefused:
        cause = error.__cause__ if isinstance(error, WorkflowUpdateFailedError) else None
        if isinstance(cause, ApplicationError) and cause.type:
            detail = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else None
            return WorkflowRefused(cause.type, cause.message, detail)
        if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
            return await self._absent(aggregate)
        return _away(error)

    async def _absent(self, aggregate: Aggregate) -> WorkflowRefused:
        """The server answers commands alike for workflows that never were and those that are closed.

        One that runs by now has begun in between, and can be asked again.
        """
        kind = aggregate.kind
        try:
            found = await self._handle(aggregate).describe()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                return _away(error)
            return WorkflowRefused(f"{kind}_not_found", f"there is no {kind} {aggregate.id}")
        if found.status is WorkflowExecutionStatus.RUNNING:
            return WorkflowRefused("workflow_leaving", f"this {kind} has only just begun; ask again")
        return WorkflowRefused(
            f"{kind}_closed", f"this {kind} is closed: nothing can be asked of it any more"
        )


def _away(error: Exception) -> WorkflowRefused:
    """What the server really said is for operators: a client can only come again."""
    said = error.status.name if isinstance(error, RPCError) else type(error).__name__
    log.warning("workflows.unavailable", status=said, error=str(error))
    return WorkflowRefused("workflows_unavailable", "the workflows cannot be reached at the moment")


@contextmanager
def _unless_ended() -> Iterator[None]:
    """A workflow that has ended meanwhile need not be told."""
    try:
        yield
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
