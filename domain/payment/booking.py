"""What a payment's events say about money, as transactions of the books."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from domain.money import bookkeeping as books
from domain.money.accounts import Account, AccountKind
from domain.money.ledger import LedgerTransaction, key_of, reversal
from domain.payment import events as e
from domain.payment.terms import Terms


def transactions(
    payment: UUID, version: int, event: e.PaymentEvent, terms: Terms, elsewhere_since: int = 0
) -> tuple[LedgerTransaction, ...]:
    """The transactions of the event that made the payment's ``version``; none for most. The same event gives
    the same transactions, under the same keys. ``elsewhere_since``: the state's."""
    found = _transactions(payment, key_of(payment, version), event, terms)
    return tuple(map(_in_suspense, found) if 0 < elsewhere_since < version else found)


def _transactions(
    payment: UUID, key: str, event: e.PaymentEvent, terms: Terms
) -> Iterator[LedgerTransaction]:
    tournament, about = terms.tournament, f"{terms.team_name}, {terms.tournament_name}"
    match event:
        case e.PaymentSucceeded():
            yield books.fee_received(key, tournament, event.amount, stripe_fee=event.fee, about=about)
        case e.StripeFeeCharged():
            if event.fee:
                yield books.stripe_fee_charged(key, tournament, event.fee, about=about)
        case e.SettledElsewhere():
            yield books.settled_elsewhere(key, event.amount, about=f"{about}: in {event.currency}")
        case e.RefundAsked():
            yield books.refund_owed(key, tournament, event.amount, about=f"{about}: {event.reason}")
        case e.RefundDropped():
            owed = books.refund_owed(key_of(payment, event.asked_version), tournament, event.amount)
            yield reversal(owed, key=key, description=f"refund not owed: {about}")
        case e.RefundIssued():
            made = books.refund_made_outside if event.number is None else books.refund_made
            yield made(key, tournament, event.amount, about=about)
        case e.RefundFailed(number=None):
            issued = key_of(payment, event.issued_version)
            outside = books.refund_made_outside(issued, tournament, event.amount)
            yield reversal(outside, key=key, description=f"refund failed: {about}")
        case e.RefundFailed():
            yield books.refund_failed(key, tournament, event.amount, about=about)
        case e.DisputeOpened():
            yield books.dispute_opened(key, tournament, event.amount, fee=event.fee, about=about)
        case e.DisputeWon():
            yield books.dispute_won(key, tournament, event.amount, about=about)
        case e.DisputeLost():
            yield books.dispute_lost(key, tournament, terms.team, event.amount, about=about)
        case _:
            return


def _in_suspense(transaction: LedgerTransaction) -> LedgerTransaction:
    """The same, where Stripe has the money in another currency: what it came to there is for people to book."""
    suspense = Account(AccountKind.SUSPENSE)
    postings = (
        replace(each, account=suspense) if each.account == books.STRIPE else each
        for each in transaction.postings
    )
    return replace(transaction, postings=tuple(postings))
