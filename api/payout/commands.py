"""The commands of a payout as operations: one row each.

A command of the domain needs its row here and its roles in ``api/permissions.py``, or stands in BY_ITSELF.
"""

from api.wire import WireRow
from domain.payout import commands as c

BY_ITSELF = frozenset(
    {
        c.ProposePayout,
        c.HearOfDisputes,
        c.HearOfDebts,
        c.HearOfAccounts,
        c.BeginTransfer,
        c.ObserveTransfer,
        c.ObserveReversal,
        c.ObserveReturn,
        c.NoteOrderRefused,
        c.NoteKeySpent,
        c.NoteBooked,
    }
)
"""What follows from the tournament, from Stripe or from the books; nobody sends it."""

COMMANDS: tuple[WireRow, ...] = (
    WireRow(
        operation="approve_payout",
        command=c.ApprovePayout,
        path=":approve",
        summary="Approve the prize money",
        example={"revision": 1},
        caller="person",
    ),
    WireRow(
        operation="retry_payout",
        command=c.RetryOrders,
        path=":retry",
        summary="Try transfers again that were refused",
        caller="person",
    ),
)
