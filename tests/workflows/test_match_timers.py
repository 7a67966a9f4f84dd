"""Every timer of a match day on the server that skips time: met, missed and moved."""

from datetime import datetime
from typing import Literal

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.match import commands as m
from domain.session import commands as sc
from domain.session.agenda import DUES, NAMES
from domain.tournament.lifecycle import commands as c
from tests.workflows.timers import Move, Step, Timer, Watched, met, missed, moved
from tests.workflows.world import HOUR, MINUTE, World, line_up, over, placements, whole_match, world

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOME, AWAY = "b", "c"
"""Who plays the first match: the third of three has a bye."""
LINE_UPS = (line_up(HOME), line_up(AWAY))
TOSS = m.RecordToss(winner=HOME, decision="bat")
WHOLE = whole_match(HOME, AWAY, winner=HOME)
FIRST_INNINGS = WHOLE[:-7]
LEVEL = [*FIRST_INNINGS, m.StartInnings(), *over(AWAY, HOME, 1, 1, 1, 1, 1, 1)]
WHAT = {name: what for what, name in NAMES.items()}


async def first(here: World) -> str:
    return (await here.nodes())[0]


def recorded(*commands: m.MatchCommand) -> Step:
    """Met by what is recorded at the ground, of which the session is told."""

    async def record(here: World) -> None:
        await here.record(await first(here), *commands)

    return record


def asked(*commands: sc.SessionCommand) -> Step:
    """Met by those who run the match day."""

    async def ask(here: World) -> None:
        await here.at_match(await first(here), *commands)

    return ask


def before_play(*commands: m.MatchCommand) -> Step:
    """Two hours before the match, with so much recorded."""

    async def arrange(here: World) -> None:
        node = await here.begin()
        if commands:
            await here.record(node, *commands)

    return arrange


def at_the_start(*commands: m.MatchCommand, then: Step | None = None) -> Step:
    """The scheduled start has come, and so much was recorded then."""

    async def arrange(here: World) -> None:
        node = await here.begin()
        await here.wait_until(await here.starts_at(node))
        await here.record(node, *commands)
        if then is not None:
            await then(here)

    return arrange


async def with_a_scorer(here: World) -> None:
    await here.begin()
    await asked(sc.TakeLease(scorer="sue"))(here)


async def with_an_umpire(here: World) -> None:
    """The league requires one, who has not said yet whether they will be there."""
    node = await here.begin(officials_required=("umpire",))
    await here.do(c.AssignOfficial(node=node, person="uma", name="U. Mpire", role="umpire"))


async def umpire_confirmed(here: World) -> None:
    await here.do(c.ConfirmOfficial(node=await first(here), person="uma"))


async def match_moved(here: World, at: datetime) -> datetime:
    """By three hours, and every time of its day with it."""
    later = await here.starts_at(await first(here)) + 3 * HOUR
    await here.do(c.MoveFixtures(placements=placements(await here.nodes(), later), reason="wet outfield"))
    return at + 3 * HOUR


async def heard_of(here: World, at: datetime) -> datetime:
    """The scorer says that they are there, and has ten minutes again."""
    await here.wait(5 * MINUTE)
    await asked(sc.TakeLease(scorer="sue"))(here)
    return await here.now() + 10 * MINUTE


def window_moved(what: Literal["result", "dispute answer"]) -> Move:
    """By whoever rules on results."""

    async def move(here: World, at: datetime) -> datetime:
        await asked(sc.MoveWindow(what=what, ends_at=at + 3 * HOUR, reason="the captain is travelling"))(here)
        return at + 3 * HOUR

    return move


def overdue(name: str, arrange: Step, meet: Step, move: Move | None = None) -> tuple[str, Timer]:
    """A deadline that is noted when it passes."""
    timer = Timer(
        arrange=arrange,
        event="DeadlineMissed",
        fields={"what": WHAT[name]},
        meet=meet,
        move=move,
    )
    return name, timer


DISPUTE = asked(sc.RaiseDispute(person="ref", reason="the last ball was a wide"))
TIMERS: dict[str, Timer] = dict(
    (
        overdue("line-ups due", before_play(), recorded(*LINE_UPS), match_moved),
        overdue("toss due", before_play(*LINE_UPS), recorded(TOSS), match_moved),
        overdue("officials due", with_an_umpire, umpire_confirmed, match_moved),
        overdue("start due", before_play(*LINE_UPS, TOSS), recorded(m.StartInnings()), match_moved),
        overdue("innings break over", at_the_start(*FIRST_INNINGS), recorded(m.StartInnings())),
        overdue("super over due", at_the_start(*LEVEL), recorded(m.StartInnings(super_over=True))),
        overdue(
            "dispute answer due",
            at_the_start(*WHOLE, then=DISPUTE),
            asked(sc.AnswerDispute(person="ref", answer="it was not")),
            window_moved("dispute answer"),
        ),
        (
            "cut-off",
            Timer(arrange=before_play(), event="PlayCalledOff", meet=recorded(*WHOLE), move=match_moved),
        ),
        (
            "lease expires",
            Timer(
                arrange=with_a_scorer,
                event="LeaseExpired",
                meet=asked(sc.ReleaseLease(scorer="sue")),
                move=heard_of,
            ),
        ),
        (
            "result official",
            Timer(
                arrange=at_the_start(*WHOLE),
                event="ResultMadeOfficial",
                fields={"by": "window"},
                meet=asked(sc.ConfirmResult(person="ref")),
                move=window_moved("result"),
            ),
        ),
    )
)
MOVABLE = [name for name, timer in TIMERS.items() if timer.move is not None]


async def test_every_timer_of_a_match_day_is_among_these() -> None:
    assert TIMERS.keys() == DUES.keys()


async def arranged(here: World, name: str) -> Watched:
    timer = TIMERS[name]
    await timer.arrange(here)
    return Watched(here, name, timer, here.session(await first(here)))


@pytest.mark.parametrize("name", TIMERS)
async def test_missed_it_passes_at_its_time(skipping: WorkflowEnvironment, name: str) -> None:
    async with world(skipping) as here:
        await missed(here, await arranged(here, name))


@pytest.mark.parametrize("name", TIMERS)
async def test_met_it_does_not_pass(skipping: WorkflowEnvironment, name: str) -> None:
    async with world(skipping) as here:
        await met(here, await arranged(here, name), TIMERS[name].meet)


@pytest.mark.parametrize("name", MOVABLE)
async def test_moved_it_passes_at_its_new_time(skipping: WorkflowEnvironment, name: str) -> None:
    move = TIMERS[name].move
    assert move is not None
    async with world(skipping) as here:
        await moved(here, await arranged(here, name), move)
