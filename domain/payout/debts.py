"""Debts that no payout is about to settle by itself: kept back from the next prize of the same party, or for people."""

from dataclasses import dataclass
from uuid import UUID

from domain.match.errors import CommandRefused
from domain.money import bookkeeping as book
from domain.money.accounts import Account, AccountInvalid, AccountKind, account_of
from domain.money.ledger import LedgerTransaction
from domain.money.money import Money, zero
from domain.money.reconciliation import Case, CaseKind
from domain.payout.state import PayoutState

SETTLED_BY = {AccountKind.BANK: book.debt_paid_to_bank, AccountKind.BAD_DEBTS: book.debt_given_up}
"""What people can say became of a debt, by the account it is booked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDebt:
    """What a party owes a tournament whose own payout will not keep it back. ``postings``: how many have made the
    balance of ``account`` by now. ``shared_out``: its prizes are; before that one may still come for the party."""

    account: Account
    amount: Money
    postings: int
    shared_out: bool = True

    @property
    def subject(self) -> str:
        """The debt as it stands now; after the next posting it is another."""
        return f"{self.account.code}/{self.amount.currency}/{self.postings}"

    @property
    def key(self) -> str:
        """Under which it is booked what became of it. Whoever comes second with something else finds that out."""
        return debt_key(self.subject)

    @property
    def party(self) -> str:
        return self.account.party or ""


def debt_key(subject: str) -> str:
    return f"debt/{subject}"


def account_in(subject: str) -> Account:
    """The account that a case is about. Raises CommandRefused for what is no debt."""
    code = "/".join(subject.split("/")[:-2])
    try:
        return account_of(code)
    except AccountInvalid as error:
        raise CommandRefused("case_not_explained", f"{subject!r} is no debt") from error


def left_open(balance: Money, party: str, payout: PayoutState | None) -> Money:
    """What of a party's debt by the books its own tournament's payout (None: there is none) will not settle.

    As long as that can keep something back itself, or its books are behind, it is left to it; and what the party
    has beyond its share it is to take back.
    """
    if payout is None or payout.terms.currency != balance.currency:
        return balance
    nothing, unsent = zero(balance.currency), payout.unsent(party)
    on_its_way = any(order.payee == party for order in payout.under_way)
    if payout.booked < payout.money_version or unsent > nothing or on_its_way:
        return nothing
    return max(balance + unsent, nothing)


def moved_to(tournament: UUID, debt: OpenDebt, amount: Money, about: str) -> LedgerTransaction:
    """So much of it is to be kept back from a prize of another tournament."""
    return book.debt_moved(debt.key, debt.account, tournament, amount, about=about)


def settled_by(debt: OpenDebt, by: Account, reason: str) -> LedgerTransaction:
    """Somebody says that it was paid to the bank, or is given up. Raises CommandRefused for another account."""
    tournament = debt.account.tournament
    if by.kind not in SETTLED_BY or by.tournament not in (None, tournament) or tournament is None:
        text = "a debt was paid to the bank (account `bank`), or is given up (`bad_debts/<its tournament>`)"
        raise CommandRefused("case_not_explained", text)
    return SETTLED_BY[by.kind](debt.key, tournament, debt.party, debt.amount, about=reason)


def case_of(tenant: UUID, debt: OpenDebt) -> Case:
    """For people: nothing else will come of it before the party wins another prize."""
    why = (
        "no prize is left to keep it back from"
        if debt.shared_out
        else "the prizes of its tournament are not shared out yet: it is kept back from one it wins, if it is left open"
    )
    detail = f"{debt.party} owes {debt.amount}, and {why}"
    return Case(tenant=tenant, kind=CaseKind.DEBT, subject=debt.subject, detail=detail)
