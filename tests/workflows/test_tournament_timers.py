"""Every timer of a tournament on the server that skips time: met, missed and moved."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.money.money import Money
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.agenda import DUES
from domain.tournament.lifecycle.settings import Deadline
from tests.workflows.paying import payments
from tests.workflows.timers import Move, Step, Timer, Watched, met, missed, moved
from tests.workflows.world import DAY, HOUR, World, placements

pytestmark = pytest.mark.asyncio(loop_scope="session")
OPENS, CLOSES = Deadline.REGISTRATION_OPENS, Deadline.REGISTRATION_CLOSES
LOCK, CHECK_IN = Deadline.ROSTER_LOCK, Deadline.CHECK_IN_CLOSES
LATER = 5 * DAY


def by(*commands: c.TournamentCommand) -> Step:
    """Met by the organiser."""
    return lambda here: here.do(*commands)


def draft(*reminders: float) -> Step:
    return lambda here: here.create({OPENS: 3 * DAY}, reminder_hours=reminders)


def registration(deadline: Deadline, *reminders: float, **rules: object) -> Step:
    async def arrange(here: World) -> None:
        await here.open(deadlines={deadline: 3 * DAY}, reminder_hours=reminders, **rules)
        await here.enter("ab")

    return arrange


def deadline_moved(deadline: Deadline) -> Move:
    """The deadline itself, and with it the reminders of it."""

    async def move(here: World, at: datetime) -> datetime:
        await here.do(c.MoveDeadline(deadline=deadline, at=here.started_at + 3 * DAY + LATER))
        return at + LATER

    return move


async def an_offer(here: World) -> None:
    """The third team stands in for the first, if it says so within two days; a fourth waits."""
    await here.open(capacity=2, offer_hours=48.0)
    await here.enter("abcd")
    await here.do(c.WithdrawEntry(team="a"))


async def an_unpaid_place(here: World) -> None:
    """The first team has two hours to pay."""
    await here.open(capacity=2, entry_fee=Money(250_000, "inr"), reserve_minutes=120.0)
    await here.enter("a")


async def first_session_opened(here: World) -> None:
    await here.do(c.OpenSession(node=(await here.nodes())[0]))


async def fixtures_moved(here: World, at: datetime) -> datetime:
    nodes = await here.nodes()
    first = await here.starts_at(nodes[0]) + LATER
    await here.do(c.MoveFixtures(placements=placements(nodes, first), reason="flooded"))
    return at + LATER


async def window_moved(here: World, at: datetime) -> datetime:
    await here.do(c.MoveDisputeWindow(ends_at=at + LATER, reason="an appeal is announced"))
    return at + LATER


async def completed(here: World) -> None:
    await here.schedule()
    for node in await here.nodes():
        await here.to_match_day(node, timedelta(0))
        await here.play(node, ((await here.state()).matches[node].teams or ("",))[0])
        await here.wait(2 * HOUR)


async def settled(here: World) -> None:
    await completed(here)
    await here.do(c.SettleTournament())


CHECKING_IN = {"check_in_required": True}
TIMERS: dict[str, Timer] = {
    "registration opens": Timer(
        arrange=draft(), event="RegistrationOpened", meet=by(c.OpenRegistration()), move=deadline_moved(OPENS)
    ),
    "registration closes": Timer(
        arrange=registration(CLOSES),
        event="RegistrationClosed",
        meet=by(c.CloseRegistration()),
        move=deadline_moved(CLOSES),
    ),
    "roster lock": Timer(
        arrange=registration(LOCK), event="RostersLocked", meet=by(c.LockRosters()), move=deadline_moved(LOCK)
    ),
    "check-in closes": Timer(
        arrange=registration(CHECK_IN, **CHECKING_IN),
        event="CheckInClosed",
        meet=by(c.CloseCheckIn()),
        move=deadline_moved(CHECK_IN),
    ),
    "reminder: registration opens": Timer(
        arrange=draft(24.0),
        event="DeadlineApproached",
        fields={"deadline": OPENS},
        meet=by(c.OpenRegistration()),
        move=deadline_moved(OPENS),
    ),
    "reminder: registration closes": Timer(
        arrange=registration(CLOSES, 24.0),
        event="DeadlineApproached",
        fields={"deadline": CLOSES},
        meet=by(c.CloseRegistration()),
        move=deadline_moved(CLOSES),
    ),
    "reminder: roster lock": Timer(
        arrange=registration(LOCK, 24.0),
        event="DeadlineApproached",
        fields={"deadline": LOCK},
        meet=by(c.LockRosters()),
        move=deadline_moved(LOCK),
    ),
    "reminder: check-in closes": Timer(
        arrange=registration(CHECK_IN, 24.0, **CHECKING_IN),
        event="DeadlineApproached",
        fields={"deadline": CHECK_IN},
        meet=by(c.CloseCheckIn()),
        move=deadline_moved(CHECK_IN),
    ),
    "offer expires": Timer(
        arrange=an_offer,
        event="OfferDeclined",
        fields={"team": "c", "expired": True},
        meet=by(c.AcceptOffer(team="c")),
    ),
    "reservation expires": Timer(
        arrange=an_unpaid_place,
        event="ReservationExpired",
        fields={"team": "a"},
        meet=by(c.ConfirmEntry(team="a")),
    ),
    "tournament starts": Timer(
        arrange=World.schedule,
        event="TournamentStarted",
        meet=by(c.StartTournament()),
        move=fixtures_moved,
    ),
    "session opens": Timer(
        arrange=World.schedule,
        event="SessionOpened",
        meet=first_session_opened,
        move=fixtures_moved,
    ),
    "dispute window ends": Timer(
        arrange=completed, event="TournamentSettled", meet=by(c.SettleTournament()), move=window_moved
    ),
    "archived": Timer(arrange=settled, event="TournamentArchived", meet=by(c.ArchiveTournament())),
}
MOVABLE = [name for name, timer in TIMERS.items() if timer.move is not None]


async def test_every_timer_of_a_tournament_is_among_these() -> None:
    assert TIMERS.keys() == DUES.keys()


async def arranged(here: World, name: str) -> Watched:
    timer = TIMERS[name]
    await timer.arrange(here)
    return Watched(here, name, timer, here.tournament)


@pytest.mark.parametrize("name", TIMERS)
async def test_missed_it_passes_at_its_time(skipping: WorkflowEnvironment, tmp_path: Path, name: str) -> None:
    async with payments(skipping, tmp_path) as paying:
        here = paying.world
        await missed(here, await arranged(here, name))


@pytest.mark.parametrize("name", TIMERS)
async def test_met_it_does_not_pass(skipping: WorkflowEnvironment, tmp_path: Path, name: str) -> None:
    async with payments(skipping, tmp_path) as paying:
        here = paying.world
        await met(here, await arranged(here, name), TIMERS[name].meet)


@pytest.mark.parametrize("name", MOVABLE)
async def test_moved_it_passes_at_its_new_time(
    skipping: WorkflowEnvironment, tmp_path: Path, name: str
) -> None:
    move = TIMERS[name].move
    assert move is not None
    async with payments(skipping, tmp_path) as paying:
        here = paying.world
        await moved(here, await arranged(here, name), move)
