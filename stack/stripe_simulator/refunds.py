"""Refunds, also those that are pending for a while or fail after they seemed to have succeeded."""

from stack.stripe_simulator.core import Call, Stripe
from stack.stripe_simulator.errors import missing, refused, wrong
from stack.stripe_simulator.ids import new_id
from stack.stripe_simulator.store import Object

KIND = "refund"
REASONS = (None, "duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Object:
    """POST /v1/refunds"""
    call.forbid_public()
    params, stripe = call.params, call.stripe
    amount, reason, metadata = params.amount(), params.text("reason"), params.metadata()
    if reason not in REASONS:
        raise wrong("reason", f"Invalid reason: {reason}")
    charge = _charge(call)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise refused("charge_already_refunded", f"Charge {charge['id']} has already been refunded.")
    if charge["disputed"]:
        raise refused(
            "charge_disputed", f"Charge {charge['id']} has been charged back; cannot issue a refund."
        )
    amount = left if amount is None else amount
    if amount > left:
        raise refused(
            "amount_too_large",
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    return _refund(stripe, charge, amount, reason, metadata)


def _charge(call: Call) -> Object:
    """The charge to give back: named itself, or the one of an intent that succeeded."""
    stripe, params = call.stripe, call.params
    intent_id, charge_id = params.text("payment_intent"), params.text("charge")
    if intent_id:
        intent = stripe.get("payment_intent", intent_id, call.account, "payment_intent")
        charge_id = intent["latest_charge"] if intent["status"] == "succeeded" else None
        if charge_id is None:
            raise refused(
                "payment_intent_unexpected_state",
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                payment_intent=intent,
            )
    if not charge_id:
        raise wrong(
            "payment_intent", "One of the following params should be provided: payment_intent or charge."
        )
    charge = stripe.get("charge", charge_id, call.account, "charge")
    if not charge["paid"]:
        raise missing("charge", charge_id, "charge")
    return charge


def _refund(
    stripe: Stripe, charge: Object, amount: int, reason: str | None, metadata: dict[str, str]
) -> Object:
    later = stripe.store.hidden(charge["id"]).get("refund")
    id, currency = new_id(KIND), charge["currency"]
    line = stripe.book("refund", id, -amount, currency, description="REFUND FOR CHARGE")
    refund: Object = {
        "id": id,
        "object": KIND,
        "amount": amount,
        "balance_transaction": line["id"],
        "charge": charge["id"],
        "created": stripe.now(),
        "currency": currency,
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if later == "pending" else "succeeded",
        "transfer_reversal": None,
    }
    if later == "pending":
        refund["pending_reason"] = "processing"
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    stripe.store.update(charge)
    stripe.store.insert(refund, links={"payment_intent": charge["payment_intent"], "charge": charge["id"]})
    stripe.emit("refund.created", refund)
    stripe.emit("charge.refunded", charge, before)
    if later is not None:
        stripe.plan("refund succeeds" if later == "pending" else "refund fails", id)
    return refund


def retrieve(call: Call) -> Object:
    """GET /v1/refunds/{id}"""
    call.forbid_public()
    return call.stripe.get(KIND, call.ids["id"], call.account)


def listing(call: Call) -> Object:
    """GET /v1/refunds"""
    call.forbid_public()
    return call.listed(KIND, "payment_intent", "charge")


def succeed(stripe: Stripe, id: str) -> Object:
    """The bank has taken the refund."""
    refund = stripe.get(KIND, id)
    if refund["status"] != "pending":
        raise refused("refund_unexpected_state", f"Refund {id} has a status of {refund['status']}.")
    refund["status"] = "succeeded"
    refund.pop("pending_reason", None)
    stripe.store.update(refund)
    stripe.emit("refund.updated", refund, {"status": "pending"})
    return refund


def fail(stripe: Stripe, id: str, reason: str = "expired_or_canceled_card") -> Object:
    """The payer's bank sent the money back: it is in our balance again, and can be refunded again."""
    refund = stripe.get(KIND, id)
    if refund["status"] not in ("pending", "succeeded"):
        raise refused("refund_unexpected_state", f"Refund {id} has a status of {refund['status']}.")
    line = stripe.book("refund_failure", id, refund["amount"], refund["currency"], category="refund_failure")
    before = {"status": refund["status"]}
    refund |= {
        "status": "failed",
        "failure_reason": reason,
        "failure_balance_transaction": line["id"],
    }
    refund.pop("pending_reason", None)
    stripe.store.update(refund)
    charge = stripe.get("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    stripe.store.update(charge)
    stripe.emit("refund.updated", refund, before)
    stripe.emit("refund.failed", refund)
    return refund
