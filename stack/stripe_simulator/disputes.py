"""Disputes: a payer's bank takes the money back, and perhaps returns it."""

from stack.stripe_simulator.core import DAY_SECONDS, DECIMALS, Call, Stripe
from stack.stripe_simulator.errors import refused
from stack.stripe_simulator.ids import new_id
from stack.stripe_simulator.store import Object

KIND = "dispute"
FEES = {0: 1500, 2: 1500, 3: 15000}
"""What Stripe takes for a dispute, by the currency's decimals. It keeps it even if the dispute is won."""
# fmt: off
TEXTS = (
    "access_activity_log", "billing_address", "cancellation_policy",
    "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
    "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
    "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id",
    "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address",
    "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number",
    "uncategorized_file", "uncategorized_text",
)
# fmt: on


def open_dispute(stripe: Stripe, charge_id: str, reason: str) -> Object:
    """The payer's bank takes back what is left of a charge."""
    charge = stripe.get("charge", charge_id)
    amount, currency = charge["amount"] - charge["amount_refunded"], charge["currency"]
    if not charge["paid"] or charge["disputed"] or amount == 0:
        raise refused("charge_not_disputable", f"Charge {charge_id} can't be disputed.")
    id, fee = new_id(KIND), FEES[DECIMALS[currency]]
    line = stripe.book(
        *("adjustment", id, -amount, currency),
        fee=fee,
        category="dispute",
        description=f"Chargeback for {charge_id}",
    )
    dispute: Object = {
        "id": id,
        "object": KIND,
        "amount": amount,
        "balance_transactions": [line],
        "charge": charge_id,
        "created": stripe.now(),
        "currency": currency,
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(TEXTS), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": stripe.now() + 7 * DAY_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    stripe.store.insert(dispute, links={"charge": charge_id, "payment_intent": charge["payment_intent"]})
    charge["disputed"] = True
    stripe.store.update(charge)
    stripe.emit("charge.dispute.created", dispute)
    stripe.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def settle(stripe: Stripe, id: str, *, won: bool) -> Object:
    """The banks have decided."""
    dispute = stripe.get(KIND, id)
    if dispute["status"] in ("won", "lost"):
        raise refused("dispute_unexpected_state", f"Dispute {id} is {dispute['status']} already.")
    if won:
        line = stripe.book(
            *("adjustment", id, dispute["amount"], dispute["currency"]),
            category="dispute_reversal",
            description=f"Chargeback reversal for {dispute['charge']}",
        )
        dispute["balance_transactions"].append(line)
    dispute["status"] = "won" if won else "lost"
    stripe.store.update(dispute)
    if won:
        charge = stripe.get("charge", dispute["charge"])
        charge["disputed"] = False
        stripe.store.update(charge)
    stripe.emit("charge.dispute.closed", dispute)
    if won:
        stripe.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def retrieve(call: Call) -> Object:
    """GET /v1/disputes/{id}"""
    call.forbid_public()
    return call.stripe.get(KIND, call.ids["id"])


def listing(call: Call) -> Object:
    """GET /v1/disputes"""
    call.forbid_public()
    return call.listed(KIND, "payment_intent", "charge")


def close(call: Call) -> Object:
    """POST /v1/disputes/{id}/close: we give in."""
    call.forbid_public()
    return settle(call.stripe, call.ids["id"], won=False)
