"""The tournament of the demo as data: its grounds, its days, its rules, its clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from cli.compressed import clock, match_days
from cli.squads import Squad
from domain.match.commands import Team
from domain.match.conditions import IPL_2023
from domain.money.money import Money
from domain.money.prizes import Prize, PrizeRules
from domain.money.refund_policy import RefundPolicy, RefundStep
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
GIVES_UP = Team(id="saltmarsh-swifts", name="Saltmarsh Swifts")
"""Enters, and leaves before it has paid."""
WITHDRAWS = Team(id="pinewood-panthers", name="Pinewood Panthers")
"""Enters and pays, and leaves."""
FEE = Money(2_500_000, "inr")
FULL_REFUND_UNTIL = date(2026, 3, 1)
"""That is before registration opens: who withdraws gets half of the fee."""
HALF = 50
LONG = timedelta(days=365)
"""Longer than anybody's browser and bank take, whose time is not compressed."""
PRIZES = PrizeRules(
    fees_percent=70,
    prizes=(Prize(rank=1, share=6_000), Prize(rank=2, share=2_500), Prize(rank=3, share=1_500)),
    two_approve_above=Money(5_000_000, "inr"),
)
ORGANISER = "trophy-office"
"""The payee who gets what the fees leave."""
DISPUTE_HOURS = 12.0
"""After the final; then the prize money is due."""
START_TIMES = (StartTime(at=time(15, 30)), StartTime(at=time(19, 30), broadcast=True))
VENUES = tuple(
    Venue(id=id, name=name, city=city, grounds=(Ground(id=f"{id}-ground", name=name),))
    for id, name, city in (
        ("harbour", "Harbour Park", "Lantern City"),
        ("mill", "Mill Meadow", "Fernhill"),
        ("quarry", "Quarry End", "Granite Bay"),
    )
)


def settings(clubs: Sequence[Squad], seed: int, *, fees: bool) -> TournamentSettings:
    """All clubs twice, then the page playoff, by the rules of the IPL; with ``fees`` it costs and wins money."""
    first_match = datetime.combine(FIRST_DAY, START_TIMES[0].at, UTC)
    return TournamentSettings(
        format=presets.ipl(),
        conditions=IPL_2023,
        table_rules=replace(IPL, lots_seed=draw_seed(seed)),
        registration=registration(len(clubs), fees=fees),
        prizes=PRIZES if fees else PrizeRules(),
        organiser=ORGANISER if fees else "",
        dispute_hours=DISPUTE_HOURS,
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


def registration(capacity: int, *, fees: bool) -> RegistrationRules:
    """Who has no place waits for one. What a captain has to do in time is not hurried by the fast clock."""
    free = RegistrationRules(capacity=capacity, waitlist=fees, reminder_hours=())
    if not fees:
        return free
    until = datetime.combine(FULL_REFUND_UNTIL, time(), UTC)
    return replace(
        free,
        entry_fee=FEE,
        reserve_minutes=LONG / timedelta(minutes=1),
        offer_hours=LONG / timedelta(hours=1),
        refund_policy=RefundPolicy(full_until=until, steps=(RefundStep(until=until + LONG, percent=HALF),)),
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
