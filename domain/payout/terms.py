"""What a payout is about, and what it hears from the tournament, the books and Stripe."""

from dataclasses import dataclass
from uuid import UUID

from domain.clock import REAL, Clock
from domain.money.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a team has won, or the organiser gets (rank 0). ``payee`` is the id by which the account at Stripe is
    known: a team's is its own."""

    payee: str
    name: str
    rank: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """A pool shared out: the shares and what the league keeps of it add up to ``pool``.

    Beside it, what the entry fees leave: ``application_fee`` is the platform's part of them, and ``organiser``
    gets the rest.
    """

    pool: Money
    shares: tuple[Share, ...]
    kept: Money
    application_fee: Money | None = None
    organiser: Share | None = None

    @property
    def everybody(self) -> tuple[Share, ...]:
        """All that is to be paid, the organiser last."""
        return self.shares if self.organiser is None else (*self.shares, self.organiser)

    @property
    def by_payee(self) -> dict[str, Share]:
        return {share.payee: share for share in self.everybody}


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What a team owes the tournament by its books: a lost dispute, say."""

    payee: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutTerms:
    """Pinned when the payout is proposed. Above ``two_approve_above`` two people must approve it; None: one is
    enough for any sum. ``organiser``: the payee who gets what the fees leave, "" for nobody."""

    tournament: UUID
    tournament_name: str
    currency: str
    organiser: str = ""
    two_approve_above: Money | None = None
    clock: Clock = REAL
