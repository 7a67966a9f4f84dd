"""Having fixtures solved as a Temporal activity: it heartbeats how far the solver is, and stops when told to."""

import asyncio
import threading

from temporalio import activity

from contracts.fixtures import (
    PROGRESSED,
    FixturesFound,
    FixtureSolver,
    FixturesRequest,
    SolveProgress,
    pack,
    unpack_problem,
)
from domain.tournament.fixtures.model import FixtureProblem, FixtureSolution

HEARTBEAT_SECONDS = 1.0
TELL_SECONDS = 3.0
"""The workflow is told how far it is no more often than this: each telling is part of its history for ever."""


class FixtureActivities:
    """``solver`` blocks, so it works in a thread of its own."""

    def __init__(self, solver: FixtureSolver, *, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        self._solver = solver
        self._heartbeat_seconds = heartbeat_seconds

    @activity.defn
    async def solve_fixtures(self, request: FixturesRequest) -> FixturesFound:
        """The best fixtures found in the time the request gives.

        Heartbeats carry the last :class:`SolveProgress`; the workflow gets it as a signal. When the request is
        cancelled, or the worker goes down, the solver is told to stop and the activity ends as soon as it has.
        """
        run = _Run(self._solver, unpack_problem(request.problem))
        solving = asyncio.create_task(asyncio.to_thread(run.solve))
        telling = asyncio.create_task(self._tell(run))
        try:
            while not solving.done():
                activity.heartbeat(run.progress)
                await asyncio.wait({solving}, timeout=self._heartbeat_seconds)
            solution = await solving
        finally:
            run.stop.set()
            telling.cancel()
            # The thread is not left behind: it would go on using the processor for nobody.
            await asyncio.gather(solving, telling, return_exceptions=True)
        return FixturesFound(
            status=solution.status,
            cost=solution.cost,
            bound=solution.bound,
            conflict=solution.conflict,
            solution=pack(solution),
            basis=request.basis,
        )

    async def _tell(self, run: "_Run") -> None:
        info = activity.info()
        if info.workflow_id is None:
            return
        workflow = activity.client().get_workflow_handle(info.workflow_id, run_id=info.workflow_run_id)
        told: SolveProgress | None = None
        while True:
            if run.progress != told:
                told = run.progress
                await workflow.signal(PROGRESSED, told)
            await asyncio.sleep(TELL_SECONDS)


class _Run:
    """One solver at work in a thread: what it said last, and whether it should stop."""

    def __init__(self, solver: FixtureSolver, problem: FixtureProblem) -> None:
        self._solver = solver
        self._problem = problem
        self.progress = SolveProgress()
        self.stop = threading.Event()

    def solve(self) -> FixtureSolution:
        return self._solver.solve(self._problem, on_progress=self._progressed, stopped=self.stop.is_set)

    def _progressed(self, progress: SolveProgress) -> None:
        self.progress = progress
