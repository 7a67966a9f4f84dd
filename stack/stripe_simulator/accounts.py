"""Connected accounts: made by us, filled in by the payee behind a link, closed by either."""

from stack.stripe_simulator.core import Call, Stripe
from stack.stripe_simulator.errors import StripeError, missing, wrong
from stack.stripe_simulator.ids import letters, new_id
from stack.stripe_simulator.params import Params
from stack.stripe_simulator.store import Object

KIND = "account"
LINK_SECONDS = 300
CURRENCY_OF = {
    "US": "usd",
    "GB": "gbp",
    "IN": "inr",
    "AU": "aud",
    "NZ": "nzd",
    "ZA": "zar",
    "JP": "jpy",
    "KW": "kwd",
}
DUE = [
    "external_account",
    "individual.dob",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
]


def create(call: Call) -> Object:
    """POST /v1/accounts"""
    call.forbid_public()
    params, stripe = call.params, call.stripe
    asked = params.inner("capabilities")
    wanted = {n for n in ("transfers", "card_payments") if asked.inner(n).boolean("requested")}
    country = params.text("country") or "US"
    if len(country) != 2 or not country.isupper():
        raise wrong(
            "country", f"Country '{country}' is unknown. Try using a 2-character alphanumeric country code."
        )
    id = new_id(KIND)
    account: Object = {
        "id": id,
        "object": KIND,
        "business_profile": None,
        "business_type": params.text("business_type"),
        "capabilities": dict.fromkeys(sorted(wanted), "inactive"),
        "charges_enabled": False,
        "controller": _controller(params),
        "country": country,
        "created": stripe.now(),
        "default_currency": CURRENCY_OF.get(country, "eur"),
        "details_submitted": False,
        "email": params.text("email"),
        "external_accounts": _external(id, []),
        "future_requirements": _requirements([], None),
        "metadata": params.metadata(),
        "payouts_enabled": False,
        "requirements": _requirements(DUE, "requirements.past_due"),
        "settings": None,
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "none",
    }
    stripe.store.insert(account)
    stripe.emit("account.updated", account, {}, account=id)
    return account


def _controller(params: Params) -> Object:
    asked = params.inner("controller")
    return {
        "fees": {"payer": asked.inner("fees").text("payer") or "application"},
        "is_controller": True,
        "losses": {"payments": asked.inner("losses").text("payments") or "application"},
        "requirement_collection": asked.text("requirement_collection") or "stripe",
        "stripe_dashboard": {"type": asked.inner("stripe_dashboard").text("type") or "express"},
        "type": "application",
    }


def _requirements(due: list[str], reason: str | None) -> Object:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": reason,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }


def _external(id: str, data: list[Object]) -> Object:
    return {"data": data, "has_more": False, "object": "list", "url": f"/v1/accounts/{id}/external_accounts"}


def reachable(stripe: Stripe, id: str) -> Object:
    """An account that is there and still ours to use. Raises StripeError as for one that never was."""
    found = stripe.store.get(id, "")
    if found is None or found["object"] != KIND or stripe.store.hidden(id).get("gone"):
        raise StripeError(
            403,
            "account_invalid",
            f"The provided key does not have access to account '{id}' (or that account does not exist). "
            "Application access may have been revoked.",
        )
    return found


def retrieve(call: Call) -> Object:
    """GET /v1/accounts/{id}"""
    call.forbid_public()
    return reachable(call.stripe, call.ids["id"])


def listing(call: Call) -> Object:
    """GET /v1/accounts"""
    call.forbid_public()
    return call.listed(KIND)


def reject(call: Call) -> Object:
    """POST /v1/accounts/{id}/reject"""
    call.forbid_public()
    reason = call.params.need("reason")
    if reason not in ("fraud", "terms_of_service", "other"):
        raise wrong("reason", f"Invalid reason: {reason}")
    return close(call.stripe, call.ids["id"], f"rejected.{reason}")


def delete(call: Call) -> Object:
    """DELETE /v1/accounts/{id}, which needs a balance of zero."""
    call.forbid_public()
    id = reachable(call.stripe, call.ids["id"])["id"]
    if any(available or pending for available, pending in call.stripe.store.balances(id).values()):
        raise StripeError(
            400, "account_has_balance", "This account cannot be deleted while it has a balance."
        )
    leave(call.stripe, id)
    return {"id": id, "object": KIND, "deleted": True}


def link(call: Call) -> Object:
    """POST /v1/account_links"""
    call.forbid_public()
    params, stripe = call.params, call.stripe
    id = reachable(stripe, params.need("account"))["id"]
    if params.need("type") not in ("account_onboarding", "account_update"):
        raise wrong("type", "Invalid type")
    for name in ("refresh_url", "return_url"):
        params.need(name)
    return {
        "object": "account_link",
        "created": stripe.now(),
        "expires_at": stripe.now() + LINK_SECONDS,
        "url": f"{stripe.url}/_simulator/onboarding/{id}?link={letters(16)}",
    }


def onboard(stripe: Stripe, id: str, bank_account: str) -> Object:
    """The payee has filled in the form, with a number of a test bank account."""
    account = reachable(stripe, id)
    before = {n: account[n] for n in ("capabilities", "details_submitted", "payouts_enabled", "requirements")}
    bank = {
        "id": new_id("bank_account"),
        "object": "bank_account",
        "account": id,
        "account_holder_name": None,
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": account["country"],
        "currency": account["default_currency"],
        "default_for_currency": True,
        "fingerprint": None,
        "last4": bank_account[-4:],
        "metadata": {},
        "routing_number": None,
        "status": "new",
    }
    account |= {
        "capabilities": dict.fromkeys(account["capabilities"], "active"),
        "charges_enabled": "card_payments" in account["capabilities"],
        "details_submitted": True,
        "external_accounts": _external(id, [bank]),
        "payouts_enabled": True,
        "requirements": _requirements([], None),
    }
    stripe.store.update(account, hidden={"bank_account": bank_account})
    stripe.emit("account.updated", account, before, account=id)
    return account


def close(stripe: Stripe, id: str, reason: str = "rejected.other") -> Object:
    """The account can get and send no more money; it still can be looked at."""
    account = reachable(stripe, id)
    before = {n: account[n] for n in ("capabilities", "payouts_enabled", "requirements")}
    account |= {
        "capabilities": dict.fromkeys(account["capabilities"], "inactive"),
        "charges_enabled": False,
        "payouts_enabled": False,
        "requirements": _requirements([], reason),
    }
    stripe.store.update(account)
    stripe.emit("account.updated", account, before, account=id)
    return account


def leave(stripe: Stripe, id: str) -> Object:
    """The payee has left the platform: to us the account is not there any more."""
    account = reachable(stripe, id)
    stripe.store.update(account, hidden={**stripe.store.hidden(id), "gone": True})
    application = {"id": "ca_simulator", "object": "application", "name": "Pavilion"}
    stripe.emit("account.application.deauthorized", application, account=id)
    return account


def stop_payouts(stripe: Stripe, id: str) -> None:
    """A payout came back: none is made until the payee names another bank account."""
    account = stripe.get(KIND, id)
    account |= {
        "payouts_enabled": False,
        "requirements": _requirements(["external_account"], None),
    }
    stripe.store.update(account)
    stripe.emit("account.updated", account, {"payouts_enabled": True}, account=id)


def destination(stripe: Stripe, id: str) -> Object:
    """The account a transfer goes to. Raises StripeError unless it can take one."""
    found = stripe.store.get(id, "")
    if found is None or found["object"] != KIND or stripe.store.hidden(id).get("gone"):
        raise missing("destination", id, "destination")
    if found["capabilities"].get("transfers") != "active":
        raise StripeError(
            400,
            "insufficient_capabilities_for_transfer",
            "Your destination account needs to have at least one of the following capabilities enabled: "
            "transfers, crypto_transfers, legacy_payments",
        )
    return found
