"""What a team owes is kept back from its prize."""

from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.booking import transactions
from domain.payout.decide import decide
from domain.payout.state import PayoutState
from domain.payout.steps import SendTransfer, steps
from tests.unit.domain.payout.purse import (
    ANN,
    CUP,
    LARGE,
    NO_DISPUTE,
    NOW,
    PAYOUT,
    SMALL,
    TERMS,
    after,
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


def test_what_is_approved_is_paid_as_it_was_approved() -> None:
    state = after(ANN, state=PROPOSED)
    assert decide(state, owes(state, rcb=250), NOW) == []


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
