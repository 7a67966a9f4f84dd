"""The hard constraints in CP-SAT: one Boolean for each match and place, one constraint for each rule and day.

Each constraint has a name in plain words. A model is built with all of them; with some, to see whether those can
hold together; or with each behind an assumption, to be told which of them can't.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from ortools.sat.python import cp_model

from adapters.ortools import names
from adapters.ortools.places import Place, Places
from domain.tournament.fixtures.hard import waiting_days
from domain.tournament.fixtures.model import MatchToPlace
from domain.tournament.fixtures.overlap import overlap

Literal = cp_model.IntVar
Sum = cp_model.LinearExpr


class Choice:
    """A Boolean: this match is played at this place. ``day`` counts from the first of the season."""

    __slots__ = ("day", "place", "x")

    def __init__(self, place: Place, x: Literal, day: int) -> None:
        self.place = place
        self.x = x
        self.day = day


class FixtureModel:
    """The variables and hard constraints of a problem, or of some of its matches.

    ``only``: build these constraints and no others. ``assume``: put each behind an assumption.
    """

    def __init__(
        self,
        places: Places,
        matches: Sequence[MatchToPlace] | None = None,
        *,
        only: Set[str] | None = None,
        assume: bool = False,
    ) -> None:
        self.cp = cp_model.CpModel()
        self.places = places
        self.rules = places.rules
        self.matches = places.problem.matches if matches is None else matches
        self.days = range(len(places.days))
        self._only = only
        self._assume = assume
        self._assumed: dict[str, Literal] = {}
        self.of_match: dict[str, list[Choice]] = {}
        self.of_team: dict[str, dict[int, list[Choice]]] = defaultdict(lambda: defaultdict(list))
        self.of_day: dict[int, list[Choice]] = defaultdict(list)
        self.of_ground: dict[tuple[str, int], list[Choice]] = defaultdict(list)
        self.playing: dict[str, dict[int, Sum]] = defaultdict(dict)
        """For each team and day with a choice: does it play?"""
        self._choose()
        self._ground_days()
        self._days()
        self._teams()
        self._order()
        self._reserve_days()

    @property
    def assumed(self) -> dict[int, str]:
        """The constraints behind assumptions, by the index of their literal."""
        return {literal.index: name for name, literal in self._assumed.items()}

    def day_of(self, node: str) -> Sum:
        """The day of a match as a number."""
        return total(choice.day * choice.x for choice in self.of_match[node])

    def _add(self, name: str, *constraints: cp_model.BoundedLinearExpression | bool) -> None:
        if self._only is not None and name not in self._only:
            return
        for each in constraints:
            added = self.cp.add(each)
            if self._assume:
                added.only_enforce_if(self._literal(name))

    def _literal(self, name: str) -> Literal:
        if name not in self._assumed:
            self._assumed[name] = self.cp.new_bool_var(name)
            self.cp.add_assumption(self._assumed[name])
        return self._assumed[name]

    def _at_most(self, name: str, most: int, choices: Iterable[Choice]) -> None:
        """What has been played already cannot break a rule any more, only use up what it allows."""
        choices = list(choices)
        historic = sum(choice.place.historic for choice in choices)
        if len(choices) > max(most, historic):
            self._add(name, total(choice.x for choice in choices) <= max(most, historic))

    # --- one match ---------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        places = self.places
        ruled_out: dict[str, list[Literal]] = defaultdict(list)
        for match in self.matches:
            mine: list[Choice] = []
            every = places.every(match) if self._assume else places.of(match, only=self._only)
            for place in every:
                day = (place.slot.day - places.days[0]).days
                choice = Choice(place, self.cp.new_bool_var(""), day)
                mine.append(choice)
                for name in place.ruled_out_by if self._assume else ():
                    ruled_out[name].append(choice.x)
                self.of_day[choice.day].append(choice)
                self.of_ground[place.slot.ground, choice.day].append(choice)
                for team in {match.home, match.away} - {None}:
                    self.of_team[str(team)][choice.day].append(choice)
            self.of_match[match.node] = mine
            self.cp.add_exactly_one(choice.x for choice in mine)
        for name, literals in ruled_out.items():
            self._add(name, total(literals) == 0)

    # --- grounds and days --------------------------------------------------------------------------------------

    def _ground_days(self) -> None:
        for (ground_id, _), choices in self.of_ground.items():
            ground = self.places.grounds[ground_id][0]
            name = names.matches_a_day_at(ground)
            self._at_most(name, ground.matches_a_day, choices)
            slots = {choice.place.slot for choice in choices}
            if ground.matches_a_day == 1 and len({slot.day for slot in slots}) == 1:
                continue
            for slot in slots:
                # Ranges overlap pairwise just when all of them hold the latest of their starts.
                together = [c for c in choices if _is_on(c, slot.starts_at)]
                self._at_most(f"one match at a time at {ground.name}", 1, together)

    def _days(self) -> None:
        name = names.matches_a_day(self.rules)
        loads: list[Sum] = []
        for choices in self.of_day.values():
            historic = sum(choice.place.historic for choice in choices)
            load = self.cp.new_int_var(0, len(choices), "")
            self.cp.add(load == total(choice.x for choice in choices))
            self._add(name, load <= max(self.rules.matches_a_day, historic))
            loads.append(load)
        # Follows from the rest, but says at once what branching would take for ever to find out: the days are
        # too few for the matches.
        self.cp.add(total(loads) == len(self.matches))

    def _reserve_days(self) -> None:
        count = self.rules.reserve_days
        for (ground_id, day), choices in list(self.of_ground.items()) if count else ():
            ground = self.places.grounds[ground_id][0]
            name = f"{count} reserve days at {ground.name}"
            playoffs = [choice for choice in choices if choice.place.match.playoff]
            for later in range(day + 1, day + count + 1) if playoffs else ():
                others = self.of_ground.get((ground_id, later), [])
                if others:
                    used = self.cp.new_bool_var("")
                    self._add(name, *(used >= choice.x for choice in playoffs))
                    self._add(name, total(choice.x for choice in others) <= len(others) * (1 - used))

    def _order(self) -> None:
        rules = self.rules
        ends: dict[tuple[str, ...], Sum] = {}
        by_node = {match.node: match for match in self.matches}
        for match in self.matches:
            earlier = tuple(node for node in match.after if node in by_node)
            if not earlier:
                continue
            name = f"{match.node} after the matches it waits for"
            waits = {
                node: 1 + waiting_days(rules.rest_days, rules.reserve_days, by_node[node].playoff)
                for node in earlier
            }
            if len(earlier) == 1:
                self._add(name, self.day_of(match.node) >= self.day_of(earlier[0]) + waits[earlier[0]])
                continue
            if earlier not in ends:
                # All that wait for the same matches share the day on which the last of them is over.
                first, last = self.days[0], self.days[-1] + max(waits.values())
                ends[earlier] = self.cp.new_int_var(first, last, "")
                for node in earlier:
                    self.cp.add(ends[earlier] >= self.day_of(node) + waits[node])
            self._add(name, self.day_of(match.node) >= ends[earlier])

    # --- teams -------------------------------------------------------------------------------------------------

    def _teams(self) -> None:
        for team, by_day in self.of_team.items():
            self.playing[team] = self._playing(team, by_day)
            self._rest(team)
            self._not_in_two_places(team)
            if team in self.places.homes:
                self._running(team)

    def _playing(self, team: str, by_day: dict[int, list[Choice]]) -> dict[int, Sum]:
        if not self.rules.double_headers:
            if self.rules.rest_days == 0 or self._only is not None or self._assume:
                for choices in by_day.values():
                    self._at_most(names.matches_a_day_of(self.rules, team), 1, choices)
            return {day: total(choice.x for choice in choices) for day, choices in by_day.items()}
        return {day: self._double_header(team, choices) for day, choices in by_day.items()}

    def _double_header(self, team: str, choices: list[Choice]) -> Literal:
        """At most so many matches, on one ground. Gives whether there is any."""
        plays = self.cp.new_bool_var("")
        at: dict[str, list[Literal]] = defaultdict(list)
        for choice in choices:
            at[choice.place.slot.ground].append(choice.x)
            self.cp.add_implication(choice.x, plays)
        self.cp.add_bool_or([*(choice.x for choice in choices), ~plays])
        self._at_most(names.matches_a_day_of(self.rules, team), self.rules.most_of_a_team, choices)
        used: list[Literal] = []
        for literals in at.values() if len(at) > 1 else ():
            used.append(self.cp.new_bool_var(""))
            self.cp.add_max_equality(used[-1], literals)
        if used:
            self._add(f"double headers of {team} on one ground", total(used) <= 1)
        return plays

    def _rest(self, team: str) -> None:
        length, by_day = self.rules.rest_days + 1, self.playing[team]
        historic = {
            day for day, choices in self.of_team[team].items() if any(c.place.historic for c in choices)
        }
        for day in sorted(by_day) if length > 1 else ():
            window = [each for each in range(day, day + length) if each in by_day]
            if len(window) > 1:
                most = max(1, len(historic.intersection(window)))
                self._add(names.rest_days(length - 1, team), total(by_day[each] for each in window) <= most)

    def _not_in_two_places(self, team: str) -> None:
        """Days overlap only where time zones are far apart and there is no rest day between."""
        zones = {venue.time_zone for venue in self.rules.venues}
        if self.rules.rest_days or len(zones) == 1:
            return
        by_day = self.of_team[team]
        for day, choices in by_day.items():
            later = by_day.get(day + 1, []) + by_day.get(day + 2, [])
            slots = {choice.place.slot for choice in choices}
            for one in slots:
                for other in {c.place.slot for c in later if overlap(one, c.place.slot)}:
                    both = [c for c in (*choices, *later) if c.place.slot in (one, other)]
                    self._at_most(f"{team} in one place at a time", 1, both)

    def at_home(self, team: str) -> tuple[dict[int, Sum], dict[int, Sum]]:
        """For each day: does a team play at home, and does it play away? Never both: one home match counts."""
        home: dict[int, Sum] = {}
        away: dict[int, Sum] = {}
        for day, choices in self.of_team[team].items():
            here = [choice.x for choice in choices if choice.place.match.home == team]
            if not self.rules.double_headers:
                home[day] = total(here)
                away[day] = total(choice.x for choice in choices if choice.place.match.home != team)
                continue
            any_here = self.cp.new_bool_var("")
            self.cp.add_max_equality(any_here, [*here, 0])
            home[day], away[day] = any_here, self.playing[team][day] - any_here
        return home, away

    def _running(self, team: str) -> None:
        """How many have been running is counted day by day; a match on the other side sets the count back."""
        most = self.rules.most_home_running
        home, away = self.at_home(team)
        for side, here, there in (("home", home, away), ("away", away, home)):
            name = f"at most {most} {side} matches running of {team}"
            before: Sum = self.cp.new_constant(0)
            for day in sorted(here):
                now = self.cp.new_int_var(0, most, "")
                self._add(name, now >= before + here[day] - most * there[day])
                before = now


def _is_on(choice: Choice, moment: object) -> bool:
    slot = choice.place.slot
    return slot.starts_at <= moment < slot.ends_at  # type: ignore[operator]


def total(terms: Iterable[Sum]) -> Sum:
    """The sum of linear expressions."""
    return cp_model.LinearExpr.sum(list(terms))
