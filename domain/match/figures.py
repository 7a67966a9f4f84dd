"""Figures as scorers print them: overs and rates."""

from decimal import Decimal


def rate(amount: int, balls: int, per_balls: int) -> Decimal | None:
    """``amount`` for every ``per_balls`` balls, two decimals, half up; None before the first ball.

    The run rate of 120 in 87 balls is ``rate(120, 87, 6)``; a strike rate is per 100.
    """
    if balls <= 0:
        return None
    hundredths = (2 * 100 * amount * per_balls + balls) // (2 * balls)
    return Decimal(hundredths).scaleb(-2).quantize(Decimal("0.01"))


def overs(whole: int, balls: int, balls_per_over: int) -> str:
    """Overs and balls as printed: "19.4", and "20" where no ball is left over."""
    more, rest = divmod(balls, balls_per_over)
    return f"{whole + more}.{rest}" if rest else f"{whole + more}"


def count(number: int, noun: str) -> str:
    """ "1 run", "62 runs"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
