"""The commands of a payment as operations: one row each.

A command of the domain needs its row here and its roles in ``api/permissions.py``, or stands in BY_ITSELF.
"""

from api.wire import WireRow
from domain.payment import commands as c

BY_ITSELF = frozenset(
    {
        c.RequestPayment,
        c.HearOfEntry,
        c.ObserveIntent,
        c.NoteIntentRefused,
        c.NoteRefundRefused,
        c.NoteKeySpent,
        c.NoteBooked,
    }
)
"""What follows from the tournament, from Stripe or from the books; nobody sends it."""

COMMANDS: tuple[WireRow, ...] = (
    WireRow(
        operation="retry_refund",
        command=c.RetryRefund,
        path="/refunds:retry",
        summary="Try a refund again that was refused or has failed",
        caller="person",
    ),
    WireRow(
        operation="call_off_payment",
        command=c.CallOffPayment,
        path=":call-off",
        summary="Take no money for an entry, and give back what came in",
        example={"reason": "entered by mistake"},
    ),
)
