"""A league too large for one model: some matches at a time, around those that are placed already.

Groups that share no team are placed one after the other, each as a whole; a group that is too large by itself goes
round by round. The memory needed is that of one part, whatever the size of the league. What is lost is the proof: a
part that cannot be placed may be in the way of the ones before it.
"""

from collections import Counter
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
GROUP_AT_MOST = 150
"""Matches of one group up to which it is placed as a whole."""
PARTS_TAKEN_BACK = 3
MEMORY_DAYS = 28
"""What lies farther from a part's days does not bear on it: rest, and matches running at home or away."""


def solve_in_parts(places: Places, search: Search) -> tuple[tuple[Placement, ...], int]:
    """Placements of every match, and the number of parts; none if a part could not be placed.

    A part that does not go is placed anew together with the one before it, then with the two before it and so on.
    """
    narrow = Narrow(places)
    placed = {place.node: place for place in places.problem.fixed}
    parts = _parts([match for match in narrow.in_order if match.node not in placed])
    until = search.deadline
    search.parts = len(parts)
    for index in range(len(parts)):
        search.part = index + 1
        search.tell("placing")
        for back in range(PARTS_TAKEN_BACK + 1):
            if search.stopped():
                return (), len(parts)
            part = [match for each in parts[max(0, index - back) : index + 1] for match in each]
            own = {match.node for match in part}
            around = {node: place for node, place in placed.items() if node not in own}
            seconds = max(0.0, until - search.now) / (len(parts) - index)
            search.deadline = max(until, search.now + 4 * LEAST_SECONDS)
            found = _place(places, narrow, part, around, search, seconds)
            if found:
                placed = around | {place.node: place for place in found}
                break
        else:
            return (), len(parts)
    return tuple(placed[match.node] for match in places.problem.matches), len(parts)


def _parts(matches: Sequence[MatchToPlace]) -> list[list[MatchToPlace]]:
    """Matches that are placed together: groups whole and small groups together, large ones cut at their rounds."""
    parts: list[list[MatchToPlace]] = []
    for group in _groups(matches):
        if parts and len(parts[-1]) + len(group) <= MATCHES_A_PART:
            parts[-1] += group
        elif len(group) <= GROUP_AT_MOST:
            parts.append(group)
        else:
            parts += [group[n : n + MATCHES_A_PART] for n in range(0, len(group), MATCHES_A_PART)]
    return parts


def _groups(matches: Sequence[MatchToPlace]) -> list[list[MatchToPlace]]:
    """Matches that share teams, or wait for each other, directly or through others; in the order given."""
    leader: dict[str, str] = {}

    def led_by(name: str) -> str:
        while (above := leader.setdefault(name, name)) != name:
            leader[name] = leader[above]
            name = above
        return name

    for match in matches:
        # Matches of a later stage, whose teams are not known, follow all groups they come from as a part of
        # their own: they would tie these together.
        for team in (match.home, match.away):
            if team is not None and not match.after:
                leader[led_by(team)] = led_by(match.node)
    groups: dict[str, list[MatchToPlace]] = {}
    for match in matches:
        groups.setdefault("" if match.after else led_by(match.node), []).append(match)
    waiting = groups.pop("", None)
    return [*groups.values(), *([waiting] if waiting else [])]


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
    sides = {match.node: (match.home, match.away) for match in places.problem.matches}
    expected = [narrow.expected[match.node] for match in part]
    last_open = len(narrow.open_days) - 1
    memory = timedelta(days=MEMORY_DAYS)
    first = narrow.open_days[max(0, min(expected) - narrow.reach)] - memory
    last = narrow.open_days[min(last_open, max(expected) + narrow.reach)] + memory
    waited_for = {node for match in part for node in _latest(match, placed)}
    teams = {team for match in part for team in (match.home, match.away) if team}
    grounds = {ground for match in part for ground in narrow.near(0)(match)[0]}
    on_day = Counter(places.day(place) for place in placed.values())
    most = places.rules.matches_a_day - len(part)
    return {
        node: place
        for node, place in placed.items()
        if node in waited_for
        or (
            first <= (day := places.day(place)) <= last
            and (place.ground in grounds or on_day[day] > most or not teams.isdisjoint(sides[node]))
        )
    }


def _latest(match: MatchToPlace, placed: dict[str, Placement]) -> list[str]:
    """Of those it waits for, the last one placed; the others are over before it."""
    before = [placed[node] for node in match.after if node in placed]
    return [max(before, key=lambda place: place.starts_at).node] if before else []
