"""Stripe's idempotency keys: what is kept, what is not, and for how long."""

import asyncio

import pytest

from adapters.stripe.provider import StripeProvider
from contracts.payments import Intent
from handlers.payment_provider import ProviderConflict, ProviderRefused, ProviderUnavailable
from stack.stripe_simulator.payer import Payer
from tests.integration.stripe.conftest import Desk
from tests.integration.stripe.test_payments import a_paid_intent, an_intent

DAY_SECONDS = 24 * 3600
REFUND = "/v1/refunds"


async def test_the_same_key_gives_the_first_answer_again(provider: StripeProvider, desk: Desk) -> None:
    first = await an_intent(provider)
    assert await an_intent(provider) == first
    assert (await desk.books())["payments"]["p-1"]["intents"] == 1


async def test_the_first_answer_is_given_even_when_the_object_has_changed(
    provider: StripeProvider, payer: Payer
) -> None:
    first = await a_paid_intent(provider, payer)
    assert first.status == "succeeded"
    assert (await an_intent(provider)).status == "requires_payment_method"


async def test_the_same_key_with_other_parameters_is_a_conflict(provider: StripeProvider) -> None:
    await an_intent(provider)
    with pytest.raises(ProviderConflict):
        await an_intent(provider, amount=300_000)


async def test_a_key_belongs_to_one_account(provider: StripeProvider, desk: Desk) -> None:
    assert (await desk.api("POST", "/v1/payment_intents", "k", amount=100, currency="inr"))[0] == 200
    status, said = await desk.api("POST", REFUND, "k", payment_intent="pi_other")
    assert (status, said["error"]["type"]) == (400, "idempotency_error")


async def test_a_refusal_by_the_objects_state_is_kept(provider: StripeProvider, payer: Payer) -> None:
    intent = await an_intent(provider)
    with pytest.raises(ProviderRefused, match="does not have a successful charge"):
        await provider.refund(intent.id, "entry-1:refund", 100, {})
    await payer.pay(intent.client_secret or "")
    with pytest.raises(ProviderRefused, match="does not have a successful charge"):
        await provider.refund(intent.id, "entry-1:refund", 100, {})
    assert (await provider.refund(intent.id, "entry-1:refund:2", 100, {})).status == "succeeded"


async def test_a_wrong_parameter_is_not_kept(desk: Desk) -> None:
    status, said = await desk.api("POST", "/v1/payment_intents", "k", amount="a lot", currency="inr")
    assert (status, said["error"]["code"]) == (400, "parameter_invalid_integer")
    assert (await desk.api("POST", "/v1/payment_intents", "k", amount=100, currency="inr"))[0] == 200


async def test_an_unknown_parameter_is_refused(desk: Desk) -> None:
    status, said = await desk.api("POST", "/v1/payment_intents", amount=100, currency="inr", team="Lions")
    assert (status, said["error"]["code"]) == (400, "parameter_unknown")


async def test_a_500_is_kept_and_spends_the_key(provider: StripeProvider, desk: Desk) -> None:
    await desk.knobs(next=[{"fault": "error_500"}])
    for _ in range(2):
        with pytest.raises(ProviderUnavailable) as failure:
            await an_intent(provider)
        assert failure.value.key_spent
    assert await provider.find_intent("p-1") is None
    await provider.create_intent("entry-1:intent:2", 250_000, "inr", {"payment": "p-1"}, "Entry fee")


async def test_a_500_may_hide_that_the_work_was_done(provider: StripeProvider, desk: Desk) -> None:
    await desk.knobs(next=[{"fault": "error_500_after"}])
    with pytest.raises(ProviderUnavailable) as failure:
        await an_intent(provider)
    assert failure.value.key_spent
    assert await provider.find_intent("p-1") is not None


async def test_two_requests_with_one_key_at_once_do_the_work_once(
    provider: StripeProvider, desk: Desk
) -> None:
    await desk.knobs(slow_seconds=1, next=[{"fault": "slow"}])
    met = await asyncio.gather(an_intent(provider), an_intent(provider), return_exceptions=True)
    (done,) = [one for one in met if isinstance(one, Intent)]
    (refused,) = [one for one in met if isinstance(one, ProviderUnavailable)]
    assert not refused.key_spent
    assert (await an_intent(provider)).id == done.id
    assert (await desk.books())["payments"]["p-1"]["intents"] == 1


async def test_a_key_is_forgotten_after_a_day_and_then_acts_anew(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    intent = await a_paid_intent(provider, payer)
    await provider.refund(intent.id, "entry-1:refund", 100, {})
    await desk.post("clock", seconds=DAY_SECONDS - 60)
    await provider.refund(intent.id, "entry-1:refund", 100, {})
    assert len(await provider.refunds(intent.id)) == 1
    await desk.post("clock", seconds=120)
    await provider.refund(intent.id, "entry-1:refund", 100, {})
    assert len(await provider.refunds(intent.id)) == 2


async def test_a_key_has_at_most_255_characters(desk: Desk) -> None:
    longest = "k" * 255
    assert (await desk.api("POST", "/v1/payment_intents", longest, amount=100, currency="inr"))[0] == 200
    assert (await desk.api("POST", "/v1/payment_intents", longest + "k", amount=100, currency="inr"))[
        0
    ] == 400


async def test_a_declined_confirmation_is_kept(provider: StripeProvider, desk: Desk) -> None:
    intent = await an_intent(provider)
    form = {"payment_method": "pm_card_visa_chargeDeclined", "return_url": "https://example.com"}
    confirm = f"/v1/payment_intents/{intent.id}/confirm"
    first = await desk.api("POST", confirm, "k", **form)
    assert first[0] == 402
    assert await desk.api("POST", confirm, "k", **form) == first
    _, charges = await desk.api("GET", f"/v1/charges?payment_intent={intent.id}")
    assert [charge["status"] for charge in charges["data"]] == ["failed"]
