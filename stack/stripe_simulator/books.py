"""The books: what came of each payment, and every cent by kind, to compare a ledger with."""

from collections import Counter, defaultdict

from stack.stripe_simulator.core import Stripe
from stack.stripe_simulator.store import Object

COUNTED = (
    "intents",
    "live",  # not cancelled
    "succeeded",
    "received",
    "refunds",  # that did not fail
    "refunded",
    "refunds_failed",
    "transfers",
    "transferred",
    "reversed",
    "disputes",
    "disputed",  # and not won back
)


def books(stripe: Stripe) -> Object:
    """By currency: the balance, and the sum of each kind of line with its fees. By payment (the metadata
    "payment"): how many intents, refunds and transfers there are, and what moved. By account: its balance. And how
    often each knob was felt since the simulator has started."""
    lines: dict[str, Counter[str]] = defaultdict(Counter)
    for account, line in stripe.store.every("balance_transaction"):
        if not account:
            lines[line["currency"]].update(
                {line["reporting_category"]: line["amount"], "fee": line["fee"], "balance": line["net"]}
            )
    accounts = {
        account["id"]: {c: sum(held) for c, held in stripe.store.balances(account["id"]).items()}
        for _, account in stripe.store.every("account")
    }
    return {
        "currencies": {currency: dict(sums) for currency, sums in lines.items()},
        "payments": _payments(stripe),
        "accounts": accounts,
        "pending_webhooks": stripe.store.pending_deliveries(),
        "faults": {knob: times for knob, times in stripe.dice.struck.items() if times},
    }


def _payments(stripe: Stripe) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    payment_of: dict[str, str] = {}
    for _, intent in stripe.store.every("payment_intent"):
        payment = payment_of[intent["id"]] = intent["metadata"].get("payment", intent["id"])
        found[payment].update(
            intents=1,
            live=int(intent["status"] != "canceled"),
            succeeded=int(intent["status"] == "succeeded"),
            received=intent["amount_received"],
        )
    for _, refund in stripe.store.every("refund"):
        failed = refund["status"] == "failed"
        counted = {"refunds_failed": 1} if failed else {"refunds": 1, "refunded": refund["amount"]}
        found[payment_of[refund["payment_intent"]]].update(counted)
    for _, dispute in stripe.store.every("dispute"):
        lost = 0 if dispute["status"] == "won" else dispute["amount"]
        found[payment_of[dispute["payment_intent"]]].update(disputes=1, disputed=lost)
    for _, transfer in stripe.store.every("transfer"):
        found[transfer["metadata"].get("payment", transfer["id"])].update(
            transfers=1, transferred=transfer["amount"], reversed=transfer["amount_reversed"]
        )
    return {payment: {name: counts[name] for name in COUNTED} for payment, counts in found.items()}
