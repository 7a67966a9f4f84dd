"""A transaction of the books: several postings that add up to zero in each currency."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from domain.money.accounts import Account
from domain.money.money import Money

LONGEST_KEY = 255
LONGEST_KIND = 64
LONGEST_DESCRIPTION = 500
LARGEST_AMOUNT = 2**62
"""Sums of many postings still fit into a bigint."""
REVERSAL = "reversal"


class TransactionInvalid(ValueError):
    """A transaction that cannot stand in any books: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Posting:
    """``amount`` in minor units of ``currency``: debits are positive, credits negative."""

    account: Account
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTransaction:
    """One money fact in the books. It is never changed: what was wrong is taken back by a reversal.

    ``key`` names the business fact (``key_of``): posting the same key twice books once, and another content
    under a known key is an error. ``kind`` says what it was ("fee received"); ``reverses`` is the key of the
    transaction this one takes back. Raises TransactionInvalid.
    """

    key: str
    kind: str
    description: str
    postings: tuple[Posting, ...]
    reverses: str | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= LONGEST_KEY or not 0 < len(self.kind) <= LONGEST_KIND:
            raise TransactionInvalid(f"the key {self.key!r} or the kind {self.kind!r} is empty or too long")
        if len(self.description) > LONGEST_DESCRIPTION:
            raise TransactionInvalid(f"{self.key}: the description has over {LONGEST_DESCRIPTION} characters")
        if len(self.postings) < 2 or any(not posting.amount for posting in self.postings):
            raise TransactionInvalid(f"{self.key}: at least two postings, and none of nothing")
        if any(abs(posting.amount) > LARGEST_AMOUNT for posting in self.postings):
            raise TransactionInvalid(f"{self.key}: an amount is larger than the books can hold")
        if (self.kind == REVERSAL) is not (self.reverses is not None):
            raise TransactionInvalid(f"{self.key}: a reversal, and nothing else, names what it reverses")
        for currency, over in sums(self.postings).items():
            if over:
                raise TransactionInvalid(f"{self.key}: the postings are {Money(over, currency)} off balance")

    @property
    def digest(self) -> str:
        """What the money did, as a hash: the same for two transactions that book the same in any order.

        The description is words for people and no part of it.
        """
        lines = sorted(f"{p.account.code}\t{p.currency}\t{p.amount}" for p in self.postings)
        return hashlib.sha256("\n".join((self.kind, self.reverses or "", *lines)).encode()).hexdigest()


def sums(postings: Iterable[Posting]) -> dict[str, int]:
    """What postings add up to, by currency."""
    found: Counter[str] = Counter()
    for posting in postings:
        found[posting.currency] += posting.amount
    return dict(found)


def key_of(stream: object, version: int, part: str = "") -> str:
    """The key of what an event of a stream says about money; ``part`` tells several facts of one event apart."""
    return f"{stream}/{version}" + (f"/{part}" if part else "")


def reversal(of: LedgerTransaction, *, key: str, description: str) -> LedgerTransaction:
    """Takes a transaction back, posting by posting. A reversal itself is taken back by booking anew."""
    if of.reverses is not None:
        raise TransactionInvalid(f"{of.key} is a reversal, which is not reversed")
    postings = tuple(Posting(p.account, -p.amount, p.currency) for p in of.postings)
    return LedgerTransaction(
        key=key, kind=REVERSAL, description=description, postings=postings, reverses=of.key
    )
