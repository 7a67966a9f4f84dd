"""What Pavilion and whoever moves its money say to each other: Stripe's objects, cut down to what is used.

Amounts are integers in the currency's minor unit, never floats; currencies are lower-case ISO 4217 codes, as
Stripe writes them. Times are aware, in UTC. Metadata is text to text and always names the step that made the
object (``METADATA_…``), so that it can be found again when an answer was lost.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Metadata = dict[str, str]

METADATA_TENANT = "tenant"
METADATA_PAYMENT = "payment"
"""The id of the payment (or payout) an object belongs to; ``find_intent`` and ``find_transfer`` search by it."""
METADATA_TOURNAMENT = "tournament"
METADATA_STEP = "step"
"""Which step of it: "intent", "refund/1", "transfer/mi"."""

IntentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "canceled",
    "succeeded",
]
RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
PayoutStatus = Literal["pending", "in_transit", "paid", "failed", "canceled"]
DisputeStatus = Literal[
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
    "needs_response",
    "under_review",
    "won",
    "lost",
    "prevented",
]
Capability = Literal["active", "inactive", "pending"]


# --- money from a card -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One attempt to take money that succeeded. ``fee`` is Stripe's; None with ``balance_transaction`` until
    Stripe has booked it. ``amount_refunded``: by whomever, the dashboard included. ``settled_in``: the currency
    that Stripe has booked it in, where that is another; what ``fee`` it took is then None, too."""

    id: str
    amount: int
    amount_refunded: int = 0
    fee: int | None = None
    balance_transaction: str | None = None
    disputed: bool = False
    settled_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A payment as Stripe has it. ``client_secret`` is for the payer's browser only: never stored or logged,
    and left out of what prints it. ``last_error_code`` and ``decline_code``: why the last attempt failed."""

    id: str
    status: IntentStatus
    amount: int
    currency: str
    created: datetime
    amount_received: int = 0
    client_secret: str | None = field(default=None, repr=False)
    latest_charge: Charge | None = None
    last_error_code: str | None = None
    decline_code: str | None = None
    metadata: Metadata = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    id: str
    intent: str
    amount: int
    currency: str
    status: RefundStatus
    created: datetime
    failure_reason: str | None = None
    balance_transaction: str | None = None
    metadata: Metadata = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A payer's bank takes the money back, for good when ``lost``. ``fee``: what Stripe takes for it."""

    id: str
    charge: str
    intent: str | None
    amount: int
    currency: str
    status: DisputeStatus
    reason: str
    created: datetime
    fee: int = 0
    metadata: Metadata = field(default_factory=dict[str, str])


# --- money to payees ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedAccount:
    """Whom money can be sent to. ``capabilities``: "transfers", "card_payments" to their state.
    ``requirements_due``: what Stripe still wants to know (field names). ``closed``: rejected or deleted."""

    id: str
    capabilities: dict[str, Capability] = field(default_factory=dict[str, Capability])
    payouts_enabled: bool = False
    details_submitted: bool = False
    requirements_due: tuple[str, ...] = ()
    closed: bool = False
    metadata: Metadata = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """From our balance to an account's."""

    id: str
    amount: int
    currency: str
    account: str
    created: datetime
    amount_reversed: int = 0
    group: str | None = None
    balance_transaction: str | None = None
    metadata: Metadata = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A transfer, or part of it, taken back."""

    id: str
    transfer: str
    amount: int
    currency: str
    created: datetime
    metadata: Metadata = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """From a balance to a bank. ``account`` None: ours."""

    id: str
    amount: int
    currency: str
    status: PayoutStatus
    created: datetime
    account: str | None = None
    failure_code: str | None = None
    metadata: Metadata = field(default_factory=dict[str, str])


# --- what happened -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTransaction:
    """A line of our balance at Stripe. ``net`` = ``amount`` - ``fee``; all are signed, money out is negative.
    ``source``: the charge, refund, transfer, dispute … it is about."""

    id: str
    type: str
    amount: int
    fee: int
    net: int
    currency: str
    created: datetime
    source: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """Something happened to an object. Only a hint: late, twice or out of order, so the object is fetched anew.

    ``data`` is the object as it was then; ``account`` whose it is (Connect), None: ours.
    """

    id: str
    type: str
    created: datetime
    object_id: str
    object_type: str
    data: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list. ``after`` is the id of the last object of the page before."""

    after: str | None = None
    limit: int = 100
