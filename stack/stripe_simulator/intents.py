"""Payment intents: made by us, confirmed by the payer's browser, authenticated by the payer's bank."""

import re

from stack.stripe_simulator import charges
from stack.stripe_simulator.cards import BY_NUMBER, BY_TOKEN, SAID, Card
from stack.stripe_simulator.core import Call, Stripe, currency_of
from stack.stripe_simulator.errors import StripeError, missing, refused, wrong
from stack.stripe_simulator.ids import letters, new_id
from stack.stripe_simulator.params import Params
from stack.stripe_simulator.store import Object, Range

KIND = "payment_intent"
SMALLEST_AMOUNT = 50
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = (*CONFIRMABLE, "requires_capture")
QUERY = re.compile(
    r"""^(?:metadata\[["'](?P<meta>[^"']+)["']\]|(?P<field>status)):["'](?P<value>[^"']*)["']$"""
)


def create(call: Call) -> Object | StripeError:
    """POST /v1/payment_intents"""
    call.forbid_public()
    params, stripe = call.params, call.stripe
    amount, currency = params.need_amount(), currency_of(params)
    if amount < SMALLEST_AMOUNT:
        raise wrong("amount", f"Amount must be at least {SMALLEST_AMOUNT} {currency}", "amount_too_small")
    automatic = params.inner("automatic_payment_methods")
    enabled = automatic.boolean("enabled")
    redirects = automatic.text("allow_redirects") or "always"
    id = new_id(KIND)
    intent: Object = {
        "id": id,
        "object": KIND,
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": redirects, "enabled": True} if enabled else None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{id}_secret_{letters(24)}",
        "confirmation_method": "automatic",
        "created": stripe.now(),
        "currency": currency,
        "customer": None,
        "description": params.text("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": params.metadata(),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": params.text("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": params.text("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.text("transfer_group"),
    }
    stripe.store.insert(intent)
    stripe.emit("payment_intent.created", intent)
    return _confirm(call, intent) if params.boolean("confirm") else intent


def retrieve(call: Call) -> Object:
    """GET /v1/payment_intents/{id}"""
    intent = _intent(call)
    return intent


def listing(call: Call) -> Object:
    """GET /v1/payment_intents"""
    call.forbid_public()
    return call.listed(KIND)


def search(call: Call) -> Object:
    """GET /v1/payment_intents/search, which finds new intents only after a while."""
    call.forbid_public()
    clauses = [part.strip() for part in call.params.need("query").split(" AND ")]
    links, wanted = {}, {}
    for clause in clauses:
        found = QUERY.match(clause)
        if found is None:
            raise wrong("query", f"We were unable to parse your search query: {clause}")
        (links if found["meta"] else wanted)[
            f"metadata.{found['meta']}" if found["meta"] else found["field"]
        ] = found["value"]
    store = call.stripe.store
    before = store.now() - call.stripe.dice.knobs.search_seconds
    matching, more = store.find(KIND, call.account, links, Range(limit=call.limit()), before)
    data = [thing for thing in matching if all(thing[name] == value for name, value in wanted.items())]
    return {"object": "search_result", "url": call.path, "has_more": more, "next_page": None, "data": data}


def confirm(call: Call) -> Object | StripeError:
    """POST /v1/payment_intents/{id}/confirm, by the payer's browser or by us. A decline is a result like another:
    the failed charge stays."""
    intent = _intent(call)
    if intent["status"] not in CONFIRMABLE:
        raise _unexpected(intent, "confirm", f"because it has a status of {intent['status']}")
    return _confirm(call, intent)


def cancel(call: Call) -> Object:
    """POST /v1/payment_intents/{id}/cancel"""
    call.forbid_public()
    intent, reason = _intent(call), call.params.text("cancellation_reason")
    if intent["status"] not in CANCELABLE:
        raise _unexpected(intent, "cancel", f"because it has a status of {intent['status']}")
    intent |= {
        "status": "canceled",
        "canceled_at": call.stripe.now(),
        "cancellation_reason": reason,
        "next_action": None,
    }
    call.stripe.store.update(intent)
    call.stripe.emit("payment_intent.canceled", intent)
    return intent


def authenticated(stripe: Stripe, id: str, *, succeeds: bool) -> Object:
    """The payer's bank has asked the payer (3-D Secure). Raises StripeError unless it was to."""
    intent = stripe.get(KIND, id)
    if intent["status"] != "requires_action":
        raise _unexpected(intent, "authenticate", f"because it has a status of {intent['status']}")
    card, method = BY_TOKEN[stripe.store.hidden(id)["card"]], intent["payment_method"]
    if succeeds:
        return _charge(stripe, intent, card, method)
    error = StripeError(
        402,
        "payment_intent_authentication_failure",
        "The provided PaymentMethod has failed authentication. Provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this PaymentIntent again.",
    )
    return _failed(stripe, intent, error.body["error"])


def _intent(call: Call) -> Object:
    """The intent of the path. A browser must know its client secret."""
    intent = call.stripe.get(KIND, call.ids["id"], call.account)
    secret = call.params.text("client_secret")
    if call.public and secret != intent["client_secret"]:
        raise missing(KIND, call.ids["id"])
    return intent


def _unexpected(intent: Object, verb: str, why: str) -> StripeError:
    return refused(
        "payment_intent_unexpected_state",
        f"You cannot {verb} this PaymentIntent {why}.",
        payment_intent=intent,
    )


def _card(params: Params) -> Card | None:
    """The card that is named by a test token or by its number."""
    token, data = params.text("payment_method"), params.inner("payment_method_data")
    if token is not None:
        if token not in BY_TOKEN:
            raise missing("PaymentMethod", token, "payment_method")
        return BY_TOKEN[token]
    card = data.inner("card")
    kind, number = data.text("type"), card.text("number")
    for name in ("exp_month", "exp_year", "cvc"):
        card.text(name)
    if kind is None:
        return None
    if (number or "").replace(" ", "") not in BY_NUMBER:
        raise StripeError(
            402, "incorrect_number", "Your card number is incorrect.", type="card_error", param="number"
        )
    return BY_NUMBER[(number or "").replace(" ", "")]


def _confirm(call: Call, intent: Object) -> Object | StripeError:
    stripe, params = call.stripe, call.params
    card, return_url = _card(params), params.text("return_url")
    params.boolean("use_stripe_sdk")
    if card is None:
        raise _unexpected(
            intent, "confirm", "because it's missing a payment method. Update it, or confirm with one"
        )
    automatic = intent["automatic_payment_methods"]
    if automatic and automatic["allow_redirects"] == "always" and not return_url:
        raise wrong(
            "return_url",
            "This PaymentIntent is configured to accept payment methods that redirect; provide a `return_url`.",
        )
    method = new_id("payment_method")
    if not card.authenticates:
        return _declined(_charge(stripe, intent, card, method))
    intent |= {
        "status": "requires_action",
        "payment_method": method,
        "last_payment_error": None,
        "next_action": {
            "type": "redirect_to_url",
            "redirect_to_url": {
                "return_url": return_url,
                "url": f"{stripe.url}/_simulator/authentications/{intent['id']}",
            },
        },
    }
    stripe.store.update(intent, hidden={"card": card.token})
    stripe.emit("payment_intent.requires_action", intent)
    return intent


def _charge(stripe: Stripe, intent: Object, card: Card, method: str) -> Object:
    intent |= {"payment_method": method, "next_action": None}
    charge = charges.attempt(stripe, intent, card)
    intent["latest_charge"] = charge["id"]
    if card.decline is None:
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "last_payment_error": None,
        }
        stripe.store.update(intent)
        stripe.emit("payment_intent.succeeded", intent)
        return intent
    code, decline_code = card.decline
    said = {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": SAID[code],
        "charge": charge["id"],
    }
    return _failed(stripe, intent, said)


def _declined(intent: Object) -> Object | StripeError:
    """The intent, or the error that a browser gets for a decline."""
    said = intent["last_payment_error"]
    if said is None:
        return intent
    more = {name: said[name] for name in ("decline_code", "charge") if name in said}
    return StripeError(402, said["code"], said["message"], type=said["type"], payment_intent=intent, **more)


def _failed(stripe: Stripe, intent: Object, said: Object) -> Object:
    """The attempt failed: the intent waits for another payment method, and says why."""
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_payment_error": said,
    }
    stripe.store.update(intent)
    stripe.emit("payment_intent.payment_failed", intent)
    return intent
