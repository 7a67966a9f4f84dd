"""The fold: what each event does to the state of a payment."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from domain.payment import events as e
from domain.payment.state import Asked, Dispute, Intent, Paid, PaymentState, Refund

Changes = dict[str, Any]

MONEY = frozenset(
    {
        e.PaymentSucceeded,
        e.StripeFeeCharged,
        e.SettledElsewhere,
        e.RefundAsked,
        e.RefundIssued,
        e.RefundFailed,
        e.RefundDropped,
        e.DisputeOpened,
        e.DisputeWon,
        e.DisputeLost,
    }
)
"""Events that say something the books must have."""


def initial() -> PaymentState:
    """A payment of which nothing is known."""
    return PaymentState()


def evolve(state: PaymentState, event: e.PaymentEvent) -> PaymentState:
    """The state after one more event."""
    version = state.version + 1
    money = version if type(event) in MONEY else state.money_version
    changes = _CHANGES[type(event)](state, event, version)
    return replace(state, **{"version": version, "money_version": money, **changes})


def fold(events: Iterable[e.PaymentEvent], state: PaymentState | None = None) -> PaymentState:
    """The state after ``events``."""
    state = state or initial()
    for event in events:
        state = evolve(state, event)
    return state


def _requested(state: PaymentState, event: e.PaymentRequested, version: int) -> Changes:
    return {"terms_known": event.terms, "entry_known": event.entry, "requested_at": event.at}


def _followed(state: PaymentState, event: e.EntryFollowed, version: int) -> Changes:
    return {"entry_known": event.entry}


def _called_off(state: PaymentState, event: e.PaymentCalledOff, version: int) -> Changes:
    return {"called_off_at": event.at}


def _created(state: PaymentState, event: e.IntentCreated, version: int) -> Changes:
    return {"intent": Intent(id=event.intent), "failure": ("", "")}


def _refused(state: PaymentState, event: e.IntentRefused, version: int) -> Changes:
    return {"intent_refused": event.code}


def _spent(state: PaymentState, event: e.KeySpent, version: int) -> Changes:
    return {"spent": {**state.spent, event.step: event.attempt + 1}}


def _failed(state: PaymentState, event: e.PaymentFailed, version: int) -> Changes:
    return {"failure": (event.code, event.decline_code)}


def _succeeded(state: PaymentState, event: e.PaymentSucceeded, version: int) -> Changes:
    return {"paid": Paid(charge=event.charge, amount=event.amount, fee=event.fee)}


def _fee(state: PaymentState, event: e.StripeFeeCharged, version: int) -> Changes:
    return {"paid": replace(state.paid, fee=event.fee) if state.paid else None}


def _settled(state: PaymentState, event: e.SettledElsewhere, version: int) -> Changes:
    paid = replace(state.paid, settled_in=event.currency) if state.paid else None
    return {"paid": paid, "elsewhere_since": version}


def _receipt(state: PaymentState, event: e.ReceiptIssued, version: int) -> Changes:
    return {"receipt": True}


def _intent_cancelled(state: PaymentState, event: e.IntentCancelled, version: int) -> Changes:
    """The key it was made with gives it back for ever; another intent needs another."""
    spent = {**state.spent, "intent": state.spent.get("intent", 0) + 1}
    return {"intent": Intent(id=event.intent, cancelled=True), "spent": spent}


def _asked(state: PaymentState, event: e.RefundAsked, version: int) -> Changes:
    asked = Asked(
        number=event.number, amount=event.amount, version=version, asked_at=event.at, reason=event.reason
    )
    return {"asked": {**state.asked, event.number: asked}}


def _issued(state: PaymentState, event: e.RefundIssued, version: int) -> Changes:
    refund = Refund(
        id=event.refund, number=event.number, amount=event.amount, version=version, issued_at=event.at
    )
    return {"refunds": {**state.refunds, refund.id: refund}, "asked": _now(state, event.number, "issued")}


def _completed(state: PaymentState, event: e.RefundCompleted, version: int) -> Changes:
    refund = replace(state.refunds[event.refund], standing="succeeded")
    return {"refunds": {**state.refunds, refund.id: refund}}


def _refund_failed(state: PaymentState, event: e.RefundFailed, version: int) -> Changes:
    refund = replace(state.refunds[event.refund], standing="failed")
    return {"refunds": {**state.refunds, refund.id: refund}, "asked": _now(state, event.number, "failed")}


def _refund_refused(state: PaymentState, event: e.RefundRefused, version: int) -> Changes:
    return {"asked": _now(state, event.number, "refused")}


def _dropped(state: PaymentState, event: e.RefundDropped, version: int) -> Changes:
    return {"asked": _now(state, event.number, "dropped")}


def _now(state: PaymentState, number: int | None, standing: Any) -> dict[int, Asked]:
    if number is None:
        return state.asked
    return {**state.asked, number: replace(state.asked[number], standing=standing)}


def _nothing(state: PaymentState, event: Any, version: int) -> Changes:
    return {}


def _disputed(state: PaymentState, event: e.DisputeOpened, version: int) -> Changes:
    return {"disputes": {**state.disputes, event.dispute: Dispute(id=event.dispute, amount=event.amount)}}


def _won(state: PaymentState, event: e.DisputeWon, version: int) -> Changes:
    won = replace(state.disputes[event.dispute], outcome="won")
    return {"disputes": {**state.disputes, event.dispute: won}}


def _lost(state: PaymentState, event: e.DisputeLost, version: int) -> Changes:
    lost = replace(state.disputes[event.dispute], outcome="lost")
    return {"disputes": {**state.disputes, event.dispute: lost}}


def _booked(state: PaymentState, event: e.BooksKept, version: int) -> Changes:
    return {"booked": event.through}


_CHANGES: dict[type, Callable[[PaymentState, Any, int], Changes]] = {
    e.PaymentRequested: _requested,
    e.EntryFollowed: _followed,
    e.PaymentCalledOff: _called_off,
    e.IntentCreated: _created,
    e.IntentRefused: _refused,
    e.KeySpent: _spent,
    e.PaymentFailed: _failed,
    e.PaymentSucceeded: _succeeded,
    e.StripeFeeCharged: _fee,
    e.SettledElsewhere: _settled,
    e.ReceiptIssued: _receipt,
    e.IntentCancelled: _intent_cancelled,
    e.RefundAsked: _asked,
    e.RefundIssued: _issued,
    e.RefundCompleted: _completed,
    e.RefundFailed: _refund_failed,
    e.RefundRefused: _refund_refused,
    e.RefundDropped: _dropped,
    e.RefundRetried: _nothing,
    e.DisputeOpened: _disputed,
    e.DisputeWon: _won,
    e.DisputeLost: _lost,
    e.BooksKept: _booked,
}
