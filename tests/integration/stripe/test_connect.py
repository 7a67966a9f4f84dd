"""Money to payees: accounts, transfers, reversals and payouts."""

from datetime import UTC, datetime

import pytest

from adapters.stripe.provider import StripeProvider
from contracts.payments import ConnectedAccount, Transfer
from handlers.payment_provider import ProviderRefused
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running
from tests.integration.stripe.conftest import Desk
from tests.integration.stripe.test_payments import a_paid_intent

CLOSED_BANK = "000111111113"
PRIZE = {"payment": "payout-1", "step": "transfer/mumbai"}
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def account(provider: StripeProvider, desk: Desk, payer: Payer) -> ConnectedAccount:
    """A payee that can take money, and money to send it."""
    await desk.knobs(settle_seconds=3600)
    await a_paid_intent(provider, payer)
    made = await provider.create_account("payee-1:account", "IN", "lions@example.com", {"payee": "lions"})
    await desk.post(f"accounts/{made.id}/onboard")
    return await provider.account(made.id)


async def a_transfer(provider: StripeProvider, account: ConnectedAccount, amount: int = 100_000) -> Transfer:
    return await provider.transfer("payout-1:transfer/mumbai", amount, "inr", account.id, "cup-1", PRIZE)


async def test_a_new_account_can_take_nothing_until_the_payee_has_told_about_itself(
    provider: StripeProvider, desk: Desk, payer: Payer
) -> None:
    await a_paid_intent(provider, payer)
    made = await provider.create_account("payee-1:account", "IN", "lions@example.com", {"payee": "lions"})
    assert made.capabilities == {"transfers": "inactive"}
    assert not made.payouts_enabled
    assert "external_account" in made.requirements_due
    with pytest.raises(ProviderRefused) as refusal:
        await a_transfer(provider, made)
    assert refusal.value.code == "insufficient_capabilities_for_transfer"
    await desk.post(f"accounts/{made.id}/onboard")
    ready = await provider.account(made.id)
    assert ready.capabilities == {"transfers": "active"}
    assert (ready.payouts_enabled, ready.details_submitted, ready.requirements_due) == (True, True, ())
    assert ready.metadata == {"payee": "lions"}


async def test_the_onboarding_link_leads_to_a_form_that_can_be_filled_in(
    provider: StripeProvider, desk: Desk
) -> None:
    made = await provider.create_account("payee-1:account", "IN", "lions@example.com", {})
    link = await provider.onboarding_link(made.id, "https://example.com/again", "https://example.com/done")
    async with desk.http.get(link) as form:
        assert CLOSED_BANK in await form.text()
    async with desk.http.post(link, data={"choice": CLOSED_BANK}) as answer:
        assert answer.status == 200
    assert (await provider.account(made.id)).details_submitted


async def test_a_transfer_moves_money_from_our_balance_to_the_accounts(
    provider: StripeProvider, account: ConnectedAccount, desk: Desk
) -> None:
    before = (await provider.balance())["inr"]
    sent = await a_transfer(provider, account)
    assert (sent.amount, sent.account, sent.group, sent.metadata) == (100_000, account.id, "cup-1", PRIZE)
    assert await a_transfer(provider, account) == sent
    assert (await provider.balance())["inr"] == before - 100_000
    assert (await desk.books())["accounts"] == {account.id: {"inr": 100_000}}


async def test_a_transfer_is_found_by_its_group_and_metadata(
    provider: StripeProvider, account: ConnectedAccount
) -> None:
    assert await provider.find_transfer("cup-1", PRIZE) is None
    await provider.transfer("other", 100, "inr", account.id, "cup-1", {"step": "transfer/delhi"})
    sent = await a_transfer(provider, account)
    assert await provider.find_transfer("cup-1", PRIZE) == sent
    assert await provider.find_transfer("cup-2", PRIZE) is None


async def test_money_that_is_not_there_yet_can_not_be_sent(
    provider: StripeProvider, payer: Payer, account: ConnectedAccount, desk: Desk
) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        await a_transfer(provider, account, 1_000_000)
    assert refusal.value.code == "balance_insufficient"
    await desk.knobs(available_seconds=2 * 24 * 3600)
    intent = await provider.create_intent("big", 2_000_000, "inr", {}, "")
    await payer.pay(intent.client_secret or "")
    with pytest.raises(ProviderRefused) as refusal:
        await provider.transfer("again", 1_000_000, "inr", account.id, "cup-1", PRIZE)
    assert refusal.value.code == "balance_insufficient"
    await desk.post("clock", seconds=2 * 24 * 3600 + 1)
    assert (
        await provider.transfer("third", 1_000_000, "inr", account.id, "cup-1", PRIZE)
    ).amount == 1_000_000


async def test_a_transfer_is_taken_back_in_parts_and_never_more_than_it_was(
    provider: StripeProvider, account: ConnectedAccount
) -> None:
    sent = await a_transfer(provider, account)
    before = (await provider.balance())["inr"]
    first = await provider.reverse(sent.id, "v1", 40_000, {"step": "reversal/1"})
    assert (first.amount, first.transfer, first.metadata) == (40_000, sent.id, {"step": "reversal/1"})
    with pytest.raises(ProviderRefused):
        await provider.reverse(sent.id, "v2", 60_001, {})
    second = await provider.reverse(sent.id, "v3", 60_000, {})
    assert (await provider.transfer_of(sent.id)).amount_reversed == 100_000
    assert [one.id for one in await provider.reversals(sent.id)] == [first.id, second.id]
    assert (await provider.balance())["inr"] == before + 100_000


async def test_what_the_payee_has_withdrawn_can_not_be_taken_back(
    provider: StripeProvider, account: ConnectedAccount
) -> None:
    sent = await a_transfer(provider, account)
    await provider.pay_out("o1", 80_000, "inr", account.id, {})
    with pytest.raises(ProviderRefused) as refusal:
        await provider.reverse(sent.id, "v1", 20_001, {})
    assert refusal.value.code == "balance_insufficient"
    assert (await provider.reverse(sent.id, "v2", 20_000, {})).amount == 20_000


async def test_a_payout_of_an_account_arrives(
    provider: StripeProvider, account: ConnectedAccount, desk: Desk
) -> None:
    await a_transfer(provider, account)
    out = await provider.pay_out("o1", 100_000, "inr", account.id, {"payment": "payout-1"})
    assert (out.status, out.account, out.amount) == ("pending", account.id, 100_000)
    await desk.post("settle")
    assert (await provider.payout(out.id, account.id)).status == "paid"
    assert [one.id for one in await provider.payouts(EPOCH, account.id)] == [out.id]
    assert await provider.payouts(EPOCH) == []
    assert (await desk.books())["accounts"] == {account.id: {"inr": 0}}


async def test_a_payout_to_a_closed_bank_account_comes_back(
    provider: StripeProvider, account: ConnectedAccount, desk: Desk
) -> None:
    await desk.post(f"accounts/{account.id}/onboard", bank_account=CLOSED_BANK)
    await a_transfer(provider, account)
    out = await provider.pay_out("o1", 100_000, "inr", account.id, {})
    await desk.post("settle")
    failed = await provider.payout(out.id, account.id)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert (await desk.books())["accounts"] == {account.id: {"inr": 100_000}}
    assert not (await provider.account(account.id)).payouts_enabled
    with pytest.raises(ProviderRefused) as refusal:
        await provider.pay_out("o2", 100_000, "inr", account.id, {})
    assert refusal.value.code == "payouts_not_allowed"


async def test_a_payout_may_come_back_after_it_was_paid(
    provider: StripeProvider, account: ConnectedAccount, desk: Desk
) -> None:
    before = await provider.balance()
    out = await provider.pay_out("o1", 1_000, "inr", None, {})
    assert out.account is None
    await desk.post(f"payouts/{out.id}/arrive")
    assert (await provider.payout(out.id)).status == "paid"
    await desk.post(f"payouts/{out.id}/fail", reason="no_account")
    assert (await provider.payout(out.id)).failure_code == "no_account"
    assert await provider.balance() == before


@pytest.mark.parametrize("ending", ["close", "leave"])
async def test_a_closed_account_is_told_and_takes_no_more(
    provider: StripeProvider, account: ConnectedAccount, desk: Desk, ending: str
) -> None:
    await desk.post(f"accounts/{account.id}/{ending}")
    assert (await provider.account(account.id)).closed
    with pytest.raises(ProviderRefused):
        await a_transfer(provider, account)


async def test_events_of_an_account_are_marked_with_it(
    simulator: Running, account: ConnectedAccount, provider: StripeProvider
) -> None:
    await a_transfer(provider, account)
    told = [(event["type"], event.get("account")) for _, event in simulator.stripe.store.every("event")]
    assert ("account.updated", account.id) in told
    assert ("transfer.created", None) in told
