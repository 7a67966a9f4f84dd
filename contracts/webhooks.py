"""What Stripe's webhooks tell, cut down to what an event is about.

What it says is not kept: the object is fetched anew, so nothing depends on the order in which events come, and
no payer's name, address or card lies in a table that no league owns.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts.payments import Metadata

EVENTS = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.updated",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "transfer.created",
    "transfer.reversed",
    "transfer.updated",
)
"""What an endpoint at Stripe subscribes to: what says nothing new (that an intent was created, that the charge of one
that succeeded did, too) costs a look at Stripe each time."""
CONNECT_EVENTS = (
    "account.updated",
    "capability.updated",
    "account.application.deauthorized",
    "payout.failed",
    "payout.paid",
)
"""The same of connected accounts."""

Outcome = Literal["told", "unknown"]
"""``told``: a workflow was told to look. ``unknown``: it is about nothing of ours; kept, so that it can be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """``intent``: the payment intent it concerns. ``account``: whose object it is (Connect); None: ours.

    ``metadata`` only of the names that ``contracts.payments`` gives. Both ids of the object are None where the
    event has no object of its own (a balance).
    """

    id: str
    type: str
    created_at: datetime
    live: bool
    object_id: str | None = None
    object_type: str | None = None
    intent: str | None = None
    account: str | None = None
    metadata: Metadata = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEvent:
    """An event of the inbox that was not handled yet. ``attempts`` counts this one, too."""

    event: WebhookEvent
    attempts: int
    received_at: datetime
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingEvent:
    """An event that could not be handled so far, and is tried again at ``due_at``."""

    event_id: str
    type: str
    created_at: datetime
    object_id: str | None
    object_type: str | None
    received_at: datetime
    due_at: datetime
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxStanding:
    """How the inbox is: events not handled, those of them that have failed, and since when the oldest waits."""

    waiting: int
    failing: int
    oldest_received_at: datetime | None
