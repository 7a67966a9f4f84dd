"""That the witnesses have eyes, and that no request of the adapter goes past them."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from inspect import getsource, isfunction
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

import stack.stripe_simulator
from adapters.stripe import provider as adapter
from adapters.stripe.provider import StripeProvider
from contracts.payments import Page
from handlers.payment_provider import PaymentProvider
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running
from tests.integration.stripe.checked import CheckedHttp
from tests.integration.stripe.conftest import KINDS, SECRET_KEY, Desk
from tests.integration.stripe.specification import Specification
from tests.integration.stripe.test_connect import CLOSED_BANK

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


class Heard:
    """The library's services; ``calls`` has the name of each of their methods that was called."""

    def __init__(self, service: Any, calls: set[str], name: str = "") -> None:
        self._service = service
        self._calls = calls
        self._name = name

    def __getattr__(self, name: str) -> "Heard":
        return Heard(getattr(self._service, name), self._calls, f"{self._name}.{name}")

    def __call__(self, *given: Any, **more: Any) -> Any:
        self._calls.add(self._name)
        return self._service(*given, **more)


def asked_in(source: str) -> Iterator[str]:
    """Every method of the library's services that a source calls, by its name after ``self._v1``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.startswith("self._v1."):
                yield called.removeprefix("self._v1")


def emitted() -> set[str]:
    """The type of every event that the simulator can tell of."""
    folder = Path(stack.stripe_simulator.__file__).parent
    trees = [ast.parse(file.read_text()) for file in folder.glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    types = [node.args[0] for node in calls if ast.unparse(node.func).endswith("stripe.emit")]
    return {
        said.value
        for type_ in types
        for said in ast.walk(type_)
        if isinstance(said, ast.Constant) and isinstance(said.value, str)
    }


async def test_every_request_of_the_adapter_passes(
    simulator: Running, provider: StripeProvider, payer: Payer, desk: Desk, checked: CheckedHttp
) -> None:
    """Each request that stands in the adapter is made, whatever method of the port it is in, and each way in which
    its parameters can differ; `checked` fails on what either witness refuses."""
    called, requests = set[str](), set[str]()
    vars(provider)["_v1"] = Heard(vars(provider)["_v1"], requests)

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
    ours = await port.pay_out("k9", 100, "inr", None, {"step": "payout"})
    await port.payout(ours.id)
    await desk.post("disputes", payment_intent=intent.id)
    await port.disputes(intent.id)
    (newest, *_) = await port.events(EPOCH)
    (line, *_) = await port.balance_transactions(EPOCH)
    for listed, last in ((port.payouts, ours), (port.events, newest), (port.balance_transactions, line)):
        await listed(EPOCH, page=Page(limit=1, after=last.id))
    await port.balance()
    methods = {name for name, value in vars(PaymentProvider).items() if isfunction(value)}
    assert called == {name for name in methods if not name.startswith("_")}
    assert requests == set(asked_in(getsource(adapter)))
    assert len(checked.seen) > len(requests)


async def test_every_kind_of_object_and_event_is_judged(
    simulator: Running, provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    """What the simulator has made is held to the specification when a test ends; here it makes all that it can."""
    await desk.knobs(settle_seconds=3600)

    async def paid(name: str, card: str = "pm_card_visa") -> str:
        made = await provider.create_intent(name, 250_000, "inr", {"payment": name}, "Entry fee")
        await payer.pay(made.client_secret or "", card)
        return made.id

    asks = await provider.create_intent("asks", 250_000, "inr", {}, "Entry fee")
    await payer.pay(asks.client_secret or "", "pm_card_authenticationRequired")
    await payer.authenticate(asks.client_secret or "")
    await provider.cancel_intent(await paid("declined", "pm_card_visa_chargeDeclined"), "cancel")
    refund = await provider.refund(await paid("refunded", "pm_card_pendingRefund"), "r1", 100, {})
    await desk.post(f"refunds/{refund.id}/succeed")
    failing = await provider.refund(await paid("sent back", "pm_card_pendingRefund"), "r2", 100, {})
    await desk.post(f"refunds/{failing.id}/fail")
    for ending in ("win", "lose"):
        dispute = await desk.post("disputes", payment_intent=await paid(ending))
        await desk.post(f"disputes/{dispute['id']}/{ending}")
    account = await provider.create_account("a", "IN", "lions@example.com", {})
    await desk.post(f"accounts/{account.id}/onboard", bank_account=CLOSED_BANK)
    transfer = await provider.transfer("t", 1_000, "inr", account.id, "cup-1", {})
    await provider.reverse(transfer.id, "v", 100, {})
    await provider.pay_out("o1", 100, "inr", account.id, {})
    await provider.pay_out("o2", 100, "inr", None, {})
    await desk.post("clock", seconds=3601)
    await desk.post("settle")
    await desk.post(f"accounts/{account.id}/leave")
    made = {kind: list(simulator.stripe.store.every(kind)) for kind in KINDS}
    assert {kind for kind, things in made.items() if things} == KINDS
    assert {event["type"] for _, event in made["event"]} == emitted()
