"""What a team owes is kept back from its prize."""

from collections.abc import Sequence

from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.booking import transactions
from domain.payout.decide import decide
from domain.payout.evolve import fold
from domain.payout.state import PayoutState
from domain.payout.steps import SendTransfer, steps
from tests.unit.domain.payout.purse import (
    ANN,
    BOB,
    CUP,
    LARGE,
    NO_DISPUTE,
    NOW,
    PAID,
    PAYOUT,
    SMALL,
    TERMS,
    after,
    begins,
    inr,
    owes,
    propose,
    refusal,
)


def booked(state: PayoutState) -> PayoutState:
    return after(c.NoteBooked(through=state.money_version), state=state)


PROPOSED = after(SMALL, NO_DISPUTE)


def test_who_owes_its_fee_gets_its_prize_less_the_debt() -> None:
    state = after(owes(PROPOSED, rcb=250), ANN, state=PROPOSED)
    transfers = [step.does for step in steps(state) if isinstance(step.does, SendTransfer)]
    assert [(each.payee, each.amount) for each in transfers] == [("rcb", inr(350)), ("csk", inr(400))]


def test_a_debt_larger_than_the_prize_takes_all_of_it_and_no_more() -> None:
    state = after(owes(PROPOSED, rcb=900), ANN, state=PROPOSED)
    assert state.set_off == {"rcb": inr(600)}
    transfers = [step.does for step in steps(state) if isinstance(step.does, SendTransfer)]
    assert [each.payee for each in transfers] == ["csk"]


def test_who_has_won_nothing_goes_on_owing() -> None:
    assert decide(PROPOSED, owes(PROPOSED, mi=250), NOW) == []


def test_a_debt_is_set_off_once_however_often_the_books_are_read() -> None:
    hears = owes(PROPOSED, rcb=250)
    state = after(hears, state=PROPOSED)
    assert decide(state, hears, NOW) == []
    # The books still say 250: what is set off does not stand there yet.
    assert decide(state, owes(state, rcb=250), NOW) == []
    state = booked(state)
    assert decide(state, owes(state, rcb=40), NOW) == [e.DebtSetOff(payee="rcb", amount=inr(40), at=NOW)]


def test_who_approved_before_approves_anew_what_is_left() -> None:
    state = after(LARGE, NO_DISPUTE, ANN)
    state = after(owes(state, rcb=250), state=state)
    assert state.approved_by == ()
    assert refusal(state, c.ApprovePayout(person="bob", revision=1)) == "payout_revised"


def transfers(state: PayoutState) -> list[tuple[int, str, int]]:
    """Those wanted now: the order's number, the payee, how much."""
    wanted = [step.does for step in steps(state) if isinstance(step.does, SendTransfer)]
    return [(each.number, each.payee, each.amount.amount) for each in wanted]


def kinds(events: Sequence[e.PayoutEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


APPROVED = booked(after(ANN, state=PROPOSED))


def test_what_is_lost_after_approval_is_kept_back_from_what_was_not_sent() -> None:
    assert transfers(APPROVED) == [(1, "rcb", 600), (2, "csk", 400)]
    events = decide(APPROVED, owes(APPROVED, rcb=250), NOW)
    assert kinds(events) == ["DebtSetOff", "TransferWithdrawn", "TransferOrdered"]
    assert transfers(fold(events, APPROVED)) == [(2, "csk", 400), (3, "rcb", 350)]


def test_less_than_was_approved_needs_no_approval() -> None:
    two = booked(after(LARGE, NO_DISPUTE, ANN, BOB))
    state = after(owes(two, rcb=250), state=two)
    assert (state.approved_by, state.revision) == (("ann", "bob"), 1)
    assert (3, "rcb", 351) in transfers(state)


def test_who_owes_all_of_its_prize_is_sent_nothing() -> None:
    state = after(owes(APPROVED, rcb=900), state=APPROVED)
    assert transfers(state) == [(2, "csk", 400)]
    assert state.set_off == {"rcb": inr(600)}


def test_what_stripe_may_have_sent_is_not_kept_back() -> None:
    begun = after(begins(APPROVED, 1), state=APPROVED)
    assert decide(begun, owes(begun, rcb=250), NOW) == []


def test_a_reversal_that_stripe_may_have_made_goes_on_when_a_debt_is_set_off() -> None:
    """It was made and the answer lost; then somebody takes back the rest by hand, and a debt is heard of."""
    state = after(c.NoteBooked(through=99), propose(rcb=400, csk=600), ANN, state=PAID)
    (reversal,) = [order.number for order in state.under_way if order.does == "reversal"]
    by_hand = c.ObserveReturn(transfer="tr_1", reversal="trr_by_hand", amount=inr(400))
    state = booked(after(by_hand, state=state))
    state = after(owes(state, rcb=250), state=state)
    assert state.set_off == {"rcb": inr(200)}
    state = booked(after(c.ObserveReversal(number=reversal, reversal="trr_1"), state=state))
    assert state.paid_to("rcb") == inr(0)
    assert [amount for _, payee, amount in transfers(state) if payee == "rcb"] == [200]


def test_a_transfer_is_begun_once_and_only_while_it_is_ordered() -> None:
    assert kinds(decide(APPROVED, begins(APPROVED, 1), NOW)) == ["TransferBegun"]
    begun = after(begins(APPROVED, 1), state=APPROVED)
    assert decide(begun, begins(begun, 1), NOW) == []
    withdrawn = after(owes(APPROVED, rcb=250), state=APPROVED)
    assert decide(withdrawn, begins(withdrawn, 1), NOW) == []


def test_no_transfer_is_begun_on_what_was_read_before_something_else_was_said() -> None:
    held = after(c.HearOfDisputes(held=inr(250)), state=APPROVED)
    assert decide(held, begins(held, 1), NOW) == []
    free_again = after(NO_DISPUTE, state=held)
    assert decide(free_again, begins(APPROVED, 1), NOW) == []


def test_what_was_sent_stays_sent_and_the_debt_a_debt() -> None:
    sent = after(begins(APPROVED, 1), c.ObserveTransfer(number=1, transfer="tr_1"), state=APPROVED)
    assert decide(booked(sent), owes(booked(sent), rcb=250), NOW) == []


def test_a_transfer_that_was_refused_is_asked_for_less_the_debt() -> None:
    closed = after(c.NoteOrderRefused(number=1, code="account_closed"), state=APPROVED)
    state = after(owes(closed, rcb=250), state=closed)
    assert [order.number for order in state.refused] == [1]
    assert (3, "rcb", 350) in transfers(after(c.HearOfAccounts(ready=("rcb",)), state=state))


def test_nobody_has_to_look_at_a_refusal_when_nothing_is_left_to_send() -> None:
    closed = after(c.NoteOrderRefused(number=1, code="account_closed"), state=APPROVED)
    state = after(owes(closed, rcb=900), state=closed)
    assert state.stuck == ()
    assert transfers(state) == [(2, "csk", 400)]


def test_books_that_are_behind_say_nothing_of_debts() -> None:
    """A part of what came back was a debt: until that is booked the books say it still is one."""
    sent = after(begins(APPROVED, 1), c.ObserveTransfer(number=1, transfer="tr_1"), state=APPROVED)
    back = c.ObserveReturn(transfer="tr_1", reversal="trr_1", amount=inr(100))
    state = after(back, state=booked(sent))
    assert decide(state, owes(state, rcb=100), NOW) == []


def test_a_set_off_is_booked_as_one() -> None:
    event = e.DebtSetOff(payee="rcb", amount=inr(250), at=NOW)
    (transaction,) = transactions(PAYOUT, 3, event, TERMS)
    assert transaction.kind == "debt set off"
    assert {posting.account.code: posting.amount for posting in transaction.postings} == {
        f"prizes_payable/{CUP}/rcb": 250,
        f"receivable/{CUP}/rcb": -250,
    }


def test_a_prize_that_is_withdrawn_leaves_the_debt_it_was_kept_for() -> None:
    state = booked(after(owes(PROPOSED, rcb=250), state=PROPOSED))
    (revised,) = (
        each for each in decide(state, propose(csk=1_000), NOW) if isinstance(each, e.PayoutRevised)
    )
    (lost,) = (change for change in revised.changes if change.payee == "rcb")
    assert (lost.withdrawn, lost.reclaimed) == (inr(350), inr(250))
