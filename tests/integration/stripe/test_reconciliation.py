"""What reconciliation reads: events, the balance and each of its lines."""

from datetime import timedelta

import pytest

from adapters.stripe.provider import StripeProvider
from contracts.payments import Page
from stack.stripe_simulator.payer import Payer
from tests.integration.stripe.conftest import Desk
from tests.integration.stripe.test_payments import FEE, a_paid_intent, an_intent

DAY_SECONDS = 24 * 3600


async def test_the_lines_of_the_balance_add_up_to_it(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    intent = await a_paid_intent(provider, payer)
    refund = await provider.refund(intent.id, "r1", 100_000, {})
    lines = await provider.balance_transactions(intent.created)
    assert intent.latest_charge is not None
    assert [(line.type, line.amount, line.fee, line.net, line.source) for line in lines] == [
        ("refund", -100_000, 0, -100_000, refund.id),
        ("charge", 250_000, FEE["inr"], 250_000 - FEE["inr"], intent.latest_charge.id),
    ]
    assert (lines[0].id, lines[1].id) == (
        refund.balance_transaction,
        intent.latest_charge.balance_transaction,
    )
    assert {"inr": sum(line.net for line in lines)} == await provider.balance()


async def test_money_that_is_not_available_yet_counts_to_the_balance(
    provider: StripeProvider, payer: Payer, desk: Desk
) -> None:
    await desk.knobs(available_seconds=DAY_SECONDS)
    await a_paid_intent(provider, payer)
    assert await provider.balance() == {"inr": 250_000 - FEE["inr"]}


async def test_events_are_listed_page_by_page_the_newest_first(
    provider: StripeProvider, payer: Payer
) -> None:
    intent = await a_paid_intent(provider, payer)
    types, page = [], Page(limit=2)
    while events := await provider.events(intent.created, page):
        types += [event.type for event in events]
        page = Page(after=events[-1].id, limit=2)
    assert types == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]


async def test_what_happened_before_is_not_listed(provider: StripeProvider) -> None:
    intent = await an_intent(provider)
    assert await provider.events(intent.created + timedelta(seconds=1)) == []
    assert await provider.balance_transactions(intent.created + timedelta(seconds=1)) == []


@pytest.mark.parametrize(("days", "listed"), [(29, 1), (31, 0)])
async def test_events_are_listed_for_thirty_days(
    provider: StripeProvider, desk: Desk, days: int, listed: int
) -> None:
    intent = await an_intent(provider)
    await desk.post("clock", seconds=days * DAY_SECONDS)
    assert len(await provider.events(intent.created)) == listed
