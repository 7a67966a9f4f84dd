"""Logging in and out. None takes an Idempotency-Key: who repeats a login has two sessions, and who repeats a refresh
is told that its token was just used."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.operations import Operation, principal
from api.paging import PARAMETERS
from auth.operation import ALL, asking, telling
from auth.requests import (
    actor,
    address,
    body_of,
    done,
    id_in,
    paged,
    session_of,
    user_agent,
    user_of,
    with_secret,
)
from auth.services import services
from auth.session import bodies as b

TAG = "sessions"
ONE = f"{ALL}/sessions/{{session_id}}"


async def log_in(request: Request) -> Response:
    """Log in with address and password. Who has a second factor sends its code too (`totp_missing` says so, and no
    sooner than the password was right); who belongs to several leagues says to which (`tenant_missing` lists them).
    """
    said, known = await body_of(request, b.LogInBody), services(request)
    tokens = await known.identity.sessions.create(
        email=said.email,
        password=said.password,
        totp=said.totp,
        tenant=_tenant(said.tenant),
        address=address(request),
        user_agent=user_agent(request),
    )
    where = f"{ALL}/sessions/{tokens.session.id}"
    return with_secret(b.tokens_said(tokens, known.clock()), 201, where)


async def refresh_session(request: Request) -> Response:
    """The next access token and the next refresh token. A refresh token works once. Of two requests with one token at
    the same time one is answered and the other told `refresh_raced`; a token that comes back later was stolen or
    lost, and ends the session (`refresh_reused`).
    """
    said, known = await body_of(request, b.RefreshBody), services(request)
    tokens = await known.identity.sessions.refresh(said.refresh_token, address=address(request))
    return with_secret(b.tokens_said(tokens, known.clock()))


async def list_sessions(request: Request) -> Response:
    """Where one is logged in to this league, the last used first."""
    user, current = user_of(request), session_of(request)
    rows = await services(request).identity.sessions.list(principal(request).tenant_id, user)
    return paged(
        request,
        "sessions",
        rows,
        lambda row: (row.last_used_at, row.id),
        lambda row: b.session_said(row, row.id == current),
    )


async def end_session(request: Request) -> Response:
    """Log a session out: its tokens work no longer. Nothing happens if it has ended."""
    id_ = id_in(request, "session_id", "session_not_found")
    await services(request).identity.sessions.revoke(principal(request).tenant_id, id_, by=actor(request))
    return done()


async def log_out(request: Request) -> Response:
    """Log out: the session of the token that asks ends."""
    current = session_of(request)
    if current is None:
        raise Problem("session_not_found", "the token is of no session")
    await services(request).identity.sessions.revoke(principal(request).tenant_id, current, by=actor(request))
    return done()


async def exchange_key(request: Request) -> Response:
    """An access token of five minutes for an API key. The gateway does so by itself for a key that is sent as
    `Authorization: Bearer pvk_…`.
    """
    said, known = await body_of(request, b.ExchangeBody), services(request)
    access = await known.identity.api_keys.exchange(said.api_key)
    return with_secret(b.access_said(access, known.clock()))


def _tenant(said: str | None) -> UUID | str | None:
    try:
        return None if said is None else UUID(said)
    except ValueError:
        return said


OPERATIONS: tuple[Operation, ...] = (
    asking(
        "log_in", "POST", f"{ALL}/sessions", "Log in", log_in,
        tag=TAG, body=b.LogInBody, answer=b.TokensBody, status=201, refusals=(409,), public=True,
        example={"email": "asha@example.com", "password": "seven willow bats", "tenant": "hambledon"},
    ),
    asking(
        "refresh_session", "POST", f"{ALL}/sessions:refresh", "Get the next tokens", refresh_session,
        tag=TAG, body=b.RefreshBody, answer=b.TokensBody, refusals=(409,), public=True,
        example={"refresh_token": "pvr_0191f0a0-0000-7000-8000-000000000000.secret"},
    ),
    telling(
        "list_sessions", f"{ALL}/sessions", "Where one is logged in", list_sessions, *PARAMETERS,
        tag=TAG, answer=b.SessionPageBody,
    ),
    # Before the one with an id: the first that fits is taken.
    asking("log_out", "DELETE", f"{ALL}/sessions/current", "Log out", log_out, tag=TAG, refusals=(404,)),
    asking("end_session", "DELETE", ONE, "Log a session out", end_session, tag=TAG, refusals=(404,)),
    asking(
        "exchange_key", "POST", f"{ALL}/tokens", "Exchange an API key", exchange_key,
        tag="api keys", body=b.ExchangeBody, answer=b.AccessTokenBody, public=True,
        example={"api_key": "pvk_0191f0a0_secret"},
    ),
)  # fmt: skip
