"""Short searches for a first solution: each match near the days its round would have, at its home grounds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from adapters.ortools.places import Places
from domain.tournament.fixtures.calendar import Slot
from domain.tournament.fixtures.model import FixtureProblem, MatchToPlace


@dataclass(frozen=True, slots=True)
class Narrow:
    """Looks at days around an even spread of the rounds over the season (when rescheduling, around the old
    days) and, with ``at_home``, at home grounds only."""

    days_around: int | None
    at_home: bool = True

    def near(self, problem: FixtureProblem) -> Callable[[MatchToPlace, Slot], bool]:
        homes = Places(problem).homes
        open_days = _open_days(problem)
        expected = _expected(problem, open_days)

        def near(match: MatchToPlace, slot: Slot) -> bool:
            grounds = homes.get(match.home or "")
            if self.at_home and grounds and slot.ground not in grounds:
                return False
            if self.days_around is None or slot.day not in open_days:
                return self.days_around is None
            return abs(open_days[slot.day] - expected[match.node]) <= self.days_around

        return near


def days_a_round(problem: FixtureProblem) -> int:
    """How many days a round has when the rounds are spread over the season."""
    rounds = len({(match.stage, match.round) for match in problem.matches})
    return max(1, -(-len(_open_days(problem)) // max(1, rounds)))


def _open_days(problem: FixtureProblem) -> dict[date, int]:
    """Days on which something may be played, numbered in order."""
    places = Places(problem)
    weekdays = {day for start in problem.rules.start_times for day in start.weekdays}
    first = problem.earliest
    usable = [
        day
        for day in places.days
        if day not in problem.rules.closed and day.weekday() in weekdays and (first is None or day >= first)
    ]
    return {day: number for number, day in enumerate(usable)}


def _expected(problem: FixtureProblem, open_days: dict[date, int]) -> dict[str, int]:
    """The number of the open day on which each match would be: its old one, or one by its round."""
    rounds: dict[tuple[str, int], list[str]] = {}
    for match in problem.matches:
        rounds.setdefault((match.stage, match.round), []).append(match.node)
    stages = list(dict.fromkeys(match.stage for match in problem.matches))
    expected: dict[str, int] = {}
    done = 0
    for key in sorted(rounds, key=lambda key: (stages.index(key[0]), key[1])):
        middle = (done + len(rounds[key]) / 2) / len(problem.matches)
        done += len(rounds[key])
        expected |= dict.fromkeys(rounds[key], int(middle * len(open_days)))
    places = Places(problem) if problem.before else None
    for place in problem.before:
        if places is not None and place.ground in places.grounds:
            expected[place.node] = open_days.get(places.day(place), 0)
    return expected
