"""One payment, told in order."""

from dataclasses import replace

import pytest

from domain.money.accounts import AccountKind
from domain.money.refund_policy import RefundPolicy, RefundStep
from domain.payment import commands as c
from domain.payment.state import Phase
from domain.payment.steps import finished, steps
from domain.payment.terms import DisputeSeen, EntryFacts, GivesBack, RefundSeen, Standing
from tests.unit.domain.payment.till import DAY, FEE, STRIPE_FEE, T0, Till, refused


def paid() -> Till:
    """Paid, confirmed, booked."""
    till = Till()
    till.settle()
    till.bank.pay()
    till.settle()
    return till


def withdrawn(gives: GivesBack = GivesBack.BY_POLICY) -> Till:
    till = paid()
    till.decided(Standing.OUT, gives)
    till.settle()
    return till


def first_refund(till: Till, **changes: object) -> None:
    intent = till.bank.paid()
    assert intent is not None
    intent.refunds[0] = replace(intent.refunds[0], **changes)  # type: ignore[arg-type]
    till.settle()


def test_stripe_is_asked_first_of_all() -> None:
    till = Till()
    assert [step.name for step in steps(till.state)] == ["intent"]
    assert till.state.phase is Phase.REQUESTED


def test_what_is_paid_is_confirmed_and_booked_once() -> None:
    till = paid()
    assert till.names() == [
        "PaymentRequested",
        "IntentCreated",
        "PaymentSucceeded",
        "EntryFollowed",
        "ReceiptIssued",
        "BooksKept",
    ]
    assert till.state.phase is Phase.CONFIRMED
    assert [each.kind for each in till.booked] == ["fee received"]


def test_a_fee_of_stripes_that_is_known_later_is_booked_then() -> None:
    till = paid()
    intent = till.bank.paid()
    assert intent is not None
    assert till.state.watched
    intent.fee = STRIPE_FEE
    till.settle()
    assert not till.state.watched
    assert till.balance(AccountKind.STRIPE_BALANCE) == FEE.amount - STRIPE_FEE


def test_an_attempt_that_was_declined_is_told_once() -> None:
    till = Till()
    till.settle()
    till.bank.intents["pi_1"].failure = "card_declined"
    till.look()
    till.look()
    assert till.names().count("PaymentFailed") == 1
    assert till.state.phase is Phase.AWAITING_PAYMENT


def test_an_unpaid_place_that_is_gone_cancels_the_intent() -> None:
    till = Till()
    till.settle()
    till.decided(Standing.OUT)
    till.settle()
    assert till.bank.intents["pi_1"].status == "cancelled"
    assert (till.state.phase, finished(till.state)) == (Phase.CANCELLED, True)
    assert not till.booked


def test_an_intent_whose_answer_was_lost_is_found_and_cancelled() -> None:
    till = Till()
    till.take(answer_lost=True)
    till.decided(Standing.OUT)
    till.settle()
    assert [one.status for one in till.bank.intents.values()] == ["cancelled"]


def test_who_pays_in_the_moment_the_place_is_lost_gets_everything_back() -> None:
    till = Till()
    till.settle()
    till.decided(Standing.OUT)
    till.hear()
    till.bank.pay()
    till.settle()
    assert till.bank.returned() == FEE.amount
    assert till.state.phase is Phase.REFUNDING
    first_refund(till, standing="succeeded")
    assert till.state.phase is Phase.REFUNDED


@pytest.mark.parametrize(
    ("day", "back"), [(0, FEE.amount), (9, FEE.amount), (10, FEE.amount // 2), (19, FEE.amount // 2), (20, 0)]
)
def test_who_withdraws_gets_back_by_the_day(day: int, back: int) -> None:
    till = paid()
    till.now = T0 + day * DAY
    till.decided(Standing.OUT, GivesBack.BY_POLICY)
    till.settle()
    assert till.bank.returned() == back
    assert till.balance(AccountKind.REFUNDS_PAYABLE) == 0


def test_a_policy_that_keeps_stripes_fee_waits_until_that_is_known() -> None:
    till = Till(RefundPolicy(steps=(RefundStep(until=T0 + DAY, percent=100),), keeps_stripe_fee=True))
    till.settle()
    till.bank.pay()
    till.settle()
    till.decided(Standing.OUT, GivesBack.BY_POLICY)
    till.settle()
    assert till.bank.returned() == 0
    intent = till.bank.paid()
    assert intent is not None
    intent.fee = STRIPE_FEE
    till.settle()
    assert till.bank.returned() == FEE.amount - STRIPE_FEE


def test_who_is_put_out_gets_nothing() -> None:
    till = withdrawn(GivesBack.NOTHING)
    assert (till.bank.returned(), till.state.phase) == (0, Phase.KEPT)


def test_a_refund_made_by_hand_counts_as_given() -> None:
    """All is asked for when the other is not known of yet; that is refused, and the rest asked for."""
    till = paid()
    till.bank.refund(4_000, None)
    till.decided(Standing.OUT, GivesBack.ALL)
    till.settle()
    intent = till.bank.paid()
    assert intent is not None
    assert [(one.number, one.amount) for one in intent.refunds] == [(None, 4_000), (2, 6_000)]


def test_a_refund_that_fails_waits_for_somebody_to_look() -> None:
    till = withdrawn()
    first_refund(till, standing="failed", reason="expired_or_canceled_card")
    assert till.state.phase is Phase.REFUND_STUCK
    assert till.balance(AccountKind.REFUNDS_PAYABLE) == -FEE.amount
    till.tell(c.RetryRefund(person="olga"))
    till.settle()
    assert till.bank.returned() == FEE.amount
    assert till.balance(AccountKind.REFUNDS_PAYABLE) == 0


def test_a_refund_made_by_hand_that_fails_is_taken_back_in_the_books() -> None:
    till = paid()
    till.bank.refund(4_000, None)
    till.settle()
    first_refund(till, standing="failed")
    assert till.balance(AccountKind.STRIPE_BALANCE) == FEE.amount
    assert till.balance(AccountKind.ENTRY_FEES) == -FEE.amount


def test_a_refund_that_is_refused_waits_too() -> None:
    till = paid()
    till.decided(Standing.OUT, GivesBack.ALL)
    till.hear()
    till.tell(c.NoteRefundRefused(number=1, code="balance_insufficient"))
    assert (till.state.phase, steps(till.state)[0].name) == (Phase.REFUND_STUCK, "books/8")
    till.tell(c.RetryRefund(person="olga"))
    till.settle()
    assert till.bank.returned() == FEE.amount


def test_nothing_is_tried_again_that_is_not_stuck() -> None:
    assert refused(paid(), c.RetryRefund(person="olga")) == "no_refund_stuck"


def test_what_the_bank_has_taken_is_not_given_back_again() -> None:
    till = paid()
    intent = till.bank.paid()
    assert intent is not None
    intent.disputes.append(DisputeSeen(id="dp_1", amount=FEE.amount, fee=1_500))
    till.settle()
    assert till.state.phase is Phase.DISPUTED
    till.decided(Standing.OUT, GivesBack.ALL)
    till.settle()
    assert not intent.refunds
    intent.disputes[0] = replace(intent.disputes[0], outcome="won")
    till.settle()
    assert [one.amount for one in intent.refunds] == [FEE.amount]


def test_a_lost_dispute_is_a_debt_of_the_team() -> None:
    till = paid()
    intent = till.bank.paid()
    assert intent is not None
    intent.disputes.append(DisputeSeen(id="dp_1", amount=FEE.amount, outcome="lost"))
    till.settle()
    assert till.balance(AccountKind.RECEIVABLE) == FEE.amount
    assert till.balance(AccountKind.DISPUTED) == 0


def test_an_intent_cancelled_by_hand_is_made_anew() -> None:
    till = Till()
    till.settle()
    till.bank.intents["pi_1"].status = "cancelled"
    till.settle()
    assert till.state.intent is not None
    assert till.state.intent.id == "pi_2"
    till.bank.pay()
    till.settle()
    assert till.state.phase is Phase.CONFIRMED


def test_another_key_is_used_when_one_is_spent() -> None:
    till = Till()
    till.tell(c.NoteKeySpent(step="intent", attempt=0), c.NoteKeySpent(step="intent", attempt=0))
    assert steps(till.state)[0].attempt == 1


def test_a_payment_that_stripe_refuses_ends_with_the_place() -> None:
    till = Till().tell(c.NoteIntentRefused(code="amount_too_small"))
    assert (till.state.phase, steps(till.state)) == (Phase.REFUSED, ())
    till.decided(Standing.OUT)
    till.settle()
    assert (till.state.phase, finished(till.state)) == (Phase.CANCELLED, True)


def test_without_the_fee_no_money_is_taken() -> None:
    till = Till()
    till.settle()
    till.decided(Standing.CONFIRMED)
    till.settle()
    assert (till.state.phase, finished(till.state)) == (Phase.WAIVED, True)
    assert till.bank.intents["pi_1"].status == "cancelled"


def test_called_off_it_gives_back_and_then_releases_the_place() -> None:
    till = paid().tell(c.CallOffPayment(reason="by mistake"))
    names = [step.name for step in steps(till.state)]
    assert names[:2] == ["refund/1", "release"]
    till.settle()
    assert (till.bank.returned(), till.place.standing) == (FEE.amount, Standing.OUT)


def test_called_off_by_policy_it_gives_back_the_rest_when_the_tournament_is_cancelled_before_the_place_is_released() -> (
    None
):
    till = paid()
    till.now += 15 * DAY
    till.tell(c.CallOffPayment(reason="by mistake"))
    till.take()
    assert till.bank.returned() == FEE.amount // 2
    till.decided(Standing.OUT, GivesBack.ALL)
    till.settle()
    assert (till.bank.returned(), len(till.state.asked)) == (FEE.amount, 2)


def test_it_is_over_when_the_tournament_has_started_and_the_fee_is_known() -> None:
    till = paid()
    till.closes()
    till.settle()
    assert not finished(till.state)
    intent = till.bank.paid()
    assert intent is not None
    intent.fee = STRIPE_FEE
    till.settle()
    assert finished(till.state)


def test_nothing_is_requested_for_a_place_that_is_gone() -> None:
    till = Till()
    gone = c.RequestPayment(terms=till.state.terms, entry=EntryFacts(version=1, standing=Standing.OUT))
    till.state = type(till.state)()
    assert refused(till, gone) == "payment_not_due"


def test_an_old_look_takes_nothing_back() -> None:
    till = Till()
    till.settle()
    old = till.bank.look("pi_1")
    till.bank.pay()
    till.settle()
    version = till.state.version
    till.tell(c.ObserveIntent(seen=old))
    assert till.state.version == version


def test_a_refund_seen_as_pending_after_it_failed_stays_failed() -> None:
    till = withdrawn()
    intent = till.bank.paid()
    assert intent is not None
    old = till.bank.look("pi_1")
    first_refund(till, standing="failed")
    till.tell(c.ObserveIntent(seen=old))
    assert till.state.refunds["re_1"].standing == "failed"
    assert isinstance(old.refunds[0], RefundSeen)
