"""The balance, its lines, and the events: what reconciliation reads."""

from stack.stripe_simulator.core import DAY_SECONDS, Call
from stack.stripe_simulator.store import Object

EVENT_DAYS = 30


def balance(call: Call) -> Object:
    """GET /v1/balance"""
    call.forbid_public()
    held = call.stripe.store.balances(call.account)

    def part(which: int) -> list[Object]:
        return [
            {"amount": sums[which], "currency": currency, "source_types": {"card": sums[which]}}
            for currency, sums in held.items()
        ]

    return {"object": "balance", "available": part(0), "livemode": False, "pending": part(1)}


def line(call: Call) -> Object:
    """GET /v1/balance_transactions/{id}"""
    call.forbid_public()
    return _now_available(call.stripe.get("balance_transaction", call.ids["id"], call.account), call)


def lines(call: Call) -> Object:
    """GET /v1/balance_transactions"""
    call.forbid_public()
    found = call.listed("balance_transaction", "source", "type")
    return {**found, "data": [_now_available(line, call) for line in found["data"]]}


def _now_available(line: Object, call: Call) -> Object:
    status = "available" if line["available_on"] <= call.stripe.now() else "pending"
    return {**line, "status": status}


def event(call: Call) -> Object:
    """GET /v1/events/{id}"""
    call.forbid_public()
    return _still_pending(call.stripe.get("event", call.ids["id"], call.account), call)


def events(call: Call) -> Object:
    """GET /v1/events, as far back as thirty days."""
    call.forbid_public()
    found = call.listed("event", "type")
    oldest = call.stripe.now() - EVENT_DAYS * DAY_SECONDS
    data = [_still_pending(event, call) for event in found["data"] if event["created"] >= oldest]
    return {**found, "data": data, "has_more": found["has_more"] and len(data) == len(found["data"])}


def _still_pending(event: Object, call: Call) -> Object:
    return {**event, "pending_webhooks": call.stripe.store.pending_deliveries(event["id"])}
