"""Who is calling: verification of access tokens (JWT, EdDSA)."""

import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

import jwt

from api.errors import Problem
from api.keys import KeyRing, KeysUnavailable
from contracts.identity import CALLER_KINDS, Grant, MalformedGrant, Principal

ALGORITHM = "EdDSA"
REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub", "tid", "roles", "jti")
LEEWAY_SECONDS = 5
LONGEST_TOKEN = 4096
REMEMBERED_TOKENS = 10_000
REMEMBERED_SECONDS = 60
"""A verified token is believed this long without another look, so a withdrawn key loses its force in a minute."""


class TokenVerifier:
    """Verifies access tokens and remembers those it verified lately."""

    def __init__(self, keys: KeyRing, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._remembered: OrderedDict[str, tuple[float, Principal]] = OrderedDict()

    async def verify(self, authorization: str | None, *, fresh: bool = False) -> Principal:
        """The caller named by an ``Authorization`` header. Raises Problem (401, or 503 without keys)."""
        if authorization is None:
            raise _refusal("token_missing", "send the header Authorization: Bearer <token>")
        remembered = self._remembered.get(authorization)
        now = time.time()
        if remembered is not None and now < remembered[0]:
            return remembered[1]
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise _refusal("token_malformed", "the Authorization header must be: Bearer <token>")
        principal = await self._verify(token.strip())
        self._remembered[authorization] = (
            min(now + REMEMBERED_SECONDS, principal.expires_at + LEEWAY_SECONDS),
            principal,
        )
        self._remembered.move_to_end(authorization)
        if len(self._remembered) > REMEMBERED_TOKENS:
            self._remembered.popitem(last=False)
        return principal

    async def _verify(self, token: str) -> Principal:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise _refusal("token_malformed", "the token is not a JWT") from error
        if header.get("alg") != ALGORITHM:
            raise _refusal("token_invalid", f"the token must be signed with {ALGORITHM}")
        if "crit" in header:
            raise _refusal("token_invalid", "the token has critical headers that are not understood here")
        key_id = header.get("kid")
        if not isinstance(key_id, str) or not key_id:
            raise _refusal("token_invalid", "the token does not name its key (kid)")
        try:
            key = await self._keys.key(key_id)
        except KeysUnavailable as error:
            raise Problem("keys_unavailable", str(error), headers={"retry-after": "5"}) from error
        if key is None:
            raise _refusal("token_invalid", "the token was signed with a key that its issuer does not have")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED_CLAIMS), "strict_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise _refusal("token_expired", "the token has expired; get a new one") from error
        except jwt.PyJWTError as error:
            raise _refusal("token_invalid", str(error)) from error
        return _principal(claims)


def _principal(claims: dict[str, Any]) -> Principal:
    if not all(isinstance(claims[name], str) and claims[name] for name in ("sub", "jti")):
        raise _refusal("token_invalid", "the claims sub and jti must be strings")
    kind, session_id = claims.get("kind", "user"), claims.get("sid")
    if kind not in CALLER_KINDS:
        raise _refusal("token_invalid", f"the claim kind must be one of {', '.join(CALLER_KINDS)}")
    if not isinstance(session_id, str | None):
        raise _refusal("token_invalid", "the claim sid must be a string")
    try:
        tenant_id = UUID(claims["tid"])
    except (ValueError, TypeError, AttributeError) as error:
        raise _refusal("token_invalid", "the claim tid must be the id of a tenant") from error
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
        raise _refusal("token_invalid", "the claim roles must be a list of strings")
    try:
        return frozenset(Grant.parse(role) for role in roles)
    except MalformedGrant as error:
        raise _refusal("token_invalid", str(error)) from error


def _refusal(code: str, detail: str) -> Problem:
    error = "" if code == "token_missing" else ', error="invalid_token"'
    return Problem(code, detail, headers={"www-authenticate": f'Bearer realm="pavilion"{error}'})
