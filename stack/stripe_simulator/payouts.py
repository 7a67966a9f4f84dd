"""Payouts from a balance to a bank account, which may send them back."""

from stack.stripe_simulator import accounts
from stack.stripe_simulator.core import DAY_SECONDS, Call, Stripe, currency_of
from stack.stripe_simulator.errors import StripeError, refused
from stack.stripe_simulator.ids import new_id
from stack.stripe_simulator.store import Object

KIND = "payout"
FAILING = {
    "000111111116": "no_account",
    "000111111113": "account_closed",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
}
"""The numbers of Stripe's test bank accounts that send a payout back, and why they do."""
GOOD_BANK = "000123456789"


def create(call: Call) -> Object:
    """POST /v1/payouts, for us or (`Stripe-Account`) for a connected account."""
    call.forbid_public()
    params, stripe, account = call.params, call.stripe, call.account
    amount, currency = params.need_amount(), currency_of(params)
    description, metadata = params.text("description"), params.metadata()
    if account and not accounts.reachable(stripe, account)["payouts_enabled"]:
        raise StripeError(
            400,
            "payouts_not_allowed",
            "Cannot create payouts: this account has requirements that need to be collected.",
        )
    if amount > stripe.available(account, currency):
        raise refused(
            "balance_insufficient",
            "You have insufficient funds in your Stripe account for this transfer.",
        )
    id = new_id(KIND)
    line = stripe.book(
        *("payout", id, -amount, currency), account=account, description=description or "STRIPE PAYOUT"
    )
    payout: Object = {
        "id": id,
        "object": KIND,
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": stripe.now() + DAY_SECONDS,
        "automatic": False,
        "balance_transaction": line["id"],
        "created": stripe.now(),
        "currency": currency,
        "description": description,
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": metadata,
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }
    stripe.store.insert(payout, account=account)
    stripe.emit("payout.created", payout, account=account)
    stripe.plan("payout arrives", id)
    return payout


def retrieve(call: Call) -> Object:
    """GET /v1/payouts/{id}"""
    call.forbid_public()
    return call.stripe.get(KIND, call.ids["id"], call.account)


def listing(call: Call) -> Object:
    """GET /v1/payouts"""
    call.forbid_public()
    return call.listed(KIND)


def arrive(stripe: Stripe, id: str) -> Object:
    """The bank has the payout, and keeps it or sends it back, as its account's number says."""
    payout, account = stripe.get(KIND, id, None), stripe.store.owner(id)
    if payout["status"] not in ("pending", "in_transit"):
        raise refused("payout_unexpected_state", f"Payout {id} has a status of {payout['status']}.")
    number = stripe.store.hidden(account).get("bank_account", GOOD_BANK) if account else GOOD_BANK
    if number in FAILING:
        return fail(stripe, id, FAILING[number])
    payout["status"] = "paid"
    stripe.store.update(payout)
    stripe.emit("payout.paid", payout, account=account)
    return payout


def fail(stripe: Stripe, id: str, code: str) -> Object:
    """The bank sent the payout back, which it may even days after it was paid."""
    payout, account = stripe.get(KIND, id, None), stripe.store.owner(id)
    if payout["status"] in ("failed", "canceled"):
        raise refused("payout_unexpected_state", f"Payout {id} has a status of {payout['status']}.")
    line = stripe.book(
        *("payout_failure", id, payout["amount"], payout["currency"]),
        category="payout_reversal",
        account=account,
    )
    payout |= {
        "status": "failed",
        "failure_code": code,
        "failure_message": f"The bank could not process this payout ({code}).",
        "failure_balance_transaction": line["id"],
    }
    stripe.store.update(payout)
    stripe.emit("payout.failed", payout, account=account)
    if account:
        accounts.stop_payouts(stripe, account)
    return payout
