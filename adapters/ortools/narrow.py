"""Where a short search looks: near the days a round would have, at home grounds, at a few of many grounds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from adapters.ortools.places import Near, Places
from domain.tournament.fixtures.model import MatchToPlace

GROUNDS_AT_MOST = 12
"""Grounds looked at for a match that may be played anywhere; each match begins with another one."""


@dataclass(frozen=True)
class Narrow:
    """Days and grounds to look at, of the places of a whole problem.

    The rounds are spread evenly over the season; when rescheduling, the old days count instead.
    """

    whole: Places

    @cached_property
    def open_days(self) -> list[date]:
        """Days on which something may be played."""
        problem, rules = self.whole.problem, self.whole.rules
        weekdays = {day for start in rules.start_times for day in start.weekdays}
        return [
            day
            for day in self.whole.days
            if day not in rules.closed
            and day.weekday() in weekdays
            and (problem.earliest is None or day >= problem.earliest)
        ]

    @cached_property
    def in_order(self) -> list[MatchToPlace]:
        """The matches by stage and round; a stage begins where the problem names it first."""
        matches = self.whole.problem.matches
        stages = list(dict.fromkeys(match.stage for match in matches))
        return sorted(matches, key=lambda match: (stages.index(match.stage), match.round))

    @cached_property
    def days_a_round(self) -> int:
        """How many days a round has when the rounds are spread over the season."""
        rounds = len({(match.stage, match.round) for match in self.whole.problem.matches})
        return max(1, -(-len(self.open_days) // max(1, rounds)))

    @property
    def reach(self) -> int:
        """How many open days from the expected one are near."""
        return 3 * self.days_a_round

    @cached_property
    def expected(self) -> dict[str, int]:
        """For each match the open day, by number, on which it would be: its old one, or one by its round."""
        rounds: dict[tuple[str, int], list[str]] = {}
        for match in self.in_order:
            rounds.setdefault((match.stage, match.round), []).append(match.node)
        expected: dict[str, int] = {}
        done = 0
        for nodes in rounds.values():
            middle = (done + len(nodes) / 2) / len(self.in_order)
            done += len(nodes)
            expected |= dict.fromkeys(nodes, int(middle * len(self.open_days)))
        number = {day: n for n, day in enumerate(self.open_days)}
        for place in self.whole.problem.before:
            if place.ground in self.whole.grounds:
                expected[place.node] = number.get(self.whole.day(place), 0)
        return expected

    def near(self, days_around: int | None, *, at_home: bool = True) -> Callable[[MatchToPlace], Near]:
        """So many days around the expected one (all, if None); at home grounds where there are any."""

        def places(match: MatchToPlace) -> Near:
            return self._grounds(match, at_home=at_home), self._days(match, days_around)

        return places

    def _days(self, match: MatchToPlace, around: int | None) -> list[date]:
        if around is None:
            return self.open_days
        middle = self.expected[match.node]
        return self.open_days[max(0, middle - around) : middle + around + 1]

    def _grounds(self, match: MatchToPlace, *, at_home: bool) -> list[str]:
        homes = self.whole.homes.get(match.home or "")
        if at_home and homes:
            return list(homes)
        every = list(self.whole.grounds)
        if not at_home or len(every) <= GROUNDS_AT_MOST:
            return every
        first = self.expected[match.node] + sum(map(ord, match.node))
        return [every[(first + n) % len(every)] for n in range(GROUNDS_AT_MOST)]
