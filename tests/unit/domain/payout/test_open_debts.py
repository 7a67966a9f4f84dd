"""What a party owes after its own tournament's payout: kept back from its next prize, or for people."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.match.errors import CommandRefused
from domain.money.accounts import Account, AccountKind
from domain.payout import commands as c
from domain.payout.debts import OpenDebt, account_in, case_of, left_open, moved_to, settled_by
from tests.unit.domain.payout.purse import ANN, CUP, NO_DISPUTE, PAID, SMALL, after, inr, owes, propose

RECEIVABLE = Account(AccountKind.RECEIVABLE, CUP, "rcb")
DEBT = OpenDebt(account=RECEIVABLE, amount=inr(250), postings=3)
NEXT_CUP, LEAGUE = UUID(int=11), UUID(int=1)


def test_a_debt_of_who_was_sent_its_prize_is_open() -> None:
    assert left_open(inr(250), "rcb", PAID) == inr(250)
    assert left_open(inr(250), "mi", PAID) == inr(250)


def test_where_nothing_is_paid_out_a_debt_is_open() -> None:
    assert left_open(inr(250), "rcb", None) == inr(250)


def test_what_the_own_payout_can_keep_back_is_left_to_it() -> None:
    proposed = after(SMALL, NO_DISPUTE)
    assert left_open(inr(900), "rcb", proposed) == inr(0)
    kept_back = after(owes(proposed, rcb=900), c.NoteBooked(through=99), state=proposed)
    assert left_open(inr(300), "rcb", kept_back) == inr(300)


def test_what_is_on_its_way_may_come_to_nothing_and_is_waited_for() -> None:
    ordered = after(SMALL, NO_DISPUTE, ANN, c.NoteBooked(through=99))
    begun = after(c.BeginTransfer(number=1, as_of=ordered.version), state=ordered)
    assert left_open(inr(250), "rcb", begun) == inr(0)


def test_a_prize_to_be_given_back_is_taken_back_by_the_own_payout() -> None:
    revised = after(propose(csk=1_000), c.NoteBooked(through=99), state=PAID)
    assert left_open(inr(850), "rcb", revised) == inr(250)


def test_books_that_are_behind_say_nothing() -> None:
    behind = after(propose(csk=1_000), state=PAID)
    behind = after(c.NoteBooked(through=behind.version - 1), state=behind)
    sent = after(SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    assert left_open(inr(250), "rcb", sent) == inr(0)


def test_a_debt_that_is_kept_back_elsewhere_is_a_debt_there() -> None:
    moved = moved_to(NEXT_CUP, DEBT, inr(100), "RCB, Next Cup")
    assert {posting.account.code: posting.amount for posting in moved.postings} == {
        f"receivable/{NEXT_CUP}/rcb": 100,
        f"receivable/{CUP}/rcb": -100,
    }


def test_of_two_who_want_the_same_debt_the_second_finds_that_out() -> None:
    """One key with two contents is a conflict in the books."""
    first, second = (moved_to(UUID(int=n), DEBT, inr(250), "") for n in (11, 12))
    assert first.key == second.key
    assert first.digest != second.digest


def test_after_the_next_posting_it_is_another_debt() -> None:
    later = OpenDebt(account=RECEIVABLE, amount=inr(150), postings=4)
    assert (later.key == DEBT.key, account_in(later.subject)) == (False, RECEIVABLE)


def test_people_are_told_who_owes_how_much() -> None:
    case = case_of(LEAGUE, DEBT)
    assert (case.tenant, case.kind, case.subject) == (LEAGUE, "debt", f"receivable/{CUP}/rcb/inr/3")
    assert case.detail == "rcb owes 2.50 INR, and no prize is left to keep it back from"
    assert "not shared out yet" in case_of(LEAGUE, replace(DEBT, shared_out=False)).detail


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        (Account(AccountKind.BANK), "debt paid to bank"),
        (Account(AccountKind.BAD_DEBTS, CUP), "debt given up"),
    ],
)
def test_people_say_what_became_of_it(by: Account, kind: str) -> None:
    settled = settled_by(DEBT, by, "asha: a cheque")
    assert (settled.kind, settled.key) == (kind, DEBT.key)
    assert {posting.account: posting.amount for posting in settled.postings} == {by: 250, RECEIVABLE: -250}


@pytest.mark.parametrize(
    "by", [Account(AccountKind.SUSPENSE), Account(AccountKind.BAD_DEBTS, NEXT_CUP)], ids=str
)
def test_nothing_else_became_of_it(by: Account) -> None:
    with pytest.raises(CommandRefused) as refused:
        settled_by(DEBT, by, "asha: who knows")
    assert refused.value.code == "case_not_explained"


@pytest.mark.parametrize("subject", ["txn_1", "payment/1", "", "receivable/x/rcb/inr/3"])
def test_what_is_no_debt_is_no_account(subject: str) -> None:
    with pytest.raises(CommandRefused):
        account_in(subject)
