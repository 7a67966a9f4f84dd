"""One run of CP-SAT: with a time limit, a seed, progress told while it runs, and a stop that is heard at once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from contracts.fixtures import SolveProgress

STOP_CHECK_SECONDS = 0.1


@dataclass(slots=True)
class Search:
    """What the runs for one problem have in common; ``began`` and ``deadline`` are monotonic seconds."""

    workers: int
    seed: int
    deadline: float
    on_progress: Callable[[SolveProgress], None]
    stopped: Callable[[], bool]
    part: int = 1
    parts: int = 1
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def seconds_left(self) -> float:
        return max(0.01, self.deadline - time.monotonic())

    @property
    def now(self) -> float:
        return time.monotonic()

    @property
    def over(self) -> bool:
        """No time is left, or nobody waits for the answer any more."""
        return self.stopped() or time.monotonic() >= self.deadline

    def tell(self, phase: str, cost: float | None = None, bound: float = 0) -> None:
        self.on_progress(
            SolveProgress(
                phase=phase,
                cost=None if cost is None else round(cost),
                bound=max(0, round(bound)),
                seconds=round(self.seconds, 2),
                part=self.part,
                parts=self.parts,
            )
        )

    def run(
        self,
        model: cp_model.CpModel,
        *,
        phase: str = "",
        seconds: float | None = None,
        workers: int | None = None,
        quiet: bool = False,
        as_hinted: bool = False,
        linear: bool = False,
    ) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
        """Solve ``model`` for as long as there is time, at most ``seconds``. ``quiet``: what it finds is no
        solution of the problem. ``as_hinted``: with the values that were hinted. ``linear``: all of it as a linear
        programme too, which proves more and takes longer at each step."""
        solver = cp_model.CpSolver()
        left = self.seconds_left
        solver.parameters.max_time_in_seconds = left if seconds is None else max(0.01, min(left, seconds))
        solver.parameters.num_workers = self.workers if workers is None else workers
        solver.parameters.random_seed = self.seed
        solver.parameters.fix_variables_to_their_hinted_value = as_hinted
        if linear:
            solver.parameters.linearization_level = 2
        told = None if quiet else _Told(self, phase)
        if told is not None:
            solver.best_bound_callback = told.bound_is
        with _stopping(solver, self.stopped):
            status = solver.solve(model, told)
        return solver, status


class _Told(cp_model.CpSolverSolutionCallback):
    """Tells of each better solution and each better bound."""

    def __init__(self, search: Search, phase: str) -> None:
        super().__init__()
        self._search = search
        self._phase = phase
        self._cost: float | None = None
        self._bound = 0.0

    def on_solution_callback(self) -> None:
        self._cost = self.objective_value
        self._bound = max(self._bound, self.best_objective_bound)
        self._search.tell(self._phase, self._cost, self._bound)

    def bound_is(self, bound: float) -> None:
        if bound > self._bound:
            self._bound = bound
            self._search.tell(self._phase, self._cost, bound)


@contextmanager
def _stopping(solver: cp_model.CpSolver, stopped: Callable[[], bool]) -> Iterator[None]:
    """Ask ``stopped`` while the solver works. A stop before the search has begun is not heard, so it is said
    again until the search has ended."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(STOP_CHECK_SECONDS):
            if stopped():
                solver.stop_search()

    watcher = threading.Thread(target=watch, name="stop-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
