"""That the simulator's money adds up, whatever was done to it."""

from collections import Counter

from stack.stripe_simulator.store import Object, Store

FAILED = ("failed", "canceled")


def check_sums(store: Store) -> None:
    """Fail unless every balance is the sum of its lines, every line belongs to what moved, and nothing is given
    back twice."""
    lines: dict[str, Counter[str]] = {}
    for account, line in store.every("balance_transaction"):
        assert line["net"] == line["amount"] - line["fee"]
        lines.setdefault(account, Counter())[line["currency"]] += line["net"]
    for account, sums in lines.items():
        assert {c: available + pending for c, (available, pending) in store.balances(account).items()} == sums
    refunds = _by("charge", store, "refund")
    for _, charge in store.every("charge"):
        given_back = sum(
            one["amount"] for one in refunds.get(charge["id"], ()) if one["status"] not in FAILED
        )
        assert charge["amount_refunded"] == given_back <= charge["amount"]
    captured = [
        one["payment_intent"] for _, one in store.every("charge") if one["paid"] and one["payment_intent"]
    ]
    assert len(set(captured)) == len(captured), "an intent took money twice"
    reversals = _by("transfer", store, "transfer_reversal")
    for _, transfer in store.every("transfer"):
        taken_back = sum(one["amount"] for one in reversals.get(transfer["id"], ()))
        assert transfer["amount_reversed"] == taken_back <= transfer["amount"]


def _by(name: str, store: Store, kind: str) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = {}
    for _, thing in store.every(kind):
        found.setdefault(thing[name], []).append(thing)
    return found
