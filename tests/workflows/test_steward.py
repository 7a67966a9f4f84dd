"""How every aggregate is carried through time, shown on the smallest there is."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from contracts.work import TOURNAMENT, Aggregate
from tests.workflows import box
from tests.workflows.keeping import keeping, wire
from workflows.refusal import WorkflowRefused
from workflows.steward import LONG_HISTORY

pytestmark = pytest.mark.asyncio(loop_scope="session")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOON = timedelta(seconds=5)


# --- time --------------------------------------------------------------------------------------------------


async def test_what_is_due_happens_at_its_time(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        closes_at = await kept.now() + 30 * DAY
        await kept.make(closes_at)
        await skipping.sleep(29 * DAY)
        assert kept.names() == ["Make"]
        await skipping.sleep(DAY)
        assert kept.names() == ["Make", "Close"]
        assert timedelta(0) <= kept.closed_at() - closes_at < SOON


async def test_a_deadline_moved_on_is_not_met_at_its_old_time(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        closes_at = await kept.now() + DAY
        await kept.make(closes_at)
        await kept.execute(box.Move(closes_at=closes_at + DAY))
        await skipping.sleep(DAY + HOUR)
        assert "Close" not in kept.names()
        await skipping.sleep(DAY)
        assert timedelta(0) <= kept.closed_at() - (closes_at + DAY) < SOON


async def test_a_deadline_moved_nearer_is_not_waited_for(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        made_at = await kept.now()
        await kept.make(made_at + 30 * DAY)
        await kept.execute(box.Move(closes_at=made_at + DAY))
        await skipping.sleep(DAY + HOUR)
        assert timedelta(0) <= kept.closed_at() - (made_at + DAY) < SOON


async def test_a_deadline_moved_into_the_past_is_carried_out_at_once(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        made_at = await kept.now()
        await kept.make(made_at + 30 * DAY)
        await kept.execute(box.Move(closes_at=made_at - DAY))
        await skipping.sleep(SOON)
        assert kept.names() == ["Make", "Move", "Close"]


async def test_a_deadline_taken_away_never_comes(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        await kept.execute(box.Move(closes_at=None))
        await skipping.sleep(365 * DAY)
        assert kept.names() == ["Make", "Move"]


async def test_a_deadline_met_by_hand_is_not_carried_out_again(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        await kept.execute(box.Close())
        await skipping.sleep(2 * DAY)
        assert kept.names() == ["Make", "Close"]


async def test_what_fell_due_while_the_store_was_away_is_done_when_it_is_back(
    skipping: WorkflowEnvironment,
) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        kept.store.away = True
        await skipping.sleep(DAY - HOUR)
        for _ in range(
            12
        ):  # it is tried all the time, and each request must be answered within half a minute
            await skipping.sleep(HOUR / 6)
        kept.store.away = False
        await skipping.sleep(HOUR)
        assert kept.names() == ["Make", "Close"]


async def test_a_command_that_changes_no_deadline_leaves_its_timer_alone(
    skipping: WorkflowEnvironment,
) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        for text in "abc":
            await kept.execute(box.Note(text=text))
        history = await kept.handle.fetch_history()
        waits = [
            each.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
            for each in history.events
            if each.HasField("timer_started_event_attributes")
        ]
        # Shorter ones waited for the creation, if it was not there at once.
        assert len([wait for wait in waits if wait > HOUR]) == 1


# --- commands ----------------------------------------------------------------------------------------------


async def refusal(asked: Awaitable[object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(WorkflowRefused) as refused:
        await asked
    return refused.value.code, refused.value.detail


async def test_a_refusal_keeps_its_code_and_its_detail(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        assert await refusal(kept.execute(box.Make(closes_at=await kept.now()))) == (
            "box_exists",
            {"umpires_may_allow": False},
        )
        assert kept.names() == ["Make"]


async def test_an_unknown_command_and_one_that_cannot_be_read(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        unknown = wire(box.Close())
        unknown = type(unknown)(type="Bury", idempotency_key="1")
        assert await refusal(kept.workflows.execute(kept.aggregate, unknown)) == (
            "invalid_body",
            {"field": "type"},
        )
        nameless = type(unknown)(type="no name", idempotency_key="1")
        code, _ = await refusal(kept.workflows.execute(kept.aggregate, nameless))
        assert code == "invalid_command"


async def test_a_command_repeated_is_done_once_and_answered_the_same(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        first = await kept.execute(box.Note(text="a"), key="note")
        again = await kept.execute(box.Note(text="a"), key="note")
        assert (again.version, again.events, again.repeated) == (first.version, first.events, True)
        assert kept.names() == ["Make", "Note"]


async def test_the_same_command_sent_twice_at_once_is_done_once(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        answers = await asyncio.gather(*(kept.execute(box.Note(text="a"), key="note") for _ in range(5)))
        assert {each.version for each in answers} == {2}
        assert kept.names() == ["Make", "Note"]


async def test_a_key_used_for_something_else_is_refused(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        await kept.execute(box.Note(text="a"), key="note")
        code, _ = await refusal(kept.execute(box.Note(text="b"), key="note"))
        assert code == "idempotency_key_reused"


async def test_an_expected_version_that_has_passed_is_refused(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        await kept.execute(box.Note(text="a"), expected_version=1)
        assert await refusal(kept.execute(box.Note(text="b"), expected_version=1)) == (
            "version_mismatch",
            {"current_version": 2},
        )


async def test_thirty_commands_at_once_are_all_done_once(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        answers = await asyncio.gather(*(kept.execute(box.Note(text=str(n))) for n in range(30)))
        assert sorted(each.version for each in answers) == list(range(2, 32))
        assert (await kept.workflows.progress(kept.aggregate)).version == 31


async def test_a_command_is_not_waited_for_without_end(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        kept.store.away = True
        asked = asyncio.ensure_future(kept.execute(box.Note(text="a")))
        await skipping.sleep(timedelta(seconds=40))
        code, _ = await refusal(asked)
        assert code == "store_unavailable"


# --- beginning and end -------------------------------------------------------------------------------------


async def test_one_that_is_not_there_is_not_found(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        code, _ = await refusal(kept.execute(box.Close()))
        assert code == "tournament_not_found"
        other = Aggregate(kind=TOURNAMENT, tenant_id=kept.aggregate.tenant_id, id=kept.aggregate.tenant_id)
        code, _ = await refusal(kept.workflows.progress(other))
        assert code == "tournament_not_found"


async def test_a_workflow_without_its_creation_ends(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.start()
        code, _ = await refusal(kept.execute(box.Note(text="a")))
        assert code == "tournament_not_found"
        await skipping.sleep(timedelta(minutes=2))
        assert (await kept.handle.describe()).status == WorkflowExecutionStatus.COMPLETED


async def test_a_closed_one_takes_no_commands_and_is_still_read(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        await kept.execute(box.Close())
        await skipping.sleep(SOON)
        assert (await kept.handle.describe()).status == WorkflowExecutionStatus.COMPLETED
        code, _ = await refusal(kept.execute(box.Note(text="late")))
        assert code == "tournament_closed"
        assert (await kept.workflows.progress(kept.aggregate)).phase == "closed"


async def test_after_a_long_phase_the_next_begins_a_fresh_history(skipping: WorkflowEnvironment) -> None:
    """This server suggests none: the end of the phase alone is the occasion."""
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        first = (await kept.handle.describe()).run_id
        for _ in range(12):
            await asyncio.gather(*(kept.execute(box.Note(text="a")) for _ in range(8)))
        described = await kept.handle.describe()
        assert (described.run_id, described.history_length > LONG_HISTORY) == (first, True)
        await kept.execute(box.Shelve())
        await kept.execute(box.Note(text="b"))
        assert (await kept.handle.describe()).run_id != first
        assert (await kept.workflows.progress(kept.aggregate)).phase == "shelved"


async def test_a_phase_that_comes_back_at_its_end_goes_on(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        for _ in range(12):
            await asyncio.gather(*(kept.execute(box.Note(text="a")) for _ in range(8)))
        shelved = asyncio.create_task(kept.execute(box.Shelve()))
        await asyncio.gather(shelved, *(kept.execute(box.Unshelve()) for _ in range(3)))
        assert (await kept.execute(box.Note(text="b"))).version > 0


async def test_a_short_phase_needs_no_fresh_history(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        first = (await kept.handle.describe()).run_id
        await kept.execute(box.Shelve())
        await kept.execute(box.Note(text="a"))
        assert (await kept.handle.describe()).run_id == first


async def test_a_workflow_that_was_lost_goes_on_from_the_store(skipping: WorkflowEnvironment) -> None:
    async with keeping(skipping) as kept:
        await kept.make(await kept.now() + DAY)
        await kept.handle.terminate()
        await kept.start()
        await kept.execute(box.Note(text="a"))
        await skipping.sleep(DAY + HOUR)
        assert kept.names() == ["Make", "Note", "Close"]
