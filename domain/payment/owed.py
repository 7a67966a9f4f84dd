"""What is to be given back."""

from domain.money.money import Money, zero
from domain.money.refund_policy import refund_due, refund_in_full
from domain.payment.state import Paid, PaymentState
from domain.payment.terms import GivesBack, Standing


def still_owed(state: PaymentState) -> Money:
    """What is owed to the team beyond what was given back, asked for or taken by its bank. Never negative, and
    never more than is left of what it paid."""
    paid = state.paid
    if paid is None or not state.ended:
        return zero(state.terms.fee.currency)
    owed = _owed(state, paid)
    return min(owed, max(paid.amount - state.given_back, zero(owed.currency)))


def _owed(state: PaymentState, paid: Paid) -> Money:
    match _gives_back(state):
        case GivesBack.ALL:
            return refund_in_full(paid.amount, state.given_back)
        case GivesBack.BY_POLICY:
            return _by_policy(state, paid)
        case GivesBack.NOTHING:
            return zero(paid.amount.currency)


def _gives_back(state: PaymentState) -> GivesBack:
    if state.entry.standing is Standing.OUT:
        return state.entry.gives_back
    return GivesBack.BY_POLICY if state.receipt else GivesBack.ALL


def _by_policy(state: PaymentState, paid: Paid) -> Money:
    """A policy that keeps Stripe's fee waits until that is known; of one in another currency nothing is kept."""
    policy = state.terms.policy
    left_at = state.entry.left_at if state.entry.standing is Standing.OUT else state.called_off_at
    if left_at is None or (policy.keeps_stripe_fee and paid.fee_expected):
        return zero(paid.amount.currency)
    return refund_due(policy, paid.amount, left_at, stripe_fee=paid.fee, refunded=state.given_back)
