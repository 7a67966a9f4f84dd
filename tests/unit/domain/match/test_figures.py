"""Figures as scorers print them."""

from decimal import Decimal

import pytest

from domain.match import figures


@pytest.mark.parametrize(
    ("amount", "balls", "per", "printed"),
    [
        (214, 120, 6, "10.70"),
        (120, 87, 6, "8.28"),
        (1, 16, 100, "6.25"),
        (1, 800, 100, "0.13"),  # 0.125: half goes up
        (0, 12, 6, "0.00"),
        (300, 100, 100, "300.00"),
    ],
)
def test_rates_have_two_decimals_half_up(amount: int, balls: int, per: int, printed: str) -> None:
    assert str(figures.rate(amount, balls, per)) == printed


def test_there_is_no_rate_before_the_first_ball() -> None:
    assert figures.rate(5, 0, 6) is None


def test_a_rate_is_exact_decimal() -> None:
    assert figures.rate(1, 3, 6) == Decimal("2.00")


@pytest.mark.parametrize(
    ("whole", "balls", "per_over", "printed"),
    [
        (19, 4, 6, "19.4"),
        (20, 0, 6, "20"),
        (3, 6, 6, "4"),
        (3, 8, 6, "4.2"),
        (0, 99, 5, "19.4"),
        (0, 0, 6, "0"),
    ],
)
def test_overs_are_printed_with_the_balls_left_over(
    whole: int, balls: int, per_over: int, printed: str
) -> None:
    assert figures.overs(whole, balls, per_over) == printed


@pytest.mark.parametrize(("number", "printed"), [(1, "1 run"), (0, "0 runs"), (62, "62 runs")])
def test_counts_know_their_plural(number: int, printed: str) -> None:
    assert figures.count(number, "run") == printed
