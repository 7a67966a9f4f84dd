"""An amount of money: whole minor units of one currency. Nothing here is ever a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.match.errors import CommandRefused
from domain.money.currency import Currency, currency_of

LARGEST_CHARGE = 99_999_999
"""Eight digits: what Stripe takes at most in one charge of most currencies."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` in minor units as Stripe counts them (see ``domain.money.currency``); may be negative.

    Raises CommandRefused for a currency that is not known, TypeError for an amount that is no whole number.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"an amount is a whole number of minor units, not {self.amount!r}")
        currency_of(self.currency)

    @property
    def unit(self) -> Currency:
        """The currency with its decimals."""
        return currency_of(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __str__(self) -> str:
        """As people write it: ``2,500.00 INR``, ``500 JPY``, ``1.250 KWD``."""
        decimals = self.unit.decimals
        whole, part = divmod(abs(self.amount), 10**decimals)
        digits = f"{whole:,}.{part:0{decimals}}" if decimals else f"{whole:,}"
        return f"{'-' if self.amount < 0 else ''}{digits} {self.currency.upper()}"

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other} are of different currencies")
        return other.amount


def zero(currency: str) -> Money:
    """Nothing, in a currency."""
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency; nothing of it where there are none."""
    return sum(amounts, start=zero(currency))


def percent_of(money: Money, percent: int) -> Money:
    """So many hundredths of an amount, rounded down to what can be paid in its currency; all of it for 100."""
    if percent == 100:
        return money
    return round_down(Money(money.amount * percent // 100, money.currency))


def round_down(money: Money) -> Money:
    """The largest amount that can be charged, refunded or transferred and is not more."""
    return Money(money.amount - money.amount % money.unit.step, money.currency)


def allocate(money: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """Share an amount in proportion to weights: the parts add up to it, to the last minor unit.

    Each gets its part rounded down to what can be paid; what is left goes, a payable step at a time, to
    those who lost most by that (the earlier of equals first). What is less than a step is the first's who
    has a weight. Raises ValueError unless some weight is positive and none negative.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"nothing can be shared out by the weights {list(weights)}")
    sign, step = (-1 if money.amount < 0 else 1), money.unit.step
    steps, rest = divmod(abs(money.amount), step)
    parts = [steps * weight // whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda n: (-(steps * weights[n] % whole), n))
    for n in by_loss[: steps - sum(parts)]:
        parts[n] += 1
    amounts = [part * step for part in parts]
    amounts[next(n for n, weight in enumerate(weights) if weight)] += rest
    return tuple(Money(sign * amount, money.currency) for amount in amounts)


def refuse_unless_chargeable(money: Money) -> None:
    """Raises CommandRefused for an amount that no card can be charged with."""
    if money.amount <= 0:
        raise CommandRefused("amount_not_positive", f"{money} is not more than nothing")
    if money.amount > LARGEST_CHARGE:
        limit = Money(LARGEST_CHARGE, money.currency)
        raise CommandRefused(
            "amount_too_large", f"{money} is more than {limit}, the most that can be charged"
        )
    step = money.unit.step
    if money.amount % step:
        text = f"{money.currency} is charged in multiples of {step} minor units; {money.amount} is none"
        raise CommandRefused("amount_not_chargeable", text, detail={"multiple_of": step})
