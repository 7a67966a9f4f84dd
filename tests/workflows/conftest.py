"""Temporal for tests of workflows: a server that skips time, and one that has everything else."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from stack.servers.temporal import DYNAMIC_CONFIG, Temporal
from tests.conftest import STARTUP
from tests.workflows.killing import NOTICED
from workflows import entry, payout, search_attributes, steward, tournament


@pytest.fixture
def noticed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed worker is noticed soon. Nothing else follows from how long an attempt may take."""
    for module in (steward, entry, payout, tournament):
        monkeypatch.setattr(module, "ATTEMPT", NOTICED)


@pytest_asyncio.fixture(loop_scope="session")
async def skipping(temporal_test_server: str) -> AsyncIterator[WorkflowEnvironment]:
    """A server whose time goes as fast as its workflows wait; `sleep` makes it pass.

    Each test has one of its own: whatever workflows of another test have left behind holds up its time.
    """
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_test_server,
        test_server_startup_timeout=STARTUP,
        data_converter=pydantic_data_converter,
    ) as environment:
        await search_attributes.register(environment.client)
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dev_server() -> AsyncIterator[WorkflowEnvironment]:
    """A whole Temporal server, which suggests a fresh history after 50 events already."""
    config = ("limit.historyCount.suggestContinueAsNew=50", *DYNAMIC_CONFIG)
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=Temporal().obtain(lambda _: None)["temporal"],
        dev_server_startup_timeout=STARTUP,
        dev_server_extra_args=[part for value in config for part in ("--dynamic-config-value", value)],
        data_converter=pydantic_data_converter,
    ) as environment:
        await search_attributes.register(environment.client)
        yield environment
