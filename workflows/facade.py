"""The only way from outside to the workflows: starting, commanding and asking them.

Whatever goes wrong comes as one exception with a code of the API.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

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
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from contracts.entry import BEGIN, PAYMENT_MOVED, BegunPayment, EntryOf
from contracts.fixtures import (
    FixturesFound,
    FixturesRequest,
    SolveProgress,
    fixtures_workflow_id,
)
from contracts.notifications import NoticeOf, NoticeRun, NotificationRun
from contracts.payout import PAYOUT_MOVED
from contracts.reconciliation import ReconciliationReport, ReconciliationRun
from contracts.work import (
    EXECUTE,
    MATCH_MOVED,
    PAYMENT,
    PAYOUT,
    PROGRESS,
    SESSION,
    SESSION_OVER,
    TOURNAMENT,
    Aggregate,
    Done,
    Progress,
    WireCommand,
    payment_id_of,
    workflow_id,
)
from domain.payout.state import Phase as PayoutPhase
from workflows import search_attributes, start
from workflows.entry import EntryWorkflow
from workflows.fixtures import FixturesWorkflow
from workflows.notification import NoticeWorkflow, NotificationWorkflow
from workflows.payout import PayoutWorkflow
from workflows.reconciliation import ReconciliationWorkflow
from workflows.refusal import BUSY, WorkflowRefused, refusal, unavailable
from workflows.tournament import TournamentWorkflow

PATIENCE_SECONDS = 20.0
"""How long a command is offered to a busy workflow, or waited for, before its client is told to come again."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.5

Answer = TypeVar("Answer")


class Workflows:
    """The workflows of one namespace. One per process."""

    def __init__(
        self,
        client: Client,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        queues: start.Queues = start.QUEUES,
    ) -> None:
        self._client = client
        self._patience = timedelta(seconds=patience_seconds)
        self._queues = queues

    # --- tournaments and their match days ------------------------------------------------------------------

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
                start_workflow_operation=WithStartWorkflowOperation(
                    TournamentWorkflow.run, **start.tournament(self._queues, aggregate, name)
                ),
                result_type=Done,
                rpc_timeout=self._patience,
            )

        return await self._patiently(aggregate, ask)

    async def resume(self, aggregate: Aggregate, *, name: str = "") -> None:
        """Give a tournament a workflow again, from where the store has it, if it has none: for operators."""
        await self._start(aggregate, TournamentWorkflow.run, start.tournament(self._queues, aggregate, name))

    async def execute(self, aggregate: Aggregate, command: WireCommand) -> Done:
        """Have a tournament or session carry out a command. Raises WorkflowRefused."""
        handle = self._handle(aggregate)

        def ask() -> Awaitable[Done]:
            return handle.execute_update(EXECUTE, command, result_type=Done, rpc_timeout=self._patience)

        return await self._patiently(aggregate, ask)

    async def progress(self, aggregate: Aggregate) -> Progress:
        """Where it is, and what happens next and when. Raises WorkflowRefused."""
        try:
            return await self._handle(aggregate).query(
                PROGRESS, result_type=Progress, rpc_timeout=self._patience
            )
        except (RPCError, WorkflowQueryFailedError) as error:
            raise await refusal(self._client, aggregate, error) from error

    async def match_moved(self, tenant_id: UUID, match_id: UUID, version: int) -> bool:
        """Tell a match's session how far the match is; False if none is open. Raises WorkflowRefused."""
        session = Aggregate(kind=SESSION, tenant_id=tenant_id, id=match_id)
        return await self._signal(session, MATCH_MOVED, version)

    async def session_over(self, tenant_id: UUID, tournament_id: UUID, match_id: UUID) -> bool:
        """Have a tournament look at the result of a match; False if it is closed. Raises WorkflowRefused."""
        tournament = Aggregate(kind=TOURNAMENT, tenant_id=tenant_id, id=tournament_id)
        return await self._signal(tournament, SESSION_OVER, match_id)

    # --- fixtures ------------------------------------------------------------------------------------------

    async def place_fixtures(self, request: FixturesRequest) -> None:
        """Have a tournament's matches placed; repeated it is the same request. Raises WorkflowRefused."""
        try:
            await self._client.start_workflow(
                FixturesWorkflow.run, **start.fixtures(self._queues, request), rpc_timeout=self._patience
            )
        except WorkflowAlreadyStartedError:
            pass
        except RPCError as error:
            raise unavailable(error) from error

    async def placed_fixtures(
        self, tenant_id: UUID, tournament_id: UUID, request_id: str
    ) -> FixturesFound | SolveProgress:
        """What became of a request to place matches, or how far it is. Raises WorkflowRefused."""
        id_ = fixtures_workflow_id(tenant_id, tournament_id, request_id)
        handle = self._client.get_workflow_handle_for(FixturesWorkflow.run, id_)
        try:
            description = await handle.describe(rpc_timeout=self._patience)
            if description.status == WorkflowExecutionStatus.RUNNING:
                return await handle.query(FixturesWorkflow.progress, rpc_timeout=self._patience)
            return await handle.result(rpc_timeout=self._patience)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                raise WorkflowRefused("solution_not_found", f"no fixtures are called {request_id}") from error
            raise unavailable(error) from error
        except (WorkflowFailureError, WorkflowQueryFailedError) as error:
            raise WorkflowRefused("solution_failed", "the fixtures could not be worked out") from error

    # --- money ---------------------------------------------------------------------------------------------

    async def begin_payment(self, tenant_id: UUID, entry: EntryOf, *, name: str = "") -> BegunPayment:
        """Have a payer begin to pay for an entry: its payment's workflow, started if it does not run yet,
        answers as soon as Stripe waits for the payer. Whoever asks again is told the same. Raises
        WorkflowRefused ("payment_not_due", "provider_unavailable")."""
        payment_id = payment_id_of(entry.tournament_id, entry.team, entry.number)
        payment = Aggregate(kind=PAYMENT, tenant_id=tenant_id, id=payment_id)

        def ask() -> Awaitable[BegunPayment]:
            return self._client.execute_update_with_start_workflow(
                BEGIN,
                start_workflow_operation=WithStartWorkflowOperation(
                    EntryWorkflow.run, **start.payment(self._queues, payment, entry, name)
                ),
                result_type=BegunPayment,
                rpc_timeout=self._patience,
            )

        return await self._patiently(payment, ask)

    async def payment_moved(self, tenant_id: UUID, payment_id: UUID) -> None:
        """Have a payment look at what Stripe has, also one whose workflow has ended: a dispute may come months
        later. Of a payment that there is not, nothing comes. Raises WorkflowRefused."""
        payment = Aggregate(kind=PAYMENT, tenant_id=tenant_id, id=payment_id)
        await self._start(
            payment, EntryWorkflow.run, start.payment(self._queues, payment, None, ""), PAYMENT_MOVED
        )

    async def payout_moved(self, tenant_id: UUID, tournament_id: UUID) -> None:
        """Have the prize money of a settled tournament paid out, or looked at again: a result may be another after
        all, a dispute over. Of a tournament without prize money nothing comes. Raises WorkflowRefused."""
        payout = Aggregate(kind=PAYOUT, tenant_id=tenant_id, id=tournament_id)
        await self._start(payout, PayoutWorkflow.run, start.payout(self._queues, payout), PAYOUT_MOVED)

    async def payee_moved(self, tenant_id: UUID, payee: str) -> None:
        """Have the payouts of a league that are stuck look whether this payee can be paid now. Raises
        WorkflowRefused."""
        stuck = (
            f"{search_attributes.TENANT_ID.name} = '{tenant_id}'"
            f" and {search_attributes.PHASE.name} = '{PayoutPhase.STUCK}'"
            " and WorkflowType = 'PayoutWorkflow' and ExecutionStatus = 'Running'"
        )
        try:
            found = [each.id async for each in self._client.list_workflows(stuck, rpc_timeout=self._patience)]
            for id_ in found:
                with _unless_ended():
                    await self._client.get_workflow_handle(id_).signal(
                        PAYOUT_MOVED, rpc_timeout=self._patience
                    )
        except RPCError as error:
            raise unavailable(error) from error

    async def reconcile(
        self, home: UUID, *, settle_seconds: float = 60
    ) -> WorkflowHandle[ReconciliationWorkflow, ReconciliationReport]:
        """Compare Stripe with the books now; the run that is under way, if one was started so before."""
        run = ReconciliationRun(home=home, settle_seconds=settle_seconds)
        return await self._client.start_workflow(
            ReconciliationWorkflow.run, **start.reconciliation(self._queues, run), rpc_timeout=self._patience
        )

    # --- notifications -------------------------------------------------------------------------------------

    async def tell(self, tenant_id: UUID, notice_id: UUID, due_at: datetime | None) -> None:
        """Have a notice told to whom it is to be told; repeated, it is the same. Raises WorkflowRefused."""
        run = NoticeRun(notice=NoticeOf(tenant_id=tenant_id, notice_id=notice_id), due_at=due_at)
        await self._once(NoticeWorkflow.run, start.notice(self._queues, run))

    async def deliver(self, run: NotificationRun) -> None:
        """Have one person's notification handed over; repeated, it is the same. Raises WorkflowRefused."""
        await self._once(NotificationWorkflow.run, start.notification(self._queues, run))

    async def _once(self, run: Callable[..., Awaitable[Any]], how: start.Start) -> None:
        try:
            await self._client.start_workflow(run, **how, rpc_timeout=self._patience)
        except WorkflowAlreadyStartedError:
            pass
        except RPCError as error:
            raise unavailable(error) from error

    # --- what these have in common -------------------------------------------------------------------------

    def _handle(self, aggregate: Aggregate) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(workflow_id(aggregate))

    async def _start(
        self,
        aggregate: Aggregate,
        run: Callable[..., Awaitable[Any]],
        how: start.Start,
        signal: str | None = None,
    ) -> None:
        """Have its workflow run, if it does not yet, and tell it this."""
        try:
            await self._client.start_workflow(run, **how, start_signal=signal, rpc_timeout=self._patience)
        except RPCError as error:
            raise await refusal(self._client, aggregate, error) from error

    async def _signal(self, aggregate: Aggregate, name: str, value: Any) -> bool:
        try:
            await self._handle(aggregate).signal(name, value, rpc_timeout=self._patience)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return False
            raise unavailable(error) from error
        return True

    async def _patiently(self, aggregate: Aggregate, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask again while the workflow is busy or about to begin a fresh history."""
        clock = asyncio.get_running_loop().time
        deadline, pause = clock() + self._patience.total_seconds(), FIRST_PAUSE_SECONDS
        while True:
            try:
                return await ask()
            except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
                refused = await refusal(self._client, aggregate, error)
                if refused.code not in BUSY or clock() + pause > deadline:
                    raise refused from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


@contextmanager
def _unless_ended() -> Iterator[None]:
    """A workflow that has ended meanwhile need not be told."""
    try:
        yield
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
