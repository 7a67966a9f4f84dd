"""What placements cost at least, where the whole problem is too large to prove it."""

from adapters.ortools.model import FixtureModel
from adapters.ortools.objective import least_round_order, minimise_cost_of
from adapters.ortools.places import Places
from adapters.ortools.search import Search


def least_cost(places: Places, search: Search) -> int:
    """The sum of what each team costs if only its own matches are placed, and what the rounds cost in any case.

    Each part is proved by a search for that team alone, so the sum is too; what is not proved in time is left
    out.
    """
    problem = places.problem
    teams = sorted({team for match in problem.matches for team in (match.home, match.away) if team})
    total = least_round_order(problem)
    for number, team in enumerate(teams):
        if search.over:
            break
        mine = [match for match in problem.matches if team in (match.home, match.away)]
        model = FixtureModel(places, mine)
        minimise_cost_of(model, team)
        seconds = search.seconds_left / (len(teams) - number)
        solver, _ = search.run(model.cp, seconds=seconds, quiet=True)
        total += max(0, round(solver.best_objective_bound))
    return total
