"""Why there are no fixtures: a small set of constraints, in plain words, that cannot hold together.

It is looked for from small to large: in one match, in the number of days, in the matches of one team, in all of
them. CP-SAT is asked
which assumptions it needed to prove that there is no solution; then each is left out in turn, and stays out if
there is still none. When time allows for all of that, none of those named can be spared.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from ortools.sat.python import cp_model

from adapters.ortools.counting import too_few_days
from adapters.ortools.model import FixtureModel
from adapters.ortools.places import Places
from adapters.ortools.search import Search
from domain.tournament.fixtures.model import MatchToPlace

LEAST_SECONDS = 10.0
"""To explain takes at least so long, if it must, whatever is left of the time to solve."""
LARGEST = 100_000
"""Places up to which all matches are looked at together."""

DAYS_AFTER_AT_MOST = 120


def find_conflict(places: Places, search: Search) -> tuple[str, ...]:
    """The names of constraints that cannot hold together; empty if none were found in time."""
    search = replace(search, deadline=max(search.deadline, time.monotonic() + LEAST_SECONDS))
    longer = _with_a_longer_season(places)
    for match in longer.problem.matches:
        if search.over:
            return ()
        if named := _against_one(longer, match):
            return named
    if named := too_few_days(longer):
        return named
    for matches in _parts(longer):
        if search.over:
            break
        if _can_be_placed(places, matches, search):
            continue
        if named := _core(longer, matches, search):
            return tuple(sorted(_needed(longer, matches, named, search)))
    return ()


def _with_a_longer_season(places: Places) -> Places:
    """The same with days enough after the season for each match of the busiest team, and of the league."""
    problem, rules = places.problem, places.rules
    teams = Counter(team for match in problem.matches for team in {match.home, match.away} - {None})
    by_teams = max(teams.values(), default=1) * (rules.rest_days + 1)
    by_days = ceil(len(problem.matches) / rules.matches_a_day)
    return Places(problem, days_after=min(DAYS_AFTER_AT_MOST, 7 + max(by_teams, by_days)))


def _parts(places: Places) -> Iterator[Sequence[MatchToPlace]]:
    """The matches of each team, then those of each stage, then all."""
    matches = places.problem.matches
    for team in sorted({team for match in matches for team in (match.home, match.away) if team}):
        yield [match for match in matches if team in (match.home, match.away)]
    if len(matches) * len(places.days) * len(places.grounds) <= LARGEST:
        yield matches


def _against_one(places: Places, match: MatchToPlace) -> tuple[str, ...]:
    """The constraints that leave no place for this match alone: a small set that meets every place's."""
    against: set[frozenset[str]] = set()
    for place in places.every(match):
        if not place.ruled_out_by:
            return ()
        against.add(frozenset(place.ruled_out_by))
    if not against:
        return ("opening hours and start times",)
    chosen: set[str] = set()
    while open_places := [names for names in against if not names & chosen]:
        counts = {
            name: sum(name in names for names in open_places) for names in open_places for name in names
        }
        chosen.add(min(counts, key=lambda name: (-counts[name], name)))
    for name in sorted(chosen):
        if all(names & (chosen - {name}) for names in against):
            chosen.discard(name)
    return tuple(sorted(chosen))


def _can_be_placed(places: Places, matches: Sequence[MatchToPlace], search: Search) -> bool:
    _, status = search.run(FixtureModel(places, matches).cp, quiet=True)
    return status != cp_model.INFEASIBLE


def _core(places: Places, matches: Sequence[MatchToPlace], search: Search) -> list[str]:
    """Constraints that these matches cannot keep together; empty if they can, or if it is not known.

    Where counting shows what branching does not (ninety matches in forty days of two), the proof needs the
    constraints as they are and not behind assumptions: then all of them are given.
    """
    model = FixtureModel(places, matches, assume=True)
    names = model.assumed
    _, status = search.run(FixtureModel(places, matches, only=set(names.values())).cp, quiet=True)
    if status != cp_model.INFEASIBLE:
        return []
    seconds = search.seconds_left / 4
    solver, status = search.run(model.cp, seconds=seconds, workers=1, quiet=True)
    if status != cp_model.INFEASIBLE:
        return sorted(names.values())
    return sorted(names[index] for index in solver.sufficient_assumptions_for_infeasibility())


def _needed(
    places: Places, matches: Sequence[MatchToPlace], named: Sequence[str], search: Search
) -> list[str]:
    """Those of ``named`` that cannot be spared: left out by halves, quarters and at last one by one."""
    kept = list(named)
    size = max(1, len(kept) // 2)
    while not search.over:
        for start in range(len(kept) - size, -size, -size):
            fewer = kept[: max(0, start)] + kept[start + size :]
            if search.over:
                break
            _, status = search.run(FixtureModel(places, matches, only=set(fewer)).cp, quiet=True)
            if status == cp_model.INFEASIBLE:
                kept = fewer
        if size == 1:
            break
        size = max(1, min(size, len(kept)) // 2)
    return kept
