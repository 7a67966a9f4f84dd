"""The state of a payout: what folding its events gives. The phase is read off what is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.clock import REAL, Clock
from domain.match.errors import CommandRefused
from domain.money.money import Money, total, zero
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


ACCOUNT_FAULTS = frozenset({"payee_missing", "account_closed", "account_not_ready"})
"""Why nothing can be sent to a payee as long as it does nothing about it."""
DONE = frozenset({"done", "returned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What Stripe is to do. ``transfer`` is the transfer's id: of one made, or of that to be reversed;
    ``reversal`` that of a reversal. ``returned``: taken back there by somebody who was not asked to. ``begun``: a
    transfer that Stripe may have made by now."""

    number: int
    payee: str
    amount: Money
    does: Literal["transfer", "reversal"]
    ordered_at: datetime
    transfer: str = ""
    standing: Literal["ordered", "done", "refused", "dropped", "returned"] = "ordered"
    refusal: str = ""
    reversal: str = ""
    begun: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutState:
    """``revision`` counts the proposals, from 1. ``approved_by``: who agreed to the last. ``held``: what banks
    hold back, None while nobody has looked. ``set_off``: debts that were kept back, by payee. ``booked``: money
    facts up to this version stand in the books; ``debts_version``: the last one that changed a debt."""

    version: int = 0
    terms_known: PayoutTerms | None = None
    shares_known: Shares | None = None
    proposed_at: datetime | None = None
    revision: int = 0
    approved_by: tuple[str, ...] = ()
    held: Money | None = None
    set_off: dict[str, Money] = field(default_factory=dict[str, Money])
    orders: dict[int, Order] = field(default_factory=dict[int, Order])
    spent: dict[str, int] = field(default_factory=dict[str, int])
    money_version: int = 0
    booked: int = 0
    debts_version: int = 0

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
    def returned(self) -> tuple[Order, ...]:
        return tuple(order for order in self.orders.values() if order.standing == "returned")

    @property
    def stuck(self) -> tuple[Order, ...]:
        """Orders at which somebody must look."""
        return (*self.refused, *self.returned)

    @property
    def unready(self) -> tuple[Order, ...]:
        """Refused because the payee had no account that could be paid."""
        return tuple(order for order in self.refused if order.refusal in ACCOUNT_FAULTS)

    @property
    def watched(self) -> bool:
        """Something is expected of banks, or of payees."""
        return self.terms_known is not None and (self.blocked or bool(self.unready))

    @property
    def phase(self) -> Phase:
        if self.terms_known is None:
            return Phase.NOT_PROPOSED
        if not self.approved:
            return Phase.AWAITING_APPROVAL
        if self.under_way:
            return Phase.BLOCKED if self.blocked else Phase.PAYING
        if self.stuck:
            return Phase.STUCK
        return Phase.PAID

    def paid_to(self, payee: str) -> Money:
        """What was sent to a payee: transferred and not taken back."""
        done = [order for order in self.orders.values() if order.payee == payee and order.standing in DONE]
        sent = self._sum(order.amount for order in done if order.does == "transfer")
        return sent - self._sum(order.amount for order in done if order.does == "reversal")

    def has(self, payee: str) -> Money:
        """What a payee has of its share: sent to it, or kept back for a debt."""
        return self.paid_to(payee) + self.set_off.get(payee, zero(self.terms.currency))

    def unsent(self, payee: str) -> Money:
        """What of a payee's prize can still be kept back: neither sent nor on its way. Negative: it has too much."""
        won = self._sum(share.amount for share in self.shares.shares if share.payee == payee)
        begun = (order.amount for order in self.under_way if order.payee == payee and order.begun)
        return won - self.has(payee) - self._sum(begun)

    def left_of(self, transfer: str) -> Money:
        """What is left of a transfer."""
        done = [order for order in self.orders.values() if order.transfer == transfer]
        sent = self._sum(o.amount for o in done if o.does == "transfer")
        return sent - self._sum(o.amount for o in done if o.does == "reversal" and o.standing in DONE)

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return total(amounts, self.terms.currency)
