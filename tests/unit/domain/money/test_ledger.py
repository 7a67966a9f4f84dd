"""Transactions add up to zero, and are taken back whole."""

from uuid import UUID

import pytest

from domain.money.accounts import Account, AccountKind
from domain.money.ledger import LedgerTransaction, Posting, TransactionInvalid, key_of, reversal, sums

CUP = UUID(int=10)
STRIPE, FEES = Account(AccountKind.STRIPE_BALANCE), Account(AccountKind.ENTRY_FEES, CUP)


def transaction(*amounts: int, key: str = "k", kind: str = "fee received", **other: str) -> LedgerTransaction:
    accounts = (STRIPE, FEES, FEES)
    postings = tuple(
        Posting(account, amount, "inr") for account, amount in zip(accounts, amounts, strict=False)
    )
    return LedgerTransaction(
        key=key,
        kind=kind,
        description=other.get("description", ""),
        postings=postings,
        reverses=other.get("reverses"),
    )


@pytest.mark.parametrize(
    ("amounts", "fault"),
    [
        ((5, -4), "0.01 INR off balance"),
        ((5,), "at least two"),
        ((), "at least two"),
        ((5, -5, 0), "none of nothing"),
        ((2**63, -(2**63)), "larger than the books"),
    ],
)
def test_postings_that_do_not_add_up_make_no_transaction(amounts: tuple[int, ...], fault: str) -> None:
    with pytest.raises(TransactionInvalid, match=fault):
        transaction(*amounts)


def test_each_currency_adds_up_by_itself() -> None:
    with pytest.raises(TransactionInvalid, match="off balance"):
        LedgerTransaction(
            key="k", kind="x", description="", postings=(Posting(STRIPE, 5, "inr"), Posting(FEES, -5, "jpy"))
        )


@pytest.mark.parametrize(
    "said", [{"key": ""}, {"key": "k" * 256}, {"kind": ""}, {"description": "d" * 501}, {"reverses": "other"}]
)
def test_a_transaction_says_what_it_is(said: dict[str, str]) -> None:
    with pytest.raises(TransactionInvalid):
        transaction(5, -5, **said)


def test_only_what_the_money_did_makes_two_transactions_different() -> None:
    digest = transaction(5, -3, -2).digest
    assert transaction(5, -2, -3, key="other", description="words").digest == digest
    assert transaction(5, -4, -1).digest != digest
    assert transaction(5, -3, -2, kind="refund").digest != digest


def test_a_reversal_takes_back_every_posting() -> None:
    undone = reversal(transaction(5, -3, -2), key="k/undone", description="")
    assert [posting.amount for posting in undone.postings] == [-5, 3, 2]
    assert undone.reverses == "k"


def test_a_reversal_is_not_reversed() -> None:
    undone = reversal(transaction(5, -5), key="k/undone", description="")
    with pytest.raises(TransactionInvalid):
        reversal(undone, key="k/redone", description="")


def test_sums_are_by_currency() -> None:
    assert sums([Posting(STRIPE, 5, "inr"), Posting(STRIPE, 6, "inr"), Posting(FEES, -1, "jpy")]) == {
        "inr": 11,
        "jpy": -1,
    }


def test_a_key_names_the_event_and_the_part_of_it() -> None:
    assert key_of(CUP, 3) == f"{CUP}/3"
    assert key_of(CUP, 3, "fee") == f"{CUP}/3/fee"
