"""Refunds: whole, in parts, pending, failed, and those made by hand."""

import pytest

from adapters.stripe.provider import StripeProvider
from handlers.payment_provider import ProviderRefused
from stack.stripe_simulator.payer import Payer
from tests.integration.stripe.conftest import Desk
from tests.integration.stripe.test_payments import FEE, a_paid_intent

STEP = {"payment": "p-1", "step": "refund/1"}


async def test_a_refund_in_parts_never_gives_back_more_than_was_paid(
    provider: StripeProvider, payer: Payer
) -> None:
    intent = await a_paid_intent(provider, payer)
    first = await provider.refund(intent.id, "r1", 125_000, STEP)
    assert (first.status, first.amount, first.intent, first.metadata) == (
        "succeeded",
        125_000,
        intent.id,
        STEP,
    )
    with pytest.raises(ProviderRefused) as refusal:
        await provider.refund(intent.id, "r2", 125_001, {})
    assert refusal.value.code == "amount_too_large"
    second = await provider.refund(intent.id, "r3", 125_000, {})
    with pytest.raises(ProviderRefused) as refusal:
        await provider.refund(intent.id, "r4", 1, {})
    assert refusal.value.code == "charge_already_refunded"
    assert [one.id for one in await provider.refunds(intent.id)] == [first.id, second.id]
    paid = await provider.intent(intent.id)
    assert paid.latest_charge is not None
    assert paid.latest_charge.amount_refunded == 250_000


async def test_stripe_keeps_its_fee(provider: StripeProvider, payer: Payer, desk: Desk) -> None:
    intent = await a_paid_intent(provider, payer)
    await provider.refund(intent.id, "r1", 250_000, STEP)
    assert await provider.balance() == {"inr": -FEE["inr"]}
    books = await desk.books()
    assert books["currencies"]["inr"] == {
        "charge": 250_000,
        "refund": -250_000,
        "fee": FEE["inr"],
        "balance": -FEE["inr"],
    }
    assert books["payments"]["p-1"]["refunded"] == 250_000


async def test_a_refund_may_be_pending_and_then_succeed(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    await desk.knobs(settle_seconds=3600)
    intent = await a_paid_intent(provider, payer, "pm_card_pendingRefund")
    assert (await provider.refund(intent.id, "r1", 100, STEP)).status == "pending"
    await desk.post("clock", seconds=3601)
    await desk.post("settle")
    (refund,) = await provider.refunds(intent.id)
    assert refund.status == "succeeded"


async def test_a_refund_may_fail_after_it_succeeded_and_the_money_is_ours_again(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    await desk.knobs(settle_seconds=3600)
    intent = await a_paid_intent(provider, payer, "pm_card_refundFail")
    before = await provider.balance()
    assert (await provider.refund(intent.id, "r1", 250_000, STEP)).status == "succeeded"
    assert await desk.post("settle") == {"settled": 1}
    (refund,) = await provider.refunds(intent.id)
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    assert await provider.balance() == before
    paid = await provider.intent(intent.id)
    assert paid.latest_charge is not None
    assert paid.latest_charge.amount_refunded == 0
    counted = (await desk.books())["payments"]["p-1"]
    assert (counted["refunds"], counted["refunds_failed"], counted["refunded"]) == (0, 1, 0)


async def test_a_refund_made_in_the_dashboard_is_listed(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    intent = await a_paid_intent(provider, payer)
    assert (await desk.api("POST", "/v1/refunds", payment_intent=intent.id))[0] == 200
    (refund,) = await provider.refunds(intent.id)
    assert (refund.amount, refund.metadata) == (250_000, {})


async def test_more_refunds_than_a_page_are_all_there(provider: StripeProvider, payer: Payer) -> None:
    intent = await a_paid_intent(provider, payer)
    made = [(await provider.refund(intent.id, f"r{n}", 10, {})).id for n in range(101)]
    assert [one.id for one in await provider.refunds(intent.id)] == made
