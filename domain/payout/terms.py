"""What a payout is about, and what it hears from the tournament, the books and Stripe."""

from dataclasses import dataclass
from uuid import UUID

from domain.clock import REAL, Clock
from domain.money.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a team has won. ``payee`` is its id, by which its account at Stripe is known."""

    payee: str
    name: str
    rank: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """A pool shared out: the shares and what the league keeps add up to ``pool``."""

    pool: Money
    shares: tuple[Share, ...]
    kept: Money

    @property
    def by_payee(self) -> dict[str, Share]:
        return {share.payee: share for share in self.shares}


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What a team owes the tournament by its books: a lost dispute, say."""

    payee: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutTerms:
    """Pinned when the payout is proposed. Above ``two_approve_above`` two people must approve it; None: one is
    enough for any sum."""

    tournament: UUID
    tournament_name: str
    currency: str
    two_approve_above: Money | None = None
    clock: Clock = REAL
