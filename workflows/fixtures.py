"""One request for fixtures: the solver's work, watched."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.fixtures import FixtureActivities
    from contracts.fixtures import PROGRESSED, FixturesFound, FixturesRequest, SolveProgress

HEARTBEAT_TIMEOUT = timedelta(seconds=15)
"""A worker that was killed is missed after this long, and another begins anew."""
GRACE = timedelta(minutes=2)
"""To build the model, to explain why there is no solution, and to stop."""
RETRIES = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=30),
    maximum_attempts=10,
    non_retryable_error_types=["UnreadableFixtures", "CommandRefused"],
)


@workflow.defn
class FixturesWorkflow:
    """Has a problem solved and answers with the solution. Cancelling it stops the solver."""

    def __init__(self) -> None:
        self._progress = SolveProgress()

    @workflow.run
    async def run(self, request: FixturesRequest) -> FixturesFound:
        self._describe(request)
        found = await workflow.execute_activity_method(
            FixtureActivities.solve_fixtures,
            request,
            start_to_close_timeout=timedelta(seconds=request.time_limit_seconds) + GRACE,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RETRIES,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=f"place {request.matches} matches",
        )
        self._progress = SolveProgress(
            phase="done", cost=found.cost, bound=found.bound, seconds=self._progress.seconds
        )
        workflow.set_current_details(_answer(request, found))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return found

    @workflow.signal(name=PROGRESSED)
    def progressed(self, progress: SolveProgress) -> None:
        """The solver has come so far; a late one changes nothing that matters."""
        self._progress = progress

    @workflow.query
    def progress(self) -> SolveProgress:
        return self._progress

    def _describe(self, request: FixturesRequest) -> None:
        workflow.set_current_details(
            f"**{request.matches} matches** are being placed, for {request.time_limit_seconds:g} s at most.\n\n"
            "The pending activity's heartbeat tells the best cost found, and the bound: no solution costs less."
        )


def _answer(request: FixturesRequest, found: FixturesFound) -> str:
    if found.conflict:
        reasons = "\n".join(f"- {name}" for name in found.conflict)
        return f"**{request.matches} matches cannot be placed.** These do not go together:\n\n{reasons}"
    if found.status in ("infeasible", "unknown"):
        return f"**{request.matches} matches could not be placed** ({found.status})."
    return f"**{request.matches} matches are placed** ({found.status}): cost {found.cost}, at least {found.bound}."
