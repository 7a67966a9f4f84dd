"""Places matches with CP-SAT.

A small problem is solved as it is, a larger one in steps (:mod:`.steps`), one that is too large for a model in
parts (:mod:`.parts`).
"""

import time
from collections.abc import Callable
from dataclasses import replace

from ortools.sat.python import cp_model

from adapters.ortools.bounds import least_cost
from adapters.ortools.conflict import find_conflict
from adapters.ortools.model import FixtureModel
from adapters.ortools.objective import minimise_cost
from adapters.ortools.parts import MATCHES_AT_ONCE, solve_in_parts
from adapters.ortools.places import Places
from adapters.ortools.search import Search
from adapters.ortools.steps import NOT_FOUND, placements_of, solve_in_steps
from contracts.fixtures import SolveProgress
from domain.tournament.fixtures import check
from domain.tournament.fixtures.model import FixtureProblem, FixtureSolution, Placement

SMALL = 4_000
"""Places up to which the whole problem is solved at once."""
BOUND_SHARE = 0.2
"""Of the time, for a bound where the whole problem is not solved at once."""


def _nobody(progress: SolveProgress) -> None:
    pass


def _never() -> bool:
    return False


class CpSatSolver:
    """``workers``: threads of the search. With one, the same problem and seed give the same fixtures, as long as
    the time limit is not what ends the search."""

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers

    def solve(
        self,
        problem: FixtureProblem,
        *,
        on_progress: Callable[[SolveProgress], None] = _nobody,
        stopped: Callable[[], bool] = _never,
    ) -> FixtureSolution:
        """The best placements found within the problem's time limit, judged by the checker.

        "infeasible" is proved, and names the conflict; "unknown" says that the time was too short, or that the
        problem was solved in parts and one of them found no place.
        """
        search = Search(
            workers=self._workers,
            seed=problem.seed,
            deadline=time.monotonic() + problem.time_limit_seconds,
            on_progress=on_progress,
            stopped=stopped,
        )
        search.tell("placing")
        solution = _solve(Places(problem), search)
        search.tell("done", solution.cost if solution.placements else None, solution.bound)
        return replace(solution, seconds=round(search.seconds, 3))


def _solve(places: Places, search: Search) -> FixtureSolution:
    problem = places.problem
    if not problem.matches:
        return FixtureSolution(status="optimal")
    if len(problem.matches) - len(problem.fixed) > MATCHES_AT_ONCE:
        return _in_parts(places, search)
    # Counted as far as it matters: a few hundred matches at as many grounds have millions of places.
    size = 0
    for match in problem.matches:
        if not (own := len(places.of(match))):
            return _without_solution(places, search, proved=True)
        size += own
        if size > SMALL:
            return _in_steps(places, search)
    return _whole(places, search)


def _whole(places: Places, search: Search) -> FixtureSolution:
    model = FixtureModel(places)
    minimise_cost(model)
    solver, status = search.run(model.cp, phase="improving")
    if status in NOT_FOUND:
        return _without_solution(places, search, proved=status == cp_model.INFEASIBLE)
    bound = max(0, round(solver.best_objective_bound))
    return _judged(places.problem, placements_of(model, solver), bound=bound)


def _in_steps(places: Places, search: Search) -> FixtureSolution:
    placements, impossible = solve_in_steps(places, search, (1 - BOUND_SHARE) * search.seconds_left)
    if not placements:
        return _without_solution(places, search, proved=impossible)
    return _judged(places.problem, placements, bound=least_cost(places, search))


def _in_parts(places: Places, search: Search) -> FixtureSolution:
    placements, parts = solve_in_parts(places, search)
    if not placements:
        return replace(_without_solution(places, search, proved=False), parts=parts)
    return replace(_judged(places.problem, placements, bound=0), parts=parts)


def _without_solution(places: Places, search: Search, *, proved: bool) -> FixtureSolution:
    """Why there are no placements: the conflict, where one is found, proves that there are none."""
    search.tell("explaining")
    conflict = () if search.stopped() else find_conflict(places, search)
    return FixtureSolution(status="infeasible" if proved or conflict else "unknown", conflict=conflict)


def _judged(problem: FixtureProblem, placements: tuple[Placement, ...], *, bound: int) -> FixtureSolution:
    """The placements with what the checker says of them."""
    found = check.breaches(problem, placements)
    cost = check.cost(found)
    return FixtureSolution(
        status="optimal" if cost <= bound else "feasible",
        placements=placements,
        cost=cost,
        bound=min(bound, cost),
        breaches=found,
    )
