"""`/_simulator/…`: what Stripe keeps behind its dashboard, its banks and its network."""

import random
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from stack.stripe_simulator import accounts, disputes, intents, pages, payouts, refunds
from stack.stripe_simulator.books import books
from stack.stripe_simulator.core import Stripe, Webhook
from stack.stripe_simulator.errors import StripeError
from stack.stripe_simulator.faults import Dice, Knobs
from stack.stripe_simulator.store import Object
from stack.stripe_simulator.webhooks import Sender, carry_out_plans

FAR_FUTURE = 1e12


class Onboarding(msgspec.Struct, forbid_unknown_fields=True):
    """What the payee fills in: one of Stripe's test bank accounts."""

    bank_account: str = payouts.GOOD_BANK


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why something fails."""

    reason: str = ""


class Opening(msgspec.Struct, forbid_unknown_fields=True):
    """Which charge is disputed, or the charge of which intent."""

    charge: str = ""
    payment_intent: str = ""
    reason: str = "fraudulent"


class Ahead(msgspec.Struct, forbid_unknown_fields=True):
    """How far the clock is put forward."""

    seconds: float


class Resend(msgspec.Struct, forbid_unknown_fields=True):
    """Which events are sent once more: those of one object, or all; how often, and whether in a wild order."""

    object: str = ""
    times: int = 1
    shuffle: bool = False
    seed: int = 0


Change = Callable[[Stripe, str, Any], Object]

CHANGES: dict[tuple[str, str], tuple[type, Change]] = {
    ("intents", "authenticate"): (Reason, lambda s, id, _: intents.authenticated(s, id, succeeds=True)),
    ("intents", "refuse"): (Reason, lambda s, id, _: intents.authenticated(s, id, succeeds=False)),
    ("refunds", "succeed"): (Reason, lambda s, id, _: refunds.succeed(s, id)),
    ("refunds", "fail"): (
        Reason,
        lambda s, id, said: refunds.fail(s, id, said.reason or "expired_or_canceled_card"),
    ),
    ("payouts", "arrive"): (Reason, lambda s, id, _: payouts.arrive(s, id)),
    ("payouts", "fail"): (Reason, lambda s, id, said: payouts.fail(s, id, said.reason or "account_closed")),
    ("disputes", "win"): (Reason, lambda s, id, _: disputes.settle(s, id, won=True)),
    ("disputes", "lose"): (Reason, lambda s, id, _: disputes.settle(s, id, won=False)),
    ("accounts", "onboard"): (Onboarding, lambda s, id, said: accounts.onboard(s, id, said.bank_account)),
    ("accounts", "close"): (Reason, lambda s, id, _: accounts.close(s, id)),
    ("accounts", "leave"): (Reason, lambda s, id, _: accounts.leave(s, id)),
}
"""What can be done to an object from outside: `POST /_simulator/refunds/re_…/fail`."""


class Control:
    """Answers `/_simulator/…`."""

    def __init__(self, stripe: Stripe, sender: Sender) -> None:
        self._stripe = stripe
        self._sender = sender

    def routes(self) -> list[web.RouteDef]:
        """The paths."""
        return [
            web.get("/_simulator/health", self._health),
            web.get("/_simulator/books", self._books),
            web.get("/_simulator/faults", self._faults),
            web.put("/_simulator/faults", self._set_faults),
            web.put("/_simulator/webhook", self._set_webhook),
            web.post("/_simulator/clock", self._advance),
            web.post("/_simulator/settle", self._settle),
            web.post("/_simulator/resend", self._resend),
            web.post("/_simulator/disputes", self._dispute),
            web.post("/_simulator/{kind}/{id}/{action}", self._change),
            *pages.routes(self._stripe, self._sender),
        ]

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _books(self, request: web.Request) -> web.Response:
        return _json(books(self._stripe))

    async def _faults(self, request: web.Request) -> web.Response:
        return _json(self._stripe.dice.knobs)

    async def _set_faults(self, request: web.Request) -> web.Response:
        """The knobs named are set, all others are as they are without any."""
        knobs = await _said(request, Knobs)
        self._stripe.dice = Dice(knobs, self._stripe.dice.struck)
        self._stripe.store.set("knobs", msgspec.json.encode(knobs).decode())
        return _json(knobs)

    async def _set_webhook(self, request: web.Request) -> web.Response:
        webhook: Webhook = await _said(request, Webhook)
        self._stripe.webhook = webhook
        self._sender.hint()
        return _json({"url": webhook.url})

    async def _advance(self, request: web.Request) -> web.Response:
        self._stripe.store.advance((await _said(request, Ahead)).seconds)
        self._sender.hint()
        return _json({"now": self._stripe.now()})

    async def _settle(self, request: web.Request) -> web.Response:
        """Everything that was to move on later does so now, and what comes of that, too."""
        settled = 0
        while moved := carry_out_plans(self._stripe, FAR_FUTURE):
            settled += moved
        self._sender.hint()
        return _json({"settled": settled})

    async def _resend(self, request: web.Request) -> web.Response:
        said = await _said(request, Resend)
        events = [
            event["id"]
            for _, event in self._stripe.store.every("event")
            if not said.object or event["data"]["object"].get("id") == said.object
        ] * said.times
        if said.shuffle:
            random.Random(said.seed).shuffle(events)  # noqa: S311  (an order, not a secret)
        with self._stripe.store.transaction():
            for place, event_id in enumerate(events):
                self._stripe.store.deliver(event_id, [place / 1_000_000])
        self._sender.hint()
        return _json({"sent_again": len(events)})

    async def _dispute(self, request: web.Request) -> web.Response:
        said = await _said(request, Opening)

        def opened() -> Object:
            charge = said.charge
            if said.payment_intent:
                charge = self._stripe.get("payment_intent", said.payment_intent)["latest_charge"] or ""
            return disputes.open_dispute(self._stripe, charge, said.reason)

        return self._carry_out(opened)

    async def _change(self, request: web.Request) -> web.Response:
        found = CHANGES.get((request.match_info["kind"], request.match_info["action"]))
        if found is None:
            raise web.HTTPNotFound
        shape, change = found
        said = await _said(request, shape)
        return self._carry_out(lambda: change(self._stripe, request.match_info["id"], said))

    def _carry_out(self, change: Callable[[], Object]) -> web.Response:
        try:
            with self._stripe.store.transaction():
                changed = change()
        except StripeError as error:
            return _json(error.body, status=error.status)
        self._sender.hint()
        return _json(changed)


async def _said(request: web.Request, shape: type[Any]) -> Any:
    """The body as JSON; nothing is all defaults."""
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=shape)
    except msgspec.MsgspecError as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from error


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
