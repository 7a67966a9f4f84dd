"""Each knob of the simulator, and what the adapter makes of it."""

import pytest

from adapters.stripe.client import patient_http
from adapters.stripe.provider import StripeProvider
from handlers.payment_provider import ProviderUnavailable
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running
from tests.integration.stripe.conftest import Desk, until
from tests.integration.stripe.test_payments import a_paid_intent, an_intent


async def test_an_answer_lost_after_the_work_is_unknown_and_the_key_finds_it(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    intent = await a_paid_intent(provider, payer)
    await desk.knobs(next=[{"fault": "answer_lost", "path": "/v1/refunds"}])
    with pytest.raises(ProviderUnavailable) as failure:
        await provider.refund(intent.id, "entry-1:refund", 100, {})
    assert not failure.value.key_spent
    refund = await provider.refund(intent.id, "entry-1:refund", 100, {})
    assert [one.id for one in await provider.refunds(intent.id)] == [refund.id]


async def test_a_request_that_was_lost_did_nothing(provider: StripeProvider, desk: Desk) -> None:
    await desk.knobs(next=[{"fault": "request_lost"}])
    with pytest.raises(ProviderUnavailable):
        await an_intent(provider)
    assert await provider.find_intent("p-1") is None


async def test_too_many_requests_say_when_to_come_again(provider: StripeProvider, desk: Desk) -> None:
    await desk.knobs(next=[{"fault": "rate_limit_429"}])
    with pytest.raises(ProviderUnavailable) as failure:
        await an_intent(provider)
    assert failure.value.retry_after_seconds == 1
    assert not failure.value.key_spent
    assert (await an_intent(provider)).status == "requires_payment_method"


async def test_a_503_does_not_spend_the_key(provider: StripeProvider, desk: Desk) -> None:
    await desk.knobs(next=[{"fault": "unavailable_503"}])
    with pytest.raises(ProviderUnavailable) as failure:
        await an_intent(provider)
    assert not failure.value.key_spent
    assert (await an_intent(provider)).status == "requires_payment_method"


async def test_an_answer_that_takes_too_long_is_unknown_and_the_work_is_done(
    simulator: Running, desk: Desk
) -> None:
    hasty = StripeProvider(simulator.url, http_client=patient_http(answer_seconds=1))
    await desk.knobs(slow_seconds=1.5, next=[{"fault": "slow"}])
    try:
        with pytest.raises(ProviderUnavailable, match="no answer"):
            await an_intent(hasty)

        async def done() -> bool:
            return "p-1" in (await desk.books())["payments"]

        await until(done)
    finally:
        await hasty.close()


async def test_nobody_there_is_unknown(simulator: Running) -> None:
    provider = StripeProvider("http://127.0.0.1:1")
    try:
        with pytest.raises(ProviderUnavailable):
            await provider.balance()
    finally:
        await provider.close()


async def test_the_dice_fall_the_same_way_for_the_same_seed(provider: StripeProvider, desk: Desk) -> None:
    async def fallen(seed: int) -> list[bool]:
        await desk.knobs(seed=seed, rate_limit_429=0.5)
        return [await failed(provider) for _ in range(20)]

    first = await fallen(7)
    assert any(first)
    assert not all(first)
    assert await fallen(7) == first
    assert await fallen(8) != first


async def failed(provider: StripeProvider) -> bool:
    try:
        await provider.balance()
    except ProviderUnavailable:
        return True
    return False


async def test_a_knob_that_is_none_is_refused(desk: Desk, simulator: Running) -> None:
    async with desk.http.put(f"{simulator.url}/_simulator/faults", json={"webhook_drip": 1}) as answer:
        assert answer.status == 400
        assert "webhook_drip" in await answer.text()
