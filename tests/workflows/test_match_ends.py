"""How a match day ends other than by its window: captains, rulings, and called off in any phase."""

from collections.abc import Awaitable, Callable

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.match import commands as m
from domain.session import commands as sc
from domain.session.state import FINAL, Phase
from domain.tournament.fixtures.model import FixtureRules, Placement
from domain.tournament.format.model import Format, Knockout
from domain.tournament.lifecycle import commands as c
from tests.workflows.world import CAPTAINS, HOUR, SOON, World, whole_match, world

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOME, AWAY = "b", "c"
"""Who plays the first match: the third of three has a bye."""
WHOLE = whole_match(HOME, AWAY, winner=HOME)
DISPUTE = sc.RaiseDispute(person="ref", reason="the last ball was a wide")
RULING = sc.RuleDispute(person="ref", ruling="replay", reason="the scorer was asleep")


async def played(here: World) -> str:
    """The first match is played, and the home side has won."""
    node = await here.begin()
    await here.wait_until(await here.starts_at(node))
    await here.record(node, *WHOLE)
    return node


async def session_status(here: World, node: str) -> WorkflowExecutionStatus | None:
    return (await here.handle(here.session(node)).describe()).status


async def test_both_captains_make_a_result_official(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        for team in (HOME, AWAY):
            await here.captain(team)
        await here.wait_until(await here.starts_at(node))
        await here.record(node, *WHOLE)
        one, other = (sc.ConfirmResult(person=CAPTAINS[team], team=team) for team in (HOME, AWAY))
        await here.at_match(node, one, one)
        assert (await here.session_state(node)).phase is Phase.RESULT_PROPOSED
        await here.at_match(node, other)
        await here.wait(SOON)
        assert (await here.state()).matches[node].winner == HOME
        assert await session_status(here, node) is WorkflowExecutionStatus.COMPLETED


async def test_a_match_conceded_goes_to_the_other_side(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await here.record(node, *WHOLE[:6])
        await here.at_match(node, sc.ConcedeMatch(team=HOME, reason="food poisoning"))
        await here.wait(2 * HOUR)
        assert (await here.state()).matches[node].winner == AWAY


async def test_a_match_ruled_to_be_played_again_is_played_again(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await played(here)
        await here.at_match(node, DISPUTE, RULING)
        await here.wait(SOON)
        assert (await here.session_state(node)).phase is Phase.REPLAY_ORDERED
        assert await session_status(here, node) is WorkflowExecutionStatus.COMPLETED
        assert (await here.state()).matches[node].status == "open"
        again = await here.starts_at(node) + 6 * HOUR
        place = Placement(node=node, ground="oval", starts_at=again, ends_at=again + 4 * HOUR)
        await here.do(c.OrderReplay(node=node, placement=place, reason=RULING.reason))
        await here.wait_until(again)
        await here.record(node, *whole_match(HOME, AWAY, winner=AWAY), replay=1)
        await here.wait(2 * HOUR)
        match = (await here.state()).matches[node]
        assert (match.winner, match.replay) == (AWAY, 1)


# --- cancelled ---------------------------------------------------------------------------------------------

RAIN = m.InterruptPlay
UNTIL = {
    Phase.AWAITING_LINE_UPS: [],
    Phase.AWAITING_TOSS: WHOLE[:2],
    Phase.READY: WHOLE[:3],
    Phase.IN_PLAY: WHOLE[:6],
    Phase.INTERRUPTED: [*WHOLE[:6], RAIN(reason="rain")],
    Phase.INNINGS_BREAK: WHOLE[:-7],
    Phase.RESULT_PROPOSED: WHOLE,
}


def recorded(phase: Phase) -> Callable[[World], Awaitable[str]]:
    async def arrange(here: World) -> str:
        node = await here.begin()
        if UNTIL[phase]:
            await here.record(node, *UNTIL[phase])
        return node

    return arrange


async def disputed(here: World) -> str:
    node = await here.begin()
    await here.record(node, *WHOLE)
    await here.at_match(node, DISPUTE)
    return node


async def ending(here: World) -> str:
    """Awarded to the home side, of which the match cannot be told: its stream is out of reach."""
    node = await here.begin()
    here.store.out_of_reach.add(here.match_id(node))
    await here.at_match(node, sc.ForfeitMatch(team=AWAY, reason="nobody came"))
    return node


async def postponed(here: World) -> str:
    """The only match, a final between the two, goes to its reserve day."""
    only = Format(name="Final", stages=(Knockout(name="Final"),))
    node = await here.begin(teams=HOME + AWAY, format=only, fixtures=FixtureRules(reserve_days=1))
    await here.at_match(node, sc.AbandonMatch(reason="rain"))
    return node


ARRANGED = {
    **{phase: recorded(phase) for phase in UNTIL},
    Phase.DISPUTED: disputed,
    Phase.ENDING: ending,
    Phase.POSTPONED: postponed,
}


async def test_every_phase_of_a_match_day_is_among_these() -> None:
    assert ARRANGED.keys() == set(Phase) - FINAL - {Phase.NOT_OPENED}


@pytest.mark.parametrize("phase", ARRANGED)
async def test_a_team_disqualified_in_any_phase_of_its_match_ends_the_match_day(
    skipping: WorkflowEnvironment, phase: Phase
) -> None:
    async with world(skipping) as here:
        node = await ARRANGED[phase](here)
        assert (await here.session_state(node)).phase is phase
        await here.do(c.DisqualifyTeam(team=AWAY, reason="unpaid fines"))
        here.store.out_of_reach.clear()
        await here.wait(HOUR)
        assert (await here.session_state(node)).phase is Phase.CANCELLED
        assert await session_status(here, node) is WorkflowExecutionStatus.COMPLETED
        assert (await here.state()).matches[node].winner == HOME
