"""What stood in suspense is taken out of it when somebody knows what it was."""

from uuid import UUID

import pytest

from domain.match.errors import CommandRefused
from domain.money import bookkeeping as book
from domain.money.accounts import Account, AccountKind
from domain.money.explaining import belongs_to, booked_as, suspense_key
from domain.money.money import Money

CUP = UUID(int=10)
LOST = Money(-500, "inr")
SUSPENDED = book.unexplained(suspense_key("txn_1"), LOST).postings


def lines(transaction: book.LedgerTransaction) -> dict[str, int]:
    return {posting.account.kind.value: posting.amount for posting in transaction.postings}


def test_it_is_booked_on_the_account_it_belongs_to() -> None:
    fees = Account(AccountKind.STRIPE_FEES, CUP)
    explained = belongs_to("txn_1", SUSPENDED, fees)
    assert lines(explained) == {"stripe_fees": 500, "suspense": -500}


def test_what_another_transaction_books_is_taken_back() -> None:
    refund = book.refund_made_outside("p1/7", CUP, Money(500, "inr"))
    explained = booked_as("txn_1", SUSPENDED, refund.postings)
    assert explained.reverses == suspense_key("txn_1")
    assert lines(explained) == {"stripe_balance": 500, "suspense": -500}


@pytest.mark.parametrize("amount", [Money(499, "inr"), Money(-500, "inr"), Money(500, "usd")], ids=str)
def test_a_transaction_of_other_money_explains_nothing(amount: Money) -> None:
    with pytest.raises(CommandRefused) as refused:
        booked_as("txn_1", SUSPENDED, book.refund_made_outside("p1/7", CUP, amount).postings)
    assert refused.value.code == "case_not_explained"


@pytest.mark.parametrize("kind", [AccountKind.STRIPE_BALANCE, AccountKind.SUSPENSE])
def test_where_it_stands_already_it_does_not_belong(kind: AccountKind) -> None:
    with pytest.raises(CommandRefused) as refused:
        belongs_to("txn_1", SUSPENDED, Account(kind))
    assert refused.value.code == "case_not_explained"
