"""Whatever a team, its league and the dashboard do, and in whatever order: what the refund policy gives, and no more."""

from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.money.currency import CURRENCIES
from domain.money.money import Money, zero
from domain.money.refund_policy import RefundPolicy, refund_due, refund_in_full
from tests.unit.domain.money.test_refund_policy import BEGIN, policies


def promised(policy: RefundPolicy, paid: int, fee: int, at: datetime, smallest: int) -> int:
    """What the policy's text promises to who withdraws at ``at``, told by fractions and without its code."""
    shares = [(step.until, Fraction(step.percent, 100)) for step in policy.steps]
    if policy.full_until is not None:
        shares.insert(0, (policy.full_until, Fraction(1)))
    share = max((share for until, share in shares if until > at), default=Fraction(0))
    most = paid - fee if policy.keeps_stripe_fee else paid
    return max(0, int(min(share * paid, Fraction(most)) / smallest) * smallest)


class Refunds(RuleBasedStateMachine):
    """One paid entry: it waits, withdraws, is called off, is refunded by hand, and its refunds come back."""

    @initialize(
        policy=policies(),
        currency=st.sampled_from(["inr", "jpy", "kwd", "isk"]),
        units=st.integers(1, 10**6),
        fee=st.integers(0, 10**4),
    )
    def it_is_paid(self, policy: RefundPolicy, currency: str, units: int, fee: int) -> None:
        self.policy, self.smallest = policy, CURRENCIES[currency].step
        self.paid, self.fee = Money(units * self.smallest, currency), Money(fee, currency)
        self.now = BEGIN - timedelta(days=5)
        self.left_at: datetime | None = None
        self.called_off = False
        self.refunds: list[Money] = []

    # --- what happens --------------------------------------------------------------------------------------

    @precondition(lambda self: self.left_at is None)
    @rule(hours=st.integers(1, 24 * 30))
    def it_waits(self, hours: int) -> None:
        before = self.due_to_who_withdraws_now()
        self.now += timedelta(hours=hours)
        assert self.due_to_who_withdraws_now() <= before, "waiting paid"

    @precondition(lambda self: self.left_at is None)
    @rule(at_a_boundary=st.booleans(), number=st.integers(0, 4))
    def it_withdraws(self, at_a_boundary: bool, number: int) -> None:
        """At any moment, or at the very moment a step ends: then the step is over."""
        if at_a_boundary and number < len(self.policy.steps):
            self.now = max(self.now, self.policy.steps[number].until)
        self.left_at = self.now

    @rule()
    def the_tournament_is_called_off(self) -> None:
        self.called_off = True
        self.left_at = self.left_at or self.now

    @rule(share=st.fractions(0, 1))
    def somebody_refunds_by_hand(self, share: Fraction) -> None:
        left = self.paid.amount - self.refunded().amount
        amount = int(left * share) // self.smallest * self.smallest
        if amount:
            self.refunds.append(Money(amount, self.paid.currency))

    @precondition(lambda self: self.left_at is not None)
    @rule()
    def what_is_due_is_given_back(self) -> None:
        due = self.due()
        if due.amount:
            self.refunds.append(due)
        assert self.due() == zero(due.currency), "asked twice it would be given twice"

    @precondition(lambda self: self.refunds)
    @rule(which=st.integers(0, 100))
    def a_refund_comes_back(self, which: int) -> None:
        """The bank would not have it: it is owed again."""
        self.refunds.pop(which % len(self.refunds))

    # --- what is always so ---------------------------------------------------------------------------------

    @invariant()
    def never_more_than_was_paid(self) -> None:
        assert zero(self.paid.currency) <= self.refunded() <= self.paid

    @invariant()
    def exactly_what_was_promised_is_due(self) -> None:
        if self.left_at is None:
            return
        entitled = (
            self.paid.amount
            if self.called_off
            else promised(self.policy, self.paid.amount, self.fee.amount, self.left_at, self.smallest)
        )
        assert self.due().amount == max(0, entitled - self.refunded().amount)
        assert self.due().amount % self.smallest == 0

    def refunded(self) -> Money:
        return sum(self.refunds, zero(self.paid.currency))

    def due_to_who_withdraws_now(self) -> Money:
        return refund_due(self.policy, self.paid, self.now, stripe_fee=self.fee, refunded=self.refunded())

    def due(self) -> Money:
        assert self.left_at is not None
        if self.called_off:
            return refund_in_full(self.paid, self.refunded())
        return refund_due(self.policy, self.paid, self.left_at, stripe_fee=self.fee, refunded=self.refunded())

    def teardown(self) -> None:
        """However it went on: given what is due, the team has what was promised, or what it was given by hand."""
        if getattr(self, "left_at", None) is not None:
            self.what_is_due_is_given_back()
            self.exactly_what_was_promised_is_due()


TestRefunds = Refunds.TestCase
TestRefunds.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)
