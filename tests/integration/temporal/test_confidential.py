"""What a Temporal server keeps of a payment cannot be read there; what it keeps of a tournament can."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Replayer, Worker

from adapters.temporal.converter import data_converter
from adapters.temporal.keys import PayloadKeys
from tests.integration.temporal.money import NAMES, SECRET, Cup, Entry, Fee, be_declined, create_intent

KEYS = PayloadKeys("k1", {"k1": bytes(range(32))})


@pytest.fixture
async def temporal(temporal_client_address: str) -> Client:
    return await Client.connect(temporal_client_address, data_converter=data_converter(KEYS))


@pytest.fixture
async def queue(temporal: Client, unique_name: str) -> AsyncIterator[str]:
    async with Worker(
        temporal, task_queue=unique_name, workflows=[Entry, Cup], activities=[create_intent, be_declined]
    ):
        yield unique_name


async def kept(temporal: Client, handle: WorkflowHandle) -> bytes:  # type: ignore[type-arg]
    """All that the server holds of a workflow, as bytes."""
    description = await handle.describe()
    history = await handle.fetch_history()
    return description.raw_description.SerializeToString() + b"".join(
        event.SerializeToString() for event in history.events
    )


async def test_a_payments_history_has_no_secret_and_no_plain_text(temporal: Client, queue: str) -> None:
    start = WithStartWorkflowOperation(
        Entry.run,
        Fee(NAMES[2], 250000),
        id=f"{queue}/entry/p1",
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        memo={"team": NAMES[3]},
        static_summary=NAMES[4],
    )
    secret = await temporal.execute_update_with_start_workflow(
        Entry.begin, NAMES[5], start_workflow_operation=start
    )
    assert secret == SECRET
    handle = await start.workflow_handle()
    await handle.signal(Entry.moved, "hurry up")
    assert await handle.result() == f"{NAMES[2]} has paid"
    declined = f"declined: {NAMES[2]} was declined with pi_1_secret_[redacted]"
    assert sorted(await handle.query(Entry.noted)) == [declined, "hurry up"]

    bytes_kept = await kept(temporal, handle)
    plain = [*NAMES, SECRET, "_secret_", "sk_test_", "250000", "hurry up", "has paid", "declined with"]
    assert [text for text in plain if text.encode() in bytes_kept] == []


async def test_a_tournament_is_readable_and_hears_of_its_payments(temporal: Client, queue: str) -> None:
    fees = [Fee("Chennai", 250000), Fee("Mumbai", 0)]
    handle = await temporal.start_workflow(Cup.run, fees, id=f"{queue}/tournament/c1", task_queue=queue)
    answers = await handle.result()
    assert answers == ["Chennai has paid", "no_fee: nothing to pay for Mumbai: pi_1_secret_[redacted]"]
    bytes_kept = await kept(temporal, handle)
    assert b'"team":"Chennai"' in bytes_kept
    assert SECRET.encode() not in bytes_kept
    failed = temporal.get_workflow_handle(f"{queue}/entry/Mumbai")
    assert b"nothing to pay" not in await kept(temporal, failed)


async def test_an_encrypted_history_is_replayed(temporal: Client, queue: str) -> None:
    handle = await temporal.start_workflow(
        Entry.run, Fee("Delhi", 1), id=f"{queue}/entry/p2", task_queue=queue
    )
    await handle.signal(Entry.moved, "x")
    await handle.result()
    replayer = Replayer(workflows=[Entry], data_converter=data_converter(KEYS))
    result = await replayer.replay_workflow(await handle.fetch_history())
    assert result.replay_failure is None
