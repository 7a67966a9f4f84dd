"""Can so many teams all reach what each of them needs, in the matches that are left?

The question behind elimination: a team is out when the others cannot all be held below it, and safe when too
few of them can all get past it. It is answered exactly: teams are chosen, get the best of their matches
against the rest, and the matches among themselves are searched. Each step is first held against a bound that
can only refute: every group of the chosen needs no more than the matches it plays in can give it (the
condition of a maximal flow through the matches, Schwartz 1966). Where the search would go too far it says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from domain.tournament.race import ToCome

SEARCH_LIMIT = 4_000
"""Positions looked at before a question is left open."""

_EVERY_GROUP_UP_TO = 8
"""Teams chosen up to which every group of them is held against the bound; beyond, each alone and all."""

_MATCHES_AMONG_UP_TO = 64
"""More matches among the chosen are not searched."""


class _TooFar(Exception):
    pass


@dataclass(slots=True)
class _Budget:
    left: int

    def spend(self, positions: int = 1) -> None:
        self.left -= positions
        if self.left < 0:
            raise _TooFar


def can_reach(
    wanted: int,
    floors: Mapping[int, int],
    scores: Sequence[int],
    matches: Sequence[ToCome],
    limit: int = SEARCH_LIMIT,
) -> bool | None:
    """Is there an outcome of ``matches`` in which ``wanted`` of the teams in ``floors`` have at least theirs?

    None if that was not found out within ``limit`` positions.
    """
    least, most = _extremes(scores, matches)
    sure = [team for team, floor in floors.items() if least[team] >= floor]
    hopeful = [team for team, floor in floors.items() if least[team] < floor <= most[team]]
    wanted -= len(sure)
    if wanted <= 0:
        return True
    if wanted > len(hopeful):
        return False
    hopeful.sort(key=lambda team: floors[team] - most[team])
    budget = _Budget(limit)
    try:
        return any(
            _all_reach(chosen, floors, scores, matches, budget) for chosen in combinations(hopeful, wanted)
        )
    except _TooFar:
        return None


def _extremes(scores: Sequence[int], matches: Sequence[ToCome]) -> tuple[list[int], list[int]]:
    """The least and the most each team can end with."""
    least, most = list(scores), list(scores)
    for match in matches:
        for side, team in enumerate((match.one, match.other)):
            adds = [outcome[side] for outcome in match.outcomes]
            least[team] += min(adds)
            most[team] += max(adds)
    return least, most


_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Among:
    """A match between two of the chosen (by their places): what it adds above the least it gives to either."""

    one: int
    other: int
    outcomes: tuple[_Pair, ...]
    most: _Pair
    together: int


def _all_reach(
    chosen: Sequence[int],
    floors: Mapping[int, int],
    scores: Sequence[int],
    matches: Sequence[ToCome],
    budget: _Budget,
) -> bool:
    """Can all of ``chosen`` reach their floors? Those they meet from outside give them all they can."""
    budget.spend(1 + len(matches) // 16)
    place = {team: number for number, team in enumerate(chosen)}
    needs = [floors[team] - scores[team] for team in chosen]
    among: list[_Among] = []
    for match in matches:
        sides = place.get(match.one), place.get(match.other)
        least = tuple(min(outcome[side] for outcome in match.outcomes) for side in (0, 1))
        most = tuple(max(outcome[side] for outcome in match.outcomes) for side in (0, 1))
        inside = sides[0] is not None and sides[1] is not None
        for side in (0, 1):
            number = sides[side]
            if number is not None:
                needs[number] -= least[side] if inside else most[side]
        if sides[0] is not None and sides[1] is not None:
            among.append(_raised(sides[0], sides[1], match.outcomes, (least[0], least[1])))
    positive = tuple(max(need, 0) for need in needs)
    if not any(positive):
        return True
    if len(among) > _MATCHES_AMONG_UP_TO:
        raise _TooFar
    return _Search(len(chosen), among, budget).succeeds(positive)


def _raised(one: int, other: int, outcomes: tuple[_Pair, ...], least: _Pair) -> _Among:
    raised = {(mine - least[0], theirs - least[1]) for mine, theirs in outcomes}
    best = sorted(
        (pair for pair in raised if not any(_dominates(better, pair) for better in raised)), reverse=True
    )
    return _Among(
        one=one,
        other=other,
        outcomes=tuple(best),
        most=(max(pair[0] for pair in best), max(pair[1] for pair in best)),
        together=max(sum(pair) for pair in best),
    )


def _dominates(better: _Pair, pair: _Pair) -> bool:
    return better != pair and better[0] >= pair[0] and better[1] >= pair[1]


class _Search:
    """Depth first over the matches among the chosen, each need falling to 0."""

    def __init__(self, teams: int, among: Sequence[_Among], budget: _Budget) -> None:
        self.among = among
        self.budget = budget
        sizes = range(1, teams + 1) if teams <= _EVERY_GROUP_UP_TO else (1, teams)
        self.groups = [group for size in sizes for group in combinations(range(teams), size)]
        gives = [0] * len(self.groups)
        self._gives = [gives]
        for match in reversed(among):
            gives = [given + _to_give(group, match) for given, group in zip(gives, self.groups, strict=True)]
            self._gives.append(gives)

    def succeeds(self, needs: tuple[int, ...], depth: int = 0) -> bool:
        self.budget.spend()
        if not any(needs):
            return True
        if not self._within_bound(needs, depth):
            return False
        match = self.among[depth]
        for mine, theirs in _worth_trying(match, needs):
            after = list(needs)
            after[match.one] = max(0, after[match.one] - mine)
            after[match.other] = max(0, after[match.other] - theirs)
            if self.succeeds(tuple(after), depth + 1):
                return True
        return False

    def _within_bound(self, needs: tuple[int, ...], depth: int) -> bool:
        """No group of teams needs more than the matches left, from ``depth`` on, can give it."""
        gives = self._gives[len(self.among) - depth]
        return all(
            sum([needs[number] for number in group]) <= given
            for group, given in zip(self.groups, gives, strict=True)
        )


def _to_give(group: tuple[int, ...], match: _Among) -> int:
    if match.one in group:
        return match.together if match.other in group else match.most[0]
    return match.most[1] if match.other in group else 0


def _worth_trying(match: _Among, needs: tuple[int, ...]) -> Sequence[_Pair]:
    """All outcomes, or the best for the one side that still needs something from this match."""
    if not needs[match.other]:
        return match.outcomes[:1]
    if not needs[match.one]:
        return match.outcomes[-1:]
    return match.outcomes
