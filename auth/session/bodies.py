"""What is asked and answered about sessions and the tokens of them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from auth.account.bodies import Code, Email, Name, Password, Token
from auth.requests import roles_of
from contracts.identity import CallerKind
from handlers.identity import AccessToken, Session, SessionTokens


class LogInBody(msgspec.Struct, forbid_unknown_fields=True):
    """`totp`: the code of the second factor, or a recovery code. `tenant`: id or address of the league; needed by who
    belongs to several."""

    email: Email
    password: Password
    totp: Code | None = None
    tenant: Name | None = None


class RefreshBody(msgspec.Struct, forbid_unknown_fields=True):
    """The refresh token. It works once: keep the one that is answered in its place."""

    refresh_token: Token


class SessionBody(msgspec.Struct):
    """Where somebody is logged in. `current`: the one that asks."""

    id: UUID
    kind: CallerKind
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: str | None
    user_agent: str | None
    current: bool


class TokensBody(msgspec.Struct):
    """`access_token` goes into the header `Authorization: Bearer …` until `expires_at`; then `refresh_token` gets the
    next two, until `refresh_expires_at`."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    tenant_id: UUID
    subject: str
    roles: list[str]
    session: SessionBody


class AccessTokenBody(msgspec.Struct):
    """An access token by itself: when it expires the key gets the next."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    expires_at: datetime
    tenant_id: UUID
    subject: str
    roles: list[str]


class ExchangeBody(msgspec.Struct, forbid_unknown_fields=True):
    """An API key (`pvk_…`)."""

    api_key: Token


class SessionPageBody(msgspec.Struct):
    """A page of sessions."""

    sessions: list[SessionBody]
    next: str | None


STRUCTS: list[type[Any]] = [
    *(LogInBody, RefreshBody, TokensBody, AccessTokenBody, ExchangeBody, SessionPageBody),
]


def session_said(session: Session, current: bool) -> SessionBody:
    """A session as it is shown."""
    return SessionBody(
        id=session.id,
        kind=session.kind,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=session.expires_at,
        address=session.address,
        user_agent=session.user_agent,
        current=current,
    )


def tokens_said(tokens: SessionTokens, now: datetime) -> TokensBody:
    """The tokens of a session as they are given."""
    return TokensBody(
        **_access(tokens.access, now),
        refresh_token=tokens.refresh_token,
        refresh_expires_at=tokens.refresh_expires_at,
        session=session_said(tokens.session, True),
    )


def access_said(access: AccessToken, now: datetime) -> AccessTokenBody:
    """An access token by itself."""
    return AccessTokenBody(**_access(access, now))


def _access(access: AccessToken, now: datetime) -> dict[str, Any]:
    return {
        "access_token": access.token,
        "token_type": "Bearer",
        "expires_in": max(0, int((access.expires_at - now).total_seconds())),
        "expires_at": access.expires_at,
        "tenant_id": access.principal.tenant_id,
        "subject": access.principal.subject,
        "roles": roles_of(access.principal.grants),
    }
