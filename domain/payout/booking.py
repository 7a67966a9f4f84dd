"""What a payout's events say about money, as transactions of the books."""

from collections.abc import Iterator
from uuid import UUID

from domain.money import bookkeeping as books
from domain.money.ledger import LedgerTransaction, key_of
from domain.payout import events as e
from domain.payout.terms import PayoutTerms


def transactions(
    payout: UUID, version: int, event: e.PayoutEvent, terms: PayoutTerms
) -> tuple[LedgerTransaction, ...]:
    """The transactions of the event that made the payout's ``version``; none for most. The same event gives the
    same transactions, under the same keys."""
    return tuple(_transactions(payout, version, event, terms))


def _transactions(
    payout: UUID, version: int, event: e.PayoutEvent, terms: PayoutTerms
) -> Iterator[LedgerTransaction]:
    tournament, key = terms.tournament, key_of(payout, version)
    match event:
        case e.PayoutProposed():
            platform = event.shares.application_fee
            if platform:
                yield books.application_fee_taken(
                    f"{key}/application fee", tournament, platform, about=terms.tournament_name
                )
            for share in event.shares.shares:
                about = f"{share.name}, {terms.tournament_name}"
                yield books.prize_won(
                    f"{key}/{share.payee}", tournament, share.payee, share.amount, about=about
                )
        case e.PayoutRevised():
            for change in event.changes:
                yield from _revised(f"{key}/{change.payee}", tournament, change, terms.tournament_name)
        case e.PayoutSent() if event.payee == terms.organiser:
            yield books.organiser_paid(key, tournament, event.amount, about=terms.tournament_name)
        case e.PayoutSent():
            yield books.prize_paid(key, tournament, event.payee, event.amount, about=terms.tournament_name)
        case e.PayoutReversed():
            yield books.debt_paid(key, tournament, event.payee, event.amount, about=terms.tournament_name)
        case e.PayoutCameBack() if event.payee == terms.organiser:
            yield books.organiser_paid(key, tournament, -event.amount, about=terms.tournament_name)
        case e.PayoutCameBack():
            yield from _came_back(key, tournament, event, terms.tournament_name)
        case e.DebtSetOff():
            yield books.debt_set_off(key, tournament, event.payee, event.amount, about=terms.tournament_name)
        case _:
            return


def _came_back(
    key: str, tournament: UUID, event: e.PayoutCameBack, about: str
) -> Iterator[LedgerTransaction]:
    if event.of_debt:
        yield books.debt_paid(f"{key}/debt", tournament, event.payee, event.of_debt, about=about)
    if owed := event.amount - event.of_debt:
        yield books.prize_came_back(f"{key}/prize", tournament, event.payee, owed, about=about)


def _revised(key: str, tournament: UUID, change: e.Change, about: str) -> Iterator[LedgerTransaction]:
    if change.won:
        yield books.prize_won(f"{key}/won", tournament, change.payee, change.won, about=about)
    if change.set_off:
        yield books.debt_set_off(f"{key}/set off", tournament, change.payee, change.set_off, about=about)
    if change.withdrawn:
        yield books.prize_withdrawn(
            f"{key}/withdrawn", tournament, change.payee, change.withdrawn, about=about
        )
    if change.reclaimed:
        yield books.prize_reclaimed(
            f"{key}/reclaimed", tournament, change.payee, change.reclaimed, about=about
        )
