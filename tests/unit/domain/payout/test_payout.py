"""The prize money of a tournament: approved, sent once, taken back when the result is another after all."""

import pytest

from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.decide import decide
from domain.payout.evolve import initial
from domain.payout.state import Phase
from domain.payout.steps import KeepBooks, SendTransfer, TakeBack, finished, steps
from tests.unit.domain.payout.purse import (
    ANN,
    BOB,
    LARGE,
    NO_DISPUTE,
    NOW,
    PAID,
    SMALL,
    after,
    inr,
    propose,
    refusal,
    wanted,
)

# Approval.


def test_nothing_is_sent_before_somebody_has_approved() -> None:
    state = after(SMALL, NO_DISPUTE)
    assert state.phase is Phase.AWAITING_APPROVAL
    assert wanted(state) == ["books/1"]


def test_one_approval_is_enough_up_to_the_limit() -> None:
    assert after(SMALL, ANN, NO_DISPUTE).phase is Phase.PAYING


def test_above_the_limit_two_people_must_approve() -> None:
    once = after(LARGE, ANN, NO_DISPUTE)
    assert once.phase is Phase.AWAITING_APPROVAL
    assert refusal(once, ANN) == "approved_by_the_same"
    assert after(BOB, state=once).phase is Phase.PAYING


def test_what_is_approved_is_not_approved_again() -> None:
    assert refusal(after(SMALL, ANN), BOB) == "payout_approved_already"


def test_who_looked_at_an_older_revision_approves_nothing() -> None:
    state = after(SMALL, propose(rcb=400, csk=600))
    assert refusal(state, c.ApprovePayout(person="ann", revision=1)) == "payout_revised"
    assert after(c.ApprovePayout(person="ann", revision=2), state=state).approved


def test_without_prizes_there_is_no_payout() -> None:
    assert refusal(initial(), propose()) == "no_prizes"


@pytest.mark.parametrize("command", [ANN, NO_DISPUTE, c.NoteBooked(through=1), c.RetryOrders(person="ann")])
def test_a_payout_that_was_not_proposed_is_not_there(command: c.PayoutCommand) -> None:
    assert refusal(initial(), command) == "payout_not_found"


# Disputes.


def test_nothing_is_sent_while_a_dispute_is_open() -> None:
    state = after(SMALL, c.HearOfDisputes(held=inr(250)), ANN, c.NoteBooked(through=1))
    assert state.phase is Phase.BLOCKED
    assert wanted(state) == []
    assert state.watched
    assert wanted(after(NO_DISPUTE, state=state)) == ["transfer/1", "transfer/2"]


def test_nothing_is_sent_before_somebody_has_looked_for_disputes() -> None:
    assert after(SMALL, ANN).phase is Phase.BLOCKED


def test_a_dispute_that_opens_in_between_stops_what_is_left() -> None:
    state = after(SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    state = after(c.HearOfDisputes(held=inr(1)), c.NoteBooked(through=99), state=state)
    assert wanted(state) == []
    assert not finished(state)


# Transfers.


def test_each_share_is_one_transfer() -> None:
    state = after(SMALL, NO_DISPUTE, ANN, c.NoteBooked(through=1))
    assert [step.does for step in steps(state)] == [
        SendTransfer(number=1, payee="rcb", amount=inr(600)),
        SendTransfer(number=2, payee="csk", amount=inr(400)),
    ]


def test_a_transfer_is_counted_once() -> None:
    seen = c.ObserveTransfer(number=1, transfer="tr_1")
    state = after(SMALL, NO_DISPUTE, ANN, seen)
    assert decide(state, seen, NOW) == []
    assert decide(state, c.ObserveTransfer(number=9, transfer="tr_9"), NOW) == []


def test_it_is_over_when_everybody_has_theirs_and_the_books_say_so() -> None:
    assert PAID.phase is Phase.PAID
    assert finished(PAID)
    assert not finished(after(propose(rcb=600, csk=401), state=PAID))


def test_a_refused_transfer_holds_up_no_other_and_waits_for_somebody() -> None:
    state = after(SMALL, NO_DISPUTE, ANN, c.NoteOrderRefused(number=1, code="account_closed"))
    assert [step.name for step in steps(state) if not isinstance(step.does, KeepBooks)] == ["transfer/2"]
    state = after(c.ObserveTransfer(number=2, transfer="tr_2"), state=state)
    assert state.phase is Phase.STUCK
    retried = after(c.RetryOrders(person="ann"), c.NoteBooked(through=99), state=state)
    assert [step.does for step in steps(retried)] == [SendTransfer(number=3, payee="rcb", amount=inr(600))]


def test_there_is_nothing_to_retry_where_nothing_was_refused() -> None:
    assert refusal(PAID, c.RetryOrders(person="ann")) == "no_order_refused"


def test_another_key_is_used_when_one_is_spent() -> None:
    state = after(
        SMALL, NO_DISPUTE, ANN, c.NoteBooked(through=1), c.NoteKeySpent(step="transfer/1", attempt=0)
    )
    assert [step.attempt for step in steps(state)] == [1, 0]
    assert decide(state, c.NoteKeySpent(step="transfer/1", attempt=0), NOW) == []


# Another result after all.


def test_the_same_shares_again_change_nothing() -> None:
    assert decide(PAID, SMALL, NOW) == []


def test_a_revision_is_approved_anew() -> None:
    state = after(propose(csk=600, rcb=400), state=PAID)
    assert state.phase is Phase.AWAITING_APPROVAL
    state = after(BOB, c.NoteBooked(through=99), state=state)
    assert [step.does for step in steps(state)] == [
        SendTransfer(number=3, payee="csk", amount=inr(200)),
        TakeBack(number=4, transfer="tr_1", amount=inr(200)),
    ]


def test_a_prize_of_nobody_any_more_is_taken_back_whole() -> None:
    state = after(propose(csk=1_000), ANN, c.NoteBooked(through=99), state=PAID)
    back = [step.does for step in steps(state) if isinstance(step.does, TakeBack)]
    assert back == [TakeBack(number=4, transfer="tr_1", amount=inr(600))]


def test_money_that_is_on_its_way_arrives_before_a_revision() -> None:
    assert refusal(after(SMALL, NO_DISPUTE, ANN), propose(rcb=500, csk=500)) == "payout_under_way"


def test_a_revision_says_what_was_paid_and_what_was_not() -> None:
    state = after(
        SMALL,
        NO_DISPUTE,
        ANN,
        c.ObserveTransfer(number=1, transfer="tr_1"),
        c.NoteOrderRefused(number=2, code="account_closed"),
    )
    (revised,) = decide(state, propose(mi=1_000), NOW)
    assert isinstance(revised, e.PayoutRevised)
    assert [(x.payee, x.won.amount, x.withdrawn.amount, x.reclaimed.amount) for x in revised.changes] == [
        ("rcb", 0, 0, 600),
        ("csk", 0, 400, 0),
        ("mi", 1_000, 0, 0),
    ]
