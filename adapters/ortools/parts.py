"""A league too large for one model: rounds in their order, some at a time, around those that are placed already.

The memory needed is that of one part, whatever the size of the league. What is lost is the proof: a part that
cannot be placed may be in the way of the ones before it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.ortools.narrow import Narrow
from adapters.ortools.places import Places
from adapters.ortools.search import Search
from adapters.ortools.steps import solve_in_steps
from domain.tournament.fixtures.model import MatchToPlace, Placement

MATCHES_AT_ONCE = 300
"""Up to so many matches a problem is not taken apart."""
MATCHES_A_PART = 60
LEAST_SECONDS = 15.0
"""A part has at least so long to find anything, even if that is more than the problem's time in all."""
PARTS_TAKEN_BACK = 3
MEMORY_DAYS = 28
"""What lies farther from a part's days does not bear on it: rest, and matches running at home or away."""


def solve_in_parts(places: Places, search: Search) -> tuple[tuple[Placement, ...], int]:
    """Placements of every match, and the number of parts; none if a part could not be placed.

    A part that does not go is placed anew together with the one before it, then with the two before it and so on.
    """
    narrow = Narrow(places)
    placed = {place.node: place for place in places.problem.fixed}
    to_place = [match for match in narrow.in_order if match.node not in placed]
    firsts = range(0, len(to_place), MATCHES_A_PART)
    until = search.deadline
    search.parts = len(firsts)
    for number, first in enumerate(firsts, start=1):
        search.part = number
        search.tell("placing")
        for back in range(PARTS_TAKEN_BACK + 1):
            if search.stopped():
                return (), len(firsts)
            part = to_place[max(0, first - back * MATCHES_A_PART) : first + MATCHES_A_PART]
            around = {node: place for node, place in placed.items() if node not in {m.node for m in part}}
            seconds = max(0.0, until - search.now) / (len(firsts) - number + 1)
            search.deadline = max(until, search.now + 4 * LEAST_SECONDS)
            found = _place(places, narrow, part, around, search, seconds)
            if found:
                placed = around | {place.node: place for place in found}
                break
        else:
            return (), len(firsts)
    return tuple(placed[match.node] for match in places.problem.matches), len(firsts)


def _place(
    places: Places,
    narrow: Narrow,
    part: Sequence[MatchToPlace],
    placed: dict[str, Placement],
    search: Search,
    seconds: float,
) -> tuple[Placement, ...]:
    """Near the expected days, where few of those placed are in the way; else on any day, around all of them."""
    own = {match.node for match in part}
    found: tuple[Placement, ...] = ()
    for far, around in ((False, _near(places, narrow, part, placed)), (True, placed)):
        if not found:
            matches = [match for match in narrow.in_order if match.node in around]
            problem = replace(places.problem, matches=(*matches, *part), fixed=tuple(around.values()))
            found, _ = solve_in_steps(
                places.within(problem, None), search, seconds, narrow, far=far, least_seconds=LEAST_SECONDS
            )
    return tuple(place for place in found if place.node in own)


def _near(
    places: Places, narrow: Narrow, part: Sequence[MatchToPlace], placed: dict[str, Placement]
) -> dict[str, Placement]:
    """Those placed before that the part has to keep clear of."""
    expected = [narrow.expected[match.node] for match in part]
    last_open = len(narrow.open_days) - 1
    memory = timedelta(days=MEMORY_DAYS)
    first = narrow.open_days[max(0, min(expected) - narrow.reach)] - memory
    last = narrow.open_days[min(last_open, max(expected) + narrow.reach)] + memory
    waited_for = {node for match in part for node in _latest(match, placed)}
    return {
        node: place
        for node, place in placed.items()
        if node in waited_for or first <= places.day(place) <= last
    }


def _latest(match: MatchToPlace, placed: dict[str, Placement]) -> list[str]:
    """Of those it waits for, the last one placed; the others are over before it."""
    before = [placed[node] for node in match.after if node in placed]
    return [max(before, key=lambda place: place.starts_at).node] if before else []
