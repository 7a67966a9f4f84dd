"""Access tokens (JWT, EdDSA): what is in them, and whom they name. The one place where a token is believed."""

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import jwt

from contracts.identity import CALLER_KINDS, Grant, MalformedGrant, Principal

ALGORITHM = "EdDSA"
REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub", "tid", "roles", "jti")
LEEWAY_SECONDS = 5
LONGEST_TOKEN = 4096


class TokenRefused(Exception):
    """A token that names nobody. ``code``: ``token_malformed``, ``token_invalid`` or ``token_expired``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def key_id_of(token: str) -> str:
    """The id of the key that a token says it was signed with. Raises TokenRefused for one that none of ours can be."""
    if len(token) > LONGEST_TOKEN:
        raise TokenRefused("token_malformed", f"a token has at most {LONGEST_TOKEN} characters")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise TokenRefused("token_malformed", "the token is not a JWT") from error
    if header.get("alg") != ALGORITHM:
        raise TokenRefused("token_invalid", f"the token must be signed with {ALGORITHM}")
    if "crit" in header:
        raise TokenRefused("token_invalid", "the token has critical headers that are not understood here")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not key_id:
        raise TokenRefused("token_invalid", "the token does not name its key (kid)")
    return key_id


def principal_of(token: str, key: jwt.PyJWK, *, issuer: str, audience: str) -> Principal:
    """Whom a token names that was signed with ``key``. Raises TokenRefused."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": list(REQUIRED_CLAIMS), "strict_aud": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenRefused("token_expired", "the token has expired; get a new one") from error
    except jwt.PyJWTError as error:
        raise TokenRefused("token_invalid", str(error)) from error
    return _principal(claims)


def claims_of(principal: Principal, *, issuer: str, audience: str) -> dict[str, Any]:
    """The claims of a token that names ``principal``. ``iat`` has fractions, so that what is issued after grants were
    changed is told from what was issued before, within the same second."""
    return {
        "iss": issuer,
        "aud": audience,
        "sub": principal.subject,
        "tid": str(principal.tenant_id),
        "roles": sorted(str(grant) for grant in principal.grants),
        "jti": principal.token_id,
        "iat": math.floor(principal.issued_at * 1000) / 1000,
        "exp": int(principal.expires_at),
        "kind": principal.kind,
        "sid": principal.session_id,
    }


def _principal(claims: Mapping[str, Any]) -> Principal:
    if not all(isinstance(claims[name], str) and claims[name] for name in ("sub", "jti")):
        raise TokenRefused("token_invalid", "the claims sub and jti must be strings")
    kind, session_id = claims.get("kind", "user"), claims.get("sid")
    if kind not in CALLER_KINDS:
        raise TokenRefused("token_invalid", f"the claim kind must be one of {', '.join(CALLER_KINDS)}")
    if not isinstance(session_id, str | None):
        raise TokenRefused("token_invalid", "the claim sid must be a string")
    try:
        tenant_id = UUID(claims["tid"])
    except (ValueError, TypeError, AttributeError) as error:
        raise TokenRefused("token_invalid", "the claim tid must be the id of a tenant") from error
    return Principal(
        subject=claims["sub"],
        tenant_id=tenant_id,
        grants=_grants(claims["roles"]),
        token_id=claims["jti"],
        issued_at=float(claims["iat"]),
        expires_at=float(claims["exp"]),
        kind=kind,
        session_id=session_id,
    )


def _grants(roles: object) -> frozenset[Grant]:
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise TokenRefused("token_invalid", "the claim roles must be a list of strings")
    try:
        return frozenset(Grant.parse(role) for role in roles)
    except MalformedGrant as error:
        raise TokenRefused("token_invalid", str(error)) from error
