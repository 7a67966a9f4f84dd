"""What Stripe has beside what the books have: what is to be looked at again, and what nobody can explain.

Whoever asks has fetched everything before; nothing here knows where it came from. All amounts are changes of the
balance at Stripe, in minor units: money that left is negative.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

from domain.payment.terms import IntentSeen
from domain.payout.state import PayoutState

BANK_LINES = frozenset({"payout", "payout_cancel", "payout_failure"})
"""Types of lines of the balance that say that money went to the league's own bank, or came back from it."""


class CaseKind(StrEnum):
    """What somebody has to look at."""

    UNEXPLAINED = "unexplained"
    """Stripe's balance changed, and no payment or payout here is the reason."""
    BOOKS_DIFFER = "books differ"
    """The books say something else about a payment or payout than Stripe does."""
    OTHER_CURRENCY = "other currency"
    """Stripe has booked a payment in another currency: what it came to there is in no books."""
    SEVERAL_INTENTS = "several intents"
    """More than one intent of a payment can be paid, or was."""
    DEBT = "debt"
    """Somebody owes the league, and no prize is left to keep it back from."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an object at Stripe is: a payment's, or a payout's (then ``id`` is the tournament's)."""

    kind: Literal["payment", "payout"]
    tenant: UUID
    id: UUID

    @property
    def subject(self) -> str:
        """What its cases are about: ``payment/<id>``."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """A line of the balance at Stripe. ``source``: the charge, refund, transfer … it is about; ``owner`` None:
    nothing at Stripe says whose that is."""

    id: str
    type: str
    source: str
    net: int
    currency: str
    owner: Owner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A payment or payout as both sides have it now. ``at_stripe`` and ``booked``: what it has changed of the
    balance by currency. ``live_intents``: those that took money or still can.

    ``settled`` False: Stripe has not booked all of it yet, and nothing can be said about the sums. ``elsewhere``:
    the other currency in which it has; that is not in the sums.
    """

    owner: Owner
    at_stripe: dict[str, int]
    booked: dict[str, int]
    live_intents: int = 0
    settled: bool = True
    elsewhere: str = ""

    @property
    def differs(self) -> bool:
        currencies = self.at_stripe.keys() | self.booked.keys()
        return self.settled and any(self.at_stripe.get(c, 0) != self.booked.get(c, 0) for c in currencies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Something for people. A subject has at most one case of a kind."""

    tenant: UUID
    kind: CaseKind
    subject: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """``observe``: who is to look at Stripe again. ``bank``: lines to be booked as paid to the bank;
    ``unexplained``: lines to be booked as such. ``agreed``: whom no case is about any more."""

    observe: tuple[Owner, ...] = ()
    cases: tuple[Case, ...] = ()
    bank: tuple[BalanceLine, ...] = ()
    unexplained: tuple[BalanceLine, ...] = ()
    agreed: tuple[Owner, ...] = ()


def reconcile(
    home: UUID,
    lines: Iterable[BalanceLine],
    accounts: Sequence[Account],
    suspects: Collection[str] | None = None,
) -> Findings:
    """Compare. ``accounts`` has every owner of a line that is known here; money that has no known owner is
    ``home``'s, the league whose account at Stripe it is.

    ``suspects``: the subjects that have had time to look at Stripe. The books of others may differ because money
    is being moved just now, which is no case. None: everybody is judged.
    """
    known = {account.owner: account for account in accounts}
    foreign = [line for line in lines if line.net and not _has_account(line, known)]
    bank = tuple(line for line in foreign if line.owner is None and line.type in BANK_LINES)
    unexplained = tuple(line for line in foreign if line not in bank)
    cases = [_unexplained(home, line, known) for line in unexplained]
    for account in accounts:
        judged = suspects is None or account.owner.subject in suspects
        cases += [each for each in _faults(account) if judged or each.kind is not CaseKind.BOOKS_DIFFER]
    return Findings(
        observe=tuple(each.owner for each in accounts if each.differs or not each.settled),
        cases=tuple(cases),
        bank=bank,
        unexplained=unexplained,
        agreed=tuple(each.owner for each in accounts if each.settled and not _faults(each)),
    )


def _has_account(line: BalanceLine, known: Mapping[Owner, Account]) -> bool:
    """Whether the books of a payment or payout say what it is: of one that Stripe has in another currency not."""
    account = known.get(line.owner) if line.owner else None
    return account is not None and account.elsewhere != line.currency


def _unexplained(home: UUID, line: BalanceLine, known: Collection[Owner]) -> Case:
    what = f"{line.type} {line.source}".strip()
    detail = f"{what} changed the balance at Stripe by {line.net} {line.currency} (minor units)"
    if line.owner is not None and line.owner in known:
        detail += f"; it is of {line.owner.subject}, which was made in another currency"
    elif line.owner is not None:
        detail += f"; it names {line.owner.subject} of league {line.owner.tenant}, which there is not"
    return Case(tenant=home, kind=CaseKind.UNEXPLAINED, subject=line.id, detail=detail)


def _faults(account: Account) -> list[Case]:
    owner, found = account.owner, list[Case]()
    if account.differs:
        said = f"Stripe has {_sums(account.at_stripe)}, the books have {_sums(account.booked)} (minor units)"
        found.append(
            Case(tenant=owner.tenant, kind=CaseKind.BOOKS_DIFFER, subject=owner.subject, detail=said)
        )
    if account.elsewhere:
        said = f"Stripe has booked it in {account.elsewhere}: what it came to there is in no books"
        found.append(
            Case(tenant=owner.tenant, kind=CaseKind.OTHER_CURRENCY, subject=owner.subject, detail=said)
        )
    if account.live_intents > 1:
        said = f"{account.live_intents} intents can be paid or were: one at most may be"
        found.append(
            Case(tenant=owner.tenant, kind=CaseKind.SEVERAL_INTENTS, subject=owner.subject, detail=said)
        )
    return found


def _sums(sums: dict[str, int]) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in sorted(sums.items())) or "nothing"


def is_live(seen: IntentSeen) -> bool:
    """Has it taken money, or can it still?"""
    return seen.status != "cancelled"


def is_settled(seen: IntentSeen) -> bool:
    """Has Stripe booked it, and so its fee, if money came in?"""
    return seen.charge is None or seen.charge.fee is not None or bool(seen.charge.settled_in)


def taken_in(seen: IntentSeen) -> int:
    """What an intent and all about it have changed of the balance at Stripe in its own currency.

    A refund counts until it fails; a dispute takes the amount until it is won, and its fee for good.
    """
    if seen.charge is None or seen.charge.settled_in:
        return 0
    refunded = sum(refund.amount for refund in seen.refunds if refund.standing != "failed")
    taken = sum(each.fee + (0 if each.outcome == "won" else each.amount) for each in seen.disputes)
    return seen.charge.amount - (seen.charge.fee or 0) - refunded - taken


def transfers_of(payout: PayoutState) -> frozenset[str]:
    """The transfers that a payout knows it has made."""
    done = (each for each in payout.orders.values() if each.does == "transfer" and each.transfer)
    return frozenset(each.transfer for each in done)
