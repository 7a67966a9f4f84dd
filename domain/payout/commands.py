"""What can be asked of a payout. What has happened elsewhere is only taken in."""

from dataclasses import dataclass

from domain.money.money import Money
from domain.payout.terms import Debt, PayoutTerms, Shares


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
class HearOfDebts:
    """So much do teams owe by the books, read when the payout was at version ``as_of``: at another version what
    was read may be set off already, and says nothing."""

    debts: tuple[Debt, ...]
    as_of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HearOfAccounts:
    """The accounts of these payees can be paid now: what was refused because they could not is asked for anew."""

    ready: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTransfer:
    """Stripe is about to be asked for the transfer of an order. What stands in its way was looked for when the payout
    was at version ``as_of``; at another version it is looked for again."""

    number: int
    as_of: int


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
class ObserveReturn:
    """Somebody has taken so much of a transfer back at Stripe, whom nobody here had asked."""

    transfer: str
    reversal: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOrderRefused:
    """Stripe will not do what an order asks for, or the payee has no account that can be paid."""

    number: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOrders:
    """Somebody has looked why orders were refused, or came back: try what is still owed once more."""

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
    | HearOfDebts
    | HearOfAccounts
    | BeginTransfer
    | ObserveTransfer
    | ObserveReversal
    | ObserveReturn
    | NoteOrderRefused
    | RetryOrders
    | NoteKeySpent
    | NoteBooked
)
