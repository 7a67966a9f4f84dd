"""The tournament of the demo as data: its grounds, its days, its rules, its clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from cli.compressed import clock, match_days
from cli.squads import Squad
from domain.match.conditions import IPL_2023
from domain.tournament.fixtures.model import FixtureRules, Ground, StartTime, Venue
from domain.tournament.format import presets
from domain.tournament.lifecycle.commands import SquadPlayer, SubmitEntry
from domain.tournament.lifecycle.settings import RegistrationRules, TournamentSettings
from domain.tournament.table_rules import IPL

NAME = "Pavilion Trophy"
SEASON = "2026"
FIRST_DAY = date(2026, 4, 4)
PLAYOFF_DAYS = 8
"""After the league, which needs a day for two of its matches."""
DAY_SECONDS = 1.0
"""How long one of its days lasts."""
LEAD_SECONDS = 8.0
"""Real time before the first match: for the entries, the draw and the fixtures."""
CONFIRMED_WITHIN_DAYS = 4
"""A result that nobody confirmed is official then."""
LEAST_TEAMS = 4
"""The page playoff needs them."""
START_TIMES = (StartTime(at=time(15, 30)), StartTime(at=time(19, 30), broadcast=True))
VENUES = tuple(
    Venue(id=id, name=name, city=city, grounds=(Ground(id=f"{id}-ground", name=name),))
    for id, name, city in (
        ("harbour", "Harbour Park", "Lantern City"),
        ("mill", "Mill Meadow", "Fernhill"),
        ("quarry", "Quarry End", "Granite Bay"),
    )
)


def settings(clubs: Sequence[Squad], seed: int) -> TournamentSettings:
    """All clubs twice, then the page playoff, by the rules of the IPL."""
    first_match = datetime.combine(FIRST_DAY, START_TIMES[0].at, UTC)
    return TournamentSettings(
        format=presets.ipl(),
        conditions=IPL_2023,
        table_rules=replace(IPL, lots_seed=draw_seed(seed)),
        registration=RegistrationRules(capacity=len(clubs), waitlist=False, reminder_hours=()),
        fixtures=FixtureRules(
            venues=VENUES,
            first_day=FIRST_DAY,
            last_day=FIRST_DAY + timedelta(days=len(clubs) * (len(clubs) - 1) // 2 + PLAYOFF_DAYS),
            start_times=START_TIMES,
            rest_days=0,
            matches_a_day=len(VENUES),
        ),
        session=replace(match_days(DAY_SECONDS), result_window_minutes=CONFIRMED_WITHIN_DAYS * 24 * 60),
        clock=clock(datetime.now(UTC), first_match, DAY_SECONDS, LEAD_SECONDS),
    )


def draw_seed(seed: int) -> str:
    """The published seed of the draw, and of lots where they are needed."""
    return f"demo {seed}"


def entry(club: Squad) -> SubmitEntry:
    """A club enters with all its players."""
    return SubmitEntry(team=club.team.id, name=club.team.name, players=players(club))


def players(club: Squad) -> tuple[SquadPlayer, ...]:
    """Its squad."""
    return tuple(
        SquadPlayer(id=member.player.id, name=member.player.name) for member in club.members.values()
    )
