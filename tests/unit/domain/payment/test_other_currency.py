"""A payment that Stripe books in another currency than it was made in: nothing is booked on the balance of ours."""

from collections import Counter
from dataclasses import replace

import pytest

from domain.payment import commands as c
from domain.payment import events as e
from domain.payment.terms import ChargeSeen, DisputeSeen, IntentSeen, RefundSeen, Standing
from tests.unit.domain.payment.till import FEE, Till

CHARGE = ChargeSeen(id="ch_1", amount=FEE.amount, settled_in="usd", balance_transaction="txn_1")
PAID = IntentSeen(id="pi_1", status="succeeded", currency=FEE.currency, charge=CHARGE)


def paid() -> Till:
    till = Till()
    open_ = IntentSeen(id="pi_1", status="open", currency=FEE.currency)
    return till.tell(c.ObserveIntent(seen=open_), c.ObserveIntent(seen=PAID))


def balances(till: Till) -> dict[str, int]:
    found: Counter[str] = Counter()
    for transaction in till.booked:
        for posting in transaction.postings:
            found[posting.account.kind.value] += posting.amount
    return {account: balance for account, balance in found.items() if balance}


def test_it_is_paid_and_stands_in_suspense() -> None:
    till = paid()
    assert till.names()[-2:] == ["PaymentSucceeded", "SettledElsewhere"]
    assert balances(till) == {"suspense": FEE.amount, "entry_fees": -FEE.amount}


def test_it_is_told_once() -> None:
    till = paid()
    before = len(till.events)
    till.tell(c.ObserveIntent(seen=PAID))
    assert len(till.events) == before


def test_no_fee_is_waited_for() -> None:
    assert not paid().state.watched


def test_it_is_learned_later_as_well() -> None:
    till = Till()
    unbooked = replace(PAID, charge=replace(CHARGE, settled_in="", balance_transaction=None))
    till.tell(c.ObserveIntent(seen=unbooked), c.ObserveIntent(seen=PAID))
    assert balances(till) == {"suspense": FEE.amount, "entry_fees": -FEE.amount}


@pytest.mark.parametrize("standing", ["succeeded", "failed"])
def test_what_is_given_back_is_given_back_from_suspense(standing: str) -> None:
    till = paid()
    by_hand = RefundSeen(id="re_1", amount=100, standing="pending", number=None)
    till.tell(c.ObserveIntent(seen=replace(PAID, refunds=(by_hand,))))
    assert "stripe_balance" not in balances(till)
    assert balances(till)["suspense"] == FEE.amount - 100
    done = replace(by_hand, standing=standing)
    till.tell(c.ObserveIntent(seen=replace(PAID, refunds=(done,))))
    assert balances(till)["suspense"] == FEE.amount - (100 if standing == "succeeded" else 0)


def test_a_dispute_takes_it_from_suspense() -> None:
    till = paid()
    dispute = DisputeSeen(id="dp_1", amount=FEE.amount, fee=0, reason="fraudulent", outcome=None)
    till.tell(c.ObserveIntent(seen=replace(PAID, disputes=(dispute,))))
    assert "stripe_balance" not in balances(till)
    assert balances(till)["disputed"] == FEE.amount


def test_a_policy_that_keeps_stripes_fee_waits_for_none() -> None:
    till = paid()
    till.decided(Standing.CONFIRMED)
    assert not any(isinstance(event, e.RefundAsked) for event in till.events)
