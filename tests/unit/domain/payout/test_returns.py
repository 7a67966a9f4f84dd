"""What becomes of accounts and transfers at Stripe without our asking."""

import pytest

from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.booking import transactions
from domain.payout.decide import decide
from domain.payout.state import Phase
from domain.payout.steps import SendTransfer, steps
from tests.unit.domain.payout.purse import (
    ANN,
    NO_DISPUTE,
    NOW,
    PAID,
    PAYOUT,
    SMALL,
    TERMS,
    after,
    inr,
    propose,
    wanted,
)


def returned(amount: int, reversal: str = "trr_1") -> c.ObserveReturn:
    return c.ObserveReturn(transfer="tr_1", reversal=reversal, amount=inr(amount))


def test_what_somebody_took_back_is_owed_again_and_waits_for_a_person() -> None:
    state = after(returned(600), state=PAID)
    assert state.phase is Phase.STUCK
    assert state.paid_to("rcb") == inr(0)
    assert not any(isinstance(step.does, SendTransfer) for step in steps(state))
    state = after(c.RetryOrders(person="ann"), state=state)
    assert [step.does for step in steps(state) if isinstance(step.does, SendTransfer)] == [
        SendTransfer(number=4, payee="rcb", amount=inr(600))
    ]


def test_what_came_back_is_counted_once() -> None:
    state = after(returned(200), state=PAID)
    assert decide(state, returned(200), NOW) == []
    assert decide(state, returned(100, "trr_2"), NOW) != []


def test_a_transfer_that_is_not_of_this_payout_says_nothing() -> None:
    assert decide(PAID, c.ObserveReturn(transfer="tr_9", reversal="trr_1", amount=inr(1)), NOW) == []


def test_our_own_reversal_is_no_return() -> None:
    state = after(propose(rcb=400, csk=600), ANN, state=PAID)
    state = after(c.ObserveReversal(number=3, reversal="trr_1"), state=state)
    assert decide(state, returned(200), NOW) == []


def test_what_was_owed_anyway_is_a_debt_paid() -> None:
    state = after(propose(rcb=400, csk=600), state=PAID)
    (back,) = (each for each in decide(state, returned(250), NOW) if isinstance(each, e.PayoutCameBack))
    assert (back.amount, back.of_debt) == (inr(250), inr(200))
    assert [each.kind for each in transactions(PAYOUT, 9, back, TERMS)] == ["debt paid", "prize came back"]


@pytest.mark.parametrize("code", ["payee_missing", "account_closed", "account_not_ready"])
def test_who_can_be_paid_by_now_is_paid_without_anybody_asking(code: str) -> None:
    state = after(c.NoteOrderRefused(number=1, code=code), state=after(SMALL, NO_DISPUTE, ANN))
    assert state.watched
    state = after(c.HearOfAccounts(ready=("rcb",)), state=state)
    assert "transfer/3" in wanted(state)


def test_what_stripe_refused_for_another_reason_waits_for_a_person() -> None:
    state = after(
        c.NoteOrderRefused(number=1, code="balance_insufficient"), state=after(SMALL, NO_DISPUTE, ANN)
    )
    assert decide(state, c.HearOfAccounts(ready=("rcb",)), NOW) == []
