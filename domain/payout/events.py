"""What happened to a payout. ``at`` is the tournament's time; amounts are in the currency of the pool."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from domain.money.money import Money
from domain.payout.terms import PayoutTerms, Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutProposed:
    terms: PayoutTerms
    shares: Shares
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a revision means for a payee: more is won, or less. Of what is less ``withdrawn`` was not paid yet and
    ``reclaimed`` was: a debt until it is given back. Of what is more ``set_off`` was paid all along, and was a
    debt until now."""

    payee: str
    won: Money
    withdrawn: Money
    reclaimed: Money
    set_off: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRevised:
    """The tournament's result is another after all: what was approved before is approved anew."""

    shares: Shares
    changes: tuple[Change, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutApproved:
    person: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputesHeard:
    """Nothing is paid while banks hold money of the tournament back."""

    held: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtSetOff:
    """A team's debt is kept back from what was not sent yet of its prize. Who approved before approves anew; what is
    approved in full stays so, for less is sent of it."""

    payee: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOrdered:
    """So much is to be sent to a payee. ``number`` counts the orders of a payout from 1."""

    number: int
    payee: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferBegun:
    """From now on Stripe may have made it, and nothing of it can be kept back any more."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWithdrawn:
    """Nothing was sent for it yet, and less is to be: what is owed is reckoned anew."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutSent:
    """Stripe has transferred it to the payee's account."""

    number: int
    payee: str
    amount: Money
    transfer: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalOrdered:
    """So much of a transfer is to be taken back."""

    number: int
    payee: str
    amount: Money
    transfer: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutReversed:
    """Stripe has taken it back: the debt is paid."""

    number: int
    payee: str
    amount: Money
    reversal: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutCameBack:
    """Somebody has taken back at Stripe what was sent. ``of_debt`` of it the payee owed anyway; the rest is a prize
    that is owed again, and is not sent again before somebody has looked."""

    number: int
    payee: str
    amount: Money
    of_debt: Money
    transfer: str
    reversal: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused:
    number: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersRetried:
    """What was refused is not asked for any more; what is owed is reckoned anew. ``person`` "": nobody had to say
    so, the payee's account can be paid by now."""

    person: str
    numbers: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpent:
    step: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksKept:
    """The money facts up to the version ``through`` stand in the books."""

    through: int


PayoutEvent = (
    PayoutProposed
    | PayoutRevised
    | PayoutApproved
    | DisputesHeard
    | DebtSetOff
    | TransferOrdered
    | TransferBegun
    | TransferWithdrawn
    | PayoutSent
    | ReversalOrdered
    | PayoutReversed
    | PayoutCameBack
    | OrderRefused
    | OrdersRetried
    | KeySpent
    | BooksKept
)

EVENT_TYPES: dict[str, type[PayoutEvent]] = {kind.__name__: kind for kind in get_args(PayoutEvent)}
