"""What is shown of a payment and of its refunds. Sums are whole numbers of the currency's minor unit."""

from collections.abc import Mapping
from typing import Any

from domain.money.money import Money
from domain.payment.state import Asked, PaymentState, Refund

Json = dict[str, Any]

_STATUS = {
    "asked": "asked",
    "issued": "pending",
    "refused": "refused",
    "failed": "failed",
    "dropped": "dropped",
}
"""Of a refund that was decided, as long as there is none at Stripe that says more."""


def amount(money: Money) -> Json:
    """₹2,500 is ``{"amount": 250000, "currency": "inr"}``."""
    return {"amount": money.amount, "currency": money.currency}


def payment(state: PaymentState, id_: Any) -> Json:
    """Whose it is, where it stands, what was paid and given back, and what is in its way.

    ``pay_until``: the place is kept so long. ``failure``: of the last attempt, where none has succeeded yet.
    """
    terms, entry, paid = state.terms, state.entry, state.paid
    failed = paid is None and any(state.failure)
    return {
        "id": id_,
        "status": state.phase.value,
        "tournament": {"id": terms.tournament, "name": terms.tournament_name},
        "team": {"id": terms.team, "name": terms.team_name},
        "entry_number": terms.number,
        "fee": amount(terms.fee),
        "paid": amount(paid.amount) if paid else None,
        "stripe_fee": amount(paid.fee) if paid and paid.fee else None,
        "given_back": amount(state.given_back),
        "requested_at": state.requested_at,
        "pay_until": None if paid or state.ended else entry.reserved_until,
        "failure": {"code": state.failure[0], "decline_code": state.failure[1] or None} if failed else None,
        "reason": entry.reason or None,
        "receipt": state.receipt,
        "intent": state.intent.id if state.intent else None,
        "charge": paid.charge if paid else None,
        "disputes": [
            {"id": one.id, "amount": amount(one.amount), "status": one.outcome or "open"}
            for one in state.disputes.values()
        ],
        "version": state.version,
    }


def refunds(state: PaymentState, id_: Any) -> Mapping[str, Json]:
    """The refunds of a payment by their names, in the order they were decided or seen: "1", "2" for those decided
    here, the id at Stripe for those that somebody made there."""
    made = {one.number: one for one in state.refunds.values() if one.number is not None}
    by_hand = [one for one in state.refunds.values() if one.number is None]
    rows = [
        (one.version, str(one.number), _decided(one, made.get(one.number))) for one in state.asked.values()
    ]
    rows += [(one.version, one.id, _made_by_hand(one)) for one in by_hand]
    about = {"payment": id_, "tournament": state.terms.tournament, "team": state.terms.team}
    return {
        name: {"id": f"{id_}/{name}", **about, **row} for _, name, row in sorted(rows, key=lambda row: row[0])
    }


def _decided(asked: Asked, refund: Refund | None) -> Json:
    return {
        "number": asked.number,
        "status": refund.standing if refund and asked.standing == "issued" else _STATUS[asked.standing],
        "amount": amount(asked.amount),
        "reason": asked.reason,
        "at": asked.asked_at,
        "stripe_refund": refund.id if refund else None,
        "version": asked.version,
    }


def _made_by_hand(refund: Refund) -> Json:
    return {
        "number": None,
        "status": refund.standing,
        "amount": amount(refund.amount),
        "reason": "made at Stripe",
        "at": refund.issued_at,
        "stripe_refund": refund.id,
        "version": refund.version,
    }
