"""A match day as its workflow carries it: play and its stoppages, the scorer, the result, signals of every kind."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from contracts.work import MATCH_MOVED
from domain.match import commands as m
from domain.match.conditions import T20
from domain.session import commands as sc
from domain.tournament.fixtures.model import FixtureRules
from handlers.match import MatchHandler
from tests.workflows.world import (
    DAY,
    HOUR,
    MINUTE,
    SOON,
    World,
    line_up,
    over,
    whole_match,
    world,
)
from workflows.refusal import WorkflowRefused

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOME, AWAY = "b", "c"
"""Who plays the first match: the third of three has a bye."""
TOSS = m.RecordToss(winner=HOME, decision="bat")
WHOLE = whole_match(HOME, AWAY, winner=HOME)
FIRST_INNINGS = WHOLE[:-7]


async def missed(here: World, node: str) -> set[str]:
    """The deadlines that were noted as missed."""
    return {what for what, _ in (await here.session_state(node)).missed}


async def to(here: World, node: str, long: timedelta) -> None:
    """So long after the scheduled start (before it, if negative), and what is due then is done."""
    await here.wait_until(await here.starts_at(node) + long)


# --- play --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", [True, False])
async def test_a_super_over_is_held_within_the_hour_or_the_match_is_a_tie(
    skipping: WorkflowEnvironment, held: bool
) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await to(here, node, timedelta(0))
        level = [*FIRST_INNINGS, m.StartInnings(), *over(AWAY, HOME, 1, 1, 1, 1, 1, 1)]
        await here.record(node, *level)
        if held:
            await here.record(node, m.StartInnings(super_over=True))
        await here.wait(2 * HOUR)
        assert ("PlayCalledOff" in here.happened_at(node)) is not held
        assert ("super over" in await missed(here, node)) is not held


async def test_nothing_played_by_the_cut_off_it_is_abandoned(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await to(here, node, 5 * HOUR)
        assert here.store.types(here.match_id(node))[-2:] == ["MatchAbandoned", "ResultReached"]
        await here.wait(2 * HOUR)
        match = (await here.state()).matches[node]
        assert (match.status, match.winner) == ("official", None)


async def test_a_final_washed_out_goes_to_its_reserve_day(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.schedule(fixtures=FixtureRules(reserve_days=1))
        *league, final = await here.nodes()
        for node in league:
            await here.play_out(node, (await here.state()).matches[node].home or "")
        await here.to_match_day(final)
        await to(here, final, 5 * HOUR)
        session = await here.session_state(final)
        assert session.starts_at == await here.starts_at(final) + DAY
        teams = (await here.state()).matches[final].teams
        assert teams is not None
        await to(here, final, DAY)
        await here.play(final, teams[0])
        await here.wait(2 * HOUR)
        assert (await here.state()).champion == teams[0]


FIVE_OVERS = replace(T20, overs_per_innings=5, overs_per_bowler=1, minimum_overs_for_result=2)
FIVE = [
    *over(HOME, AWAY, 1, 1, 1, 1, 1, 1),
    *(
        ball
        for number in (10, 9, 8, 7)
        for ball in (m.RecordBall(bat_runs=1, bowler=f"{AWAY}{number}"), *[m.RecordBall(bat_runs=1)] * 5)
    ),
]
"""Five overs of the home side."""
RAIN, DRY = m.InterruptPlay(reason="rain"), m.ResumePlay()


async def rained_on(here: World, *recorded: m.MatchCommand) -> str:
    """Twenty minutes of rain after what was recorded: four of the overs are lost."""
    node = await here.begin(conditions=FIVE_OVERS)
    await to(here, node, timedelta(0))
    await here.record(node, *recorded, RAIN)
    await here.wait(20 * MINUTE)
    await here.record(node, DRY)
    return node


async def test_rain_in_the_first_innings_costs_both_sides_overs(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await rained_on(here, *WHOLE[:6])
        reduced = [each for each in here.store.types(here.match_id(node)) if each == "OversReduced"]
        assert len(reduced) == 1
        facts = (await here.session_state(node)).facts
        assert (facts.innings[0].length, facts.chase) == (18, 18)


async def test_rain_in_the_chase_asks_for_a_revised_target(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await rained_on(here, *WHOLE[:4], *FIVE, m.StartInnings(), *over(AWAY, HOME, 1, 1))
        assert "RevisedTargetAsked" in here.happened_at(node)
        assert here.store.types(here.match_id(node))[-1] == "TargetRevised"
        assert (await here.session_state(node)).facts.chase == 12


# --- the scorer --------------------------------------------------------------------------------------------


async def test_a_silent_scorer_loses_the_pad(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await here.at_match(node, sc.TakeLease(scorer="sue"))
        await here.wait(SOON)
        assert "ScorerAppointed" in here.store.types(here.match_id(node))
        await here.wait(8 * MINUTE)
        assert (await here.session_state(node)).lease is not None
        await here.wait(3 * MINUTE)
        assert (await here.session_state(node)).lease is None


async def test_a_scorer_who_scores_keeps_the_pad_though_nobody_was_told(
    skipping: WorkflowEnvironment,
) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await to(here, node, timedelta(0))
        await here.record(node, line_up(HOME), line_up(AWAY), TOSS, m.StartInnings())
        await here.at_match(node, sc.TakeLease(scorer="sue"))
        await here.wait(8 * MINUTE)
        await here.ground(node, *over(HOME, AWAY, 1, 1), subject="sue")
        await here.wait(8 * MINUTE)
        assert (await here.session_state(node)).lease is not None
        await here.wait(5 * MINUTE)
        assert (await here.session_state(node)).lease is None


# --- the result --------------------------------------------------------------------------------------------


async def played(here: World) -> str:
    """The first match is played, and the home side has won."""
    node = await here.begin()
    await to(here, node, timedelta(0))
    await here.record(node, *WHOLE)
    return node


DISPUTE = sc.RaiseDispute(person="ref", reason="the last ball was a wide")


async def test_a_result_nobody_disputes_is_official_after_its_window(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await played(here)
        await here.wait(50 * MINUTE)
        assert (await here.session_state(node)).phase == "result proposed"
        await here.wait(15 * MINUTE)
        assert (await here.state()).matches[node].winner == HOME
        session = await here.handle(here.session(node)).describe()
        assert session.status == WorkflowExecutionStatus.COMPLETED


async def test_a_result_the_referee_confirms_is_official_at_once(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await played(here)
        await here.at_match(node, sc.ConfirmResult(person="ref"))
        await here.wait(SOON)
        assert (await here.state()).matches[node].winner == HOME
        with pytest.raises(WorkflowRefused) as refused:
            await here.at_match(node, DISPUTE)
        assert refused.value.code == "session_closed"


@pytest.mark.parametrize(("answered", "overdue"), [(True, set[str]()), (False, {"dispute answer"})])
async def test_a_disputed_result_waits_for_its_answer_and_its_ruling(
    skipping: WorkflowEnvironment, answered: bool, overdue: set[str]
) -> None:
    async with world(skipping) as here:
        node = await played(here)
        await here.at_match(node, DISPUTE)
        if answered:
            await here.at_match(node, sc.AnswerDispute(person="ref", answer="it was not"))
        await here.wait(DAY + HOUR)
        assert await missed(here, node) & {"dispute answer"} == overdue
        assert (await here.state()).matches[node].status == "open"
        await here.at_match(node, sc.RuleDispute(person="ref", ruling="stands", reason="as the film shows"))
        await here.wait(SOON)
        assert (await here.state()).matches[node].winner == HOME


async def test_a_match_awarded_by_a_ruling_is_awarded_in_the_match_and_the_tournament(
    skipping: WorkflowEnvironment,
) -> None:
    async with world(skipping) as here:
        node = await played(here)
        ruling = sc.RuleDispute(person="ref", ruling="awarded", to=AWAY, reason="an ineligible player")
        await here.at_match(node, DISPUTE, ruling)
        await here.wait(SOON)
        assert "MatchAwarded" in here.store.types(here.match_id(node))
        assert (await here.state()).matches[node].winner == AWAY


async def test_a_side_that_does_not_appear_forfeits(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await here.at_match(node, sc.ForfeitMatch(team=AWAY, reason="their bus broke down"))
        await here.wait(2 * HOUR)
        assert (await here.state()).matches[node].winner == HOME


async def test_a_correction_of_an_official_match_reaches_the_tournament(
    skipping: WorkflowEnvironment,
) -> None:
    async with world(skipping) as here:
        node = await played(here)
        await here.wait(2 * HOUR)
        await here.ground(node, m.AwardMatch(winner=AWAY, reason="an ineligible player"))
        match_id = here.match_id(node)
        assert not await here.workflows.match_moved(here.tournament.tenant_id, match_id, 99)
        assert await here.workflows.session_over(here.tournament.tenant_id, here.tournament.id, match_id)
        await here.wait(SOON)
        assert (await here.state()).matches[node].winner == AWAY
        assert here.happened().count("CorrectionApplied") == 1


# --- signals -----------------------------------------------------------------------------------------------


async def test_signals_doubled_and_out_of_order_change_nothing(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await to(here, node, timedelta(0))
        version = await here.ground(node, *WHOLE)
        for told in (version, 3, version, 1, version):
            await here.tell(node, told)
        await here.wait(SOON)
        for told in (2, version):
            await here.tell(node, told)
        await here.wait(2 * HOUR)
        assert here.happened_at(node).count("ResultProposed") == 1
        assert here.happened_at(node).count("ResultMadeOfficial") == 1
        for _ in range(3):
            match_id = here.match_id(node)
            await here.workflows.session_over(here.tournament.tenant_id, here.tournament.id, match_id)
        await here.wait(SOON)
        assert here.happened().count("ResultRecorded") == 1
        assert "CorrectionApplied" not in here.happened()


async def test_a_signal_known_already_costs_no_activity(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await here.record(node, line_up(HOME))
        handle = here.handle(here.session(node))

        async def activities() -> int:
            history = await handle.fetch_history()
            return sum(each.HasField("activity_task_scheduled_event_attributes") for each in history.events)

        before = await activities()
        for version in (1, 2):
            await handle.signal(MATCH_MOVED, version)
        await here.wait(SOON)
        assert await activities() == before


async def test_what_is_hinted_at_while_the_match_is_read_is_read_too(
    skipping: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint comes after the match was read, and before what was read has come back."""
    read, has_read, go_on = MatchHandler.read, asyncio.Event(), asyncio.Event()

    async def slowly(self: MatchHandler, *arguments: Any, **more: Any) -> Any:
        found = await read(self, *arguments, **more)
        has_read.set()
        await go_on.wait()
        return found

    async with world(skipping) as here:
        node = await here.begin()
        first = await here.ground(node, line_up(HOME))
        monkeypatch.setattr(MatchHandler, "read", slowly)
        await here.tell(node, first)
        await asyncio.wait_for(has_read.wait(), 30)
        await here.tell(node, await here.ground(node, line_up(AWAY)))
        go_on.set()
        await here.wait(SOON)
        assert (await here.session_state(node)).facts.line_ups == (HOME, AWAY)


async def test_a_match_nobody_told_of_is_heard_of_at_the_next_deadline(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await to(here, node, timedelta(0))
        await here.ground(node, *WHOLE)
        await to(here, node, 7 * HOUR)
        assert "PlayCalledOff" not in here.happened_at(node)
        assert (await here.state()).matches[node].winner == HOME
