"""How each money fact is booked: one function for each, and nothing else makes transactions.

Who posts gives the ``key`` (``domain.money.ledger.key_of``) and, in ``about``, a few words for people; all
amounts are positive unless said otherwise.
"""

from uuid import UUID

from domain.money.accounts import Account, AccountKind
from domain.money.ledger import LedgerTransaction, Posting
from domain.money.money import Money, zero

K = AccountKind
STRIPE = Account(K.STRIPE_BALANCE)


def _book(key: str, kind: str, about: str, *lines: tuple[Account, Money]) -> LedgerTransaction:
    postings = tuple(Posting(account, money.amount, money.currency) for account, money in lines if money)
    return LedgerTransaction(
        key=key, kind=kind, description=f"{kind}: {about}" if about else kind, postings=postings
    )


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


def stripe_fee_charged(key: str, tournament: UUID, fee: Money, *, about: str = "") -> LedgerTransaction:
    """Stripe took a fee apart from the payment; a negative one was given back."""
    return _book(key, "stripe fee", about, (Account(K.STRIPE_FEES, tournament), fee), (STRIPE, -fee))


# Refunds. Stripe takes the money when a refund is made and gives it back when the refund fails; its fee for
# the payment it keeps.


def refund_owed(key: str, tournament: UUID, amount: Money, *, about: str = "") -> LedgerTransaction:
    """A refund was decided."""
    return _book(
        key,
        "refund owed",
        about,
        (Account(K.ENTRY_FEES, tournament), amount),
        (Account(K.REFUNDS_PAYABLE, tournament), -amount),
    )


def refund_made(key: str, tournament: UUID, amount: Money, *, about: str = "") -> LedgerTransaction:
    """Stripe made a refund that was owed."""
    owed = Account(K.REFUNDS_PAYABLE, tournament)
    return _book(key, "refund made", about, (owed, amount), (STRIPE, -amount))


def refund_failed(key: str, tournament: UUID, amount: Money, *, about: str = "") -> LedgerTransaction:
    """The bank did not take a refund: Stripe has the money again, and it is still owed."""
    owed = Account(K.REFUNDS_PAYABLE, tournament)
    return _book(key, "refund failed", about, (STRIPE, amount), (owed, -amount))


def refund_made_outside(key: str, tournament: UUID, amount: Money, *, about: str = "") -> LedgerTransaction:
    """Somebody made a refund in Stripe's dashboard that nobody had decided here."""
    return _book(
        key, "refund made outside", about, (Account(K.ENTRY_FEES, tournament), amount), (STRIPE, -amount)
    )


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


def dispute_lost(
    key: str, tournament: UUID, party: str, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """The money is gone: the team owes the league its fee."""
    return _book(
        key,
        "dispute lost",
        about,
        (Account(K.RECEIVABLE, tournament, party), amount),
        (Account(K.DISPUTED, tournament), -amount),
    )


# Debts.


def debt_paid(key: str, tournament: UUID, party: str, amount: Money, *, about: str = "") -> LedgerTransaction:
    """A debt came in through Stripe: paid, or a transfer to the debtor was reversed."""
    return _book(
        key, "debt paid", about, (STRIPE, amount), (Account(K.RECEIVABLE, tournament, party), -amount)
    )


def debt_set_off(
    key: str, tournament: UUID, party: str, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """A debt is kept back from a prize of the same party."""
    return _book(
        key,
        "debt set off",
        about,
        (Account(K.PRIZES_PAYABLE, tournament, party), amount),
        (Account(K.RECEIVABLE, tournament, party), -amount),
    )


def debt_given_up(
    key: str, tournament: UUID, party: str, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """Nobody expects a debt to be paid any more."""
    return _book(
        key,
        "debt given up",
        about,
        (Account(K.BAD_DEBTS, tournament), amount),
        (Account(K.RECEIVABLE, tournament, party), -amount),
    )


# Prizes.


def prize_won(key: str, tournament: UUID, payee: str, amount: Money, *, about: str = "") -> LedgerTransaction:
    """A prize was awarded: the league owes it."""
    return _book(
        key,
        "prize won",
        about,
        (Account(K.PRIZES, tournament), amount),
        (Account(K.PRIZES_PAYABLE, tournament, payee), -amount),
    )


def prize_paid(
    key: str, tournament: UUID, payee: str, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """A prize was transferred to the payee's account at Stripe."""
    owed = Account(K.PRIZES_PAYABLE, tournament, payee)
    return _book(key, "prize paid", about, (owed, amount), (STRIPE, -amount))


def prize_came_back(
    key: str, tournament: UUID, payee: str, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """A transfer was undone and the prize still stands: it is owed again."""
    owed = Account(K.PRIZES_PAYABLE, tournament, payee)
    return _book(key, "prize came back", about, (STRIPE, amount), (owed, -amount))


def prize_withdrawn(
    key: str, tournament: UUID, payee: str, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """A prize that was not paid yet is another's after all."""
    return _book(
        key,
        "prize withdrawn",
        about,
        (Account(K.PRIZES_PAYABLE, tournament, payee), amount),
        (Account(K.PRIZES, tournament), -amount),
    )


def prize_reclaimed(
    key: str, tournament: UUID, payee: str, amount: Money, *, about: str = ""
) -> LedgerTransaction:
    """A prize that was paid is another's after all: the payee owes it until the transfer is reversed
    (``debt_paid``)."""
    return _book(
        key,
        "prize reclaimed",
        about,
        (Account(K.RECEIVABLE, tournament, payee), amount),
        (Account(K.PRIZES, tournament), -amount),
    )


# The league and its bank.


def application_fee_taken(key: str, tournament: UUID, amount: Money, *, about: str = "") -> LedgerTransaction:
    """The platform's part of the entry fees, when the tournament's money is paid out."""
    return _book(
        key,
        "application fee",
        about,
        (Account(K.ENTRY_FEES, tournament), amount),
        (Account(K.APPLICATION_FEES), -amount),
    )


def organiser_paid(key: str, tournament: UUID, amount: Money, *, about: str = "") -> LedgerTransaction:
    """The organiser was transferred a part of what the tournament earned; a negative amount came back."""
    return _book(key, "organiser paid", about, (Account(K.ORGANISER, tournament), amount), (STRIPE, -amount))


def paid_to_bank(key: str, amount: Money, *, about: str = "") -> LedgerTransaction:
    """Stripe paid a part of the balance out to the bank; a negative amount is a payout that came back."""
    return _book(key, "paid to bank", about, (Account(K.BANK), amount), (STRIPE, -amount))


def unexplained(key: str, amount: Money, *, about: str = "") -> LedgerTransaction:
    """Stripe's balance changed by this much (negative: it fell) and nobody here knows why yet. What it was is
    booked by its own function and this one reversed."""
    return _book(key, "unexplained", about, (STRIPE, amount), (Account(K.SUSPENSE), -amount))
