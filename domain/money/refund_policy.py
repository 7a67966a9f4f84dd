"""What a team that withdraws gets back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.match.errors import CommandRefused
from domain.money.money import Money, percent_of, round_down, zero


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStep:
    """``percent`` of the fee is given back to who withdraws before ``until``."""

    until: datetime
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPolicy:
    """All of the fee before ``full_until``, then by steps, the earliest that has not passed; nothing after them.

    ``keeps_stripe_fee``: what Stripe took for the payment, and does not give back, is the team's loss rather
    than the league's, except where the league itself calls the tournament off.
    """

    full_until: datetime | None = None
    steps: tuple[RefundStep, ...] = ()
    keeps_stripe_fee: bool = False


def refuse_if_invalid(policy: RefundPolicy) -> None:
    """Raises CommandRefused unless the times follow each other and each gives back less than the one before."""
    for text in _faults(policy):
        raise CommandRefused("refund_policy_invalid", text)


def _faults(policy: RefundPolicy) -> Iterator[str]:
    until, percent = policy.full_until, 100
    for step in policy.steps:
        if until is not None and step.until <= until:
            yield f"the step until {step.until.isoformat()} begins after it ends"
        if not 0 < step.percent <= 100 or (step.percent >= percent and until is not None):
            yield f"a step gives back {step.percent} %; it must be between 1 and less than the one before it"
        until, percent = step.until, step.percent


def percent_back(policy: RefundPolicy, at: datetime) -> int:
    """How many hundredths of the fee are given back to who withdraws at ``at``."""
    if policy.full_until is not None and at < policy.full_until:
        return 100
    return next((step.percent for step in policy.steps if at < step.until), 0)


def refund_due(
    policy: RefundPolicy,
    paid: Money,
    at: datetime,
    *,
    stripe_fee: Money | None = None,
    refunded: Money | None = None,
) -> Money:
    """What is still to be given back to a team that withdraws at ``at``, having paid ``paid`` and got
    ``refunded`` of it back already. Never negative, never more than was paid and not yet given back."""
    entitled = percent_of(paid, percent_back(policy, at))
    if policy.keeps_stripe_fee and stripe_fee is not None:
        entitled = min(entitled, round_down(paid - stripe_fee))
    return _rest(entitled, refunded)


def refund_in_full(paid: Money, refunded: Money | None = None) -> Money:
    """What is still to be given back when the team is not to blame: a cancelled tournament, a refused entry."""
    return _rest(paid, refunded)


def _rest(entitled: Money, refunded: Money | None) -> Money:
    nothing = zero(entitled.currency)
    return max(nothing, entitled - (refunded or nothing))
