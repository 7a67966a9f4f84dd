"""What happened to a payment. ``at`` is the tournament's time; amounts are in the currency of the fee.

Nothing here holds a card's number or a client secret: events are for everybody who may see payments.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from domain.money.money import Money
from domain.payment.terms import EntryFacts, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequested:
    terms: Terms
    entry: EntryFacts
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFollowed:
    """The tournament has decided about the place."""

    entry: EntryFacts
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCalledOff:
    reason: str
    at: datetime


# --- the money comes in ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentCreated:
    """Stripe waits for the payer. ``intent`` is its id there."""

    intent: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRefused:
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpent:
    """``attempt`` of a step came to nothing; the next uses another idempotency key."""

    step: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed:
    """An attempt was declined; the payer may try again, with another card."""

    code: str
    decline_code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSucceeded:
    """``fee``: what Stripe keeps of it, None: not known yet (``StripeFeeCharged`` follows)."""

    charge: str
    amount: Money
    fee: Money | None
    balance_transaction: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeFeeCharged:
    fee: Money
    balance_transaction: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledElsewhere:
    """Stripe has booked the payment in another currency. What it came to there is for people to book; until then the
    books have it, and all that follows from it, in suspense."""

    amount: Money
    currency: str
    balance_transaction: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptIssued:
    """Paid, and the place is the team's."""

    amount: Money
    charge: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentCancelled:
    """Nothing can be paid by it any more."""

    intent: str
    at: datetime


# --- the money goes back -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsked:
    """It is decided: so much is owed to the team. ``number`` counts the refunds of the payment from 1."""

    number: int
    amount: Money
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundIssued:
    """Stripe has made a refund; ``number`` None: somebody made it in the dashboard."""

    refund: str
    number: int | None
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCompleted:
    """The refund has reached the payer's bank."""

    refund: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed:
    """The bank did not take it: Stripe has the money again. ``issued_version``: of its RefundIssued."""

    refund: str
    number: int | None
    amount: Money
    reason: str
    issued_version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRefused:
    number: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDropped:
    """A refund that was refused or failed is not asked for any more; what is owed is reckoned anew.
    ``asked_version``: of its RefundAsked."""

    number: int
    amount: Money
    asked_version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRetried:
    person: str
    at: datetime


# --- disputes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened:
    """The payer's bank has taken the money back; ``fee`` is what Stripe takes for that."""

    dispute: str
    amount: Money
    fee: Money
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWon:
    dispute: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeLost:
    dispute: str
    amount: Money
    at: datetime


# --- the books ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksKept:
    """The money facts up to the version ``through`` stand in the books."""

    through: int


PaymentEvent = (
    PaymentRequested
    | EntryFollowed
    | PaymentCalledOff
    | IntentCreated
    | IntentRefused
    | KeySpent
    | PaymentFailed
    | PaymentSucceeded
    | StripeFeeCharged
    | SettledElsewhere
    | ReceiptIssued
    | IntentCancelled
    | RefundAsked
    | RefundIssued
    | RefundCompleted
    | RefundFailed
    | RefundRefused
    | RefundDropped
    | RefundRetried
    | DisputeOpened
    | DisputeWon
    | DisputeLost
    | BooksKept
)

EVENT_TYPES: dict[str, type[PaymentEvent]] = {kind.__name__: kind for kind in get_args(PaymentEvent)}
