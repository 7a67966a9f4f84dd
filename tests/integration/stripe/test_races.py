"""Many callers at once, and everything that goes wrong on the way: each key acts once, each payment ends one way."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import pytest
from aiohttp import ClientError

from adapters.stripe.provider import StripeProvider
from contracts.payments import Intent
from handlers.payment_provider import ProviderRefused, ProviderUnavailable
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running
from tests.integration.stripe.conftest import Desk

T = TypeVar("T")
SEED = 20_261_122
PAYMENTS = 60
TRIES, PAUSE_SECONDS = 200, 0.01
FAULTS = {
    "answer_lost": 0.1,
    "request_lost": 0.05,
    "error_500": 0.05,
    "error_500_after": 0.05,
    "unavailable_503": 0.05,
    "rate_limit_429": 0.05,
    "slow": 0.1,
    "slow_seconds": 0.01,
}


@pytest.fixture
async def provider(simulator: Running) -> AsyncIterator[StripeProvider]:
    """Without witnesses: what is asked and answered is seen by them in the other tests."""
    provider = StripeProvider(simulator.url)
    yield provider
    await provider.close()


async def insisting(
    step: str, act: Callable[[str], Awaitable[T]], look: Callable[[], Awaitable[T | None]]
) -> T:
    """What a step of ours does: the same key again; another one only when the key is spent and nothing is found."""
    attempt = 1
    for _ in range(TRIES):
        try:
            return await act(f"{step}:{attempt}")
        except ProviderUnavailable as failure:
            if failure.key_spent:
                if found := await patiently(look):
                    return found
                attempt += 1
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError(f"{step} did not come to an end")


async def patiently(look: Callable[[], Awaitable[T]]) -> T:
    for _ in range(TRIES):
        with suppress(ProviderUnavailable):
            return await look()
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError("nothing could be seen")


async def test_each_payment_ends_one_way_however_it_is_raced(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    await desk.knobs(seed=SEED, **FAULTS)
    dice = random.Random(SEED)

    async def payment(name: str, wait: float) -> str:
        """The payer pays while we cancel; what succeeded anyway is refunded, by two workers at once."""

        async def created(key: str) -> Intent:
            return await provider.create_intent(key, 250_000, "inr", {"payment": name}, "Entry fee")

        intent = await insisting(f"{name}:intent", created, lambda: provider.find_intent(name))

        async def cancelled() -> None:
            await asyncio.sleep(wait)
            with suppress(ProviderRefused):  # it is paid
                await insisting(
                    f"{name}:cancel",
                    lambda key: provider.cancel_intent(intent.id, key),
                    lambda: cancelled_one(intent.id),
                )

        async def paid() -> None:
            with suppress(ClientError):  # the browser was closed
                await payer.pay(intent.client_secret or "")

        await asyncio.gather(paid(), cancelled())
        status = (await patiently(lambda: provider.intent(intent.id))).status
        if status == "succeeded":
            await asyncio.gather(refunded(intent), refunded(intent))
        return status

    async def cancelled_one(intent_id: str) -> Intent | None:
        intent = await provider.intent(intent_id)
        return intent if intent.status == "canceled" else None

    async def refunded(intent: Intent) -> None:
        async def done() -> bool | None:
            return bool(await provider.refunds(intent.id)) or None

        async def refund(key: str) -> bool:
            await provider.refund(intent.id, key, 250_000, {"step": "refund/1"})
            return True

        try:
            await insisting(f"{intent.id}:refund", refund, done)
        except ProviderRefused as refusal:
            if refusal.code != "charge_already_refunded":
                raise

    names = [f"p-{number}" for number in range(PAYMENTS)]
    ended = await asyncio.gather(*[payment(name, dice.uniform(0, 0.05)) for name in names])
    await desk.knobs()
    books = await desk.books()
    assert set(books["faults"]) == {knob for knob in FAULTS if not knob.endswith("_seconds")}, (
        f"seed {SEED}: each was felt"
    )
    assert set(books["payments"]) == set(names), f"seed {SEED}"
    for name, status in zip(names, ended, strict=True):
        counted = books["payments"][name]
        assert counted["intents"] == 1, f"{name}, seed {SEED}"
        assert counted["refunds"] == counted["succeeded"] == (status == "succeeded"), f"{name}, seed {SEED}"
        assert counted["refunded"] == counted["received"], f"{name}, seed {SEED}"
    assert {"succeeded", "canceled"} == set(ended), f"seed {SEED}: both ends were reached"
    assert books["currencies"]["inr"]["balance"] == -books["currencies"]["inr"]["fee"]
