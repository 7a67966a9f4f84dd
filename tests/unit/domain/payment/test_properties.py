"""Whatever happens to a payment, in whatever order it is heard: one outcome, and no cent too many or too few."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.money.accounts import AccountKind
from domain.money.refund_policy import percent_back
from domain.payment import commands as c
from domain.payment.state import FINAL, Phase
from domain.payment.steps import finished, steps
from domain.payment.terms import DisputeSeen, GivesBack, Standing
from tests.unit.domain.payment.till import DAY, FEE, STRIPE_FEE, Till


class Payments(RuleBasedStateMachine):
    """Payer, tournament, bank, dashboard and operators, all at once."""

    def __init__(self) -> None:
        super().__init__()
        self.till = Till()
        self.bank = self.till.bank

    # --- what happens elsewhere ----------------------------------------------------------------------------

    @rule()
    def the_payer_pays(self) -> None:
        self.bank.pay()

    @rule()
    def a_card_is_declined(self) -> None:
        intent = self.bank.open_intent()
        if intent is not None:
            intent.failure = "card_declined"

    @rule(gives=st.sampled_from(GivesBack))
    def the_place_is_gone(self, gives: GivesBack) -> None:
        self.till.decided(Standing.OUT, gives)

    @rule(days=st.integers(1, 8))
    def time_passes(self, days: int) -> None:
        self.till.now += days * DAY

    @rule(amount=st.integers(1, FEE.amount))
    def somebody_refunds_in_the_dashboard(self, amount: int) -> None:
        self.bank.refund(amount, None)

    @precondition(lambda self: self.bank.paid() and self.bank.paid().refunds)
    @rule(which=st.integers(0, 5), succeeds=st.booleans())
    def a_refund_arrives_or_fails(self, which: int, succeeds: bool) -> None:
        refunds = self.bank.paid().refunds  # type: ignore[union-attr]
        place = which % len(refunds)
        if refunds[place].standing != "failed":
            refunds[place] = replace(refunds[place], standing="succeeded" if succeeds else "failed")

    @precondition(lambda self: self.bank.left() > 0)
    @rule()
    def the_bank_disputes_it(self) -> None:
        disputes = self.bank.paid().disputes  # type: ignore[union-attr]
        disputes.append(DisputeSeen(id=f"dp_{len(disputes)}", amount=self.bank.left(), fee=1_500))

    @precondition(lambda self: self.bank.paid() and self.bank.paid().disputes)
    @rule(won=st.booleans())
    def the_dispute_ends(self, won: bool) -> None:
        disputes = self.bank.paid().disputes  # type: ignore[union-attr]
        if disputes[-1].outcome is None:
            disputes[-1] = replace(disputes[-1], outcome="won" if won else "lost")

    @precondition(lambda self: self.bank.paid())
    @rule()
    def stripe_books_its_fee(self) -> None:
        self.bank.paid().fee = STRIPE_FEE  # type: ignore[union-attr]

    # --- what the payment hears and does -------------------------------------------------------------------

    @rule()
    def it_hears_of_its_entry(self) -> None:
        self.till.hear()

    @rule()
    def it_looks(self) -> None:
        self.till.look()

    @precondition(lambda self: self.bank.looks)
    @rule(which=st.integers(0, 1_000))
    def an_old_look_is_told(self, which: int) -> None:
        looks = [each for each in self.bank.looks if self.till.state.intent]
        if looks:
            self.till.tell(c.ObserveIntent(seen=looks[which % len(looks)]))

    @rule(answer_lost=st.booleans())
    def it_takes_a_step(self, answer_lost: bool) -> None:
        self.till.take(answer_lost=answer_lost)

    @rule()
    def it_is_called_off(self) -> None:
        self.till.tell(c.CallOffPayment(reason="by an operator"))

    @precondition(lambda self: self.till.state.stuck)
    @rule()
    def somebody_has_refunds_tried_again(self) -> None:
        self.till.tell(c.RetryRefund(person="olga"))

    # --- what is always so ---------------------------------------------------------------------------------

    @invariant()
    def no_refund_is_above_what_was_paid(self) -> None:
        assert self.bank.returned() <= FEE.amount

    @invariant()
    def no_refund_is_made_twice(self) -> None:
        paid = self.bank.paid()
        numbers = [one.number for one in paid.refunds if one.number is not None] if paid else []
        assert len(numbers) == len(set(numbers))

    @invariant()
    def at_most_one_intent_can_be_paid(self) -> None:
        assert sum(one.status != "cancelled" for one in self.bank.intents.values()) <= 1

    @invariant()
    def the_books_are_what_is_known_of_stripe(self) -> None:
        state = self.till.state
        received = state.paid.amount.amount if state.paid else 0
        fee = state.paid.fee.amount if state.paid and state.paid.fee else 0
        refunds = sum(one.amount.amount for one in state.refunds.values() if one.standing != "failed")
        taken = sum(one.amount.amount for one in state.disputes.values() if one.outcome != "won")
        disputes = 1_500 * len(state.disputes)
        assert self.till.balance(AccountKind.STRIPE_BALANCE) == received - fee - refunds - taken - disputes

    def teardown(self) -> None:
        """However it went on, it comes to rest with one outcome, and what is owed was given back."""
        till = self.till
        till.settle()
        if till.place.standing is Standing.RESERVED:
            till.decided(Standing.OUT)
        if till.place.standing is not Standing.OUT:
            till.closes()
        till.settle()
        paid = self.bank.paid()
        if paid is not None:
            paid.fee = STRIPE_FEE
            paid.refunds = [
                replace(r, standing="succeeded") if r.standing == "pending" else r for r in paid.refunds
            ]
            paid.disputes = [replace(d, outcome=d.outcome or "won") for d in paid.disputes]
        till.settle()
        while till.state.stuck:
            till.tell(c.RetryRefund(person="olga"))
            till.settle()
            self._arrive()
        self._arrive()
        self._check_outcome()

    def _arrive(self) -> None:
        paid = self.bank.paid()
        if paid is not None:
            paid.refunds = [
                replace(r, standing="succeeded") if r.standing == "pending" else r for r in paid.refunds
            ]
        self.till.settle()

    def _check_outcome(self) -> None:
        state = self.till.state
        assert not steps(state)
        assert till_done(self.till), (state.phase, self.till.names())
        returned = self.bank.returned()
        if state.phase is Phase.CONFIRMED:
            assert self.till.place.standing is Standing.CONFIRMED
        elif state.paid is None:
            assert (returned, self.bank.paid()) == (0, None)
        else:
            assert returned >= self._due()
        assert self.till.balance(AccountKind.REFUNDS_PAYABLE) == 0

    def _due(self) -> int:
        """What the team has a right to."""
        state = self.till.state
        match state.entry.gives_back:
            case GivesBack.ALL:
                return FEE.amount
            case GivesBack.NOTHING:
                return 0
            case GivesBack.BY_POLICY:
                assert state.entry.left_at is not None
                return FEE.amount * percent_back(state.terms.policy, state.entry.left_at) // 100


def till_done(till: Till) -> bool:
    """Finished: unpaid for good, kept, given back, or confirmed in a tournament that has started."""
    return finished(till.state) and till.state.phase in FINAL | {Phase.CONFIRMED}


TestPayments = Payments.TestCase
TestPayments.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
