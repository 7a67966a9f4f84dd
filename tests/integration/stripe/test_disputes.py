"""Disputes: a payer's bank takes the money back."""

import pytest

from adapters.stripe.provider import StripeProvider
from contracts.payments import Dispute, Intent
from handlers.payment_provider import ProviderRefused
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running
from tests.integration.stripe.conftest import Desk
from tests.integration.stripe.test_payments import FEE, a_paid_intent

DISPUTE_FEE = 1_500


async def disputed(provider: StripeProvider, payer: Payer, desk: Desk) -> tuple[Intent, Dispute]:
    intent = await a_paid_intent(provider, payer)
    await desk.post("disputes", payment_intent=intent.id, reason="product_not_received")
    (dispute,) = await provider.disputes(intent.id)
    return await provider.intent(intent.id), dispute


async def test_a_dispute_takes_the_money_and_a_fee(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    intent, dispute = await disputed(provider, payer, desk)
    assert intent.latest_charge is not None
    assert intent.latest_charge.disputed
    assert (dispute.status, dispute.reason, dispute.intent) == (
        "needs_response",
        "product_not_received",
        intent.id,
    )
    assert (dispute.amount, dispute.fee, dispute.charge) == (250_000, DISPUTE_FEE, intent.latest_charge.id)
    assert await provider.balance() == {"inr": -FEE["inr"] - DISPUTE_FEE}


async def test_what_was_refunded_is_not_disputed_again(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    intent = await a_paid_intent(provider, payer)
    await provider.refund(intent.id, "r1", 150_000, {})
    await desk.post("disputes", payment_intent=intent.id)
    (dispute,) = await provider.disputes(intent.id)
    assert dispute.amount == 100_000


async def test_a_disputed_payment_can_not_be_refunded(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    intent, _ = await disputed(provider, payer, desk)
    with pytest.raises(ProviderRefused) as refusal:
        await provider.refund(intent.id, "r1", 100, {})
    assert refusal.value.code == "charge_disputed"


async def test_a_dispute_that_is_won_gives_the_money_back_but_not_the_fee(
    provider: StripeProvider, payer: Payer, desk: Desk, simulator: Running
) -> None:
    intent, dispute = await disputed(provider, payer, desk)
    await desk.post(f"disputes/{dispute.id}/win")
    (won,) = await provider.disputes(intent.id)
    assert (won.status, won.fee) == ("won", DISPUTE_FEE)
    assert await provider.balance() == {"inr": 250_000 - FEE["inr"] - DISPUTE_FEE}
    types = [event["type"] for _, event in simulator.stripe.store.every("event")]
    assert [one.removeprefix("charge.dispute.") for one in types if "dispute" in one] == [
        "created",
        "funds_withdrawn",
        "closed",
        "funds_reinstated",
    ]


async def test_a_dispute_that_is_lost_stays_lost(provider: StripeProvider, payer: Payer, desk: Desk) -> None:
    intent, dispute = await disputed(provider, payer, desk)
    await desk.post(f"disputes/{dispute.id}/lose")
    refused = await desk.post(f"disputes/{dispute.id}/win")
    assert refused["error"]["code"] == "dispute_unexpected_state"
    assert [one.status for one in await provider.disputes(intent.id)] == ["lost"]
    assert (await desk.books())["payments"]["p-1"]["disputed"] == 250_000


async def test_a_card_that_disputes_does_so_by_itself(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    await desk.knobs(settle_seconds=3600)
    intent = await a_paid_intent(provider, payer, "pm_card_createDispute")
    assert await provider.disputes(intent.id) == []
    await desk.post("settle")
    assert [one.reason for one in await provider.disputes(intent.id)] == ["fraudulent"]


async def test_a_dispute_that_comes_too_late_is_none(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    await desk.knobs(settle_seconds=3600)
    intent = await a_paid_intent(provider, payer, "pm_card_createDispute")
    await provider.refund(intent.id, "r1", 250_000, {})
    assert await desk.post("settle") == {"settled": 0}
    assert await provider.disputes(intent.id) == []


async def test_we_may_give_in(provider: StripeProvider, payer: Payer, desk: Desk) -> None:
    intent, dispute = await disputed(provider, payer, desk)
    status, closed = await desk.api("POST", f"/v1/disputes/{dispute.id}/close")
    assert (status, closed["status"]) == (200, "lost")
    assert [one.status for one in await provider.disputes(intent.id)] == ["lost"]
