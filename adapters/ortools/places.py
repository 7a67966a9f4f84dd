"""Where each match could be played: the candidates the solver chooses from, and what rules a place out."""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, date

from adapters.ortools import names
from domain.tournament.fixtures import prices
from domain.tournament.fixtures.calendar import ONE_DAY, Slot, day_of, days, slots_on, within_hours
from domain.tournament.fixtures.model import (
    FixtureProblem,
    FixtureRules,
    Ground,
    MatchToPlace,
    Placement,
    TeamRules,
    Venue,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A match could be played in ``slot`` at this price, were it not for the constraints ``ruled_out_by``."""

    match: MatchToPlace
    slot: Slot
    price: int
    historic: bool = False
    ruled_out_by: tuple[str, ...] = ()


Near = tuple[Iterable[str], Iterable[date]]
"""Grounds and days."""


@dataclass(slots=True)
class Places:
    """The candidate places of every match, by match in the order of the problem."""

    problem: FixtureProblem
    near: Callable[[MatchToPlace], Near] | None = None
    """Where to look for places of matches that are not fixed; everywhere if None."""
    days_after: int = 0
    """Days after the season that are looked at too, ruled out by it: to see whether it is too short."""
    rules: FixtureRules = field(init=False)
    days: tuple[date, ...] = field(init=False)
    grounds: dict[str, tuple[Ground, Venue]] = field(init=False)
    homes: dict[str, tuple[str, ...]] = field(init=False)
    _teams: dict[str, TeamRules] = field(init=False)
    _fixed: dict[str, Placement] = field(init=False)
    _before: dict[str, Placement] = field(init=False)
    _slots: dict[tuple[str, date], tuple[Slot, ...]] = field(default_factory=dict)
    _taken: set[tuple[str, date]] = field(init=False)
    _by_the_clock: bool = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self.rules = problem.rules
        self.days = days(self.rules)
        self.days += tuple(self.days[-1] + n * ONE_DAY for n in range(1, self.days_after + 1))
        self.grounds = {g.id: (g, venue) for venue in self.rules.venues for g in venue.grounds}
        self.homes = prices.home_grounds(self.rules)
        self._teams = {each.team: each for each in self.rules.teams}
        self._fixed = {each.node: each for each in problem.fixed}
        self._before = {each.node: each for each in problem.before}
        self._taken = {(e.ground, self.day(e)) for e in problem.fixed if e.ground in self.grounds}
        zones = {venue.time_zone for venue in self.rules.venues}
        self._by_the_clock = self.rules.rest_days == 0 and len(zones) > 1

    def slots(self, ground: str, day: date) -> tuple[Slot, ...]:
        """When a match may be played there."""
        key = (ground, day)
        if key not in self._slots:
            field_of, venue = self.grounds[ground]
            self._slots[key] = tuple(slots_on(self.rules, venue, field_of, day))
        return self._slots[key]

    def _groups(self, ground: str, day: date) -> Iterable[tuple[Slot, ...]]:
        """Slots in groups of which one start is as good as another.

        Where a ground bears one match a day, and nothing is fixed there, no constraint cares for the time: the
        cheapest start of the day will do. Time zones far apart, without rest days, are an exception.
        """
        slots = self.slots(ground, day)
        one_a_day = self.grounds[ground][0].matches_a_day == 1
        if slots and one_a_day and not self._by_the_clock and (ground, day) not in self._taken:
            return (slots,)
        return [(slot,) for slot in slots]

    def within(self, problem: FixtureProblem, near: Callable[[MatchToPlace], Near] | None) -> "Places":
        """The places of another problem with the same rules, or of this one elsewhere."""
        return Places(problem, near, self.days_after, self._slots)

    def day(self, place: Placement) -> date:
        """The day of a placement at its venue."""
        return day_of(self.grounds[place.ground][1], place.starts_at)

    def of(self, match: MatchToPlace, *, only: Set[str] | None = None) -> list[Place]:
        """Its places, without those ruled out; with ``only``, ruled out by these constraints alone."""
        if only is None:
            return [place for place in self.every(match, fixed_only=True) if not place.ruled_out_by]
        return [place for place in self.every(match) if only.isdisjoint(place.ruled_out_by)]

    def every(self, match: MatchToPlace, *, fixed_only: bool = False) -> Iterator[Place]:
        """Every place there is, with what rules it out. A fixed match has its own beside the others, which
        ``fixed_only`` leaves out."""
        fixed = self._fixed.get(match.node)
        if fixed is not None and fixed.ground in self.grounds:
            slot = self._slot(fixed)
            if self.problem.earliest is not None and slot.day < self.problem.earliest:
                yield Place(match, slot, self._price(match, slot), historic=True)
                return
            against = tuple(self._against(match, slot))
            venue = self.grounds[fixed.ground][1]
            if not within_hours(venue, slot.day, slot.starts_at, slot.ends_at):
                against = (f"opening hours of {venue.name}", *against)
            yield Place(match, slot, self._price(match, slot), False, against)
            if fixed_only:
                return
        grounds, on_days = (self.grounds, self.days) if self.near is None else self.near(match)
        for ground in grounds:
            for group in (group for day in on_days for group in self._groups(ground, day)):
                slot = min(group, key=lambda slot: self._price(match, slot))
                against = tuple(self._against(match, slot))
                if fixed is not None:
                    against = (names.fixed(match.node), *against)
                yield Place(match, slot, self._price(match, slot), False, against)

    def _slot(self, place: Placement) -> Slot:
        starts_at, ends_at = place.starts_at.astimezone(UTC), place.ends_at.astimezone(UTC)
        day, venue = self.day(place), self.grounds[place.ground][1]
        broadcast = any(s.broadcast and s.starts_at == starts_at for s in self.slots(place.ground, day))
        return Slot(place.ground, venue.id, day, starts_at, ends_at, broadcast)

    def _price(self, match: MatchToPlace, slot: Slot) -> int:
        weights = self.rules.weights
        price = prices.away_from_home(weights.not_home, self.homes.get(match.home or "", ()), slot.ground)
        if not slot.broadcast and prices.wants_broadcast(self.rules, match):
            price += weights.broadcast
        old = self._before.get(match.node)
        if old is not None:
            same_day = old.ground in self.grounds and self.day(old) == slot.day
            price += prices.moved(weights.moved, old, same_day, slot.ground, slot.starts_at)
        return price

    def against_ground(self, slot: Slot) -> Iterator[str]:
        """The names of what rules the ground out on that day, for any match."""
        rules, ground = self.rules, self.grounds[slot.ground][0]
        if slot.day in rules.closed:
            yield names.closed(rules)
        if slot.day in ground.closed:
            yield names.ground_closed(ground)
        if self.problem.earliest is not None and slot.day < self.problem.earliest:
            yield names.earliest(self.problem.earliest)
        if not self._in_season(slot):
            yield names.season(rules)

    def _against(self, match: MatchToPlace, slot: Slot) -> Iterator[str]:
        """The names of what rules this place out by itself."""
        yield from self.against_ground(slot)
        for team in (match.home, match.away):
            needs = self._teams.get(team or "", prices.NO_TEAM_RULES)
            if slot.day in needs.unavailable:
                yield f"{team} unavailable on {names.listed(needs.unavailable)}"
            if slot.day in needs.away_on and team == match.home:
                yield f"{team} away only on {names.listed(needs.away_on)}"
        if match.home is not None and match.away is not None:
            ours, theirs = self.homes.get(match.home, ()), self.homes.get(match.away, ())
            if slot.ground in theirs and slot.ground not in ours:
                yield "no match at its opponent's ground"
        old = self._before.get(match.node)
        if old is not None and match.node in self.problem.displaced and self._stays(old, slot):
            yield f"{match.node} cannot stay at {slot.ground} on {slot.day}"

    def _stays(self, old: Placement, slot: Slot) -> bool:
        return old.ground == slot.ground and self.day(old) == slot.day

    def _in_season(self, slot: Slot) -> bool:
        first, last = self.rules.first_day, self.rules.last_day
        return first is not None and last is not None and first <= slot.day <= last
