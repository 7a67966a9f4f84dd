"""Amounts of money: whole minor units of one currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.match.errors import CommandRefused
from domain.money.currency import CURRENCIES
from domain.money.money import (
    LARGEST_CHARGE,
    CurrencyMismatch,
    Money,
    allocate,
    percent_of,
    refuse_unless_chargeable,
    round_down,
    total,
)

currencies = st.sampled_from(sorted(CURRENCIES))
amounts = st.integers(-(10**10), 10**10)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (250_000, "inr", "2,500.00 INR"),
        (5, "inr", "0.05 INR"),
        (-1_005, "usd", "-10.05 USD"),
        (500, "jpy", "500 JPY"),
        (5_120, "kwd", "5.120 KWD"),
        (500, "isk", "5.00 ISK"),
        (0, "jpy", "0 JPY"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(
    amount: int, currency: str, written: str
) -> None:
    assert str(Money(amount, currency)) == written


@pytest.mark.parametrize("currency", ["INR", "xyz", "", "btc"])
def test_a_currency_nobody_can_be_charged_in_is_refused(currency: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        Money(1, currency)
    assert refused.value.code == "currency_unknown"


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_an_amount_is_a_whole_number(amount: int) -> None:
    with pytest.raises(TypeError):
        Money(amount, "inr")


def test_amounts_of_two_currencies_are_not_added_or_compared() -> None:
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "inr") + Money(1, "jpy")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "inr") < Money(1, "jpy")


def test_amounts_are_reckoned_with() -> None:
    assert Money(5, "inr") - Money(7, "inr") == -Money(2, "inr")
    assert total([Money(5, "inr"), Money(7, "inr")], "inr") == Money(12, "inr")
    assert total([], "jpy") == Money(0, "jpy")
    assert not Money(0, "inr")
    assert Money(1, "inr") >= Money(1, "inr") > Money(0, "inr") <= Money(0, "inr") < Money(2, "inr")


@pytest.mark.parametrize(
    ("currency", "decimals", "step", "payout_step"),
    [
        ("inr", 2, 1, 1),
        ("jpy", 0, 1, 1),
        ("kwd", 3, 10, 10),
        ("isk", 2, 100, 100),
        ("ugx", 2, 100, 100),
        ("huf", 2, 1, 100),
        ("twd", 2, 1, 100),
    ],
)
def test_currencies_are_written_as_stripe_writes_them(
    currency: str, decimals: int, step: int, payout_step: int
) -> None:
    known = CURRENCIES[currency]
    assert (known.decimals, known.step, known.payout_step) == (decimals, step, payout_step)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (0, "inr", "amount_not_positive"),
        (-5, "inr", "amount_not_positive"),
        (LARGEST_CHARGE + 1, "inr", "amount_too_large"),
        (5_124, "kwd", "amount_not_chargeable"),
        (550, "isk", "amount_not_chargeable"),
        (501, "ugx", "amount_not_chargeable"),
    ],
)
def test_what_no_card_can_be_charged_with_is_refused(amount: int, currency: str, code: str) -> None:
    assert chargeable(Money(amount, currency)) == code


@pytest.mark.parametrize(("amount", "currency"), [(1, "inr"), (5_130, "kwd"), (500, "isk"), (1, "huf")])
def test_what_a_card_can_be_charged_with_passes(amount: int, currency: str) -> None:
    assert chargeable(Money(amount, currency)) == "yes"


def chargeable(amount: Money) -> str:
    """Whether a card can be charged with it, or the code for which it is refused."""
    try:
        refuse_unless_chargeable(amount)
    except CommandRefused as refused:
        return refused.code
    return "yes"


@pytest.mark.parametrize(
    ("amount", "currency", "percent", "part"),
    [
        (250_000, "inr", 50, 125_000),
        (333, "inr", 50, 166),
        (333, "jpy", 50, 166),
        (5_130, "kwd", 50, 2_560),
        (500, "isk", 50, 200),
        (333, "inr", 100, 333),
        (333, "inr", 0, 0),
    ],
)
def test_a_percentage_is_rounded_down_to_what_can_be_paid(
    amount: int, currency: str, percent: int, part: int
) -> None:
    assert percent_of(Money(amount, currency), percent) == Money(part, currency)


@given(amounts, currencies)
def test_rounding_down_gives_the_next_amount_that_can_be_paid(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    rounded = round_down(money)
    assert rounded <= money
    assert rounded.amount % money.unit.step == 0
    assert (money - rounded).amount < money.unit.step


@pytest.mark.parametrize(
    ("amount", "currency", "by", "parts"),
    [
        (100, "inr", [1, 1, 1], [34, 33, 33]),
        (100, "inr", [0, 1, 1, 1], [0, 34, 33, 33]),
        (101, "inr", [50, 50], [51, 50]),
        (1_000, "jpy", [60, 30, 10], [600, 300, 100]),
        (-100, "inr", [1, 1, 1], [-34, -33, -33]),
        (1_000, "kwd", [1, 1, 1], [340, 330, 330]),
        (1_000, "isk", [1, 1, 1], [400, 300, 300]),
        (7, "inr", [2, 3, 5], [1, 2, 4]),
        (1, "inr", [1, 1], [1, 0]),
        (505, "isk", [1, 1], [305, 200]),
    ],
)
def test_an_amount_is_shared_out_by_weights(
    amount: int, currency: str, by: list[int], parts: list[int]
) -> None:
    assert [part.amount for part in allocate(Money(amount, currency), by)] == parts


@given(amounts, currencies, weights)
def test_sharing_out_loses_no_cent(amount: int, currency: str, by: list[int]) -> None:
    money = Money(amount, currency)
    assert total(allocate(money, by), currency) == money


@given(st.integers(0, 10**10), currencies, weights)
def test_nobodys_part_is_a_step_from_what_is_just(steps: int, currency: str, by: list[int]) -> None:
    step, whole = CURRENCIES[currency].step, sum(by)
    for part, weight in zip(allocate(Money(steps * step, currency), by), by, strict=True):
        assert abs(part.amount * whole - steps * step * weight) < step * whole
        assert weight or part.amount == 0


@pytest.mark.parametrize("by", [[], [0, 0], [1, -1], [2, -1]])
def test_there_must_be_somebody_to_share_with(by: list[int]) -> None:
    with pytest.raises(ValueError, match="nothing can be shared out"):
        allocate(Money(1, "inr"), by)
