"""A large problem, solved step by step: each search starts from what the one before found, and sees more."""

from collections.abc import Sequence

from ortools.sat.python import cp_model

from adapters.ortools.model import FixtureModel
from adapters.ortools.narrow import Narrow
from adapters.ortools.objective import minimise_cost
from adapters.ortools.places import Places
from adapters.ortools.search import Search
from domain.tournament.fixtures import check
from domain.tournament.fixtures.model import Placement

LARGEST = 60_000
"""Places in one model: about 300 bytes of memory for each in Python and a few kilobytes in the search."""
FIRST_SHARE = 0.5
"""Of the time left, to find anything at all at a step."""
STEP_SHARE = 0.6
"""Of the time left, to improve it at a step."""
WORTH_SECONDS = 0.2
"""In less nothing gets better."""
NOT_FOUND = (cp_model.UNKNOWN, cp_model.INFEASIBLE)


def solve_in_steps(
    places: Places,
    search: Search,
    seconds: float,
    narrow: Narrow | None = None,
    *,
    far: bool = True,
    least_seconds: float = 0.0,
) -> tuple[tuple[Placement, ...], bool]:
    """The best placements found in the time, and whether it is proved that there are none.

    First each match is looked for near its expected day, then farther from it, then on any day; at home grounds,
    and everywhere only where that does not go. What is found on the way is improved until the time is over.
    A search for anything at all has at least ``least_seconds``, even if that is longer.
    Without ``far`` no day is looked at that is more than :attr:`Narrow.reach` from the expected one.
    """
    narrow = narrow or Narrow(places)
    near = ((narrow.days_a_round, True), (narrow.reach, True))
    until = search.seconds + seconds
    best: tuple[Placement, ...] = ()
    for around, at_home in (*near, *(((None, True), (None, False)) if far else ())):
        sees = places.within(places.problem, narrow.near(around, at_home=at_home))
        if search.over or (best and search.seconds >= until) or _size(sees) > LARGEST:
            break
        model = FixtureModel(sees)
        if not best:
            share = max(least_seconds, FIRST_SHARE * (until - search.seconds))
            solver, status = search.run(model.cp, seconds=share, quiet=True)
            if status in NOT_FOUND:
                if status == cp_model.INFEASIBLE and not at_home:
                    return (), True
                continue
            best = placements_of(model, solver)
            search.tell("placing", _cost(places, best))
        best = _improved(model, best, search, STEP_SHARE * (until - search.seconds))
    return best, False


def _improved(
    model: FixtureModel, best: tuple[Placement, ...], search: Search, seconds: float
) -> tuple[Placement, ...]:
    """The cheapest placements found in the time, from these on."""
    places = model.places
    if seconds < WORTH_SECONDS:
        return best
    minimise_cost(model)
    begin_with(model, best, search)
    solver, status = search.run(model.cp, phase="improving", seconds=seconds)
    if status in NOT_FOUND:
        return best
    return min((best, placements_of(model, solver)), key=lambda each: _cost(places, each))


def begin_with(model: FixtureModel, placements: Sequence[Placement], search: Search) -> None:
    """Tell the search where to begin: a value for every variable, found by a search with the places given."""
    at = {place.node: (place.ground, place.starts_at) for place in placements}
    for node, choices in model.of_match.items():
        for choice in choices:
            slot = choice.place.slot
            model.cp.add_hint(choice.x, at.get(node) == (slot.ground, slot.starts_at))
    solver, status = search.run(model.cp, workers=1, quiet=True, as_hinted=True)
    if status not in NOT_FOUND:
        values = solver.response_proto.solution
        model.cp.clear_hints()
        for index, value in enumerate(values):
            model.cp.add_hint(model.cp.get_int_var_from_proto_index(index), value)


def placements_of(model: FixtureModel, solver: cp_model.CpSolver) -> tuple[Placement, ...]:
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


def _size(places: Places) -> int:
    """How many places there are at most."""
    if places.near is None:
        return len(places.problem.matches) * len(places.days) * len(places.grounds)
    size = 0
    for match in places.problem.matches:
        grounds, days = places.near(match)
        size += len(list(grounds)) * len(list(days))
    return size


def _cost(places: Places, placements: tuple[Placement, ...]) -> int:
    return check.cost(check.breaches(places.problem, placements))
