"""What can be asked of a payment. Nearly all of it is news: what has happened elsewhere is only taken in."""

from dataclasses import dataclass

from domain.payment.terms import EntryFacts, IntentSeen, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPayment:
    """A place in a tournament is kept for a team as long as it pays."""

    terms: Terms
    entry: EntryFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class HearOfEntry:
    """Take in where the entry stands. Known already, or older than what is known, it changes nothing."""

    entry: EntryFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveIntent:
    """Take in what Stripe has. A look that is older than another changes nothing that was seen since."""

    seen: IntentSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteIntentRefused:
    """Stripe will not take this payment at all (an amount too small, a currency not supported)."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRefundRefused:
    """Stripe will not make this refund: nothing was given back by it."""

    number: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKeySpent:
    """Stripe keeps a failure of its own for the key of a step, and nothing came of it: another key is needed.
    ``attempt`` is the one whose key is spent."""

    step: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRefund:
    """Somebody has looked why a refund was refused or failed: try what is still owed once more."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffPayment:
    """The payment is ended from outside: take no money, give back what came in, release the place."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBooked:
    """All money facts up to this version stand in the books."""

    through: int


PaymentCommand = (
    RequestPayment
    | HearOfEntry
    | ObserveIntent
    | NoteIntentRefused
    | NoteRefundRefused
    | NoteKeySpent
    | RetryRefund
    | CallOffPayment
    | NoteBooked
)
