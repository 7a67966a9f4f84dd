"""The simulator as a process of its own, which may be killed at any time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.stripe.provider import StripeProvider
from handlers.payment_provider import ProviderUnavailable
from tests.integration.stripe.test_payments import an_intent


@contextmanager
def simulator_process(folder: Path) -> Iterator[str]:
    """The address of a simulator, which is killed when it is no longer needed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "stack.stripe_simulator", "--port", "0", "--data", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PAVILION_STRIPE")},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def test_a_kill_loses_nothing_not_even_the_keys(tmp_path: Path) -> None:
    with simulator_process(tmp_path) as url:
        provider = StripeProvider(url)
        first = await an_intent(provider)
    with pytest.raises(ProviderUnavailable):
        await provider.intent(first.id)
    await provider.close()
    with simulator_process(tmp_path) as url:
        provider = StripeProvider(url)
        assert await an_intent(provider) == first
        assert (await provider.intent(first.id)).metadata == first.metadata
        await provider.close()
