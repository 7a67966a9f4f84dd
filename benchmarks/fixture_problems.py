"""Leagues of a size that is played, to measure the solver by."""

from dataclasses import replace
from datetime import date, time, timedelta

from domain.tournament.fixtures.model import (
    FixtureProblem,
    FixtureRules,
    Ground,
    MatchToPlace,
    StartTime,
    TeamRules,
    Venue,
)

FIRST_DAY = date(2027, 3, 20)


def double_round_robin(teams: int) -> tuple[MatchToPlace, ...]:
    """The circle method with home and away in turn; the second half mirrors the first. ``teams`` is even."""
    names = [f"T{number:03}" for number in range(1, teams + 1)]
    last, around = names[-1], names[:-1]
    matches: list[MatchToPlace] = []
    for number in range(teams - 1):
        pairs = [(around[number], last) if number % 2 else (last, around[number])]
        for n in range(1, teams // 2):
            one, other = around[(number + n) % (teams - 1)], around[(number - n) % (teams - 1)]
            pairs.append((one, other) if n % 2 else (other, one))
        for leg in (0, 1):
            count = leg * (teams - 1) + number + 1
            matches += [
                MatchToPlace(
                    node=f"league-R{count}-{index}",
                    home=away if leg else home,
                    away=home if leg else away,
                    round=count,
                    stage="league",
                )
                for index, (home, away) in enumerate(pairs, start=1)
            ]
    return tuple(sorted(matches, key=lambda match: match.round))


def ten_teams(time_limit_seconds: float = 20.0) -> FixtureProblem:
    """90 matches on six grounds, a rest day for each team, two matches a day at most, a break of three days in
    the middle, closed days, teams that are away, two derbies, evenings and weekend afternoons."""
    matches = double_round_robin(10)
    cities = ("North", "South", "East", "West", "Hill", "Bay")
    closed = {0: 6, 1: 20, 2: 33, 3: 41, 4: 50, 5: 9}
    venues = tuple(
        Venue(
            id=f"v{n}",
            name=city,
            time_zone="Asia/Kolkata",
            grounds=(
                Ground(
                    id=f"g{n}",
                    name=f"{city} Ground",
                    closed=tuple(FIRST_DAY + timedelta(days=closed[n] + extra) for extra in range(3)),
                ),
            ),
        )
        for n, city in enumerate(cities)
    )
    names = sorted({str(match.home) for match in matches})
    teams = tuple(
        TeamRules(
            team=name,
            home_grounds=(f"g{n % 6}",),
            unavailable=(FIRST_DAY + timedelta(days=5 * n + 3),),
            away_on=(FIRST_DAY + timedelta(days=4 * n + 1), FIRST_DAY + timedelta(days=4 * n + 2)),
        )
        for n, name in enumerate(names)
    )
    rules = FixtureRules(
        venues=venues,
        first_day=FIRST_DAY,
        last_day=FIRST_DAY + timedelta(days=62),
        start_times=(
            StartTime(at=time(19, 30), broadcast=True),
            StartTime(at=time(15, 30), weekdays=(5, 6)),
        ),
        rest_days=1,
        matches_a_day=2,
        closed=tuple(FIRST_DAY + timedelta(days=30 + n) for n in range(3)),
        teams=teams,
        derbies=((names[0], names[6]), (names[1], names[7])),
        distances=tuple(
            (f"v{a}", f"v{b}", 200 + 150 * abs(a - b)) for a in range(6) for b in range(a + 1, 6)
        ),
    )
    return FixtureProblem(rules=rules, matches=matches, time_limit_seconds=time_limit_seconds)


def many_teams(teams: int = 300, *, group: int = 10, time_limit_seconds: float = 60.0) -> FixtureProblem:
    """A league of leagues: ``teams`` in groups, each a single round robin, two grounds to a group, a summer."""
    matches: list[MatchToPlace] = []
    team_rules: list[TeamRules] = []
    venues: list[Venue] = []
    for number in range(teams // group):
        mark = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
        matches += [
            replace(
                match,
                node=f"{mark}-{match.node}",
                home=f"{mark}{match.home}",
                away=f"{mark}{match.away}",
                stage="groups",
            )
            for match in double_round_robin(group)
            if match.round < group
        ]
        grounds = tuple(Ground(id=f"{mark}{n}", name=f"{mark} {n}", matches_a_day=2) for n in (1, 2))
        venues.append(Venue(id=mark, name=mark, time_zone="Europe/London", grounds=grounds))
        team_rules += [
            TeamRules(team=f"{mark}T{n:03}", home_grounds=(grounds[n % 2].id,)) for n in range(1, group + 1)
        ]
    rules = FixtureRules(
        venues=tuple(venues),
        first_day=FIRST_DAY,
        last_day=FIRST_DAY + timedelta(days=100),
        start_times=(StartTime(at=time(10), weekdays=(5, 6)), StartTime(at=time(15), weekdays=(5, 6))),
        rest_days=1,
        matches_a_day=teams // 2,
        closed=(FIRST_DAY + timedelta(days=28), FIRST_DAY + timedelta(days=29)),
        teams=tuple(team_rules),
    )
    return FixtureProblem(rules=rules, matches=tuple(matches), time_limit_seconds=time_limit_seconds)
