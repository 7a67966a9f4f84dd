"""Places matches with CP-SAT.

A small problem is solved as it is. Of a larger one the first search sees only the days around those each round
would have; the next ones start from what it found and see more. One that is too large for memory is solved in
parts (:mod:`.parts`).
"""

import time
from collections.abc import Callable
from dataclasses import replace

from ortools.sat.python import cp_model

from adapters.ortools.bounds import least_cost
from adapters.ortools.conflict import find_conflict
from adapters.ortools.model import FixtureModel
from adapters.ortools.narrow import Narrow, days_a_round
from adapters.ortools.objective import minimise_cost
from adapters.ortools.places import Places
from adapters.ortools.search import Search
from contracts.fixtures import SolveProgress
from domain.tournament.fixtures import check
from domain.tournament.fixtures.model import FixtureProblem, FixtureSolution, Placement

SMALL = 4_000
"""Places up to which the whole problem is solved at once."""
FIRST_SHARE, BOUND_SHARE = 0.5, 0.15
"""Of the time: for the narrowest search that finds something, and for a bound."""
NOT_FOUND = (cp_model.UNKNOWN, cp_model.INFEASIBLE)


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

        "infeasible" is proved, and names the conflict; "unknown" says that the time was too short.
        """
        search = Search(
            workers=self._workers,
            seed=problem.seed,
            deadline=time.monotonic() + problem.time_limit_seconds,
            on_progress=on_progress,
            stopped=stopped,
        )
        search.tell("placing")
        places = Places(problem)
        if not problem.matches:
            solution = FixtureSolution(status="optimal")
        elif any(not places.of(match) for match in problem.matches):
            solution = _conflicting(places, search, proved=True)
        elif sum(len(places.of(match)) for match in problem.matches) <= SMALL:
            solution = _solve_whole(places, search)
        else:
            solution = _solve_in_steps(places, search)
        search.tell("done", solution.cost if solution.placements else None, solution.bound)
        return replace(solution, seconds=round(search.seconds, 3))


def _solve_whole(places: Places, search: Search) -> FixtureSolution:
    model = FixtureModel(places)
    minimise_cost(model)
    solver, status = search.run(model.cp, phase="improving")
    if status in NOT_FOUND:
        return _conflicting(places, search, proved=status == cp_model.INFEASIBLE)
    bound = max(0, round(solver.best_objective_bound))
    return judged(places.problem, _placements(model, solver), bound=bound)


def _solve_in_steps(places: Places, search: Search) -> FixtureSolution:
    problem = places.problem
    seconds = problem.time_limit_seconds
    near = days_a_round(problem)
    best: tuple[Placement, ...] = ()
    bound_seconds = BOUND_SHARE * seconds
    for narrow in (
        Narrow(near),
        Narrow(3 * near),
        Narrow(None),
        Narrow(None, at_home=False),
    ):
        left = seconds - search.seconds - bound_seconds
        if search.over or (best and left <= 0):
            break
        model = FixtureModel(Places(problem, narrow.near(problem)))
        if best:
            hint(model, best)
        minimise_cost(model)
        share = left if best else FIRST_SHARE * left
        solver, status = search.run(model.cp, phase="improving" if best else "placing", seconds=share)
        if status not in NOT_FOUND:
            best = min(best or _placements(model, solver), _placements(model, solver), key=_cost_in(problem))
        elif status == cp_model.INFEASIBLE and narrow == Narrow(None, at_home=False):
            return _conflicting(places, search, proved=True)
    if not best:
        return _conflicting(places, search, proved=False)
    return judged(problem, best, bound=least_cost(places, search))


def _cost_in(problem: FixtureProblem) -> Callable[[tuple[Placement, ...]], int]:
    return lambda placements: check.cost(check.breaches(problem, placements))


def _conflicting(places: Places, search: Search, *, proved: bool) -> FixtureSolution:
    """Why there are no placements: the conflict, where one is found, proves it."""
    search.tell("explaining")
    conflict = () if search.stopped() else find_conflict(places, search)
    return FixtureSolution(status="infeasible" if proved or conflict else "unknown", conflict=conflict)


def judged(problem: FixtureProblem, placements: tuple[Placement, ...], *, bound: int) -> FixtureSolution:
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


def hint(model: FixtureModel, placements: tuple[Placement, ...]) -> None:
    """Tell the search where to begin."""
    at = {place.node: (place.ground, place.starts_at) for place in placements}
    for node, choices in model.of_match.items():
        for choice in choices:
            slot = choice.place.slot
            model.cp.add_hint(choice.x, at.get(node) == (slot.ground, slot.starts_at))


def _placements(model: FixtureModel, solver: cp_model.CpSolver) -> tuple[Placement, ...]:
    """The places chosen, in the order of the problem."""
    chosen = [
        choice.place
        for choices in model.of_match.values()
        for choice in choices
        if solver.boolean_value(choice.x)
    ]
    return tuple(
        Placement(
            node=place.match.node,
            ground=place.slot.ground,
            starts_at=place.slot.starts_at,
            ends_at=place.slot.ends_at,
        )
        for place in chosen
    )
