"""Temporal for tests of workflows: a server that skips time, and one that has everything else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from stack.servers.temporal import DYNAMIC_CONFIG, Temporal
from workflows import search_attributes

STANDS_STILL_SECONDS = 10
STARTS = 8
"""A busy machine may not have it up within the five seconds that it is given."""


class SkippingServer:
    """A server whose time goes as fast as its workflows wait.

    When a child ends after its parent it loses count of who holds its time, which then stands still for good;
    so it is looked after before each test, and exchanged.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._running: WorkflowEnvironment | None = None

    async def healthy(self) -> WorkflowEnvironment:
        """The one there is, if its time still passes; else another."""
        if self._running is not None and not await _passes(self._running):
            await self.stop()
        if self._running is None:
            self._running = await self._start()
            await search_attributes.register(self._running.client)
        return self._running

    async def _start(self) -> WorkflowEnvironment:
        for attempt in range(1, STARTS + 1):
            try:
                return await WorkflowEnvironment.start_time_skipping(
                    test_server_existing_path=self._program, data_converter=pydantic_data_converter
                )
            except RuntimeError:
                if attempt == STARTS:
                    raise
        raise AssertionError("it is started at least once")

    async def stop(self) -> None:
        if self._running is not None:
            await self._running.shutdown()
            self._running = None


async def _passes(environment: WorkflowEnvironment) -> bool:
    try:
        await asyncio.wait_for(environment.sleep(timedelta(seconds=1)), STANDS_STILL_SECONDS)
    except TimeoutError:
        return False
    return True


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping_server(temporal_test_server: str) -> AsyncIterator[SkippingServer]:
    server = SkippingServer(temporal_test_server)
    yield server
    await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def skipping(skipping_server: SkippingServer) -> WorkflowEnvironment:
    """A server that skips time; `sleep` makes it pass."""
    return await skipping_server.healthy()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dev_server() -> AsyncIterator[WorkflowEnvironment]:
    """A whole Temporal server, which suggests a fresh history after 50 events already."""
    config = ("limit.historyCount.suggestContinueAsNew=50", *DYNAMIC_CONFIG)
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=Temporal().obtain(lambda _: None)["temporal"],
        dev_server_extra_args=[part for value in config for part in ("--dynamic-config-value", value)],
        data_converter=pydantic_data_converter,
    ) as environment:
        await search_attributes.register(environment.client)
        await search_attributes.register(environment.client)
        yield environment
