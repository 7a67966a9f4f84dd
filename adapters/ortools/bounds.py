"""What placements cost at least, where the whole problem is too large to prove it.

Every price but that of the order of rounds belongs to one team: its breaks, its journey, the grounds of its home
matches. So each team is asked what its matches cost if it could choose their order and venues by itself, without
days, rest and opponents; what all of them answer adds up to less than any fixtures cost.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from ortools.sat.python import cp_model

from adapters.ortools.model import total
from adapters.ortools.objective import least_round_order
from adapters.ortools.places import Places
from adapters.ortools.search import Search
from domain.tournament.fixtures import prices
from domain.tournament.fixtures.model import MatchToPlace


def least_cost(places: Places, search: Search) -> int:
    """No placements cost less. What is not proved in time is left out of the sum."""
    least = least_round_order(places.problem)
    if places.problem.before:
        # Moving costs what it costs by day; nothing is claimed about it.
        return least
    teams = sorted({team for match in places.problem.matches for team in (match.home, match.away) if team})
    for number, team in enumerate(teams):
        if search.over:
            break
        model = _Journey(places, team).model()
        seconds = search.seconds_left / (len(teams) - number)
        solver, status = search.run(model, seconds=seconds, workers=1, quiet=True, linear=True)
        if status != cp_model.INFEASIBLE:
            least += max(0, round(solver.best_objective_bound))
    return least


@dataclass(frozen=True, slots=True)
class _Kind:
    """Matches that are alike for a team: whether it is at home, and what each venue costs it."""

    at_home: bool
    price: tuple[tuple[str, int], ...]


class _Journey:
    """A team's matches, one after the other."""

    def __init__(self, places: Places, team: str) -> None:
        self._places = places
        self._team = team
        self._kilometres = prices.distances(places.rules)
        venues = [venue.id for venue in places.rules.venues]
        self._longest_leg = max((self._leg(a, b) for a in venues for b in venues), default=0)
        self._kinds = Counter(
            self._kind(match) for match in places.problem.matches if team in (match.home, match.away)
        )

    def _kind(self, match: MatchToPlace) -> _Kind:
        """The cheapest ground of each venue counts; the price is the home team's."""
        homes, weight = self._places.homes, self._places.rules.weights.not_home
        at_home = match.home == self._team
        price: dict[str, int] = {}
        for ground, venue in self._places.grounds.values():
            paid = prices.away_from_home(weight, homes.get(match.home or "", ()), ground.id)
            price[venue.id] = min(paid, price.get(venue.id, paid))
        # Either side is charged half, as either may save by it. What costs more than it can save, the longest
        # way there and back, is never worth it.
        half = {venue: paid // 2 for venue, paid in price.items()}
        most = min(half.values()) + 2 * self._longest_leg
        return _Kind(at_home, tuple(sorted((venue, paid) for venue, paid in half.items() if paid <= most)))

    def model(self) -> cp_model.CpModel:
        """One Boolean for each position, kind of match and venue; one for each leg between two positions."""
        cp, rules = cp_model.CpModel(), self._places.rules
        positions = range(self._kinds.total())
        venues = [venue.id for venue in rules.venues]
        costs: list[cp_model.LinearExpr] = []
        at: dict[tuple[int, str], list[cp_model.IntVar]] = {(p, v): [] for p in positions for v in venues}
        home: list[list[cp_model.IntVar]] = [[] for _ in positions]
        of_kind: dict[_Kind, list[cp_model.IntVar]] = {kind: [] for kind in self._kinds}
        for position in positions:
            for kind in self._kinds:
                for venue, price in kind.price:
                    chosen = cp.new_bool_var("")
                    at[position, venue].append(chosen)
                    of_kind[kind].append(chosen)
                    costs.append(price * chosen)
                    if kind.at_home:
                        home[position].append(chosen)
            cp.add_exactly_one(chosen for venue in venues for chosen in at[position, venue])
        for kind, count in self._kinds.items():
            cp.add(sum(of_kind[kind]) == count)
        costs += self._legs(cp, at, venues, len(positions))
        # With two matches a day it is days that count, and how many there are is not known here.
        if self._team in self._places.homes and not rules.double_headers:
            costs += self._breaks(cp, [total(chosen) for chosen in home])
        cp.minimize(sum(costs))
        return cp

    def _legs(
        self,
        cp: cp_model.CpModel,
        at: dict[tuple[int, str], list[cp_model.IntVar]],
        venues: list[str],
        positions: int,
    ) -> list[cp_model.LinearExpr]:
        costs: list[cp_model.LinearExpr] = []
        for position in range(positions - 1):
            legs = {(one, other): cp.new_bool_var("") for one in venues for other in venues}
            for venue in venues:
                cp.add(sum(legs[venue, other] for other in venues) == sum(at[position, venue]))
                cp.add(sum(legs[other, venue] for other in venues) == sum(at[position + 1, venue]))
            costs += [self._leg(*pair) * taken for pair, taken in legs.items()]
        homes = self._places.homes.get(self._team)
        if homes and positions:
            start = self._places.grounds[homes[0]][1].id
            for position in (0, positions - 1):
                costs += [self._leg(start, venue) * total(at[position, venue]) for venue in venues]
        return costs

    def _leg(self, one: str, other: str) -> int:
        weight = self._places.rules.weights.travel
        # The dearer direction is not claimed where the two differ.
        return min(
            prices.leg(weight, self._kilometres, one, other), prices.leg(weight, self._kilometres, other, one)
        )

    def _breaks(self, cp: cp_model.CpModel, home: list[cp_model.LinearExpr]) -> list[cp_model.LinearExpr]:
        rules, costs = self._places.rules, []
        for one, other in pairwise(home):
            broken = cp.new_bool_var("")
            cp.add(broken >= one + other - 1)
            cp.add(broken >= 1 - one - other)
            costs.append(rules.weights.breaks * broken)
        length = rules.most_home_running + 1
        for first in range(len(home) - length + 1):
            window = sum(home[first : first + length])
            cp.add(window >= 1)
            cp.add(window <= length - 1)
        return costs
