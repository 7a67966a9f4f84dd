"""What a team that withdraws gets back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.match.errors import CommandRefused
from domain.money.currency import CURRENCIES
from domain.money.money import Money, zero
from domain.money.refund_policy import (
    RefundPolicy,
    RefundStep,
    percent_back,
    refund_due,
    refund_in_full,
    refuse_if_invalid,
)

BEGIN = datetime(2027, 3, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return BEGIN + timedelta(days=number)


POLICY = RefundPolicy(
    full_until=day(10),
    steps=(RefundStep(until=day(20), percent=50), RefundStep(until=day(25), percent=20)),
)
KEEPS = RefundPolicy(full_until=day(10), keeps_stripe_fee=True)
PAID, FEE = Money(250_000, "inr"), Money(7_500, "inr")


@pytest.mark.parametrize(
    ("on", "percent"), [(0, 100), (9, 100), (10, 50), (19, 50), (20, 20), (24, 20), (25, 0)]
)
def test_what_is_given_back_falls_step_by_step(on: int, percent: int) -> None:
    assert percent_back(POLICY, day(on)) == percent
    assert refund_due(POLICY, PAID, day(on)) == Money(2_500 * percent, "inr")


def test_without_a_policy_nothing_is_given_back() -> None:
    assert refund_due(RefundPolicy(), PAID, day(0)) == zero("inr")


def test_what_was_given_back_already_is_not_given_again() -> None:
    assert refund_due(POLICY, PAID, day(12), refunded=Money(100_000, "inr")) == Money(25_000, "inr")
    assert refund_due(POLICY, PAID, day(12), refunded=Money(200_000, "inr")) == zero("inr")
    assert refund_in_full(PAID, Money(100_000, "inr")) == Money(150_000, "inr")
    assert refund_in_full(PAID) == PAID


def test_the_fee_of_stripe_may_be_the_teams_loss() -> None:
    assert refund_due(KEEPS, PAID, day(0), stripe_fee=FEE) == PAID - FEE
    assert refund_due(POLICY, PAID, day(0), stripe_fee=FEE) == PAID


def test_half_a_fee_covers_the_fee_of_stripe() -> None:
    """What the league keeps is more than Stripe took: nothing is taken off the half."""
    half = RefundPolicy(steps=(RefundStep(until=day(20), percent=50),), keeps_stripe_fee=True)
    assert refund_due(half, PAID, day(0), stripe_fee=FEE) == Money(125_000, "inr")


def test_a_fee_larger_than_the_payment_leaves_nothing() -> None:
    assert refund_due(KEEPS, Money(20, "inr"), day(0), stripe_fee=Money(30, "inr")) == zero("inr")


@pytest.mark.parametrize(
    ("currency", "paid", "back"), [("jpy", 333, 166), ("kwd", 5_130, 2_560), ("isk", 500, 200)]
)
def test_half_is_rounded_down_to_what_can_be_refunded(currency: str, paid: int, back: int) -> None:
    assert refund_due(POLICY, Money(paid, currency), day(12)) == Money(back, currency)


@pytest.mark.parametrize(
    "policy",
    [
        RefundPolicy(full_until=day(10), steps=(RefundStep(until=day(10), percent=50),)),
        RefundPolicy(full_until=day(10), steps=(RefundStep(until=day(12), percent=100),)),
        RefundPolicy(steps=(RefundStep(until=day(12), percent=101),)),
        RefundPolicy(steps=(RefundStep(until=day(12), percent=0),)),
        RefundPolicy(steps=(RefundStep(until=day(12), percent=-5),)),
        RefundPolicy(steps=(RefundStep(until=day(12), percent=50), RefundStep(until=day(11), percent=20))),
        RefundPolicy(steps=(RefundStep(until=day(12), percent=50), RefundStep(until=day(13), percent=50))),
    ],
)
def test_a_policy_that_does_not_fall_is_refused(policy: RefundPolicy) -> None:
    assert taken(policy) == "refund_policy_invalid"


@pytest.mark.parametrize("policy", [POLICY, KEEPS, RefundPolicy()])
def test_a_policy_that_falls_is_taken(policy: RefundPolicy) -> None:
    assert taken(policy) == "yes"


def taken(policy: RefundPolicy) -> str:
    """Whether a tournament can have it, or the code for which it is refused."""
    try:
        refuse_if_invalid(policy)
    except CommandRefused as refused:
        return refused.code
    return "yes"


@st.composite
def policies(draw: st.DrawFn) -> RefundPolicy:
    days = sorted(draw(st.sets(st.integers(1, 60), max_size=5)))
    percents = sorted(draw(st.sets(st.integers(1, 99), min_size=len(days), max_size=len(days))), reverse=True)
    steps = tuple(RefundStep(until=day(n), percent=p) for n, p in zip(days, percents, strict=True))
    full = day(0) if draw(st.booleans()) else None
    return RefundPolicy(full_until=full, steps=steps, keeps_stripe_fee=draw(st.booleans()))


@given(policies(), st.data())
def test_waiting_never_pays_and_nothing_is_given_back_twice(
    policy: RefundPolicy, data: st.DataObject
) -> None:
    assert taken(policy) == "yes"
    currency = data.draw(st.sampled_from(["inr", "jpy", "kwd", "isk"]))
    step = CURRENCIES[currency].step
    paid = Money(data.draw(st.integers(1, 10**6)) * step, currency)
    fee = Money(data.draw(st.integers(0, 10**4)), currency)
    refunded = Money(data.draw(st.integers(0, paid.amount // step)) * step, currency)
    days = sorted(data.draw(st.lists(st.integers(-5, 70), min_size=2, max_size=5)))
    dues = [refund_due(policy, paid, day(n), stripe_fee=fee, refunded=refunded) for n in days]
    assert dues == sorted(dues, key=lambda due: due.amount, reverse=True)
    assert all(zero(currency) <= due <= paid - refunded for due in dues)
    assert all(due.amount % step == 0 for due in dues)
