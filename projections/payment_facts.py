"""What a payment is to know of Stripe's objects."""

from collections.abc import Sequence
from typing import Literal

from contracts.payments import (
    METADATA_STEP,
    Dispute,
    DisputeStatus,
    Intent,
    IntentStatus,
    Refund,
    RefundStatus,
)
from domain.payment.terms import ChargeSeen, DisputeSeen, IntentSeen, RefundSeen, RefundStanding

_REFUND = "refund/"
_INTENTS: dict[IntentStatus, Literal["open", "processing", "succeeded", "cancelled"]] = {
    "processing": "processing",
    "succeeded": "succeeded",
    "canceled": "cancelled",
}
_REFUNDS: dict[RefundStatus, RefundStanding] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
_OUTCOMES: dict[DisputeStatus, Literal["won", "lost"]] = {"won": "won", "lost": "lost"}
_INQUIRIES: frozenset[DisputeStatus] = frozenset(
    {"warning_needs_response", "warning_under_review", "warning_closed", "prevented"}
)
"""The bank only asks: no money has been taken."""


def whole_look(intent: Intent, refunds: Sequence[Refund], disputes: Sequence[Dispute]) -> IntentSeen:
    """An intent and all about it, fetched at one time."""
    charge = intent.latest_charge
    return IntentSeen(
        id=intent.id,
        status=_INTENTS.get(intent.status, "open"),
        currency=intent.currency,
        charge=None
        if charge is None
        else ChargeSeen(
            id=charge.id,
            amount=intent.amount_received or charge.amount,
            fee=charge.fee,
            balance_transaction=charge.balance_transaction,
            settled_in=charge.settled_in or "",
        ),
        failure=intent.last_error_code or "",
        decline=intent.decline_code or "",
        refunds=tuple(map(_refund, refunds)),
        disputes=tuple(_dispute(each) for each in disputes if each.status not in _INQUIRIES),
    )


def number_of(refund: Refund) -> int | None:
    """Which of our refunds it is; None: made by hand."""
    step = refund.metadata.get(METADATA_STEP, "")
    number = step.removeprefix(_REFUND)
    return int(number) if step.startswith(_REFUND) and number.isdecimal() else None


def _refund(refund: Refund) -> RefundSeen:
    return RefundSeen(
        id=refund.id,
        amount=refund.amount,
        standing=_REFUNDS[refund.status],
        number=number_of(refund),
        reason=refund.failure_reason or "",
    )


def _dispute(dispute: Dispute) -> DisputeSeen:
    return DisputeSeen(
        id=dispute.id,
        amount=dispute.amount,
        fee=dispute.fee,
        reason=dispute.reason,
        outcome=_OUTCOMES.get(dispute.status),
    )
