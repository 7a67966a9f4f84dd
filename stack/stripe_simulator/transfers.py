"""Transfers from our balance to an account's, and their reversals."""

from stack.stripe_simulator import accounts, charges
from stack.stripe_simulator.core import Call, currency_of
from stack.stripe_simulator.errors import refused, wrong
from stack.stripe_simulator.ids import new_id
from stack.stripe_simulator.store import Object, Range

KIND = "transfer"
REVERSAL = "transfer_reversal"


def create(call: Call) -> Object:
    """POST /v1/transfers"""
    call.forbid_public()
    params, stripe = call.params, call.stripe
    amount, currency = params.need_amount(), currency_of(params)
    to, group = params.need("destination"), params.text("transfer_group")
    description, metadata = params.text("description"), params.metadata()
    accounts.destination(stripe, to)
    if amount > stripe.available("", currency):
        raise refused(
            "balance_insufficient",
            "You have insufficient available funds in your Stripe account. One likely reason you have "
            "insufficient funds is that your funds are automatically being paid out.",
        )
    id = new_id(KIND)
    line = stripe.book("transfer", id, -amount, currency, description=description)
    transfer: Object = {
        "id": id,
        "object": KIND,
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": line["id"],
        "created": stripe.now(),
        "currency": currency,
        "description": description,
        "destination": to,
        "destination_payment": None,
        "livemode": False,
        "metadata": metadata,
        "reversals": _reversals(id, []),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": group,
    }
    transfer["destination_payment"] = charges.arrived(stripe, transfer)["id"]
    stripe.store.insert(transfer, links={"transfer_group": group, "destination": to})
    stripe.emit("transfer.created", transfer)
    return transfer


def _reversals(id: str, data: list[Object]) -> Object:
    return {"data": data, "has_more": False, "object": "list", "url": f"/v1/transfers/{id}/reversals"}


def retrieve(call: Call) -> Object:
    """GET /v1/transfers/{id}"""
    call.forbid_public()
    return call.stripe.get(KIND, call.ids["id"])


def listing(call: Call) -> Object:
    """GET /v1/transfers"""
    call.forbid_public()
    return call.listed(KIND, "transfer_group", "destination")


def reverse(call: Call) -> Object:
    """POST /v1/transfers/{id}/reversals, which the account's balance must be able to pay."""
    call.forbid_public()
    params, stripe = call.params, call.stripe
    amount, description, metadata = params.amount(), params.text("description"), params.metadata()
    transfer = stripe.get(KIND, call.ids["id"])
    left, currency, account = (
        transfer["amount"] - transfer["amount_reversed"],
        transfer["currency"],
        transfer["destination"],
    )
    amount = left if amount is None else amount
    if amount > left or left == 0:
        raise wrong("amount", f"Reversal amount is greater than unreversed amount on transfer ({left})")
    if amount > stripe.available(account, currency):
        raise refused(
            "balance_insufficient", "The recipient's balance is insufficient to cover this transfer reversal."
        )
    id = new_id(REVERSAL)
    line = stripe.book("transfer_refund", id, amount, currency, description=description)
    stripe.book(
        *("payment_refund", new_id("payment_refund"), -amount, currency), category="refund", account=account
    )
    reversal: Object = {
        "id": id,
        "object": REVERSAL,
        "amount": amount,
        "balance_transaction": line["id"],
        "created": stripe.now(),
        "currency": currency,
        "destination_payment_refund": None,
        "metadata": metadata,
        "source_refund": None,
        "transfer": transfer["id"],
    }
    stripe.store.insert(reversal, links={"transfer": transfer["id"]})
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    known, _ = stripe.store.find(REVERSAL, "", {"transfer": transfer["id"]}, Range())
    transfer["reversals"] = _reversals(transfer["id"], known)
    stripe.store.update(transfer)
    stripe.emit("transfer.reversed", transfer)
    return reversal


def reversals(call: Call) -> Object:
    """GET /v1/transfers/{id}/reversals"""
    call.forbid_public()
    transfer = call.stripe.get(KIND, call.ids["id"])
    return call.listed(REVERSAL, transfer=transfer["id"])
