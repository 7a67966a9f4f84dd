"""What the endpoints of the Auth Service read of a request and say in an answer."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import idempotency_key, json_answer
from api.operations import principal, read_body, request_id_of
from api.paging import page, read_cursor, time_in, uuid_in
from api.strict import checked
from auth.services import services
from contracts.identity import Grant, MalformedGrant
from handlers.identity import Actor

LONGEST_USER_AGENT = 300
MOST_ROLES = 100
NO_STORE = {"cache-control": "no-store"}

Body = TypeVar("Body", bound=msgspec.Struct)
Row = TypeVar("Row")


async def body_of(request: Request, kind: type[Body]) -> Body:
    """The body. Raises Problem (400, 413, 415, 422)."""
    return checked(msgspec.json.Decoder(kind).decode, await read_body(request))


def actor(request: Request, *, key: bool = False) -> Actor:
    """The caller, to be kept with what is changed; ``key``: with the idempotency key, which must be there."""
    return Actor.of(
        principal(request),
        request_id=request_id_of(request),
        idempotency_key=idempotency_key(request) if key else None,
    )


def user_of(request: Request) -> UUID:
    """The id of the person who calls. Raises Problem (403) for an API key or a share link."""
    who = principal(request)
    if who.kind != "user":
        raise Problem("not_allowed", "this is for people who are logged in, not for keys and links")
    return UUID(who.subject)


def session_of(request: Request) -> UUID | None:
    """The session that the caller's token is of."""
    said = principal(request).session_id
    return UUID(said) if said else None


def address(request: Request) -> str:
    """Whence the request comes, as the gateway saw it."""
    peer = request.client.host if request.client else ""
    return services(request).proxies.client(peer, request.headers.get("x-forwarded-for"))


def user_agent(request: Request) -> str | None:
    """What the caller calls itself, shortened."""
    said = request.headers.get("user-agent", "")
    return "".join(c for c in said if c.isprintable())[:LONGEST_USER_AGENT] or None


def grants_in(roles: Iterable[str], name: str = "roles") -> frozenset[Grant]:
    """Roles as they stand in a token: ``scorer``, ``scorer@match:0191…``. Raises Problem (422)."""
    try:
        return frozenset(Grant.parse(role) for role in roles)
    except MalformedGrant as error:
        raise Problem("invalid_body", str(error), members={"param": name, "pointer": f"/{name}"}) from error


def roles_of(grants: Iterable[Grant]) -> list[str]:
    """Grants as they stand in a token."""
    return sorted(str(grant) for grant in grants)


def id_in(request: Request, name: str, code: str) -> UUID:
    """An id in the address. Raises Problem (``code``, a 404) for what is none."""
    said = request.path_params[name]
    try:
        return UUID(said)
    except ValueError as error:
        raise Problem(code, f"there is no {said[:40]!r}") from error


def with_secret(value: Any, status: int = 200, location: str | None = None) -> Response:
    """An answer with a secret in it, which nobody keeps."""
    return json_answer(value, status, NO_STORE if location is None else {**NO_STORE, "location": location})


def done() -> Response:
    """What was asked for is so; there is nothing to say."""
    return Response(status_code=204)


def paged(
    request: Request,
    name: str,
    rows: Sequence[Row],
    place: Callable[[Row], tuple[datetime, UUID]],
    shown: Callable[[Row], Any],
) -> Response:
    """A page of a list that is short enough to be had whole, newest first."""
    cursor = read_cursor(request, 2)
    before = (time_in(cursor[0]), uuid_in(cursor[1])) if cursor else None
    ordered = sorted(((place(row), row) for row in rows), key=lambda pair: pair[0], reverse=True)
    return page(request, name, [(at, shown(row)) for at, row in ordered if before is None or at < before])
