"""The answers the gateway gets: let it through with these headers, or refuse it with this.

Traefik asks before every request. An answer of 200 lets the request through, and the headers named in
``LET_THROUGH`` replace those of the request, missing ones too; any other answer goes to the caller as it is.
"""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from api.errors import Problem
from auth.forward import metrics
from auth.forward.callers import Arrival, Callers, address_of
from auth.forward.limiter import Limiter
from auth.forward.plans import Plans
from auth.forward.quotas import STANDARD, Decision, limit_header, policy_header

AUTHORIZATION, REQUEST_ID, TRACE = "authorization", "x-request-id", "traceparent"
LIMIT, POLICY, LOGGED_PATH, CALLER = "ratelimit", "ratelimit-policy", "x-logged-path", "x-caller"
LET_THROUGH = (AUTHORIZATION, REQUEST_ID, TRACE, LIMIT, POLICY, LOGGED_PATH)
"""What a service is sent in place of whatever the caller sent under these names."""
ASKED_WITH = (AUTHORIZATION, REQUEST_ID, TRACE, "access-control-request-method", "origin")
"""What of the caller's request the door is shown."""

LONGEST_REQUEST_ID = 128
LONGEST_LOGGED_PATH = 300
TRACE_PARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
SECRET_IN_PATH = re.compile(r"pv[a-z]_[^/?&]+")

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem for the caller, with the headers that go with it."""

    problem: Problem
    request_id: str
    path: str


@dataclass(frozen=True, slots=True)
class Door:
    """Decides on one request after another."""

    callers: Callers
    plans: Plans
    limiter: Limiter

    async def decide(self, asked: Headers) -> Headers | Refusal:
        """What Traefik is to add to the request, or why it is refused."""
        begun, outcome = time.perf_counter(), "failed"
        uri = asked.get("x-forwarded-uri", "/")
        request_id = _request_id(asked.get(REQUEST_ID, ""))
        through = {
            REQUEST_ID: request_id,
            TRACE: _trace(asked.get(TRACE, "")),
            LOGGED_PATH: logged_path(uri),
        }
        try:
            if _is_preflight(asked):
                outcome = "preflight"
                return through
            arrival, decision = await self._judge(asked)
            outcome = "passed"
            return through | _headers(arrival, decision)
        except Problem as problem:
            outcome = problem.code
            return Refusal(problem, request_id, through[LOGGED_PATH])
        finally:
            metrics.REQUESTS.labels(outcome).inc()
            metrics.SECONDS.observe(time.perf_counter() - begun)

    async def _judge(self, asked: Headers) -> tuple[Arrival, Decision]:
        """Raises Problem: 401 for a bad token, 429 when the quota is used up, 503 where nobody can tell."""
        shown, forwarded_for = asked.get(AUTHORIZATION), asked.get("x-forwarded-for", "")
        if self.callers.must_ask(shown):
            # Before anybody is asked: keys that are made up cost the Auth Service no more than the quota.
            seen = self.limiter.look(address_of(forwarded_for), STANDARD)
            if not seen.allowed:
                raise too_many(seen)
        try:
            arrival = await self.callers.arrival(shown, forwarded_for)
        except Problem:
            decision = await self.limiter.take(address_of(forwarded_for), STANDARD)
            if not decision.allowed:
                raise too_many(decision) from None
            raise
        plan = await self.plans.of(arrival.tenant_id, arrival.subject)
        decision = await self.limiter.take(arrival.name, plan)
        if not decision.allowed:
            raise too_many(decision)
        if arrival.problem is not None:
            raise arrival.problem
        return arrival, decision


def too_many(decision: Decision) -> Problem:
    """The answer to whoever has used up a quota."""
    plan, seconds = decision.plan, decision.retry_after_seconds
    return Problem(
        "too_many_requests",
        f"{plan.burst} requests a minute and {plan.sustained} an hour are let through; "
        f"the next one in {seconds} s",
        headers={
            "retry-after": str(seconds),
            LIMIT: limit_header(decision),
            POLICY: policy_header(plan),
        },
    )


def _headers(arrival: Arrival, decision: Decision) -> dict[str, str]:
    headers = {
        LIMIT: limit_header(decision),
        POLICY: policy_header(decision.plan),
        CALLER: arrival.name,
    }
    if arrival.authorization is not None:
        headers[AUTHORIZATION] = arrival.authorization
    return headers


def _is_preflight(asked: Headers) -> bool:
    """A browser asks before it calls, without the token: that is not counted, and tells nothing of anybody."""
    return (
        asked.get("x-forwarded-method") == "OPTIONS"
        and "origin" in asked
        and "access-control-request-method" in asked
    )


def _request_id(given: str) -> str:
    usable = given.isascii() and given.isprintable() and 0 < len(given) <= LONGEST_REQUEST_ID
    return given if usable else secrets.token_hex(8)


def _trace(given: str) -> str:
    """The caller's place in a trace, or the beginning of a new one (W3C Trace Context)."""
    return given if TRACE_PARENT.fullmatch(given) else f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def logged_path(uri: str) -> str:
    """What of an address is fit to be logged: no query, and no secret of a link or key."""
    path = uri.partition("?")[0]
    return SECRET_IN_PATH.sub("[redacted]", path)[:LONGEST_LOGGED_PATH]
