"""What every part of the simulator does: look things up, tell what happened, book money."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from stack.stripe_simulator.errors import StripeError, missing, wrong
from stack.stripe_simulator.faults import Dice
from stack.stripe_simulator.ids import new_id
from stack.stripe_simulator.params import Params
from stack.stripe_simulator.store import COMPARED, Object, Range, Store

API_VERSION = "2026-08-26.dahlia"
"""The version whose objects are answered: that of the specification the tests hold them to."""

LONGEST_LIST = 100
DAY_SECONDS = 24 * 3600

WHOLE = ("jpy", "krw", "vnd", "clp", "ugx", "xaf", "xof", "xpf", "pyg", "gnf", "bif")
HUNDREDTHS = (
    "usd",
    "eur",
    "gbp",
    "inr",
    "aud",
    "nzd",
    "zar",
    "lkr",
    "bdt",
    "pkr",
    "cad",
    "sgd",
    "hkd",
    "aed",
    "chf",
)
THOUSANDTHS = ("kwd", "bhd", "omr", "jod", "tnd")
DECIMALS = {
    currency: decimals
    for decimals, currencies in ((0, WHOLE), (2, HUNDREDTHS), (3, THOUSANDTHS))
    for currency in currencies
}
"""The decimals of each currency that is taken."""


def fee_of(amount: int, currency: str) -> int:
    """Stripe's fee for a charge: 2.9 %, half a unit rounded up, and a fixed part of 30 hundredths or its like."""
    fixed = {0: 30, 2: 30, 3: 300}[DECIMALS[currency]]
    return min(amount, (amount * 29 + 500) // 1000 + fixed)


def currency_of(params: Params) -> str:
    """The currency asked for, which must be one of ours."""
    currency = params.need("currency").lower()
    if currency not in DECIMALS:
        raise wrong("currency", f"Invalid currency: {currency}.")
    return currency


@dataclass(frozen=True)
class Asked:
    """Which request is carried out: its number, its idempotency key, and what it says, to know it by."""

    id: str | None = None
    key: str | None = None
    text: str = ""


class Webhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where events are sent, what signs them, and which are (all, unless some are named)."""

    url: str
    secret: str
    events: tuple[str, ...] = ()

    def wants(self, type: str) -> bool:
        """Whether events of a type are sent."""
        return not self.events or type in self.events


@dataclass
class Stripe:
    """The platform: what it remembers, what goes wrong, and where a browser finds its pages."""

    store: Store
    dice: Dice
    url: str
    webhook: Webhook | None = None
    asked: Asked = field(default_factory=Asked)

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.store.now())

    def get(self, kind: str, id: str, account: str | None = "", param: str = "id") -> Object:
        """An object of a kind. Raises `resource_missing`."""
        found = self.store.get(id, account)
        if found is None or found["object"] != kind:
            raise missing(kind, id, param)
        return found

    def emit(
        self, type: str, thing: Object, previous: Mapping[str, Any] | None = None, account: str = ""
    ) -> None:
        """Tell what happened to an object: an event in the list, and webhooks."""
        data: Object = {"object": thing}
        if previous is not None:
            data["previous_attributes"] = dict(previous)
        waits = self.dice.deliveries() if self.webhook and self.webhook.wants(type) else []
        event: Object = {
            "id": new_id("event"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": len(waits),
            "request": {"id": self.asked.id, "idempotency_key": self.asked.key},
            "type": type,
        }
        if account:
            event["account"] = account
        self.store.insert(event, account=account, links={"type": type})
        if waits:
            self.store.deliver(event["id"], waits)

    def book(
        self,
        type: str,
        source: str,
        amount: int,
        currency: str,
        *,
        fee: int = 0,
        category: str | None = None,
        description: str | None = None,
        account: str = "",
        waits_seconds: float = 0,
    ) -> Object:
        """A line of an account's balance. `amount` is signed; `fee` is taken besides."""
        available_on, rate = self.store.now() + waits_seconds, None
        settled = "" if account else self.dice.knobs.settles_in
        if settled not in ("", currency):
            amount, fee, currency, rate = amount // 2, fee // 2, settled, 0.5
        line: Object = {
            "id": new_id("balance_transaction"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": int(available_on),
            "balance_type": "payments",
            "created": self.now(),
            "currency": currency,
            "description": description,
            "exchange_rate": rate,
            "fee": fee,
            "fee_details": [
                {
                    "amount": fee,
                    "application": None,
                    "currency": currency,
                    "description": "Stripe processing fees",
                    "type": "stripe_fee",
                }
            ]
            if fee
            else [],
            "net": amount - fee,
            "reporting_category": category or type,
            "source": source,
            "status": "pending" if waits_seconds else "available",
            "type": type,
        }
        self.store.insert(line, account=account, links={"source": source, "type": type})
        self.store.book(account, currency, amount - fee, available_on)
        return line

    def available(self, account: str, currency: str) -> int:
        """What an account can spend now."""
        return self.store.balances(account).get(currency, (0, 0))[0]

    def plan(self, action: str, object_id: str) -> None:
        """Have an object move on by itself, as soon as the knobs say."""
        self.store.plan(self.dice.knobs.settle_seconds, action, object_id)


@dataclass
class Call:
    """One request: its parameters, the ids in its path, and the account it is made for ("" is the platform)."""

    stripe: Stripe
    params: Params
    asked: Asked
    path: str
    ids: Mapping[str, str]
    account: str = ""
    public: bool = False
    """Made with a publishable key, from a payer's browser."""

    def forbid_public(self) -> None:
        """Refuse a payer's browser."""
        if self.public:
            raise StripeError(
                403,
                "secret_key_required",
                "This API call cannot be made with a publishable API key.",
                kept=False,
            )

    def listed(self, kind: str, *names: str, **fixed: str) -> Object:
        """A page of a list, filtered by the links that the request names."""
        links = {name: value for name in names if (value := self.params.text(name))}
        part = self._range()
        for id in (part.starting_after, part.ending_before):
            if id and self.stripe.store.get(id) is None:
                raise missing(kind, id, "starting_after" if id == part.starting_after else "ending_before")
        found, more = self.stripe.store.find(kind, self.account, {**links, **fixed}, part)
        return {"object": "list", "url": self.path, "has_more": more, "data": found}

    def limit(self) -> int:
        """How many are asked for."""
        limit = self.params.integer("limit")
        if limit is not None and not 1 <= limit <= LONGEST_LIST:
            raise wrong("limit", f"Invalid limit: must be between 1 and {LONGEST_LIST}")
        return limit or Range.limit

    def _range(self) -> Range:
        created = self.params.inner("created")
        return Range(
            limit=self.limit(),
            starting_after=self.params.text("starting_after"),
            ending_before=self.params.text("ending_before"),
            created={word: bound for word in COMPARED if (bound := created.integer(word)) is not None},
        )
