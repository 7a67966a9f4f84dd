"""A call of gRPC from its bytes to its answer: deadline, caller, permission, errors, time.

Every method goes through ``Method``, as every operation of HTTP goes through ``OperationRoute``.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import grpc
import structlog
from google.protobuf.message import DecodeError, Message

from api.errors import Problem, as_problem
from auth.addresses import TrustedProxies
from auth.grpc import metrics
from auth.grpc.answers import Answers
from auth.grpc.errors import REQUEST_ID, message_of, status_of, trailers_of
from auth.validation import Validator
from contracts.identity import Principal
from handlers.identity import OPERATOR, Actor, Identity

DEFAULT_SECONDS = 5.0
"""For a call that names no deadline."""
LONGEST_SECONDS = 30.0
LONGEST_REQUEST_ID = 128
LONGEST_USER_AGENT = 300
LONGEST_IDEMPOTENCY_KEY = 255

Context = grpc.aio.ServicerContext[bytes, bytes]
log = structlog.get_logger("auth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the methods work with."""

    identity: Identity
    validator: Validator
    proxies: TrustedProxies
    answers: Answers
    operators: frozenset[str] = frozenset()
    """Names in the client certificates of those who run the installation."""


class Call:
    """One call, as its method sees it."""

    __slots__ = ("_metadata", "_peer", "caller", "operator", "request_id", "services")

    def __init__(self, services: Services, context: Context) -> None:
        self.services = services
        self._metadata: Mapping[str, Any] = dict(context.invocation_metadata() or ())
        self._peer = context.peer()
        self.request_id = self._request_id()
        self.caller: Principal | None = None
        """Who calls; set for methods that are not public."""
        self.operator = bool(services.operators) and _is_operator(context, services.operators)
        """Whether the client's certificate is one of those who run the installation."""

    @property
    def identity(self) -> Identity:
        return self.services.identity

    @property
    def principal(self) -> Principal:
        """The verified caller of a method that is not public."""
        if self.caller is None:
            raise Problem("token_missing", "send the metadata authorization: Bearer <token>")
        return self.caller

    @property
    def actor(self) -> Actor:
        """The caller, to be kept with what is changed."""
        if self.operator:
            return replace(OPERATOR, request_id=self.request_id)
        key = self._metadata.get("idempotency-key")
        key = key if isinstance(key, str) and 0 < len(key) <= LONGEST_IDEMPOTENCY_KEY else None
        return Actor.of(self.principal, request_id=self.request_id, idempotency_key=key)

    @property
    def address(self) -> str:
        """Whence the call comes, as the gateway saw it."""
        return self.services.proxies.client(_host(self._peer), self._metadata.get("x-forwarded-for"))

    @property
    def user_agent(self) -> str | None:
        agent = self._metadata.get("user-agent")
        return agent[:LONGEST_USER_AGENT] if agent else None

    async def admit(self, allowed: frozenset[str], anywhere: bool) -> None:
        """Find out who calls, as it is stored now, and whether they may. Raises Problem, IdentityRefused."""
        if self.operator:
            return
        authorization = self._metadata.get("authorization")
        if not isinstance(authorization, str):
            raise Problem("token_missing", "send the metadata authorization: Bearer <token>")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Problem("token_malformed", "the metadata authorization must be: Bearer <token>")
        self.caller = (await self.services.validator.standing(token.strip())).principal
        # What is the whole league's is no business of a role that holds in a part of it.
        held = self.caller.roles if anywhere else self.caller.within(()).roles
        if not allowed:
            raise Problem("not_allowed", "this is for those who run the installation")
        if allowed.isdisjoint(held):
            raise Problem("role_missing", f"this needs one of the roles: {', '.join(sorted(allowed))}")

    def _request_id(self) -> str:
        given = self._metadata.get(REQUEST_ID, "")
        usable = isinstance(given, str) and given.isprintable() and 0 < len(given) <= LONGEST_REQUEST_ID
        return given if usable else f"{random.getrandbits(64):016x}"


Serve = Callable[[Call, Any], Awaitable[Message]]
Recall = Callable[[Services, bytes], bytes | None]
"""The answer to a request's bytes where it is known; None where the call has to be served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of the service. ``allowed`` are the roles that may call it, in the whole league or, if it is about the
    caller alone, ``anywhere`` in it; None: anybody, without a token."""

    name: str
    request: type[Message]
    serve: Serve
    allowed: frozenset[str] | None = None
    anywhere: bool = False
    recall: Recall | None = None

    def handler(self, services: Services) -> Callable[[bytes, Context], Awaitable[bytes]]:
        """What gRPC calls with the bytes of a request; it is given those of the answer, or an error is sent.

        The bytes are read here, so that bad ones are answered with a code as everything else is.
        """

        async def handle(raw: bytes, context: Context) -> bytes:
            started = time.perf_counter()
            known = None if self.recall is None else self.recall(services, raw)
            if known is not None:
                metrics.observe(self.name, "ok", time.perf_counter() - started)
                return known
            call = Call(services, context)
            try:
                async with asyncio.timeout(_seconds(context.time_remaining())):
                    answer = await self._answer(call, raw)
            except Exception as error:
                problem = self._problem(error, call)
            else:
                metrics.observe(self.name, "ok", time.perf_counter() - started)
                return answer
            metrics.observe(self.name, problem.code, time.perf_counter() - started)
            await context.abort(
                status_of(problem), message_of(problem), trailers_of(problem, call.request_id)
            )

        return handle

    async def _answer(self, call: Call, raw: bytes) -> bytes:
        try:
            request = self.request.FromString(raw)
        except DecodeError as error:
            raise Problem("malformed_message", f"the message is no {self.request.DESCRIPTOR.name}") from error
        _check_texts(request)
        if self.allowed is not None:
            await call.admit(self.allowed, self.anywhere)
        return (await self.serve(call, request)).SerializeToString()

    def _problem(self, error: Exception, call: Call) -> Problem:
        if isinstance(error, TimeoutError):
            return Problem("deadline_exceeded", "the call's time ran out; what it wanted may have been done")
        problem = as_problem(error)
        if problem.status >= 500:
            log.error(
                "call failed",
                request_id=call.request_id,
                method=self.name,
                code=problem.code,
                exc_info=error,
            )
        return problem


def _is_operator(context: Context, operators: frozenset[str]) -> bool:
    shown = context.auth_context()
    names = (*shown.get("x509_common_name", ()), *shown.get("x509_subject_alternative_name", ()))
    return any(bytes(name).decode(errors="replace") in operators for name in names)


def _check_texts(request: Message) -> None:
    """Raises Problem for a NUL character, which no text in the store can have."""
    for field, value in request.ListFields():
        texts = (value,) if isinstance(value, str) else value if field.type == field.TYPE_STRING else ()
        if any("\0" in text for text in texts):
            raise Problem("malformed_parameter", f"{field.name} has a NUL character, which no text may have")


def _seconds(remaining: float | None) -> float:
    return DEFAULT_SECONDS if remaining is None else min(remaining, LONGEST_SECONDS)


def _host(peer: str) -> str:
    """``ipv4:127.0.0.1:4711`` and ``ipv6:%5B::1%5D:4711`` without what is around the address."""
    _, _, rest = peer.partition(":")
    return rest.rpartition(":")[0].removeprefix("%5B").removesuffix("%5D").strip("[]") or peer
