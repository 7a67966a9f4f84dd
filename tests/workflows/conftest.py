"""Temporal for tests of workflows: a server that skips time, and one that has everything else."""

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from workflows import search_attributes


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping(temporal_test_server: str) -> AsyncIterator[WorkflowEnvironment]:
    """A server whose time goes as fast as its workflows wait; `sleep` makes it pass."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_test_server, data_converter=pydantic_data_converter
    ) as environment:
        await search_attributes.register(environment.client)
        yield environment
