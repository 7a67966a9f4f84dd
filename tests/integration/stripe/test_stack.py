"""The simulator as a process of the stack."""

import os
from pathlib import Path

import pytest

from adapters.stripe.provider import StripeProvider
from stack.processes import PROJECT_PROCESSES
from stack.settings import Settings
from stack.stack import Stack


async def test_the_stack_runs_the_simulator_and_tells_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAVILION_STRIPE_KEY", raising=False)
    simulator = next(process for process in PROJECT_PROCESSES if process.name == "stripe")
    stack = Stack(tmp_path, (), processes=(simulator,), owner_pid=os.getpid())
    try:
        url = stack.up().stripe_url
        settings = Settings(postgres_dsn="", kafka_bootstrap="", temporal_address="", stripe_url=url)
        provider = StripeProvider(settings.stripe_url)
        assert await provider.balance() == {}
        await provider.close()
        assert (tmp_path / ".pavilion/data/stripe/stripe.sqlite").exists()
    finally:
        stack.down()
