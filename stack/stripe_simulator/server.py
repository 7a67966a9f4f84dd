"""The API over HTTP: keys of the caller, faults, idempotency keys, and then the work."""

import asyncio
from dataclasses import dataclass

import msgspec
from aiohttp import web

from stack.stripe_simulator.core import API_VERSION, Asked, Call, Stripe
from stack.stripe_simulator.errors import StripeError, wrong
from stack.stripe_simulator.expand import expand
from stack.stripe_simulator.faults import Fault
from stack.stripe_simulator.ids import new_id
from stack.stripe_simulator.params import Params, decode
from stack.stripe_simulator.routes import Answering, route
from stack.stripe_simulator.store import Kept, Object
from stack.stripe_simulator.webhooks import Sender

LONGEST_KEY = 255
SECRET_KEYS, PUBLIC_KEYS = ("sk_test_", "rk_test_"), ("pk_test_",)

BROKEN = StripeError(500, None, "An unknown error occurred.", type="api_error")
AWAY = StripeError(503, None, "The service is temporarily unavailable.", type="api_error", kept=False)
TOO_MANY = StripeError(
    429, "rate_limit", "Request rate limit exceeded. Learn more about rate limits.", kept=False
)
IN_USE = StripeError(
    409,
    "idempotency_key_in_use",
    "There is currently another in-progress request using this Idempotent Key (that probably means you "
    "submitted twice, and the other request is still going through). Please try again later.",
    type="idempotency_error",
    kept=False,
)
REFUSING: dict[Fault | None, StripeError] = {"unavailable_503": AWAY, "rate_limit_429": TOO_MANY}


@dataclass(frozen=True)
class Answer:
    """What goes back, and whether it is the first answer to the key once more."""

    status: int
    body: bytes
    replayed: bool = False


class Api:
    """Answers `/v1/…`."""

    def __init__(self, stripe: Stripe, sender: Sender) -> None:
        self._stripe = stripe
        self._sender = sender
        self._in_flight: set[tuple[str, str]] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request, answered as Stripe would, or as a fault has it."""
        posted = await request.text()
        fault = self._stripe.dice.request(request.method, request.path)
        if fault == "request_lost":
            return cut(request)
        request_id = new_id("request")
        try:
            if fault in REFUSING:
                raise REFUSING[fault]
            call, answering = self._call(request, posted, request_id)
            answer = await self._answer(call, answering, fault)
        except StripeError as error:
            answer = Answer(error.status, msgspec.json.encode(error.body))
        if fault == "answer_lost":
            return cut(request)
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        if answer.replayed:
            headers["Idempotent-Replayed"] = "true"
        if answer.status == 429:
            headers["Retry-After"] = "1"
        return web.Response(
            body=answer.body, status=answer.status, content_type="application/json", headers=headers
        )

    def _call(self, request: web.Request, posted: str, request_id: str) -> tuple[Call, Answering]:
        """What is asked, and what answers it. Raises StripeError."""
        public = _public(request)
        version = request.headers.get("Stripe-Version", API_VERSION)
        if version != API_VERSION:
            raise wrong("Stripe-Version", f"The simulator speaks {API_VERSION}, not {version}.")
        posts = request.method == "POST"
        text = posted if posts else request.query_string
        key = request.headers.get("Idempotency-Key") if posts else None
        if key and len(key) > LONGEST_KEY:
            raise wrong("Idempotency-Key", f"Idempotency keys have at most {LONGEST_KEY} characters.")
        answering, ids = route(request.method, request.path)
        call = Call(
            stripe=self._stripe,
            params=Params(decode(text)),
            asked=Asked(request_id, key, f"{request.path} {'&'.join(sorted(text.split('&')))}"),
            path=request.path,
            ids=ids,
            account=request.headers.get("Stripe-Account", ""),
            public=public,
        )
        return call, answering

    async def _answer(self, call: Call, answering: Answering, fault: Fault | None) -> Answer:
        """The first answer to the key if there is one, or else this one."""
        mark = (call.account, call.asked.key or call.asked.id or "")
        if mark in self._in_flight:
            raise IN_USE
        if first := self._first(call):
            return first
        self._in_flight.add(mark)
        try:
            if fault == "slow":
                await asyncio.sleep(self._stripe.dice.knobs.slow_seconds)
            return self._carry_out(call, answering, fault)
        finally:
            self._in_flight.discard(mark)

    def _first(self, call: Call) -> Answer | None:
        """What was answered to the key before. Raises StripeError if other things were asked then."""
        key = call.asked.key
        kept = self._stripe.store.kept(call.account, key) if key else None
        if kept is None:
            return None
        if kept.request != call.asked.text:
            raise StripeError(
                400,
                None,
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
                type="idempotency_error",
            )
        return Answer(kept.status, kept.body, replayed=True)

    def _carry_out(self, call: Call, answering: Answering, fault: Fault | None) -> Answer:
        """Do the work, or undo it, and keep the answer for the key, in one transaction."""
        store, key = self._stripe.store, call.asked.key
        self._stripe.asked = call.asked
        with store.transaction():
            outcome = BROKEN if fault == "error_500" else _work(call, answering)
            if fault == "error_500_after":
                outcome = BROKEN
            failed = isinstance(outcome, StripeError)
            answer = Answer(
                outcome.status if failed else 200, msgspec.json.encode(outcome.body if failed else outcome)
            )
            if key and not (failed and not outcome.kept):
                store.keep(call.account, key, Kept(call.asked.text, answer.status, answer.body))
        self._stripe.asked = Asked()
        self._sender.hint()
        return answer


def _work(call: Call, answering: Answering) -> Object | StripeError:
    """The result, or a refusal that left nothing behind."""
    try:
        with call.stripe.store.attempt():
            names = call.params.texts("expand")
            outcome = answering(call)
            call.params.finish()
            return outcome if isinstance(outcome, StripeError) else expand(call.stripe.store, outcome, names)
    except StripeError as refusal:
        return refusal


def _public(request: web.Request) -> bool:
    """Whether a payer's browser asks. Raises StripeError for a key that is none, and for one of the real Stripe."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind == "Bearer" and key.startswith(PUBLIC_KEYS):
        return True
    if kind != "Bearer" or not key.startswith(SECRET_KEYS):
        raise StripeError(401, None, f"Invalid API Key provided: {key[:8]}***", kept=False)
    return False


def cut(request: web.Request) -> web.Response:
    """Cut the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
