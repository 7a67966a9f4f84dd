"""The relay under Temporal: it is handed over when its worker goes down, and taken over when it is killed."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from contracts.relay import RelayShard
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.test_relay import append, caught_up
from workers.relay import start_relays
from workflows.relay import EventRelayWorkflow

Start = Callable[[], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def client(temporal_client_address: str) -> Client:
    return await Client.connect(temporal_client_address, data_converter=pydantic_data_converter)


@pytest.fixture
async def start_worker(
    postgres_dsn: str, broker: Broker, temporal_client_address: str, unique_name: str
) -> AsyncIterator[Start]:
    started: list[asyncio.subprocess.Process] = []
    arguments = (postgres_dsn, broker.bootstrap, broker.prefix, temporal_client_address, unique_name)

    async def start() -> asyncio.subprocess.Process:
        command = (sys.executable, "-m", "tests.integration.relay.relay_worker", *arguments)
        started.append(await asyncio.create_subprocess_exec(*command))
        return started[-1]

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def relay(client: Client, unique_name: str) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    handle = await client.start_workflow(
        EventRelayWorkflow.run, RelayShard(), id=f"relay/{unique_name}", task_queue=unique_name
    )
    yield handle
    await client.get_workflow_handle(handle.id).terminate("the test is over")


async def relays_another(owner: asyncpg.Connection) -> None:
    """An event appended now gets through."""
    await append(owner, uuid4(), 0, 2)
    await eventually(lambda: caught_up(owner), seconds=60)


async def taken_by(owner: asyncpg.Connection, process: asyncio.subprocess.Process) -> bool:
    return str(await owner.fetchval("select owner from relay_cursor")).endswith(f"/{process.pid}")


async def test_a_killed_worker_is_followed_by_another(
    owner: asyncpg.Connection, relay: WorkflowHandle[Any, Any], start_worker: Start
) -> None:
    first = await start_worker()
    await relays_another(owner)
    assert await taken_by(owner, first)
    second = await start_worker()
    first.kill()
    await first.wait()
    await relays_another(owner)
    assert await taken_by(owner, second)
    description = await relay.describe()
    (pending,) = description.raw_description.pending_activities
    assert pending.attempt >= 2
    history = await relay.fetch_history()
    assert (
        len([e for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED])
        == 1
    )


async def test_a_worker_that_is_told_to_stop_hands_its_shard_over_at_once(
    owner: asyncpg.Connection, client: Client, relay: WorkflowHandle[Any, Any], start_worker: Start
) -> None:
    first = await start_worker()
    await relays_another(owner)
    second = await start_worker()
    first.terminate()
    assert await asyncio.wait_for(first.wait(), 30) == 0
    await relays_another(owner)
    assert await taken_by(owner, second)
    # The activity came to its end, so the workflow went on in a fresh history.
    latest = await client.get_workflow_handle(relay.id).describe()
    assert latest.run_id != relay.first_execution_run_id


async def test_relays_are_started_once(client: Client, unique_name: str) -> None:
    await start_relays(client, shards=2, queue=unique_name, name=unique_name)
    runs = [(await client.get_workflow_handle(f"{unique_name}/{n}").describe()).run_id for n in range(2)]
    await start_relays(client, shards=2, queue=unique_name, name=unique_name)
    assert runs == [
        (await client.get_workflow_handle(f"{unique_name}/{n}").describe()).run_id for n in range(2)
    ]
    for shard in range(2):
        await client.get_workflow_handle(f"{unique_name}/{shard}").terminate("the test is over")
