"""The fold: what each event does to the state of a payout."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from domain.payout import events as e
from domain.payout.state import Order, PayoutState

Changes = dict[str, Any]

MONEY = frozenset({e.PayoutProposed, e.PayoutRevised, e.PayoutSent, e.PayoutReversed})
"""Events that say something the books must have."""


def initial() -> PayoutState:
    """A payout of which nothing is known."""
    return PayoutState()


def evolve(state: PayoutState, event: e.PayoutEvent) -> PayoutState:
    """The state after one more event."""
    version = state.version + 1
    money = version if type(event) in MONEY else state.money_version
    changes = _CHANGES[type(event)](state, event)
    return replace(state, **{"version": version, "money_version": money, **changes})


def fold(events: Iterable[e.PayoutEvent], state: PayoutState | None = None) -> PayoutState:
    """The state after ``events``."""
    state = state or initial()
    for event in events:
        state = evolve(state, event)
    return state


def _proposed(state: PayoutState, event: e.PayoutProposed) -> Changes:
    return {
        "terms_known": event.terms,
        "shares_known": event.shares,
        "proposed_at": event.at,
        "revision": 1,
    }


def _revised(state: PayoutState, event: e.PayoutRevised) -> Changes:
    return {"shares_known": event.shares, "approved_by": (), "revision": state.revision + 1}


def _approved(state: PayoutState, event: e.PayoutApproved) -> Changes:
    return {"approved_by": (*state.approved_by, event.person)}


def _disputes(state: PayoutState, event: e.DisputesHeard) -> Changes:
    return {"held": event.held}


def _ordered(state: PayoutState, event: e.TransferOrdered | e.ReversalOrdered) -> Changes:
    reversal = isinstance(event, e.ReversalOrdered)
    order = Order(
        number=event.number,
        payee=event.payee,
        amount=event.amount,
        does="reversal" if reversal else "transfer",
        ordered_at=event.at,
        transfer=event.transfer if reversal else "",
    )
    return {"orders": {**state.orders, event.number: order}}


def _sent(state: PayoutState, event: e.PayoutSent) -> Changes:
    return _order(state, event.number, standing="done", transfer=event.transfer)


def _reversed(state: PayoutState, event: e.PayoutReversed) -> Changes:
    return _order(state, event.number, standing="done")


def _refused(state: PayoutState, event: e.OrderRefused) -> Changes:
    return _order(state, event.number, standing="refused", refusal=event.code)


def _retried(state: PayoutState, event: e.OrdersRetried) -> Changes:
    dropped = {number: replace(state.orders[number], standing="dropped") for number in event.numbers}
    return {"orders": {**state.orders, **dropped}}


def _order(state: PayoutState, number: int, **changes: Any) -> Changes:
    return {"orders": {**state.orders, number: replace(state.orders[number], **changes)}}


def _spent(state: PayoutState, event: e.KeySpent) -> Changes:
    return {"spent": {**state.spent, event.step: event.attempt + 1}}


def _booked(state: PayoutState, event: e.BooksKept) -> Changes:
    return {"booked": event.through}


_CHANGES: dict[type, Callable[[PayoutState, Any], Changes]] = {
    e.PayoutProposed: _proposed,
    e.PayoutRevised: _revised,
    e.PayoutApproved: _approved,
    e.DisputesHeard: _disputes,
    e.TransferOrdered: _ordered,
    e.PayoutSent: _sent,
    e.ReversalOrdered: _ordered,
    e.PayoutReversed: _reversed,
    e.OrderRefused: _refused,
    e.OrdersRetried: _retried,
    e.KeySpent: _spent,
    e.BooksKept: _booked,
}
