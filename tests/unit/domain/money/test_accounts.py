"""The chart of accounts."""

from uuid import UUID

import pytest

from domain.money.accounts import CHART, Account, AccountClass, AccountInvalid, AccountKind, Side, account_of

CUP = UUID(int=10)


def one_of(kind: AccountKind) -> Account:
    chapter = CHART[kind]
    return Account(kind, CUP if chapter.of_tournament else None, "rcb" if chapter.of_party else None)


@pytest.mark.parametrize("kind", AccountKind)
def test_the_code_names_the_account(kind: AccountKind) -> None:
    assert account_of(one_of(kind).code) == one_of(kind)


def test_codes_read_from_the_general_to_the_particular() -> None:
    assert one_of(AccountKind.STRIPE_BALANCE).code == "stripe_balance"
    assert one_of(AccountKind.ENTRY_FEES).code == f"entry_fees/{CUP}"
    assert one_of(AccountKind.PRIZES_PAYABLE).code == f"prizes_payable/{CUP}/rcb"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "gold",
        "entry_fees",
        "entry_fees/rcb",
        f"entry_fees/{CUP}/rcb",
        f"stripe_balance/{CUP}",
        f"receivable/{CUP}",
        f"receivable/{CUP}/",
        "receivable//rcb",
    ],
)
def test_what_the_chart_has_no_place_for_is_no_account(code: str) -> None:
    with pytest.raises(AccountInvalid):
        account_of(code)


def test_what_is_had_or_spent_is_a_debit_and_what_is_owed_or_earned_a_credit() -> None:
    assert {class_.name: class_.side for class_ in AccountClass} == {
        "ASSET": Side.DEBIT,
        "EXPENSE": Side.DEBIT,
        "LIABILITY": Side.CREDIT,
        "INCOME": Side.CREDIT,
        "EQUITY": Side.CREDIT,
    }
    assert one_of(AccountKind.RECEIVABLE).class_ is AccountClass.ASSET
