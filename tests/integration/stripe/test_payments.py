"""Money from a card, through the adapter: each request is shown to stripe-mock, each answer to the specification."""

import pytest

from adapters.stripe.client import API_VERSION
from adapters.stripe.provider import StripeProvider
from contracts.payments import Intent
from handlers.payment_provider import ProviderRefused
from stack.stripe_simulator import core
from stack.stripe_simulator.payer import Payer
from tests.integration.stripe.checked import CheckedHttp
from tests.integration.stripe.conftest import Desk
from tests.integration.stripe.specification import Specification

FEE = {"inr": 250_000 * 29 // 1000 + 30, "jpy": 250_000 * 29 // 1000 + 30, "kwd": 250_000 * 29 // 1000 + 300}


async def an_intent(provider: StripeProvider, amount: int = 250_000, currency: str = "inr") -> Intent:
    return await provider.create_intent(
        "entry-1:intent", amount, currency, {"payment": "p-1", "team": "Lions"}, "Entry fee of Lions"
    )


async def a_paid_intent(provider: StripeProvider, payer: Payer, card: str = "pm_card_visa") -> Intent:
    intent = await an_intent(provider)
    await payer.pay(intent.client_secret or "", card)
    return await provider.intent(intent.id)


def test_simulator_and_adapter_speak_the_version_of_the_specification(specification: Specification) -> None:
    assert API_VERSION == core.API_VERSION == specification.version


async def test_a_new_intent_waits_for_a_payment_method(provider: StripeProvider) -> None:
    intent = await an_intent(provider)
    assert (intent.status, intent.amount, intent.currency) == ("requires_payment_method", 250_000, "inr")
    assert intent.client_secret is not None
    assert intent.latest_charge is None
    assert "secret" not in repr(intent)


@pytest.mark.parametrize("currency", ["inr", "jpy", "kwd"])
async def test_a_paid_intent_has_its_charge_and_the_fee(
    provider: StripeProvider, payer: Payer, currency: str
) -> None:
    intent = await an_intent(provider, currency=currency)
    paid = await payer.pay(intent.client_secret or "")
    assert paid.status == "succeeded"
    intent = await provider.intent(intent.id)
    assert (intent.status, intent.amount_received) == ("succeeded", 250_000)
    assert intent.latest_charge is not None
    assert intent.latest_charge.fee == FEE[currency]
    assert intent.latest_charge.balance_transaction is not None
    assert await provider.balance() == {currency: 250_000 - FEE[currency]}


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ],
)
async def test_a_declined_card_leaves_the_intent_open_and_the_reason_with_it(
    provider: StripeProvider, payer: Payer, card: str, code: str, decline_code: str
) -> None:
    intent = await an_intent(provider)
    paid = await payer.pay(intent.client_secret or "", card)
    assert paid.decline_code == decline_code
    intent = await provider.intent(intent.id)
    assert intent.status == "requires_payment_method"
    assert (intent.last_error_code, intent.decline_code) == (code, decline_code)
    assert intent.latest_charge is None


async def test_a_declined_team_can_pay_with_another_card(provider: StripeProvider, payer: Payer) -> None:
    intent = await a_paid_intent(provider, payer, "pm_card_visa_chargeDeclined")
    await payer.pay(intent.client_secret or "")
    intent = await provider.intent(intent.id)
    assert (intent.status, intent.last_error_code) == ("succeeded", None)


async def test_3ds_asks_the_payers_bank_first(provider: StripeProvider, payer: Payer) -> None:
    intent = await a_paid_intent(provider, payer, "pm_card_authenticationRequired")
    assert intent.status == "requires_action"
    await payer.authenticate(intent.client_secret or "")
    assert (await provider.intent(intent.id)).status == "succeeded"


async def test_3ds_refused_leaves_the_intent_open(provider: StripeProvider, payer: Payer) -> None:
    intent = await a_paid_intent(provider, payer, "pm_card_authenticationRequired")
    await payer.authenticate(intent.client_secret or "", agrees=False)
    intent = await provider.intent(intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_error_code == "payment_intent_authentication_failure"


async def test_3ds_can_be_followed_by_a_decline(provider: StripeProvider, payer: Payer) -> None:
    card = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
    intent = await a_paid_intent(provider, payer, card)
    await payer.authenticate(intent.client_secret or "")
    assert (await provider.intent(intent.id)).decline_code == "insufficient_funds"


async def test_an_abandoned_3ds_can_be_cancelled(provider: StripeProvider, payer: Payer) -> None:
    intent = await a_paid_intent(provider, payer, "pm_card_authenticationRequired")
    assert (await provider.cancel_intent(intent.id, "entry-1:cancel")).status == "canceled"
    paid = await payer.authenticate(intent.client_secret or "")
    assert paid.error_code == "payment_intent_unexpected_state"


async def test_a_cancelled_intent_can_not_be_paid(provider: StripeProvider, payer: Payer) -> None:
    intent = await an_intent(provider)
    await provider.cancel_intent(intent.id, "entry-1:cancel")
    paid = await payer.pay(intent.client_secret or "")
    assert (paid.status, paid.error_code) == ("canceled", "payment_intent_unexpected_state")


async def test_a_cancelled_intent_is_given_back_as_it_is(provider: StripeProvider) -> None:
    intent = await an_intent(provider)
    await provider.cancel_intent(intent.id, "entry-1:cancel")
    assert (await provider.cancel_intent(intent.id, "entry-1:cancel-again")).status == "canceled"


async def test_a_paid_intent_can_not_be_cancelled(provider: StripeProvider, payer: Payer) -> None:
    intent = await a_paid_intent(provider, payer)
    with pytest.raises(ProviderRefused) as refusal:
        await provider.cancel_intent(intent.id, "entry-1:cancel")
    assert refusal.value.code == "payment_intent_unexpected_state"


async def test_a_payer_needs_the_client_secret(provider: StripeProvider, payer: Payer) -> None:
    intent = await an_intent(provider)
    paid = await payer.pay(f"{intent.id}_secret_guessed")
    assert paid.error_code == "resource_missing"


async def test_an_intent_is_found_by_its_payment_the_live_one_first(provider: StripeProvider) -> None:
    assert await provider.find_intent("p-1") is None
    first = await an_intent(provider)
    found = await provider.find_intent("p-1")
    assert found is not None
    assert found.id == first.id
    await provider.cancel_intent(first.id, "entry-1:cancel")
    second = await provider.create_intent("entry-1:intent:2", 250_000, "inr", {"payment": "p-1"}, "Entry fee")
    await provider.cancel_intent(
        (await provider.create_intent("k3", 100, "inr", {"payment": "p-1"}, "")).id, "k4"
    )
    found = await provider.find_intent("p-1")
    assert found is not None
    assert found.id == second.id


async def test_a_new_intent_is_not_found_by_search_at_once(provider: StripeProvider, desk: Desk) -> None:
    await desk.knobs(search_seconds=60)
    await an_intent(provider)
    assert await provider.find_intent("p-1") is None
    await desk.post("clock", seconds=61)
    assert await provider.find_intent("p-1") is not None


async def test_what_is_not_there_is_refused_as_missing(provider: StripeProvider) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        await provider.intent("pi_nothing")
    assert refusal.value.code == "resource_missing"


async def test_an_amount_below_the_smallest_is_refused(provider: StripeProvider) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        await an_intent(provider, amount=49)
    assert refusal.value.code == "amount_too_small"


async def test_no_request_goes_without_its_witnesses(provider: StripeProvider, checked: CheckedHttp) -> None:
    intent = await an_intent(provider)
    assert checked.seen == [("POST", "/v1/payment_intents")]
    await provider.intent(intent.id)
    assert checked.seen[1:] == [("GET", f"/v1/payment_intents/{intent.id}")]
