"""The ledger as the write side posts to it and the API reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.money.accounts import Account, AccountKind
from domain.money.ledger import LedgerTransaction, Posting
from domain.money.money import Money


class LedgerConflict(Exception):
    """The key is in the books with another content: somebody said two things about one fact. ``key`` is it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} is in the ledger with another content")
        self.key = key


class ReversalRefused(Exception):
    """The transaction to reverse is not in the books, was reversed before, or is not what is taken back."""


Place = tuple[int, int, int]
"""Where something stands in the books: the database transaction, the ledger transaction, the line."""
START: Place = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What stands on an account in one currency: debits less credits. ``postings``: how many made it."""

    account: Account
    balance: Money
    postings: int
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """All debits and all credits of a currency: the same, or the books are wrong."""

    debits: Money
    credits: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A transaction in the books; ``place`` is where it stands there, to go on from."""

    place: Place
    key: str
    kind: str
    description: str
    reverses: str | None
    posted_at: datetime
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A posting in the statement of an account, and the balance of its currency after it. ``place`` is where
    it stands, to go on from."""

    place: Place
    key: str
    kind: str
    description: str
    posted_at: datetime
    amount: Money
    balance: Money


class Books(Protocol):
    """Where money facts are booked. Every method may raise StoreUnavailable."""

    async def post(self, tenant_id: UUID, transactions: Sequence[LedgerTransaction]) -> frozenset[str]:
        """Book all or nothing, durably; the keys that were not in the books before.

        Posting the same again is no error and books nothing. Raises LedgerConflict, ReversalRefused.
        """
        ...


class Ledger(Books, Protocol):
    """The books of each tenant. Every method may raise StoreUnavailable."""

    async def balances(
        self,
        tenant_id: UUID,
        *,
        kind: AccountKind | None = None,
        tournament: UUID | None = None,
        party: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int,
    ) -> list[Balance]:
        """Balances by account and currency, after the one ``after`` names by both."""
        ...

    async def sums(self, tenant_id: UUID) -> list[Sums]:
        """Debits and credits of every currency."""
        ...

    async def transactions(
        self,
        tenant_id: UUID,
        *,
        key: str | None = None,
        tournament: UUID | None = None,
        after: Place = START,
        limit: int,
    ) -> list[Booked]:
        """Transactions in the order they were booked, after the one at ``after``."""
        ...

    async def statement(
        self, tenant_id: UUID, account: Account, *, after: Place = START, limit: int
    ) -> list[Line]:
        """What was posted to an account, oldest first, with the balance after each."""
        ...
