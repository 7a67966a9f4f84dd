"""An operation of the API, and the route that serves it.

Every operation goes through ``OperationRoute``: the caller is verified and allowed or not, the endpoint is
called, whatever it raises becomes a problem, and the time is taken. It does by itself what FastAPI would
do with dependencies and middleware, because scoring a ball should cost little more than storing it.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api import metrics
from api.errors import Problem, as_problem
from api.permissions import FRESH, OWN, PERMISSIONS, PUBLIC, access_of, in_words
from api.places import Asked, place_of
from api.security import Principal

Endpoint = Callable[[Request], Awaitable[Response]]
log = structlog.get_logger("api")

LARGEST_BODY_BYTES = 64 * 1024
LARGEST_PLACING_BYTES = 1024 * 1024
"""Of a body that is read to find out where its operation takes place."""
LARGEST_REST_BYTES = 4 * 1024 * 1024
REST_SECONDS = 1.0
"""What is left of a body is taken up to so much, which is all that the gateway lets through, and waited for so long."""
LONGEST_REQUEST_ID = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``id`` is the operation id; ``openapi`` the parameters, body and answers as OpenAPI says them."""

    id: str
    method: str
    path: str
    summary: str
    endpoint: Endpoint
    tag: str
    description: str = ""
    status: int = 200
    openapi: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def public(self) -> bool:
        return self.id in PUBLIC


class OperationRoute(APIRoute):
    """A route of FastAPI that is documented by it, and serves its operation straight."""

    def __init__(self, operation: Operation) -> None:
        if not operation.public and operation.id not in PERMISSIONS:
            raise ValueError(f"operation {operation.id} has no entry in api/permissions.py")
        self.operation = operation
        self._allowed = PERMISSIONS.get(operation.id, frozenset())
        self._fresh = operation.id in FRESH
        self._own = operation.id in OWN
        self._place = place_of(operation.id, operation.path)
        said = operation.openapi
        described = operation.description
        if not operation.public:
            said = {**said, **access_of(operation.id, self._place)}
            described = f"{described}\n\n{in_words(operation.id, self._place)}".strip()
        super().__init__(
            operation.path,
            operation.endpoint,
            methods=[operation.method],
            operation_id=operation.id,
            name=operation.id,
            summary=operation.summary,
            description=described or None,
            tags=[operation.tag],
            status_code=operation.status,
            openapi_extra=said,
        )
        self.app = self.serve

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        request = Request(scope, receive)
        try:
            if not self.operation.public:
                await self._admit(request)
            response = await self.operation.endpoint(request)
            response.raw_headers.append((b"x-request-id", request_id_of(request).encode()))
        except Exception as error:
            response = answer_error(request, error)
        metrics.observe(self.operation.id, response.status_code, time.perf_counter() - started)
        if not request._stream_consumed and _announces_body(scope):
            await _take_rest(receive)
        await response(scope, receive, send)

    async def _admit(self, request: Request) -> None:
        """Let the caller in with the roles that count here. Raises Problem (401, 403; 503 where it cannot be told)."""
        verifier = request.app.state.services.verifier
        caller: Principal = await verifier.verify(request.headers.get("authorization"), fresh=self._fresh)
        if self._own:
            request.scope["principal"] = caller
            return
        scoped = caller.scoped
        if scoped:
            caller = await self._narrowed(request, caller)
        request.scope["principal"] = caller
        if self._allowed.isdisjoint(caller.roles):
            names = ", ".join(sorted(self._allowed))
            here = ", held where it takes place" if scoped else ""
            raise Problem("role_missing", f"{self.operation.id} needs one of the roles: {names}{here}")

    async def _narrowed(self, request: Request, caller: Principal) -> Principal:
        """The caller with those grants only that hold where the operation takes place."""
        kinds = self._place.kinds
        if not any(each.scope and each.scope.kind in kinds and each.possible for each in caller.grants):
            return caller.within(())
        body = await _placing_body(request) if self._place.reads_body else {}
        scopes = await self._place.find(Asked(request, caller.tenant_id, body))
        return caller.within(scope for scope in scopes if scope.kind in kinds)


def _announces_body(scope: Scope) -> bool:
    return any(
        (name == b"content-length" and value != b"0") or name == b"transfer-encoding"
        for name, value in scope["headers"]
    )


async def _take_rest(receive: Receive) -> None:
    """Take a body that nobody has read, if it comes soon, and keep nothing of it. The server hangs up where one is left, and the
    gateway, which keeps its connections for the next request, would lose this answer or the next one with it."""
    left = LARGEST_REST_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(REST_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))


async def _placing_body(request: Request) -> dict[str, Any]:
    """The body as the endpoint will find it too. What is no object says nothing; the endpoint says what is wrong."""
    raw = request.scope["body"] = await read_body(request, LARGEST_PLACING_BYTES)
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed_json", f"the body cannot be read as a JSON object: {error}") from error


def principal(request: Request) -> Principal:
    """The verified caller."""
    return request.scope["principal"]


def request_id_of(request: Request) -> str:
    """The id of a request: the caller's ``X-Request-Id`` where it is fit to be logged, else a new one."""
    known = request.scope.get("request_id")
    if known is None:
        given = request.headers.get("x-request-id", "")
        usable = given.isascii() and given.isprintable() and 0 < len(given) <= LONGEST_REQUEST_ID
        known = given if usable else f"{random.getrandbits(64):016x}"
        request.scope["request_id"] = known
    return known


def answer_error(request: Request, error: Exception) -> Response:
    """The problem an exception is, as an answer; what is our fault is logged with its trace."""
    problem = as_problem(error)
    request_id = request_id_of(request)
    if problem.status >= 500:
        log.error(
            "request failed",
            request_id=request_id,
            method=request.method,
            path=request.url.path,
            code=problem.code,
            exc_info=error,
        )
    return problem.response(instance=request.url.path, request_id=request_id)


def install_operations(app: FastAPI, operations: Sequence[Operation], entries: Collection[str]) -> None:
    """Route the operations. Raises ValueError unless they and ``entries``, the application's part of the table of
    permissions, agree."""
    unserved = set(entries) - {operation.id for operation in operations}
    if unserved:
        raise ValueError(f"api/permissions.py has entries without an operation: {sorted(unserved)}")
    # Before FastAPI's own routes (docs): the ball is tried first.
    app.router.routes[:0] = [OperationRoute(operation) for operation in operations]


async def not_routed(request: Request, error: Exception) -> Response:
    """No route, or not with this method."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        problem = Problem(
            "method_not_allowed", f"{request.url.path} does not take {request.method}", headers=error.headers
        )
    else:
        problem = Problem("not_found", f"there is nothing at {request.url.path}")
    return answer_error(request, problem)


JSON = "application/json"
CSV = "text/csv"


def media_type(request: Request, *accepted: str) -> str:
    """The media type of the body. Raises Problem (415) unless it is one of ``accepted``."""
    said = request.headers.get("content-type", "")
    if said in accepted:
        return said
    said = said.partition(";")[0].strip().lower()
    if said not in accepted:
        raise Problem("unsupported_media_type", f"send the body with Content-Type: {' or '.join(accepted)}")
    return said


async def read_body(request: Request, limit: int = LARGEST_BODY_BYTES, *accepted: str) -> bytes:
    """The whole body. Raises Problem (415 if it is not JSON or one of ``accepted``, 413 if it is larger)."""
    media_type(request, *(accepted or (JSON,)))
    body: bytes = request.scope.get("body", b"")  # read already, where it says who may
    if not body:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                break
    if len(body) > limit:
        raise Problem("body_too_large", f"the body may have {limit} bytes", members={"limit_bytes": limit})
    return body
