"""Charges: the attempts of an intent to take the money."""

from stack.stripe_simulator.cards import SAID, Card
from stack.stripe_simulator.core import Call, Stripe, fee_of
from stack.stripe_simulator.ids import new_id
from stack.stripe_simulator.store import Object

KIND = "charge"


def attempt(stripe: Stripe, intent: Object, card: Card) -> Object:
    """Take the money, or fail as the card says."""
    id, paid, amount, currency = new_id(KIND), card.decline is None, intent["amount"], intent["currency"]
    line = None
    if paid:
        line = stripe.book(
            *("charge", id, amount, currency),
            fee=fee_of(amount, currency),
            description=intent["description"],
            waits_seconds=0 if card.bypasses_pending else stripe.dice.knobs.available_seconds,
        )
    code, decline_code = card.decline or (None, None)
    charge: Object = {
        **_shape(id, amount, currency, stripe.now()),
        "amount_captured": amount if paid else 0,
        "balance_transaction": line and line["id"],
        "captured": paid,
        "description": intent["description"],
        "failure_code": code,
        "failure_message": code and SAID[code],
        "metadata": intent["metadata"],
        "outcome": _outcome(paid, decline_code),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _details(card),
        "receipt_url": f"{stripe.url}/_simulator/receipts/{id}" if paid else None,
        "status": "succeeded" if paid else "failed",
        "transfer_group": intent["transfer_group"],
    }
    stripe.store.insert(
        charge,
        links={"payment_intent": intent["id"], "transfer_group": intent["transfer_group"]},
        hidden={"refund": card.refund} if card.refund else None,
    )
    stripe.emit("charge.succeeded" if paid else "charge.failed", charge)
    if paid and card.dispute:
        stripe.plan(f"dispute {card.dispute}", id)
    return charge


def retrieve(call: Call) -> Object:
    """GET /v1/charges/{id}"""
    call.forbid_public()
    return call.stripe.get(KIND, call.ids["id"], call.account)


def listing(call: Call) -> Object:
    """GET /v1/charges"""
    call.forbid_public()
    return call.listed(KIND, "payment_intent", "transfer_group")


def _shape(id: str, amount: int, currency: str, now: int) -> Object:
    """A charge that nothing has come of yet."""
    return {
        "id": id,
        "object": KIND,
        "amount": amount,
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": "PAVILION",
        "captured": False,
        "created": now,
        "currency": currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": None,
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }


def arrived(stripe: Stripe, transfer: Object) -> Object:
    """The payment that a transfer is for the account that gets it."""
    id, account = new_id("payment"), transfer["destination"]
    line = stripe.book(
        *("payment", id, transfer["amount"], transfer["currency"]), category="charge", account=account
    )
    payment = {
        **_shape(id, transfer["amount"], transfer["currency"], stripe.now()),
        "amount_captured": transfer["amount"],
        "balance_transaction": line["id"],
        "captured": True,
        "paid": True,
        "source_transfer": transfer["id"],
        "status": "succeeded",
    }
    stripe.store.insert(payment, account=account)
    return payment


def _outcome(paid: bool, decline_code: str | None) -> Object:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network" if paid else "declined_by_network",
        "reason": decline_code,
        "risk_level": "normal",
        "seller_message": "Payment complete." if paid else "The bank did not approve the payment.",
        "type": "authorized" if paid else "issuer_declined",
    }


def _details(card: Card) -> Object:
    return {
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": None,
            "funding": "credit",
            "installments": None,
            "last4": card.number[-4:],
            "mandate": None,
            "network": card.brand,
            "three_d_secure": None,
            "wallet": None,
        },
        "type": "card",
    }
