"""What stood in suspense is explained: by a transaction that books the same money, or by the account it belongs to."""

from collections import Counter
from collections.abc import Iterable, Sequence

from domain.match.errors import CommandRefused
from domain.money import bookkeeping as book
from domain.money.accounts import Account, AccountKind
from domain.money.ledger import LedgerTransaction, Posting, reversal
from domain.money.money import Money
from domain.money.reconciliation import CaseKind

NOWHERE = frozenset({AccountKind.STRIPE_BALANCE, AccountKind.SUSPENSE})
"""Accounts that explain nothing: it stands on both already."""


CLOSED_BY_PEOPLE = frozenset({CaseKind.UNEXPLAINED, CaseKind.OTHER_CURRENCY, CaseKind.DEBT})
"""The others are closed as soon as both sides match."""


def refuse_unless_closed_by_people(kind: CaseKind) -> None:
    """Raises CommandRefused for a case that closes by itself."""
    if kind not in CLOSED_BY_PEOPLE:
        text = f"a case of this kind ({kind}) is closed as soon as both sides match"
        raise CommandRefused("case_closes_itself", text)


def suspense_key(line: str) -> str:
    """Under which a line of Stripe's balance stands in the books while nobody has explained it."""
    return f"stripe/{line}"


def explanation_key(line: str) -> str:
    """Under which it is taken out of suspense."""
    return f"{suspense_key(line)}/explained"


def belongs_to(line: str, suspended: Sequence[Posting], account: Account) -> LedgerTransaction:
    """Moves what stands in suspense to the account. Raises CommandRefused for one that explains nothing."""
    if account.kind in NOWHERE:
        raise CommandRefused("case_not_explained", f"{account.code} says nothing of what it was")
    ((currency, amount),) = _at_stripe(suspended).items()
    return book.explained(explanation_key(line), Money(amount, currency), account, about=line)


def booked_as(line: str, suspended: Sequence[Posting], by: Sequence[Posting]) -> LedgerTransaction:
    """Takes it back out of suspense, where ``by`` books the same money. Raises CommandRefused if it does not."""
    if _at_stripe(suspended) != _at_stripe(by):
        text = "the transaction changes the balance at Stripe by something else than the line does"
        raise CommandRefused("case_not_explained", text)
    stood = LedgerTransaction(
        key=suspense_key(line), kind="unexplained", description=line, postings=tuple(suspended)
    )
    return reversal(stood, key=explanation_key(line), description=f"explained: {line}")


def _at_stripe(postings: Iterable[Posting]) -> dict[str, int]:
    """By how much they change the balance at Stripe, by currency."""
    found: Counter[str] = Counter()
    for posting in postings:
        if posting.account == book.STRIPE:
            found[posting.currency] += posting.amount
    return dict(found)
