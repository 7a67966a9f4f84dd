"""The fold: what each event does to the state of a payout."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from domain.money.money import zero
from domain.payout import events as e
from domain.payout.state import Order, PayoutState

Changes = dict[str, Any]

MONEY = frozenset(
    {e.PayoutProposed, e.PayoutRevised, e.PayoutSent, e.PayoutReversed, e.DebtSetOff, e.PayoutCameBack}
)
"""Events that say something the books must have."""


DEBTS = frozenset({e.PayoutRevised, e.DebtSetOff, e.PayoutReversed, e.PayoutCameBack})
"""Events after whose booking a debt is another."""


def initial() -> PayoutState:
    """A payout of which nothing is known."""
    return PayoutState()


def evolve(state: PayoutState, event: e.PayoutEvent) -> PayoutState:
    """The state after one more event."""
    version = state.version + 1
    kept = {
        "version": version,
        "money_version": version if type(event) in MONEY else state.money_version,
        "debts_version": version if type(event) in DEBTS else state.debts_version,
    }
    return replace(state, **{**kept, **_CHANGES[type(event)](state, event)})


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


def _set_off(state: PayoutState, event: e.DebtSetOff) -> Changes:
    before = state.set_off.get(event.payee, zero(event.amount.currency))
    kept_back = {"set_off": {**state.set_off, event.payee: before + event.amount}}
    if state.approved:
        return kept_back
    return {**kept_back, "approved_by": (), "revision": state.revision + 1}


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


def _begun(state: PayoutState, event: e.TransferBegun) -> Changes:
    return _order(state, event.number, begun=True)


def _withdrawn(state: PayoutState, event: e.TransferWithdrawn) -> Changes:
    return _order(state, event.number, standing="dropped")


def _sent(state: PayoutState, event: e.PayoutSent) -> Changes:
    return _order(state, event.number, standing="done", transfer=event.transfer)


def _reversed(state: PayoutState, event: e.PayoutReversed) -> Changes:
    return _order(state, event.number, standing="done", reversal=event.reversal)


def _came_back(state: PayoutState, event: e.PayoutCameBack) -> Changes:
    order = Order(
        number=event.number,
        payee=event.payee,
        amount=event.amount,
        does="reversal",
        ordered_at=event.at,
        transfer=event.transfer,
        standing="returned" if event.amount > event.of_debt else "done",
        reversal=event.reversal,
    )
    return {"orders": {**state.orders, event.number: order}}


def _refused(state: PayoutState, event: e.OrderRefused) -> Changes:
    return _order(state, event.number, standing="refused", refusal=event.code)


def _retried(state: PayoutState, event: e.OrdersRetried) -> Changes:
    """What came back stays so; only nobody has to look at it any more."""
    looked_at = {number: _looked_at(state.orders[number]) for number in event.numbers}
    return {"orders": {**state.orders, **looked_at}}


def _looked_at(order: Order) -> Order:
    return replace(order, standing="done" if order.standing == "returned" else "dropped")


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
    e.DebtSetOff: _set_off,
    e.TransferOrdered: _ordered,
    e.TransferBegun: _begun,
    e.TransferWithdrawn: _withdrawn,
    e.PayoutSent: _sent,
    e.ReversalOrdered: _ordered,
    e.PayoutReversed: _reversed,
    e.PayoutCameBack: _came_back,
    e.OrderRefused: _refused,
    e.OrdersRetried: _retried,
    e.KeySpent: _spent,
    e.BooksKept: _booked,
}
