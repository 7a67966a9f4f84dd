"""Days, start times and grounds of a season's matches.

A file has a day and a ground but no time. So a day's matches start at the usual times, an evening match last;
a one-day match starts at half past ten, a second one three hours later. Local time is taken as UTC, since a
file has no time zone either. Two matches on a ground never overlap.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from adapters.cricsheet.names import identifier
from adapters.cricsheet.season import Played
from domain.tournament.fixtures.model import Ground, Placement, Venue
from domain.tournament.format.model import Structure

MINUTES_PER_BALL = 0.75
BREAKS_MINUTES = 30
SHORT_MINUTES = 300
"""A match that takes no longer can be played in an evening."""
EVENING = time(19, 30)
MORNING = time(10, 30)
EVENING_MATCHES_APART = timedelta(hours=4)
DAY_MATCHES_APART = timedelta(hours=3)
TURNROUND = timedelta(minutes=30)
"""Between two matches on a ground."""
UNKNOWN_GROUND = "Ground"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    venues: tuple[Venue, ...]
    placements: tuple[Placement, ...]
    match_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fixture:
    """A node on its day. ``after``: its place among the day's matches."""

    node: str
    day: date
    after: tuple[int, str]
    venue: str


def place(structure: Structure, files: Mapping[str, Played], teams: Mapping[str, tuple[str, str]]) -> Days:
    """Where and when each node is played; one without a file on the first day of its table on which its
    teams and a ground are free."""
    fixtures = {node: _fixture(node, match) for node, match in files.items()}
    tables = {node.id: node.table for node in structure.nodes}
    for node, table in tables.items():
        if node not in fixtures:
            begins = min(fixture.day for other, fixture in fixtures.items() if tables[other] == table)
            fixtures[node] = _free(node, begins, fixtures, teams)
    minutes = max(_minutes(match) for match in files.values())
    return Days(
        venues=_venues(fixtures.values(), files),
        placements=tuple(_placements(list(fixtures.values()), minutes)),
        match_minutes=minutes,
    )


def _minutes(match: Played) -> int:
    """How long a match takes by its conditions; a day's play where there is no limit."""
    quota = match.summary.full_quota
    return 450 if quota is None else round(2 * quota * MINUTES_PER_BALL) + BREAKS_MINUTES


def _fixture(node: str, match: Played) -> _Fixture:
    _, number, name = match.order
    venue = match.creation.venue or UNKNOWN_GROUND
    return _Fixture(node=node, day=match.day, after=(number, name), venue=venue)


def _free(
    node: str, day: date, fixtures: Mapping[str, _Fixture], teams: Mapping[str, tuple[str, str]]
) -> _Fixture:
    """The first day, from ``day`` on, on which neither team plays and a ground is free."""
    pair = set(teams[node])
    theirs = {fixture.day for other, fixture in fixtures.items() if pair & set(teams[other])}
    used: defaultdict[date, set[str]] = defaultdict(set)
    for fixture in fixtures.values():
        used[fixture.day].add(fixture.venue)
    venues = list(dict.fromkeys(fixture.venue for fixture in fixtures.values()))
    while day in theirs or used[day] >= set(venues):
        day += timedelta(days=1)
    venue = next(venue for venue in venues if venue not in used[day])
    return _Fixture(node=node, day=day, after=(0, node), venue=venue)


def _placements(fixtures: Sequence[_Fixture], minutes: int) -> list[Placement]:
    by_day: defaultdict[date, list[_Fixture]] = defaultdict(list)
    for fixture in fixtures:
        by_day[fixture.day].append(fixture)
    length = timedelta(minutes=minutes)
    placed: list[Placement] = []
    for day, its in sorted(by_day.items()):
        free: dict[str, datetime] = {}
        for number, fixture in enumerate(sorted(its, key=lambda one: one.after)):
            usual = _usual(day, number, len(its), minutes)
            starts_at = max(usual, free.get(fixture.venue, usual))
            free[fixture.venue] = starts_at + length + TURNROUND
            placed.append(
                Placement(
                    node=fixture.node,
                    ground=identifier(fixture.venue),
                    starts_at=starts_at,
                    ends_at=starts_at + length,
                )
            )
    return placed


def _usual(day: date, number: int, matches: int, minutes: int) -> datetime:
    """When the match of this number, from 0, starts on a day of so many."""
    if minutes > SHORT_MINUTES:
        return datetime.combine(day, MORNING, UTC) + DAY_MATCHES_APART * min(number, 1)
    return datetime.combine(day, EVENING, UTC) - EVENING_MATCHES_APART * (matches - 1 - number)


def _venues(fixtures: Iterable[_Fixture], files: Mapping[str, Played]) -> tuple[Venue, ...]:
    days = Counter((one.venue, one.day) for one in fixtures)
    cities = {match.creation.venue or UNKNOWN_GROUND: match.creation.city or "" for match in files.values()}
    return tuple(
        Venue(
            id=identifier(name),
            name=name,
            city=cities.get(name, ""),
            opens=time(0),
            grounds=(
                Ground(
                    id=identifier(name),
                    name=name,
                    matches_a_day=max(count for (venue, _), count in days.items() if venue == name),
                ),
            ),
        )
        for name in dict.fromkeys(venue for venue, _ in days)
    )
