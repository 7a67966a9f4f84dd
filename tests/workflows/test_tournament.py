"""A tournament's life as its workflow carries it: every phase, and every timer met and missed."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.tournament.fixtures.model import Placement
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import Deadline
from domain.tournament.lifecycle.state import EntryStatus
from tests.workflows.world import DAY, HOUR, SOON, World, placements, world
from workflows.refusal import WorkflowRefused

pytestmark = pytest.mark.asyncio(loop_scope="session")
OPENS, CLOSES = Deadline.REGISTRATION_OPENS, Deadline.REGISTRATION_CLOSES
LOCK, CHECK_IN = Deadline.ROSTER_LOCK, Deadline.CHECK_IN_CLOSES


async def play_all(here: World, winner: str = "a") -> None:
    """Every match to its official result; ``winner`` wins its own, the home side the others."""
    for node in await here.nodes():
        await here.to_match_day(node, timedelta(0))
        teams = (await here.state()).matches[node].teams or ("", "")
        await here.play(node, winner if winner in teams else teams[0])
        await here.wait(2 * HOUR)


async def test_a_tournament_from_its_draft_to_its_archive(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.create({OPENS: DAY, CLOSES: 7 * DAY, LOCK: 8 * DAY}, reminder_hours=(24.0,))
        assert await here.phase() == "draft"
        await here.wait(DAY + HOUR)
        assert await here.phase() == "registration open"
        await here.enter("abc")
        await here.wait(6 * DAY)
        assert await here.phase() == "registration closed"
        await here.do(c.DrawTournament(seeds=("a", "b", "c")))
        assert await here.phase() == "drawn"
        nodes = await here.nodes()
        await here.do(c.SetFixtures(placements=placements(nodes, await here.now() + 10 * DAY)))
        assert await here.phase() == "scheduled"
        await here.to_match_day(nodes[0], -SOON)
        assert await here.phase() == "in progress"
        phases = []
        for node in nodes:
            teams = (await here.state()).matches[node].teams
            assert teams is not None
            await here.play_out(node, "a" if "a" in teams else "b")
            phases.append(await here.phase())
        assert phases == ["in progress", "in progress", "playoffs", "completed"]
        assert (await here.state()).champion == "a"
        await here.wait(2 * DAY + HOUR)
        assert await here.phase() == "settled"
        await here.wait(30 * DAY)
        assert await here.phase() == "archived"
        assert (await here.handle().describe()).status == WorkflowExecutionStatus.COMPLETED


# --- registration ------------------------------------------------------------------------------------------


async def test_an_opening_taken_away_waits_for_the_organiser(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.create({OPENS: DAY})
        await here.do(c.MoveDeadline(deadline=OPENS, at=None))
        await here.wait(90 * DAY)
        assert await here.phase() == "draft"


async def test_who_checks_in_keeps_the_place_and_who_does_not_loses_it(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.open(deadlines={CHECK_IN: 2 * DAY}, check_in_required=True)
        await here.enter("ab")
        await here.do(c.CheckIn(team="a"))
        await here.wait(2 * DAY + SOON)
        entries = (await here.state()).entries
        assert entries["a"].status is EntryStatus.CONFIRMED
        assert entries["b"].status is EntryStatus.PLACE_LOST


async def test_an_offer_not_taken_goes_to_the_next_in_line(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.open(capacity=2, offer_hours=48.0)
        await here.enter("abcd")
        await here.do(c.WithdrawEntry(team="a"))
        assert (await here.state()).entries["c"].status is EntryStatus.OFFERED
        await here.wait(2 * DAY + SOON)
        entries = (await here.state()).entries
        assert (entries["c"].status, entries["d"].status) == (EntryStatus.DECLINED, EntryStatus.OFFERED)


# --- matches -----------------------------------------------------------------------------------------------


async def test_a_match_day_begins_a_day_before_its_match(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.schedule()
        node = (await here.nodes())[0]
        await here.to_match_day(node, DAY + HOUR)
        assert here.happened_at(node) == []
        await here.wait(2 * HOUR)
        assert here.happened_at(node) == ["SessionOpened"]
        assert here.store.types(here.match_id(node)) == ["MatchCreated"]


async def test_a_match_moved_on_its_day_is_moved_in_its_session(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        later = await here.starts_at(node) + 40 * DAY
        await here.do(c.MoveFixtures(placements=placements(await here.nodes(), later), reason="flooded"))
        await here.wait(SOON)
        assert "SessionRescheduled" in here.happened_at(node)
        assert (await here.session_state(node)).starts_at == later


async def test_an_official_of_another_tournament_of_the_league_is_busy(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        there = here.beside()
        await here.schedule()
        await there.schedule()
        node = (await here.nodes())[0]
        named = c.AssignOfficial(node=node, person="ref", name="R. Ferry", role="referee")
        await here.do(named)
        with pytest.raises(WorkflowRefused) as refused:
            await there.do(named)
        assert refused.value.code == "official_busy"
        assert refused.value.detail["context"]["tournament"] == str(here.tournament.id)
        await here.do(c.RemoveOfficial(node=node, person="ref", reason="ill"))
        await there.do(named)


async def test_an_official_named_on_the_day_is_heard_of_in_the_session(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await here.do(c.AssignOfficial(node=node, person="ref", name="R. Ferry", role="referee"))
        await here.do(c.ConfirmOfficial(node=node, person="ref"))
        await here.wait(SOON)
        (official,) = (await here.session_state(node)).officials
        assert (official.person, official.confirmed) == ("ref", True)


async def test_matches_at_the_same_time_have_a_session_each(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.draw("abcd")
        nodes = await here.nodes()
        first = await here.now() + 10 * DAY
        placed = [
            placement
            for number in range(0, len(nodes), 2)
            for ground, pair in zip(("oval", "park"), nodes[number : number + 2], strict=False)
            for placement in (
                Placement(
                    node=pair,
                    ground=ground,
                    starts_at=first + number * DAY,
                    ends_at=first + number * DAY + 4 * HOUR,
                ),
            )
        ]
        await here.do(c.SetFixtures(placements=tuple(placed)))
        await here.wait_until(first)
        assert [len(here.happened_at(node)) > 0 for node in nodes[:3]] == [True, True, False]


# --- the end -----------------------------------------------------------------------------------------------


async def test_settled_and_archived_by_hand_it_ends_at_once(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.schedule()
        await play_all(here)
        await here.do(c.SettleTournament(), c.ArchiveTournament())
        await here.wait(SOON)
        assert await here.phase() == "archived"
        assert (await here.handle().describe()).status == WorkflowExecutionStatus.COMPLETED
        await here.wait(90 * DAY)
        assert here.happened().count("TournamentSettled") == here.happened().count("TournamentArchived") == 1


async def test_it_can_be_lost_at_any_time_and_goes_on_from_the_store(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        node = await here.begin()
        await here.lose()
        await here.workflows.resume(here.tournament)
        await here.wait(SOON)
        await here.play_out(node, "b")
        assert (await here.state()).matches[node].winner == "b"
        assert here.happened_at(node).count("SessionOpened") == 1


# --- cancelled ---------------------------------------------------------------------------------------------


async def draft(here: World) -> None:
    await here.create({OPENS: 7 * DAY})


async def registration_open(here: World) -> None:
    await here.open(deadlines={CLOSES: 7 * DAY})
    await here.enter()


async def registration_closed(here: World) -> None:
    await registration_open(here)
    await here.do(c.CloseRegistration())


async def in_progress(here: World) -> None:
    await here.begin()
    await here.wait(3 * HOUR)


async def playoffs(here: World) -> None:
    await here.schedule()
    for node in (await here.nodes())[:-1]:
        await here.play_out(node, (await here.state()).matches[node].home or "")


async def completed(here: World) -> None:
    await here.schedule()
    await play_all(here)


PHASES = {
    "draft": draft,
    "registration open": registration_open,
    "registration closed": registration_closed,
    "drawn": World.draw,
    "scheduled": World.schedule,
    "in progress": in_progress,
    "playoffs": playoffs,
    "completed": completed,
}


@pytest.mark.parametrize("phase", PHASES)
async def test_cancelled_in_any_phase_it_ends_and_nothing_more_happens(
    skipping: WorkflowEnvironment, phase: str
) -> None:
    async with world(skipping) as here:
        await PHASES[phase](here)
        assert await here.phase() == phase
        open_sessions = {each.node for each in (await here.progress()).sessions}
        await here.do(c.CancelTournament(reason="no ground"))
        await here.wait(90 * DAY)
        assert await here.phase() == "cancelled"
        assert here.happened()[-1] == "TournamentCancelled"
        assert (await here.handle().describe()).status == WorkflowExecutionStatus.COMPLETED
        for node in open_sessions:
            assert (await here.session_state(node)).phase == "cancelled"
            assert "MatchAbandoned" in here.store.types(here.match_id(node))
            session = await here.handle(here.session(node)).describe()
            assert session.status == WorkflowExecutionStatus.COMPLETED


async def test_a_settled_tournament_is_not_cancelled(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await completed(here)
        await here.do(c.SettleTournament())
        with pytest.raises(WorkflowRefused) as refused:
            await here.do(c.CancelTournament(reason="too late"))
        assert refused.value.code == "wrong_phase"
        assert await here.phase() == "settled"
