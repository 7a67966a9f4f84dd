"""That the witnesses have eyes, and that no request of the adapter goes past them."""

from datetime import UTC, datetime
from inspect import isfunction
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.stripe.provider import StripeProvider
from handlers.payment_provider import PaymentProvider
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running
from tests.integration.stripe.checked import CheckedHttp
from tests.integration.stripe.conftest import SECRET_KEY, Desk
from tests.integration.stripe.specification import Specification

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
BALANCE = {"object": "balance", "livemode": False, "available": [], "pending": []}


def test_a_right_object_passes(specification: Specification) -> None:
    specification.check_answer("GET", "/v1/balance", 200, BALANCE)


@pytest.mark.parametrize(
    "wrong",
    [
        {name: value for name, value in BALANCE.items() if name != "pending"},
        BALANCE | {"pending": None},
        BALANCE | {"livemode": "no"},
        BALANCE | {"cricket": True},
        BALANCE | {"available": [{"amount": 1, "currency": "inr", "over": 6}]},
        BALANCE | {"available": [{"amount": "1", "currency": "inr"}]},
        BALANCE | {"object": "scorecard"},
    ],
    ids=["missing", "null", "type", "unknown", "unknown inside", "type inside", "value"],
)
def test_a_wrong_object_does_not(specification: Specification, wrong: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="GET /v1/balance 200"):
        specification.check_answer("GET", "/v1/balance", 200, wrong)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/v1/payment_intents", {"amount": "1"}),
        ("/v1/payment_intents", {"amount": "many", "currency": "inr"}),
        ("/v1/payment_intents", {"amount": "1", "currency": "inr", "team": "Lions"}),
        ("/v1/cricket", {}),
    ],
    ids=["missing", "type", "unknown", "path"],
)
async def test_stripe_mock_refuses_a_wrong_request(mock_url: str, path: str, form: dict[str, str]) -> None:
    async with ClientSession() as http, http.post(mock_url + path, data=form, headers=SECRET_KEY) as answer:
        assert 400 <= answer.status < 500


async def test_stripe_mock_refuses_another_version(mock_url: str) -> None:
    headers = SECRET_KEY | {"Stripe-Version": "2020-08-27"}
    async with ClientSession() as http, http.get(mock_url + "/v1/balance", headers=headers) as answer:
        assert answer.status == 400


async def test_every_request_of_the_adapter_passes(
    simulator: Running, provider: StripeProvider, payer: Payer, desk: Desk, checked: CheckedHttp
) -> None:
    """Each method of the port is called once, at least; `checked` fails on what either witness refuses."""
    called: set[str] = set()

    class Noted:
        def __getattr__(self, name: str) -> Any:
            called.add(name)
            return getattr(provider, name)

    port: PaymentProvider = Noted()  # type: ignore[assignment]
    intent = await port.create_intent("k1", 250_000, "inr", {"payment": "p-1"}, "Entry fee")
    await payer.pay(intent.client_secret or "")
    await port.intent(intent.id)
    await port.find_intent("p-1")
    other = await port.create_intent("k2", 100, "inr", {}, "Entry fee")
    await port.cancel_intent(other.id, "k3")
    await port.refund(intent.id, "k4", 100, {"step": "refund/1"})
    await port.refunds(intent.id)
    account = await port.create_account("k5", "IN", "lions@example.com", {"payee": "lions"})
    await port.onboarding_link(account.id, "https://example.com/again", "https://example.com/done")
    await desk.post(f"accounts/{account.id}/onboard")
    await port.account(account.id)
    transfer = await port.transfer("k6", 1_000, "inr", account.id, "cup-1", {"payment": "payout-1"})
    await port.transfer_of(transfer.id)
    await port.find_transfer("cup-1", {"payment": "payout-1"})
    await port.reverse(transfer.id, "k7", 100, {"step": "reversal/1"})
    await port.reversals(transfer.id)
    payout = await port.pay_out("k8", 100, "inr", account.id, {"step": "payout"})
    await port.payout(payout.id, account.id)
    await port.payouts(EPOCH, account.id)
    await desk.post("disputes", payment_intent=intent.id)
    await port.disputes(intent.id)
    await port.events(EPOCH)
    await port.balance_transactions(EPOCH)
    await port.balance()
    methods = {name for name, value in vars(PaymentProvider).items() if isfunction(value)}
    assert called == {name for name in methods if not name.startswith("_")}
    assert len(checked.seen) >= len(called)
