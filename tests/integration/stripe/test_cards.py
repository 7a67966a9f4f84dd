"""Every test card, by its token and by its number, and the page of the payer's bank."""

import pytest
from aiohttp import ClientSession

from adapters.stripe.provider import StripeProvider
from stack.stripe_simulator.cards import CARDS, Card
from stack.stripe_simulator.payer import RETURN_URL, Payer
from tests.integration.stripe.conftest import Desk
from tests.integration.stripe.test_payments import a_paid_intent, an_intent


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.token)
async def test_a_card_does_what_stripe_says_of_it(desk: Desk, card: Card) -> None:
    by_token = {"payment_method": card.token}
    by_number = {"payment_method_data[type]": "card", "payment_method_data[card][number]": card.number}
    for named in (by_token, by_number):
        form = {"amount": 100, "currency": "inr", "confirm": "true", "return_url": RETURN_URL}
        status, said = await desk.api("POST", "/v1/payment_intents", **form, **named)
        if card.authenticates:
            assert (status, said["status"]) == (200, "requires_action")
        elif card.decline:
            assert (status, said["error"]["code"], said["error"]["decline_code"]) == (402, *card.decline)
        else:
            assert (status, said["status"]) == (200, "succeeded")


async def test_a_card_that_is_none_is_refused(desk: Desk) -> None:
    form = {"amount": 100, "currency": "inr", "confirm": "true", "return_url": RETURN_URL}
    status, said = await desk.api("POST", "/v1/payment_intents", **form, payment_method="pm_card_golden_duck")
    assert (status, said["error"]["code"]) == (400, "resource_missing")
    number = {"payment_method_data[type]": "card", "payment_method_data[card][number]": "4242424242424241"}
    status, said = await desk.api("POST", "/v1/payment_intents", **form, **number)
    assert (status, said["error"]["code"]) == (402, "incorrect_number")


@pytest.mark.parametrize(("choice", "status"), [("yes", "succeeded"), ("no", "requires_payment_method")])
async def test_the_payers_bank_has_a_page(
    provider: StripeProvider, payer: Payer, desk: Desk, http: ClientSession, choice: str, status: str
) -> None:
    intent = await a_paid_intent(provider, payer, "pm_card_authenticationRequired")
    _, shown = await desk.api("GET", f"/v1/payment_intents/{intent.id}")
    page = shown["next_action"]["redirect_to_url"]["url"]
    async with http.get(page) as asked:
        assert "Do you make this payment?" in await asked.text()
    async with http.post(page, data={"choice": choice}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, RETURN_URL)
    assert (await provider.intent(intent.id)).status == status
    async with http.post(page, data={"choice": choice}) as again:
        assert "has a status of" in await again.text()


@pytest.mark.parametrize("path", ["payment_intents", "refunds", "charges", "events", "balance_transactions"])
async def test_a_payers_browser_may_look_at_nothing_but_its_intent(desk: Desk, path: str) -> None:
    headers = {"Authorization": "Bearer pk_test_browser"}
    async with desk.http.get(f"{desk.url}/v1/{path}", headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("key", [None, "Bearer sk_live_1", "Bearer rk_live_1", "Bearer x", "Basic x"])
async def test_no_key_and_no_live_key_is_taken(desk: Desk, key: str | None) -> None:
    headers = {"Authorization": key} if key else {}
    async with desk.http.get(f"{desk.url}/v1/balance", headers=headers) as answer:
        assert answer.status == 401


async def test_only_the_pinned_version_is_spoken(desk: Desk) -> None:
    headers = {"Authorization": "Bearer sk_test_1", "Stripe-Version": "2020-08-27"}
    async with desk.http.get(f"{desk.url}/v1/balance", headers=headers) as answer:
        assert answer.status == 400


async def test_a_payment_needs_somewhere_to_return_to(provider: StripeProvider, desk: Desk) -> None:
    intent = await an_intent(provider)
    confirm = f"/v1/payment_intents/{intent.id}/confirm"
    status, said = await desk.api("POST", confirm, payment_method="pm_card_visa")
    assert (status, said["error"]["param"]) == (400, "return_url")
