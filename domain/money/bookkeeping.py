"""How each money fact is booked: one entry for each, and nothing else makes transactions.

Who posts gives the ``key`` (``domain.money.ledger.key_of``) and, in ``about``, a few words for people; all
amounts are positive unless said otherwise. A fact that moves one amount is a row that says on which account
it is debited and on which credited; the few with more to them are functions.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.money.accounts import CHART, Account, AccountKind
from domain.money.ledger import LedgerTransaction, Posting
from domain.money.money import Money, zero

K = AccountKind
STRIPE = Account(K.STRIPE_BALANCE)


def _book(key: str, kind: str, about: str, *lines: tuple[Account, Money]) -> LedgerTransaction:
    postings = tuple(Posting(account, money.amount, money.currency) for account, money in lines if money)
    return LedgerTransaction(
        key=key, kind=kind, description=f"{kind}: {about}" if about else kind, postings=postings
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A fact that moves one amount, called ``kind`` in the books."""

    kind: str
    debit: AccountKind
    credit: AccountKind

    def _of(
        self, key: str, amount: Money, about: str, tournament: UUID | None = None, party: str | None = None
    ) -> LedgerTransaction:
        debit, credit = (_account(kind, tournament, party) for kind in (self.debit, self.credit))
        return _book(key, self.kind, about, (debit, amount), (credit, -amount))


def _account(kind: AccountKind, tournament: UUID | None, party: str | None) -> Account:
    chapter = CHART[kind]
    return Account(kind, tournament if chapter.of_tournament else None, party if chapter.of_party else None)


class LeagueMove(Move):
    """Of the league as a whole."""

    def __call__(self, key: str, amount: Money, *, about: str = "") -> LedgerTransaction:
        return self._of(key, amount, about)


class TournamentMove(Move):
    """Of a tournament."""

    def __call__(self, key: str, tournament: UUID, amount: Money, *, about: str = "") -> LedgerTransaction:
        return self._of(key, amount, about, tournament)


class PartyMove(Move):
    """Of one party of a tournament: a team, a payee."""

    def __call__(
        self, key: str, tournament: UUID, party: str, amount: Money, *, about: str = ""
    ) -> LedgerTransaction:
        return self._of(key, amount, about, tournament, party)


# Entry fees.


def fee_received(
    key: str,
    tournament: UUID,
    gross: Money,
    *,
    stripe_fee: Money | None = None,
    about: str = "",
) -> LedgerTransaction:
    """An entry fee was paid. Stripe keeps its fee at once (None: not known yet, see ``stripe_fee_charged``)."""
    stripe_fee = stripe_fee or zero(gross.currency)
    return _book(
        key,
        "fee received",
        about,
        (STRIPE, gross - stripe_fee),
        (Account(K.STRIPE_FEES, tournament), stripe_fee),
        (Account(K.ENTRY_FEES, tournament), -gross),
    )


stripe_fee_charged = TournamentMove(kind="stripe fee", debit=K.STRIPE_FEES, credit=K.STRIPE_BALANCE)
"""Stripe took a fee apart from the payment; a negative one was given back."""


settled_elsewhere = LeagueMove(kind="settled elsewhere", debit=K.SUSPENSE, credit=K.STRIPE_BALANCE)
"""Stripe has booked a payment in another currency: it is not on the balance of this one."""


# Refunds. Stripe takes the money when a refund is made and gives it back when the refund fails; its fee for
# the payment it keeps.

refund_owed = TournamentMove(kind="refund owed", debit=K.ENTRY_FEES, credit=K.REFUNDS_PAYABLE)
"""A refund was decided."""

refund_made = TournamentMove(kind="refund made", debit=K.REFUNDS_PAYABLE, credit=K.STRIPE_BALANCE)
"""Stripe made a refund that was owed."""

refund_failed = TournamentMove(kind="refund failed", debit=K.STRIPE_BALANCE, credit=K.REFUNDS_PAYABLE)
"""The bank did not take a refund: Stripe has the money again, and it is still owed."""

refund_made_outside = TournamentMove(kind="refund made outside", debit=K.ENTRY_FEES, credit=K.STRIPE_BALANCE)
"""Somebody made a refund in Stripe's dashboard that nobody had decided here."""


# Disputes. Stripe holds the money back while a dispute is open. A lost one is a debt of the team's: it took
# part and has not paid.


def dispute_opened(
    key: str, tournament: UUID, amount: Money, *, fee: Money | None = None, about: str = ""
) -> LedgerTransaction:
    """A bank disputes a payment: Stripe takes the amount and a fee."""
    fee = fee or zero(amount.currency)
    return _book(
        key,
        "dispute opened",
        about,
        (Account(K.DISPUTED, tournament), amount),
        (Account(K.STRIPE_FEES, tournament), fee),
        (STRIPE, -amount - fee),
    )


def dispute_won(
    key: str, tournament: UUID, amount: Money, *, fee_returned: Money | None = None, about: str = ""
) -> LedgerTransaction:
    """The money is given back, and the fee where Stripe does so."""
    fee = fee_returned or zero(amount.currency)
    return _book(
        key,
        "dispute won",
        about,
        (STRIPE, amount + fee),
        (Account(K.DISPUTED, tournament), -amount),
        (Account(K.STRIPE_FEES, tournament), -fee),
    )


dispute_lost = PartyMove(kind="dispute lost", debit=K.RECEIVABLE, credit=K.DISPUTED)
"""The money is gone: the team owes the league its fee."""


# Debts.

debt_paid = PartyMove(kind="debt paid", debit=K.STRIPE_BALANCE, credit=K.RECEIVABLE)
"""A debt came in through Stripe: paid, or a transfer to the debtor was reversed."""

debt_set_off = PartyMove(kind="debt set off", debit=K.PRIZES_PAYABLE, credit=K.RECEIVABLE)
"""A debt is kept back from a prize of the same party."""


def debt_moved(
    key: str, debt: Account, tournament: UUID, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """A debt from another tournament (``debt``: its account) is to be kept back from a prize of this one."""
    there = Account(K.RECEIVABLE, tournament, debt.party)
    return _book(key, "debt moved", about, (there, amount), (debt, -amount))


debt_paid_to_bank = PartyMove(kind="debt paid to bank", debit=K.BANK, credit=K.RECEIVABLE)
"""A debt was paid past Stripe, to the league's bank."""

debt_given_up = PartyMove(kind="debt given up", debit=K.BAD_DEBTS, credit=K.RECEIVABLE)
"""Nobody expects a debt to be paid any more."""


# Prizes.

prize_won = PartyMove(kind="prize won", debit=K.PRIZES, credit=K.PRIZES_PAYABLE)
"""A prize was awarded: the league owes it."""

prize_paid = PartyMove(kind="prize paid", debit=K.PRIZES_PAYABLE, credit=K.STRIPE_BALANCE)
"""A prize was transferred to the payee's account at Stripe."""

prize_came_back = PartyMove(kind="prize came back", debit=K.STRIPE_BALANCE, credit=K.PRIZES_PAYABLE)
"""A transfer was undone and the prize still stands: it is owed again."""

prize_withdrawn = PartyMove(kind="prize withdrawn", debit=K.PRIZES_PAYABLE, credit=K.PRIZES)
"""A prize that was not paid yet is another's after all."""

prize_reclaimed = PartyMove(kind="prize reclaimed", debit=K.RECEIVABLE, credit=K.PRIZES)
"""A prize that was paid is another's after all: the payee owes it until the transfer is reversed
(``debt_paid``)."""


# The league and its bank.

application_fee_taken = TournamentMove(kind="application fee", debit=K.ENTRY_FEES, credit=K.APPLICATION_FEES)
"""The platform's part of the entry fees, when the tournament's money is paid out."""

organiser_paid = TournamentMove(kind="organiser paid", debit=K.ORGANISER, credit=K.STRIPE_BALANCE)
"""The organiser was transferred a part of what the tournament earned; a negative amount came back."""

paid_to_bank = LeagueMove(kind="paid to bank", debit=K.BANK, credit=K.STRIPE_BALANCE)
"""Stripe paid a part of the balance out to the bank; a negative amount is a payout that came back."""

unexplained = LeagueMove(kind="unexplained", debit=K.STRIPE_BALANCE, credit=K.SUSPENSE)
"""Stripe's balance changed by this much (negative: it fell) and nobody here knows why yet. What it was is
booked by its own entry and this one reversed."""


def explained(key: str, amount: Money, account: Account, *, about: str = "") -> LedgerTransaction:
    """Somebody has found out what stood in suspense: ``amount``, by which Stripe's balance changed, belongs to
    ``account``."""
    return _book(key, "explained", about, (Account(K.SUSPENSE), amount), (account, -amount))
