"""What a payment is about, and what it hears from the tournament and from Stripe."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from domain.clock import REAL, Clock
from domain.money.money import Money
from domain.money.refund_policy import RefundPolicy

NOTHING_BACK = RefundPolicy()
"""Who withdraws gets nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Pinned when the payment is requested. ``number`` is the entry's; a team that enters again has another."""

    tournament: UUID
    tournament_name: str
    team: str
    team_name: str
    number: int
    fee: Money
    policy: RefundPolicy = NOTHING_BACK
    clock: Clock = REAL


class Standing(StrEnum):
    """What has become of the place the fee is for; the tournament decides."""

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    OUT = "out"


class GivesBack(StrEnum):
    """What goes back to a team whose place is gone."""

    ALL = "all"
    BY_POLICY = "by policy"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """Where the entry stands in the tournament's stream at ``version``. Older news never undoes newer.

    ``reserved_until``: a place not paid for by then is given to the next. ``left_at`` and ``reason`` of an
    entry that is out. ``closed``: the tournament has started, and nobody can withdraw for money any more.
    """

    version: int
    standing: Standing
    reserved_until: datetime | None = None
    gives_back: GivesBack = GivesBack.NOTHING
    left_at: datetime | None = None
    reason: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSeen:
    """A charge that succeeded. ``fee`` is Stripe's, None until it is booked there, or if that was in another
    currency: ``settled_in``."""

    id: str
    amount: int
    fee: int | None = None
    balance_transaction: str | None = None
    settled_in: str = ""


RefundStanding = Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSeen:
    """A refund as Stripe has it. ``number``: which of ours it is; None: made by hand in the dashboard."""

    id: str
    amount: int
    standing: RefundStanding
    number: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSeen:
    """Money the payer's bank has taken back; ``outcome`` None while it is open."""

    id: str
    amount: int
    fee: int = 0
    reason: str = ""
    outcome: Literal["won", "lost"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentSeen:
    """The intent and all about it as Stripe had it when it was fetched: a whole look, which may be an old one."""

    id: str
    status: Literal["open", "processing", "succeeded", "cancelled"]
    currency: str
    charge: ChargeSeen | None = None
    failure: str = ""
    """Why the last attempt failed: "card_declined"."""
    decline: str = ""
    """The bank's reason: "insufficient_funds"."""
    refunds: tuple[RefundSeen, ...] = ()
    disputes: tuple[DisputeSeen, ...] = ()
