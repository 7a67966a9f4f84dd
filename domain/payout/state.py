"""The state of a payout: what folding its events gives. The phase is read off what is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.clock import REAL, Clock
from domain.match.errors import CommandRefused
from domain.money.money import Money, total
from domain.payout.terms import PayoutTerms, Shares


class Phase(StrEnum):
    """Where a payout is."""

    NOT_PROPOSED = "not proposed"
    AWAITING_APPROVAL = "awaiting approval"
    BLOCKED = "blocked"
    """A dispute is open: nothing is sent until it is decided."""
    PAYING = "paying"
    STUCK = "stuck"
    """An order was refused: somebody must look."""
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What Stripe is to do. ``transfer`` is the transfer's id: of one made, or of that to be reversed."""

    number: int
    payee: str
    amount: Money
    does: Literal["transfer", "reversal"]
    ordered_at: datetime
    transfer: str = ""
    standing: Literal["ordered", "done", "refused", "dropped"] = "ordered"
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutState:
    """``revision`` counts the proposals, from 1. ``approved_by``: who agreed to the last. ``held``: what banks
    hold back, None while nobody has looked. ``booked``: money facts up to this version stand in the books."""

    version: int = 0
    terms_known: PayoutTerms | None = None
    shares_known: Shares | None = None
    proposed_at: datetime | None = None
    revision: int = 0
    approved_by: tuple[str, ...] = ()
    held: Money | None = None
    orders: dict[int, Order] = field(default_factory=dict[int, Order])
    spent: dict[str, int] = field(default_factory=dict[str, int])
    money_version: int = 0
    booked: int = 0

    @property
    def terms(self) -> PayoutTerms:
        """What it is about; there are some as soon as it is proposed."""
        if self.terms_known is None:
            raise CommandRefused("payout_not_found", "there is no such payout")
        return self.terms_known

    @property
    def shares(self) -> Shares:
        """How the pool is shared out."""
        if self.shares_known is None:
            raise CommandRefused("payout_not_found", "there is no such payout")
        return self.shares_known

    @property
    def clock(self) -> Clock:
        return self.terms_known.clock if self.terms_known else REAL

    @property
    def approvals_needed(self) -> int:
        limit = self.terms.two_approve_above
        paid_out = self._sum(share.amount for share in self.shares.everybody)
        return 2 if limit is not None and paid_out > limit else 1

    @property
    def approved(self) -> bool:
        return len(self.approved_by) >= self.approvals_needed

    @property
    def blocked(self) -> bool:
        """Banks hold money back, or nobody has looked whether they do."""
        return self.held is None or bool(self.held)

    @property
    def under_way(self) -> tuple[Order, ...]:
        return tuple(order for order in self.orders.values() if order.standing == "ordered")

    @property
    def refused(self) -> tuple[Order, ...]:
        return tuple(order for order in self.orders.values() if order.standing == "refused")

    @property
    def watched(self) -> bool:
        """Something is expected of banks."""
        return self.terms_known is not None and self.blocked

    @property
    def phase(self) -> Phase:
        if self.terms_known is None:
            return Phase.NOT_PROPOSED
        if not self.approved:
            return Phase.AWAITING_APPROVAL
        if self.under_way:
            return Phase.BLOCKED if self.blocked else Phase.PAYING
        if self.refused:
            return Phase.STUCK
        return Phase.PAID

    def paid_to(self, payee: str) -> Money:
        """What a payee has of it: transferred and not taken back."""
        done = [order for order in self.orders.values() if order.payee == payee and order.standing == "done"]
        sent = self._sum(order.amount for order in done if order.does == "transfer")
        return sent - self._sum(order.amount for order in done if order.does == "reversal")

    def left_of(self, transfer: str) -> Money:
        """What is left of a transfer."""
        done = [order for order in self.orders.values() if order.transfer == transfer]
        sent = self._sum(o.amount for o in done if o.does == "transfer")
        return sent - self._sum(o.amount for o in done if o.does == "reversal" and o.standing == "done")

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return total(amounts, self.terms.currency)
