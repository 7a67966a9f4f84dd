"""How money facts are booked: what each puts on which account, and stories told through to their end."""

import inspect
from collections import Counter
from uuid import UUID

import pytest

from domain.money import bookkeeping as book
from domain.money.accounts import Account, AccountKind
from domain.money.ledger import LedgerTransaction, TransactionInvalid
from domain.money.money import Money

CUP, BEFORE = UUID(int=10), UUID(int=9)
PAID, STRIPE_FEE = Money(1_000, "inr"), Money(30, "inr")
HALF = Money(500, "inr")


def lines(transaction: LedgerTransaction) -> dict[str, int]:
    """Postings by account, without the tournament, which is always the same."""
    return {p.account.code.replace(f"/{CUP}", ""): p.amount for p in transaction.postings}


FACTS: list[tuple[LedgerTransaction, dict[str, int]]] = [
    (book.fee_received("k", CUP, PAID), {"stripe_balance": 1_000, "entry_fees": -1_000}),
    (
        book.fee_received("k", CUP, PAID, stripe_fee=STRIPE_FEE),
        {"stripe_balance": 970, "stripe_fees": 30, "entry_fees": -1_000},
    ),
    (book.stripe_fee_charged("k", CUP, STRIPE_FEE), {"stripe_fees": 30, "stripe_balance": -30}),
    (book.stripe_fee_charged("k", CUP, -STRIPE_FEE), {"stripe_fees": -30, "stripe_balance": 30}),
    (book.settled_elsewhere("k", PAID), {"suspense": 1_000, "stripe_balance": -1_000}),
    (book.refund_owed("k", CUP, HALF), {"entry_fees": 500, "refunds_payable": -500}),
    (book.refund_made("k", CUP, HALF), {"refunds_payable": 500, "stripe_balance": -500}),
    (book.refund_failed("k", CUP, HALF), {"stripe_balance": 500, "refunds_payable": -500}),
    (book.refund_made_outside("k", CUP, HALF), {"entry_fees": 500, "stripe_balance": -500}),
    (
        book.dispute_opened("k", CUP, PAID, fee=STRIPE_FEE),
        {"disputed": 1_000, "stripe_fees": 30, "stripe_balance": -1_030},
    ),
    (
        book.dispute_won("k", CUP, PAID, fee_returned=STRIPE_FEE),
        {"stripe_balance": 1_030, "disputed": -1_000, "stripe_fees": -30},
    ),
    (book.dispute_lost("k", CUP, "rcb", PAID), {"receivable/rcb": 1_000, "disputed": -1_000}),
    (book.debt_paid("k", CUP, "rcb", HALF), {"stripe_balance": 500, "receivable/rcb": -500}),
    (book.debt_set_off("k", CUP, "rcb", HALF), {"prizes_payable/rcb": 500, "receivable/rcb": -500}),
    (
        book.debt_moved("k", Account(AccountKind.RECEIVABLE, BEFORE, "rcb"), CUP, HALF),
        {"receivable/rcb": 500, f"receivable/{BEFORE}/rcb": -500},
    ),
    (book.debt_paid_to_bank("k", CUP, "rcb", HALF), {"bank": 500, "receivable/rcb": -500}),
    (book.debt_given_up("k", CUP, "rcb", HALF), {"bad_debts": 500, "receivable/rcb": -500}),
    (book.prize_won("k", CUP, "rcb", HALF), {"prizes": 500, "prizes_payable/rcb": -500}),
    (book.prize_paid("k", CUP, "rcb", HALF), {"prizes_payable/rcb": 500, "stripe_balance": -500}),
    (book.prize_came_back("k", CUP, "rcb", HALF), {"stripe_balance": 500, "prizes_payable/rcb": -500}),
    (book.prize_withdrawn("k", CUP, "rcb", HALF), {"prizes_payable/rcb": 500, "prizes": -500}),
    (book.prize_reclaimed("k", CUP, "rcb", HALF), {"receivable/rcb": 500, "prizes": -500}),
    (book.application_fee_taken("k", CUP, HALF), {"entry_fees": 500, "application_fees": -500}),
    (book.organiser_paid("k", CUP, HALF), {"organiser": 500, "stripe_balance": -500}),
    (book.paid_to_bank("k", HALF), {"bank": 500, "stripe_balance": -500}),
    (
        book.explained("k", -HALF, Account(AccountKind.STRIPE_FEES, CUP)),
        {"stripe_fees": 500, "suspense": -500},
    ),
    (book.unexplained("k", -HALF), {"stripe_balance": -500, "suspense": 500}),
]


@pytest.mark.parametrize(("transaction", "booked"), FACTS, ids=lambda value: getattr(value, "kind", ""))
def test_a_fact_is_booked(transaction: LedgerTransaction, booked: dict[str, int]) -> None:
    assert lines(transaction) == booked


def test_every_fact_stands_in_the_table() -> None:
    booked = [
        entry
        for name, entry in vars(book).items()
        if isinstance(entry, book.Move)
        or (inspect.isfunction(entry) and entry.__module__ == book.__name__ and not name.startswith("_"))
    ]
    assert len({transaction.kind for transaction, _ in FACTS}) == len(booked)


def test_a_fact_of_nothing_is_not_booked() -> None:
    with pytest.raises(TransactionInvalid):
        book.refund_owed("k", CUP, Money(0, "inr"))


def test_the_description_says_what_and_about_whom() -> None:
    assert book.fee_received("k", CUP, PAID, about="Royal Challengers").description == (
        "fee received: Royal Challengers"
    )
    assert book.fee_received("k", CUP, PAID).description == "fee received"


def after(*transactions: LedgerTransaction) -> dict[str, int]:
    """The balances that are not zero after all of these."""
    found: Counter[str] = Counter()
    for transaction in transactions:
        found.update(lines(transaction))
    assert sum(found.values()) == 0
    return {account: balance for account, balance in found.items() if balance}


def test_a_fee_given_back_leaves_stripes_fee() -> None:
    paid = book.fee_received("1", CUP, PAID, stripe_fee=STRIPE_FEE)
    assert after(paid, book.refund_owed("2", CUP, PAID), book.refund_made("3", CUP, PAID)) == {
        "stripe_balance": -30,
        "stripe_fees": 30,
    }


def test_a_refund_that_failed_is_still_owed() -> None:
    paid = book.fee_received("1", CUP, PAID)
    refund = (
        book.refund_owed("2", CUP, PAID),
        book.refund_made("3", CUP, PAID),
        book.refund_failed("4", CUP, PAID),
    )
    assert after(paid, *refund) == {"stripe_balance": 1_000, "refunds_payable": -1_000}


def test_a_lost_dispute_is_a_debt_of_the_team() -> None:
    paid = book.fee_received("1", CUP, PAID)
    dispute = book.dispute_opened("2", CUP, PAID), book.dispute_lost("3", CUP, "rcb", PAID)
    assert after(paid, *dispute) == {"entry_fees": -1_000, "receivable/rcb": 1_000}


def test_a_debt_is_kept_back_from_a_prize() -> None:
    won = book.prize_won("1", CUP, "rcb", PAID)
    owed = book.dispute_opened("2", CUP, HALF), book.dispute_lost("3", CUP, "rcb", HALF)
    paid = book.debt_set_off("4", CUP, "rcb", HALF), book.prize_paid("5", CUP, "rcb", HALF)
    assert after(won, *owed, *paid) == {"prizes": 1_000, "stripe_balance": -1_000}


def test_a_prize_that_cannot_be_taken_back_is_a_debt() -> None:
    paid = book.prize_won("1", CUP, "rcb", HALF), book.prize_paid("2", CUP, "rcb", HALF)
    reclaimed = book.prize_reclaimed("3", CUP, "rcb", HALF)
    assert after(*paid, reclaimed) == {"receivable/rcb": 500, "stripe_balance": -500}
    assert after(*paid, reclaimed, book.debt_paid("4", CUP, "rcb", HALF)) == {}
