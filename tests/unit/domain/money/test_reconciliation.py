"""What Stripe has beside what the books have."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.money.reconciliation import (
    Account,
    BalanceLine,
    CaseKind,
    Findings,
    Owner,
    is_live,
    is_settled,
    reconcile,
    taken_in,
)
from domain.payment.terms import ChargeSeen, DisputeSeen, IntentSeen, RefundSeen

HOME, LEAGUE = UUID(int=1), UUID(int=2)
PAYMENT = Owner("payment", LEAGUE, UUID(int=3))
PAYOUT = Owner("payout", LEAGUE, UUID(int=4))
PAID = Account(owner=PAYMENT, at_stripe={"inr": 242_500}, booked={"inr": 242_500}, live_intents=1)
CHARGE = BalanceLine(id="txn_1", type="charge", source="ch_1", net=242_500, currency="inr", owner=PAYMENT)
INTENT = IntentSeen(
    id="pi_1",
    status="succeeded",
    currency="inr",
    charge=ChargeSeen(id="ch_1", amount=250_000, fee=7_500),
)


def kinds(found: Findings) -> list[tuple[UUID, CaseKind, str]]:
    return [(case.tenant, case.kind, case.subject) for case in found.cases]


def test_where_both_agree_nothing_is_found() -> None:
    assert reconcile(HOME, [CHARGE], [PAID]) == Findings(agreed=(PAYMENT,))


def test_a_payment_that_differs_is_to_look_again_and_is_a_case_of_its_league() -> None:
    refunded = replace(PAID, at_stripe={"inr": 142_500})
    found = reconcile(HOME, [CHARGE], [refunded])
    assert found.observe == (PAYMENT,)
    assert kinds(found) == [(LEAGUE, CaseKind.BOOKS_DIFFER, f"payment/{PAYMENT.id}")]
    assert "142500 inr" in found.cases[0].detail
    assert "242500 inr" in found.cases[0].detail
    assert found.agreed == ()


def test_who_differs_only_since_the_others_were_told_is_no_case_yet() -> None:
    moving = replace(PAID, booked={})
    found = reconcile(HOME, [CHARGE], [moving], suspects=(PAYOUT.subject,))
    assert (found.observe, found.cases, found.agreed) == ((PAYMENT,), (), ())
    assert kinds(reconcile(HOME, [CHARGE], [moving], suspects=(PAYMENT.subject,))) == [
        (LEAGUE, CaseKind.BOOKS_DIFFER, PAYMENT.subject)
    ]


def test_money_in_two_currencies_is_not_added_up() -> None:
    found = reconcile(
        HOME, [], [replace(PAID, at_stripe={"inr": 242_500, "usd": 1}, booked={"inr": 242_501})]
    )
    assert found.observe == (PAYMENT,)


def test_nothing_and_no_entry_are_the_same() -> None:
    assert not replace(PAID, at_stripe={"inr": 0}, booked={}).differs


def test_a_payment_whose_fee_is_not_known_is_not_judged() -> None:
    unsettled = replace(PAID, booked={}, settled=False)
    found = reconcile(HOME, [CHARGE], [unsettled])
    assert (found.observe, found.cases, found.agreed) == ((PAYMENT,), (), ())


def test_two_intents_that_can_be_paid_are_a_case() -> None:
    found = reconcile(HOME, [], [replace(PAID, live_intents=2)])
    assert kinds(found) == [(LEAGUE, CaseKind.SEVERAL_INTENTS, f"payment/{PAYMENT.id}")]
    assert found.agreed == ()


def test_a_payout_that_has_sent_more_than_the_books_say_is_a_case() -> None:
    sent = Account(owner=PAYOUT, at_stripe={"inr": -900}, booked={"inr": -600})
    assert kinds(reconcile(HOME, [], [sent])) == [(LEAGUE, CaseKind.BOOKS_DIFFER, f"payout/{PAYOUT.id}")]


def test_a_line_of_nobody_is_a_case_of_the_league_whose_account_it_is() -> None:
    foreign = replace(CHARGE, owner=None)
    found = reconcile(HOME, [foreign], [])
    assert kinds(found) == [(HOME, CaseKind.UNEXPLAINED, "txn_1")]
    assert (found.unexplained, found.bank) == ((foreign,), ())


def test_a_line_that_names_a_payment_there_is_not_is_unexplained_and_says_so() -> None:
    found = reconcile(HOME, [CHARGE], [])
    assert kinds(found) == [(HOME, CaseKind.UNEXPLAINED, "txn_1")]
    assert f"payment/{PAYMENT.id}" in found.cases[0].detail


@pytest.mark.parametrize(("type_", "net"), [("payout", -500), ("payout_failure", 500)])
def test_money_paid_to_the_bank_is_booked_and_no_case(type_: str, net: int) -> None:
    line = BalanceLine(id="txn_2", type=type_, source="po_1", net=net, currency="inr")
    found = reconcile(HOME, [line], [])
    assert (found.bank, found.cases) == ((line,), ())


def test_a_line_of_nothing_needs_no_explanation() -> None:
    assert reconcile(HOME, [replace(CHARGE, owner=None, net=0)], []) == Findings()


# What an intent has changed of the balance.


def test_an_intent_without_a_charge_has_taken_nothing() -> None:
    assert taken_in(replace(INTENT, status="open", charge=None)) == 0


@pytest.mark.parametrize(
    ("standing", "left"), [("pending", 142_500), ("succeeded", 142_500), ("failed", 242_500)]
)
def test_a_refund_counts_until_it_fails(standing: str, left: int) -> None:
    refund = RefundSeen(id="re_1", amount=100_000, standing=standing)  # pyright: ignore[reportArgumentType]
    assert taken_in(replace(INTENT, refunds=(refund,))) == left


@pytest.mark.parametrize(("outcome", "left"), [(None, -9_000), ("lost", -9_000), ("won", 241_000)])
def test_a_dispute_takes_the_money_until_it_is_won_and_its_fee_for_good(
    outcome: str | None, left: int
) -> None:
    dispute = DisputeSeen(id="dp_1", amount=250_000, fee=1_500, outcome=outcome)  # pyright: ignore[reportArgumentType]
    assert taken_in(replace(INTENT, disputes=(dispute,))) == left


def test_a_cancelled_intent_is_not_live_and_one_without_a_fee_is_not_settled() -> None:
    assert [is_live(replace(INTENT, status=s)) for s in ("open", "succeeded", "cancelled")] == [
        True,
        True,
        False,
    ]
    unbooked = replace(INTENT, charge=ChargeSeen(id="ch_1", amount=250_000))
    assert (is_settled(INTENT), is_settled(unbooked), is_settled(replace(INTENT, charge=None))) == (
        True,
        False,
        True,
    )
