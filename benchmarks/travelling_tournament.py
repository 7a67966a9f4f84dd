"""The Travelling Tournament Problem, a published yardstick for sports scheduling, with CP-SAT.

Every team meets every other at home and away, one match a round; at most three matches running at home or away;
no two teams meet twice running. A team begins and ends at home and goes from venue to venue in between: what all
of them travel together is to be least.

The distances are those of the NL instances of K. Easton, G. Nemhauser and M. Trick, "The Traveling Tournament
Problem: Description and Benchmarks", CP 2001 (LNCS 2239, pages 580 to 584), as the RobinX repository
(https://robinxval.ugent.be) has them: miles between cities of baseball's National League. Best known, and proved:
NL4 8,276, NL6 23,916, NL8 39,721.

A team's journey is made of trips: from home to one, two or three opponents and home again. What a trip costs is
known before the search, so each Boolean is "this team is on this trip from this round on".
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, permutations

from ortools.sat.python import cp_model

CITIES = ("ATL", "NYM", "PHI", "MON", "FLA", "PIT", "CIN", "CHI")
_BELOW = (
    (),
    (745,),
    (665, 80),
    (929, 337, 380),
    (605, 1090, 1020, 1380),
    (521, 315, 257, 408, 1010),
    (370, 567, 501, 622, 957, 253),
    (587, 712, 664, 646, 1190, 410, 250),
)
BEST_KNOWN = {4: 8_276, 6: 23_916, 8: 39_721}
MOST_RUNNING = 3

Rounds = tuple[tuple[tuple[int, int], ...], ...]
"""For each round its matches: home, away."""


@dataclass(frozen=True, slots=True)
class Tour:
    """The best rounds found, what they cost, and what any cost at least."""

    rounds: Rounds
    distance: int
    bound: int


def miles(one: int, other: int) -> int:
    """Between two teams, numbered as :data:`CITIES`."""
    return 0 if one == other else _BELOW[max(one, other)][min(one, other)]


def distance(rounds: Rounds, teams: int) -> int:
    """What all teams travel, counted round by round from the matches alone."""
    travelled, where = 0, list(range(teams))
    for matches in rounds:
        for home, away in matches:
            travelled += miles(where[home], home) + miles(where[away], home)
            where[home] = where[away] = home
    return travelled + sum(miles(place, team) for team, place in enumerate(where))


def faults(rounds: Rounds, teams: int) -> list[str]:
    """What breaks the rules of the problem."""
    found: list[str] = []
    played = [match for matches in rounds for match in matches]
    if sorted(played) != [(a, b) for a in range(teams) for b in range(teams) if a != b]:
        found.append("not every pair meets once at home and once away")
    for number, matches in enumerate(rounds):
        if sorted(team for match in matches for team in match) != list(range(teams)):
            found.append(f"in round {number + 1} not every team plays once")
        again = {frozenset(match) for match in matches} & {frozenset(m) for m in rounds[number - 1]}
        if number and again:
            found.append(f"in round {number + 1} a pair meets again")
    for team in range(teams):
        sides = "".join("h" if any(team == home for home, _ in matches) else "a" for matches in rounds)
        if "h" * (MOST_RUNNING + 1) in sides or "a" * (MOST_RUNNING + 1) in sides:
            found.append(f"{CITIES[team]} plays more than {MOST_RUNNING} running on one side")
    return found


def solve(teams: int, seconds: float, *, workers: int = 2, seed: int = 1) -> Tour | None:
    """The best tournament of the first ``teams`` cities found in the time; None if there was none."""
    model = cp_model.CpModel()
    rounds = range(2 * (teams - 1))
    every = range(teams)
    pairs = [(guest, host) for guest in every for host in every if guest != host]
    # The search decides who is whose guest when; the trips follow and say what it costs.
    visits = {(guest, host, number): model.new_bool_var("") for guest, host in pairs for number in rounds}
    for guest, host in pairs:
        model.add_exactly_one(visits[guest, host, number] for number in rounds)
        for number in rounds[1:]:
            model.add_at_most_one(visits[guest, host, number - 1], visits[host, guest, number])
    for team in every:
        others = [other for other in every if other != team]
        for number in rounds:
            model.add_exactly_one(
                [visits[team, other, number] for other in others]
                + [visits[other, team, number] for other in others]
            )
        for first in rounds[MOST_RUNNING:]:
            running = range(first - MOST_RUNNING, first + 1)
            model.add_bool_or(visits[team, other, number] for other in others for number in running)
            model.add_bool_or(visits[other, team, number] for other in others for number in running)
    # Played backwards a tournament costs the same: NYM is in ATL before ATL is in NYM.
    model.add(sum(number * (visits[1, 0, number] - visits[0, 1, number]) for number in rounds) <= -1)
    model.minimize(sum(_journey(model, visits, team, teams) for team in every))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found = tuple(
        tuple((host, guest) for guest, host in pairs if solver.boolean_value(visits[guest, host, number]))
        for number in rounds
    )
    return Tour(found, distance(found, teams), round(solver.best_objective_bound))


def _journey(
    model: cp_model.CpModel, visits: dict[tuple[int, int, int], cp_model.IntVar], team: int, teams: int
) -> cp_model.IntVar:
    """The miles of one team: those of its trips, and no fewer than if it could choose the order by itself."""
    rounds = 2 * (teams - 1)
    others = [other for other in range(teams) if other != team]
    away: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    under_way: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    terms: list[cp_model.LinearExpr] = []
    for trip in _trips(team, teams):
        for first in range(rounds - len(trip) + 1):
            taken = model.new_bool_var("")
            terms.append(_length(team, trip) * taken)
            for place, host in enumerate(trip):
                away[host, first + place].append(taken)
            # The round in which it comes home counts too: the next trip begins after it.
            for number in range(first, first + len(trip) + 1):
                under_way[number].append(taken)
    for host in others:
        for number in range(rounds):
            model.add(sum(away[host, number]) == visits[team, host, number])
    for taken_then in under_way.values():
        model.add_at_most_one(taken_then)
    miles_travelled = model.new_int_var(
        _shortest(team, frozenset(others)), sum(map(_there_and_back, [team] * len(others), others)), ""
    )
    model.add(miles_travelled == sum(terms))
    return miles_travelled


@cache
def _shortest(team: int, still: frozenset[int]) -> int:
    """The shortest trips that take a team to all of these."""
    if not still:
        return 0
    first = min(still)
    together = [
        trip for trip in permutations(sorted(still), min(MOST_RUNNING, len(still))) for trip in _parts(trip)
    ]
    return min(
        _length(team, trip) + _shortest(team, still - set(trip)) for trip in set(together) if first in trip
    )


def _parts(trip: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [trip[:length] for length in range(1, len(trip) + 1)]


def _there_and_back(one: int, other: int) -> int:
    return 2 * miles(one, other)


def least_distance(teams: int) -> int:
    """What the teams travel at least, each choosing its trips without the others."""
    return sum(_shortest(team, frozenset(range(teams)) - {team}) for team in range(teams))


def _trips(team: int, teams: int) -> list[tuple[int, ...]]:
    others = [other for other in range(teams) if other != team]
    return [trip for length in range(1, MOST_RUNNING + 1) for trip in permutations(others, length)]


def _length(team: int, trip: tuple[int, ...]) -> int:
    stops = (team, *trip, team)
    return sum(miles(one, other) for one, other in pairwise(stops))
