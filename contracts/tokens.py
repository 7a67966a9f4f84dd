"""Access tokens (JWT, EdDSA): what is in them, and whom they name. The one place where a token is believed."""

import math
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import jwt

from contracts.identity import CALLER_KINDS, Grant, MalformedGrant, Principal

ALGORITHM = "EdDSA"
REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub", "tid", "roles", "jti")
LEEWAY_SECONDS = 5
LONGEST_TOKEN = 4096
LONGEST_KEY_ID = 128
LONGEST_NAME = 255
JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)
SIGNATURE = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]", re.ASCII)
"""An Ed25519 signature in the one way to write its 64 bytes: a token cannot be spelled in two ways."""


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
        if not JWT.fullmatch(token):
            raise jwt.DecodeError("not three segments of base64url")
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise TokenRefused("token_malformed", "the token is not a JWT") from error
    if header.get("alg") != ALGORITHM:
        raise TokenRefused("token_invalid", f"the token must be signed with {ALGORITHM}")
    if "crit" in header:
        raise TokenRefused("token_invalid", "the token has critical headers that are not understood here")
    if not SIGNATURE.fullmatch(token.rpartition(".")[2]):
        raise TokenRefused("token_invalid", "the signature is none of Ed25519")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
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
    kind, session_id = claims.get("kind", "user"), claims.get("sid")
    if not all(_is_name(name) for name in (claims["sub"], claims["jti"], session_id) if name is not None):
        raise TokenRefused("token_invalid", "the claims sub, jti and sid must be names")
    if kind not in CALLER_KINDS:
        raise TokenRefused("token_invalid", f"the claim kind must be one of {', '.join(CALLER_KINDS)}")
    try:
        tenant_id = UUID(claims["tid"])
        issued_at, expires_at = float(claims["iat"]), float(claims["exp"])
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise TokenRefused("token_invalid", "the claims tid, iat or exp cannot be read") from error
    return Principal(
        subject=claims["sub"],
        tenant_id=tenant_id,
        grants=_grants(claims["roles"]),
        token_id=claims["jti"],
        issued_at=issued_at,
        expires_at=expires_at,
        kind=kind,
        session_id=session_id,
    )


def _grants(roles: object) -> frozenset[Grant]:
    if not isinstance(roles, list) or not all(_is_name(role) for role in roles):
        raise TokenRefused("token_invalid", "the claim roles must be a list of roles")
    try:
        return frozenset(Grant.parse(role) for role in roles)
    except MalformedGrant as error:
        raise TokenRefused("token_invalid", str(error)) from error


def _is_name(value: object) -> bool:
    """Text that can be stored, sent and logged: a lone half of a surrogate pair cannot."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()
