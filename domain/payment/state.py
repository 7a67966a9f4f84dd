"""The state of a payment: what folding its events gives. The phase is read off what is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.clock import REAL, Clock
from domain.match.errors import CommandRefused
from domain.money.money import Money, total
from domain.payment.terms import EntryFacts, RefundStanding, Standing, Terms


class Phase(StrEnum):
    """Where a payment is. ``FINAL`` ones last unless the tournament, a bank or somebody at Stripe says more."""

    NOT_REQUESTED = "not requested"
    REQUESTED = "requested"
    AWAITING_PAYMENT = "awaiting payment"
    REFUSED = "refused"
    """Stripe will not take it: the place falls to the next when its time is over."""
    PAID = "paid"
    """The money is in, and the tournament has not said yet whose the place is."""
    CONFIRMED = "confirmed"
    CANCELLING = "cancelling"
    REFUNDING = "refunding"
    REFUND_STUCK = "refund stuck"
    """Refused or failed: somebody must look."""
    DISPUTED = "disputed"
    CANCELLED = "cancelled"
    WAIVED = "waived"
    """The organiser confirmed the entry without the fee."""
    REFUNDED = "refunded"
    """What was owed was given back, all of it or a part."""
    KEPT = "kept"
    """Paid, the team is out, and nothing goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Stripe's offer to pay; at most one is not cancelled."""

    id: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """``settled_in``: the currency that Stripe has booked it in, where that is another; then nothing is known of a
    fee."""

    charge: str
    amount: Money
    fee: Money | None = None
    settled_in: str = ""

    @property
    def fee_expected(self) -> bool:
        return self.fee is None and not self.settled_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A refund that was decided. ``issued``: Stripe has made it; ``refused`` and ``failed`` ones gave nothing."""

    number: int
    amount: Money
    version: int
    asked_at: datetime
    reason: str = ""
    standing: Literal["asked", "issued", "refused", "failed", "dropped"] = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund at Stripe. ``number`` None: made by hand. ``version``: of its RefundIssued."""

    id: str
    number: int | None
    amount: Money
    version: int
    issued_at: datetime
    standing: RefundStanding = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    id: str
    amount: Money
    outcome: Literal["won", "lost"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentState:
    """``booked``: money facts up to this version stand in the books; ``money_version``: the last there is.
    ``spent``: how many idempotency keys of a step are of no use any more. ``elsewhere_since``: the version at which
    it was known that Stripe has the money in another currency; 0: it has not."""

    version: int = 0
    terms_known: Terms | None = None
    requested_at: datetime | None = None
    entry_known: EntryFacts | None = None
    intent: Intent | None = None
    intent_refused: str = ""
    failure: tuple[str, str] = ("", "")
    paid: Paid | None = None
    receipt: bool = False
    called_off_at: datetime | None = None
    asked: dict[int, Asked] = field(default_factory=dict[int, Asked])
    refunds: dict[str, Refund] = field(default_factory=dict[str, Refund])
    disputes: dict[str, Dispute] = field(default_factory=dict[str, Dispute])
    spent: dict[str, int] = field(default_factory=dict[str, int])
    money_version: int = 0
    booked: int = 0
    elsewhere_since: int = 0

    @property
    def terms(self) -> Terms:
        """What it is about; there are some as soon as it is requested."""
        if self.terms_known is None:
            raise CommandRefused("payment_not_found", "there is no such payment")
        return self.terms_known

    @property
    def entry(self) -> EntryFacts:
        """Where the entry stands."""
        if self.entry_known is None:
            raise CommandRefused("payment_not_found", "there is no such payment")
        return self.entry_known

    @property
    def clock(self) -> Clock:
        return self.terms_known.clock if self.terms_known else REAL

    @property
    def ended(self) -> bool:
        """The team has no place any more, or is to have none."""
        return self.entry.standing is Standing.OUT or self.called_off_at is not None

    @property
    def waived(self) -> bool:
        return self.paid is None and self.entry.standing is Standing.CONFIRMED

    @property
    def intent_open(self) -> bool:
        """Money may still come in."""
        return self.intent is not None and not self.intent.cancelled and self.paid is None

    @property
    def given_back(self) -> Money:
        """What has left us, or is about to: refunds of ours and others', and what banks have taken."""
        ours = (one.amount for one in self.asked.values() if one.standing in ("asked", "issued"))
        return self._sum([*ours, *self._by_hand(), *self._taken()])

    @property
    def stuck(self) -> tuple[Asked, ...]:
        """Refunds that gave nothing back and at which somebody must look."""
        return tuple(one for one in self.asked.values() if one.standing in ("refused", "failed"))

    @property
    def disputed(self) -> bool:
        return any(one.outcome is None for one in self.disputes.values())

    @property
    def under_way(self) -> bool:
        """A refund is being made or has not reached the bank."""
        unmade = any(one.standing == "asked" for one in self.asked.values())
        return unmade or any(one.standing == "pending" for one in self.refunds.values())

    @property
    def watched(self) -> bool:
        """Something is expected from Stripe."""
        fee_unknown = self.paid is not None and self.paid.fee_expected
        return self.intent_open or self.under_way or self.disputed or fee_unknown

    @property
    def phase(self) -> Phase:
        if self.terms_known is None:
            return Phase.NOT_REQUESTED
        return self._unpaid_phase() if self.paid is None else self._paid_phase()

    def _unpaid_phase(self) -> Phase:
        if self.ended or self.waived:
            if self.intent_open or (self.intent is None and not self.intent_refused):
                return Phase.CANCELLING
            return Phase.WAIVED if self.waived else Phase.CANCELLED
        if self.intent_refused:
            return Phase.REFUSED
        return Phase.AWAITING_PAYMENT if self.intent_open else Phase.REQUESTED

    def _paid_phase(self) -> Phase:
        if self.disputed:
            return Phase.DISPUTED
        if self.stuck:
            return Phase.REFUND_STUCK
        if self.under_way:
            return Phase.REFUNDING
        if self.ended:
            return Phase.REFUNDED if self.given_back else Phase.KEPT
        return Phase.CONFIRMED if self.entry.standing is Standing.CONFIRMED else Phase.PAID

    def _by_hand(self) -> Iterable[Money]:
        return (r.amount for r in self.refunds.values() if r.number is None and r.standing != "failed")

    def _taken(self) -> Iterable[Money]:
        return (one.amount for one in self.disputes.values() if one.outcome != "won")

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return total(amounts, self.terms.fee.currency)


FINAL = frozenset({Phase.CANCELLED, Phase.WAIVED, Phase.REFUNDED, Phase.KEPT})
