"""What the server that skips time cannot do: a start with a command, fresh histories, what operators see."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs
from temporalio import workflow
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from contracts.work import TOURNAMENT, Aggregate, TournamentRun, match_workflow_id, workflow_id
from domain.clock import Clock
from domain.tournament.lifecycle import commands as c
from tests.workflows import box
from tests.workflows.keeping import Kept, keeping, wire, worker
from tests.workflows.memory import MemoryStore
from tests.workflows.world import DAY, World, placements, settings, whole_match, world
from tests.workflows.world import wire as tournament_wire
from workflows.facade import Workflows
from workflows.refusal import WorkflowRefused
from workflows.start import Queues
from workflows.tournament import SESSIONS_AT_ONCE, TournamentWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")
CALLERS, NOTES = 12, 8


async def until(done: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await done():
            await asyncio.sleep(0.05)


async def runs(
    environment: WorkflowEnvironment, aggregate: Aggregate
) -> list[WorkflowExecutionStatus | None]:
    """How each history of a workflow ended (or that it has not)."""
    found: list[WorkflowExecutionStatus | None] = []

    async def listed() -> bool:
        query = f"WorkflowId = '{workflow_id(aggregate)}'"
        found[:] = [each.status async for each in environment.client.list_workflows(query)]
        return bool(found)

    await until(listed)  # the index is behind
    return found


# --- starting ----------------------------------------------------------------------------------------------


async def test_created_and_started_in_one_call_once(dev_server: WorkflowEnvironment) -> None:
    async with world(dev_server) as here:
        create = tournament_wire(
            "tournament", c.CreateTournament(name="Winter Cup", settings=settings()), "k"
        )
        tenant, tournament = here.tournament.tenant_id, here.tournament.id
        answers = await asyncio.gather(
            *(here.workflows.create_tournament(tenant, tournament, create) for _ in range(4))
        )
        assert {(each.version, each.events) for each in answers} == {(1, ("TournamentCreated",))}
        assert here.happened() == ["TournamentCreated"]
        another = tournament_wire(TOURNAMENT, c.CreateTournament(name="Another", settings=settings()))
        with pytest.raises(WorkflowRefused) as refused:
            await here.workflows.create_tournament(tenant, tournament, another)
        assert refused.value.code == "tournament_exists"


async def test_a_creation_repeated_after_the_end_has_its_first_answer(
    dev_server: WorkflowEnvironment,
) -> None:
    async with world(dev_server) as here:
        create = tournament_wire(
            "tournament", c.CreateTournament(name="Winter Cup", settings=settings()), "k"
        )
        tenant, tournament = here.tournament.tenant_id, here.tournament.id
        await here.workflows.create_tournament(tenant, tournament, create)
        await here.do(c.CancelTournament(reason="no ground"))
        await here.handle().result()
        again = await here.workflows.create_tournament(tenant, tournament, create)
        assert (again.version, again.repeated, again.progress.phase) == (1, True, "cancelled")
        await here.handle().result()


async def test_when_temporal_is_away_the_code_says_so(dev_server: WorkflowEnvironment) -> None:
    """No worker serves the queue, so nobody answers in time."""
    workflows = Workflows(dev_server.client, patience_seconds=0.5, queues=Queues(tournament=uuid4().hex))
    aggregate = Aggregate(kind=TOURNAMENT, tenant_id=uuid4(), id=uuid4())
    await workflows.resume(aggregate)
    with capture_logs() as logs, pytest.raises(WorkflowRefused) as refused:
        await workflows.execute(aggregate, wire(box.Close()))
    assert refused.value.code == "workflows_unavailable"
    assert [line["status"] for line in logs] == ["WorkflowUpdateRPCTimeoutOrCancelledError"]
    await dev_server.client.get_workflow_handle(workflow_id(aggregate)).terminate()


# --- fresh histories ---------------------------------------------------------------------------------------


async def test_fresh_histories_begin_with_commands_in_flight_and_none_is_lost_or_doubled(
    dev_server: WorkflowEnvironment,
) -> None:
    async with keeping(dev_server) as kept:
        await kept.make(await kept.now() + DAY)

        async def caller(name: int) -> None:
            for number in range(NOTES):
                await kept.execute(box.Note(text=f"{name}/{number}"))

        await asyncio.gather(*(caller(name) for name in range(CALLERS)))
        notes = [each["data"]["text"] for each in kept.commands() if each["command"] == "Note"]
        assert sorted(notes) == sorted(
            f"{name}/{number}" for name in range(CALLERS) for number in range(NOTES)
        )
        assert len(await runs(dev_server, kept.aggregate)) > 3


async def test_a_deadline_is_met_in_a_later_history(dev_server: WorkflowEnvironment) -> None:
    async with keeping(dev_server) as kept:
        closes_at = await kept.now() + timedelta(seconds=12)
        await kept.make(closes_at)
        for number in range(12):
            await kept.execute(box.Note(text=str(number)))
        await kept.handle.result()
        assert timedelta(0) <= kept.closed_at() - closes_at < timedelta(minutes=1)
        assert len(await runs(dev_server, kept.aggregate)) > 1


async def test_a_fresh_history_keeps_its_name_for_operators(dev_server: WorkflowEnvironment) -> None:
    """The server gives it no summary; its memo and its details say what it is."""
    async with keeping(dev_server) as kept:
        await kept.make(await kept.now() + DAY)
        first = await kept.handle.describe()
        assert await first.static_summary() == "The box"
        for number in range(20):
            await kept.execute(box.Note(text=str(number)))
        later = await kept.handle.describe()
        assert later.run_id != first.run_id
        assert await later.memo_value("name") == "The box"
        metadata = await kept.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        assert metadata.current_details == "20 notes"
        found = f"TournamentId = '{kept.aggregate.id}' and Phase = 'open' and ExecutionStatus = 'Running'"
        await until(lambda: _any(kept, found))


async def _any(kept: Kept, query: str) -> bool:
    return any([each.id == kept.handle.id async for each in kept.environment.client.list_workflows(query)])


async def test_a_worker_that_goes_is_followed_by_another(dev_server: WorkflowEnvironment) -> None:
    store, queue = MemoryStore(), uuid4().hex
    kept = Kept(dev_server, store, queue)
    async with worker(dev_server.client, queue, store):
        await kept.make(await kept.now() + DAY)
    asked = asyncio.ensure_future(kept.execute(box.Note(text="while nobody was there")))
    async with worker(dev_server.client, queue, store):
        assert (await asked).version == 2
        with suppress(RPCError):
            await kept.handle.terminate()


# --- sessions ----------------------------------------------------------------------------------------------


@workflow.defn(name="TournamentWorkflow")
class ThreeAtOnce(TournamentWorkflow):
    """With few sessions at a time, so that a test need not start five hundred."""

    sessions_at_once = 3

    @workflow.init
    def __init__(self, run: TournamentRun) -> None:
        super().__init__(run)

    @workflow.run
    async def run(self, run: TournamentRun) -> None:
        await super().run(run)

    def _history_is_long(self) -> bool:
        """Its children are counted in one history."""
        return False


async def test_so_many_sessions_are_pending_at_a_time_and_the_next_waits_for_one_to_end(
    dev_server: WorkflowEnvironment,
) -> None:
    """Nobody serves them here, so they go on until they are ended."""
    assert TournamentWorkflow.sessions_at_once == SESSIONS_AT_ONCE <= 500
    async with keeping(dev_server, ThreeAtOnce) as kept:
        await kept.make(await kept.now() + DAY)

        async def asked_for() -> int:
            history = await kept.handle.fetch_history()
            return sum(
                each.HasField("start_child_workflow_execution_initiated_event_attributes")
                for each in history.events
            )

        async def are_asked_for(sessions: int) -> bool:
            return await asked_for() == sessions

        await kept.execute(box.HoldMany(matches=5, starts_at=await kept.now() + DAY))
        await until(lambda: are_asked_for(3))
        await kept.execute(box.Note(text="served after the sessions were asked for"))
        assert await asked_for() == 3
        ended = match_workflow_id(kept.aggregate.tenant_id, UUID(int=1))
        await dev_server.client.get_workflow_handle(ended).terminate()
        await until(lambda: are_asked_for(4))


# --- a whole tournament ------------------------------------------------------------------------------------


async def test_a_season_of_days_in_seconds(dev_server: WorkflowEnvironment) -> None:
    """Real time, compressed by the tournament's clock: sessions are children, and the UI tells the story."""
    async with world(dev_server) as here:
        now = await here.now()
        clock = Clock(started_at=now, shows=now, speed=DAY / timedelta(seconds=2))
        await here.draw(clock=clock, archive_days=1.0, dispute_hours=24.0)
        nodes = await here.nodes()
        first = clock.here(await here.now()) + 2 * DAY
        await here.do(c.SetFixtures(placements=placements(nodes, first)))
        for node in nodes:
            await until(lambda node=node: _true(here.happened_at(node)))
            await until(lambda node=node: _true(here.store.types(here.match_id(node))))
            teams = (await here.state()).matches[node].teams
            assert teams is not None
            await here.tell(node, await here.ground(node, *whole_match(*teams, teams[0])))
        await until(lambda: _is_phase(here, "completed"))
        details = (await here.progress()).details
        assert "| League | P | W | L | pts | NRR |" in details
        await here.handle().result()
        assert await here.phase() == "archived"
        assert len(await runs(dev_server, here.tournament)) > 1
        for node in nodes:
            assert await runs(dev_server, here.session(node)) == [WorkflowExecutionStatus.COMPLETED]
        await found_by_operators(here, nodes[0])


async def found_by_operators(here: World, node: str) -> None:
    client = here.environment.client

    async def found(query: str) -> set[str]:
        return {each.id async for each in client.list_workflows(query)}

    tournament = f"TournamentId = '{here.tournament.id}'"
    archived = f"{tournament} and Phase = 'archived'"
    await until(lambda: _true(found(archived)))
    assert await found(archived) == {here.handle().id}
    match = f"MatchId = '{here.match_id(node)}' and TenantId = '{here.tournament.tenant_id}'"
    assert await found(f"{match} and ScheduledStart > '2026-01-01T00:00:00Z'") == {
        here.handle(here.session(node)).id
    }
    described = await here.handle(here.session(node)).describe()
    summary = await described.static_summary()
    assert summary is not None
    assert summary.startswith("League round 1, match 1: Team b v Team c, ")


async def _is_phase(here: World, phase: str) -> bool:
    return await here.phase() == phase


async def _true(value: object) -> bool:
    return bool(await value if isinstance(value, Awaitable) else value)
