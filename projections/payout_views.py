"""A payout as the API shows it."""

from typing import Any

from domain.money.money import Money, zero
from domain.payout.state import Order, PayoutState


def payout(state: PayoutState) -> dict[str, Any]:
    """The shares, what of them is paid, who approved, and what Stripe was asked to do."""
    terms, shares, organiser = state.terms, state.shares, state.shares.organiser
    return {
        "tournament": {"id": terms.tournament, "name": terms.tournament_name},
        "status": state.phase.value,
        "revision": state.revision,
        "pool": _money(shares.pool),
        "kept": _money(shares.kept),
        "approvals": {"needed": state.approvals_needed, "given_by": state.approved_by},
        "held_by_disputes": None if state.held is None else _money(state.held),
        "shares": [
            {
                "payee": share.payee,
                "name": share.name,
                "rank": share.rank,
                "won": _money(share.amount),
                "set_off": _money(state.set_off.get(share.payee, zero(terms.currency))),
                "paid": _money(state.paid_to(share.payee)),
            }
            for share in shares.shares
        ],
        "organiser": None
        if organiser is None
        else {
            "payee": organiser.payee,
            "due": _money(organiser.amount),
            "paid": _money(state.paid_to(organiser.payee)),
        },
        "application_fee": None if shares.application_fee is None else _money(shares.application_fee),
        "orders": [_order(order) for order in state.orders.values()],
        "version": state.version,
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "does": order.does,
        "payee": order.payee,
        "amount": _money(order.amount),
        "status": order.standing,
        "code": order.refusal or None,
        "ordered_at": order.ordered_at,
    }


def _money(money: Money) -> dict[str, Any]:
    return {"amount": money.amount, "currency": money.currency}
