"""The chart of accounts of a league.

Every amount in the books has a sign: a debit is positive, a credit negative. So what a league has and what it
spends has positive balances, what it owes and what it earns negative ones, and all balances of a currency
add up to zero.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Side(StrEnum):
    """Which sign an account's balance has when nothing is amiss."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountClass(StrEnum):
    """What an account tells of."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"
    EQUITY = "equity"

    @property
    def side(self) -> Side:
        return Side.DEBIT if self in (AccountClass.ASSET, AccountClass.EXPENSE) else Side.CREDIT


class AccountKind(StrEnum):
    """The accounts there can be; most exist once a tournament, some once a party (a team, a payee) of it."""

    STRIPE_BALANCE = "stripe_balance"
    BANK = "bank"
    DISPUTED = "disputed"
    RECEIVABLE = "receivable"
    REFUNDS_PAYABLE = "refunds_payable"
    PRIZES_PAYABLE = "prizes_payable"
    APPLICATION_FEES = "application_fees"
    SUSPENSE = "suspense"
    ENTRY_FEES = "entry_fees"
    STRIPE_FEES = "stripe_fees"
    PRIZES = "prizes"
    BAD_DEBTS = "bad_debts"
    ORGANISER = "organiser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What accounts of a kind are: their class, whether each belongs to a tournament and to a party."""

    class_: AccountClass
    meaning: str
    of_tournament: bool = True
    of_party: bool = False


_ASSET, _OWED = AccountClass.ASSET, AccountClass.LIABILITY
_EARNED, _SPENT = AccountClass.INCOME, AccountClass.EXPENSE

CHART: dict[AccountKind, Chapter] = {
    AccountKind.STRIPE_BALANCE: Chapter(
        class_=_ASSET, of_tournament=False, meaning="money of the league held by Stripe"
    ),
    AccountKind.BANK: Chapter(
        class_=_ASSET, of_tournament=False, meaning="money paid out by Stripe to a bank"
    ),
    AccountKind.DISPUTED: Chapter(
        class_=_ASSET, meaning="money Stripe holds back until a dispute is decided"
    ),
    AccountKind.RECEIVABLE: Chapter(
        class_=_ASSET, of_party=True, meaning="a debt to the league: a chargeback, a prize to be given back"
    ),
    AccountKind.REFUNDS_PAYABLE: Chapter(class_=_OWED, meaning="refunds decided and not yet made"),
    AccountKind.PRIZES_PAYABLE: Chapter(class_=_OWED, of_party=True, meaning="a prize won and not yet paid"),
    AccountKind.APPLICATION_FEES: Chapter(
        class_=_OWED, of_tournament=False, meaning="the platform's part of entry fees"
    ),
    AccountKind.SUSPENSE: Chapter(
        class_=_OWED, of_tournament=False, meaning="what happened at Stripe and nobody has explained yet"
    ),
    AccountKind.ENTRY_FEES: Chapter(class_=_EARNED, meaning="entry fees, less refunds"),
    AccountKind.STRIPE_FEES: Chapter(class_=_SPENT, meaning="what Stripe takes for payments and disputes"),
    AccountKind.PRIZES: Chapter(class_=_SPENT, meaning="prize money awarded"),
    AccountKind.BAD_DEBTS: Chapter(class_=_SPENT, meaning="debts given up"),
    AccountKind.ORGANISER: Chapter(class_=AccountClass.EQUITY, meaning="what the organiser has drawn"),
}


class AccountInvalid(ValueError):
    """An account that the chart has no place for: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a league; ``party`` is the id of a team or a payee. Raises AccountInvalid.

    ``code`` is its name in the books: ``stripe_balance``, ``prizes_payable/<tournament>/<payee>``.
    """

    kind: AccountKind
    tournament: UUID | None = None
    party: str | None = None
    code: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        chapter = CHART[self.kind]
        if (self.tournament is not None) is not chapter.of_tournament:
            raise AccountInvalid(f"{self.kind} {'needs a' if chapter.of_tournament else 'has no'} tournament")
        if bool(self.party) is not chapter.of_party:
            raise AccountInvalid(f"{self.kind} {'needs a' if chapter.of_party else 'has no'} party")
        code = "/".join(str(part) for part in (self.kind, self.tournament, self.party) if part is not None)
        object.__setattr__(self, "code", code)

    @property
    def class_(self) -> AccountClass:
        return CHART[self.kind].class_


def account_of(code: str) -> Account:
    """The account with this code. Raises AccountInvalid."""
    kind, _, rest = code.partition("/")
    tournament, _, party = rest.partition("/")
    try:
        return Account(AccountKind(kind), UUID(tournament) if tournament else None, party or None)
    except ValueError as error:
        raise AccountInvalid(f"{code!r} is no account: {error}") from error
