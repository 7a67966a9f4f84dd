"""What can be asked of a payout. What has happened elsewhere is only taken in."""

from dataclasses import dataclass

from domain.money.money import Money
from domain.payout.terms import PayoutTerms, Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePayout:
    """The tournament is settled and its pool is shared out. Proposed again with other shares it is revised."""

    terms: PayoutTerms
    shares: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePayout:
    """``person`` has looked at the shares and agrees; nobody agrees twice. ``revision``: which of the proposals
    was looked at, None: the last."""

    person: str
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HearOfDisputes:
    """So much of the tournament's money is held back by banks."""

    held: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveTransfer:
    """Stripe has made the transfer of an order."""

    number: int
    transfer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveReversal:
    """Stripe has taken back what an order asked for."""

    number: int
    reversal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOrderRefused:
    """Stripe will not do what an order asks for, or the payee has no account that can be paid."""

    number: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOrders:
    """Somebody has looked why orders were refused: try what is still owed once more."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKeySpent:
    """Stripe keeps a failure of its own for the key of a step, and nothing came of it."""

    step: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBooked:
    """All money facts up to this version stand in the books."""

    through: int


PayoutCommand = (
    ProposePayout
    | ApprovePayout
    | HearOfDisputes
    | ObserveTransfer
    | ObserveReversal
    | NoteOrderRefused
    | RetryOrders
    | NoteKeySpent
    | NoteBooked
)
