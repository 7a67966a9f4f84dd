"""Who is calling: verification of access tokens (JWT, EdDSA)."""

import re
import time
from collections import OrderedDict
from typing import Any, Protocol
from uuid import UUID

import jwt

from api.errors import Problem
from api.keys import KeyRing, KeysUnavailable
from contracts.identity import CALLER_KINDS, Grant, MalformedGrant, Principal
from domain.identity.revocations import Revocations

ALGORITHM = "EdDSA"
REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub", "tid", "roles", "jti")
LEEWAY_SECONDS = 5
LONGEST_TOKEN = 4096
LONGEST_KEY_ID = 128
LONGEST_NAME = 255
JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)
SIGNATURE = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]", re.ASCII)
"""An Ed25519 signature in the one way to write its 64 bytes: a token cannot be spelled in two ways."""
REMEMBERED_TOKENS = 10_000
REMEMBERED_SECONDS = 60
"""A verified token is believed this long without another look at its signature."""
FRESH_SECONDS = 2.0
"""What the Auth Service said of a token is believed this long."""
ASKED_TOKENS = 1_000
REFUSED_BY_AUTHORITY = {"tenant_suspended": "the league is suspended"}
_SOON = {"retry-after": "1"}


class AuthorityUnavailable(Exception):
    """The Auth Service does not answer."""


class Authority(Protocol):
    """Whoever knows what is stored about a token: the Auth Service."""

    async def refusal(self, token: str, tenant_id: UUID) -> str | None:
        """The code with which it refuses the token, None if it is good. Raises AuthorityUnavailable."""
        ...


class TokenVerifier:
    """Verifies access tokens and remembers those it verified lately.

    ``revocations`` are what this process has heard of; ``authority`` is asked where that is not enough.
    """

    def __init__(
        self,
        keys: KeyRing,
        *,
        issuer: str,
        audience: str,
        revocations: Revocations | None = None,
        authority: Authority | None = None,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._revocations = revocations
        self._authority = authority
        self._withdrawals = keys.withdrawals
        self._remembered: OrderedDict[str, tuple[float, Principal]] = OrderedDict()
        self._asked: OrderedDict[str, tuple[float, str | None]] = OrderedDict()

    async def verify(self, authorization: str | None, *, fresh: bool = False) -> Principal:
        """The caller named by an ``Authorization`` header.

        ``fresh``: the Auth Service has said within the last two seconds that the token is good.
        Raises Problem: 401; 403 for a suspended league; 503 without keys, or without the Auth Service if ``fresh``.
        """
        if authorization is None:
            raise _refusal("token_missing", "send the header Authorization: Bearer <token>")
        principal = self._recall(authorization)
        if principal is None:
            principal = await self._verify(_bearer(authorization))
            self._remember(authorization, principal)
        if self._revocations is not None:
            self._refuse_revoked(principal, self._revocations)
        # A token that names no session is the development issuer's: nothing is stored about it.
        if fresh and principal.session_id is not None:
            await self._ask(_bearer(authorization), principal)
        return principal

    def _recall(self, authorization: str) -> Principal | None:
        self._keys.refresh_if_old()
        if self._withdrawals != self._keys.withdrawals:
            self._withdrawals = self._keys.withdrawals
            self._remembered.clear()
        remembered = self._remembered.get(authorization)
        return remembered[1] if remembered is not None and time.time() < remembered[0] else None

    def _remember(self, authorization: str, principal: Principal) -> None:
        until = min(time.time() + REMEMBERED_SECONDS, principal.expires_at + LEEWAY_SECONDS)
        _keep(self._remembered, authorization, (until, principal), REMEMBERED_TOKENS)

    @staticmethod
    def _refuse_revoked(principal: Principal, revocations: Revocations) -> None:
        code = revocations.refusal(
            tenant_id=principal.tenant_id,
            subject=principal.subject,
            session_id=principal.session_id,
            issued_at=principal.issued_at,
        )
        if code is not None:
            raise _refused_by_authority(code)

    async def _ask(self, token: str, principal: Principal) -> None:
        asked = self._asked.get(token)
        if asked is None or time.monotonic() >= asked[0]:
            if self._authority is None:
                raise Problem("auth_unavailable", "no Auth Service is known here", headers=_SOON)
            now = time.monotonic()
            try:
                code = await self._authority.refusal(token, principal.tenant_id)
            except AuthorityUnavailable as error:
                raise Problem("auth_unavailable", str(error), headers=_SOON) from error
            asked = (now + FRESH_SECONDS, code)
            _keep(self._asked, token, asked, ASKED_TOKENS)
        if asked[1] is not None:
            raise _refused_by_authority(asked[1])

    async def _verify(self, token: str) -> Principal:
        key_id = _key_id(token)
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


def _key_id(token: str) -> str:
    """The key that a token names, unless its header has something that is not for us."""
    try:
        if not JWT.fullmatch(token):
            raise jwt.DecodeError("not three segments of base64url")
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise _refusal("token_malformed", "the token is not a JWT") from error
    if header.get("alg") != ALGORITHM:
        raise _refusal("token_invalid", f"the token must be signed with {ALGORITHM}")
    if "crit" in header:
        raise _refusal("token_invalid", "the token has critical headers that are not understood here")
    if not SIGNATURE.fullmatch(token.rpartition(".")[2]):
        raise _refusal("token_invalid", "the signature is not one of Ed25519")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        raise _refusal("token_invalid", "the token does not name its key (kid)")
    return key_id


def _principal(claims: dict[str, Any]) -> Principal:
    kind, session_id = claims.get("kind", "user"), claims.get("sid")
    if not all(_is_name(name) for name in (claims["sub"], claims["jti"], session_id) if name is not None):
        raise _refusal("token_invalid", "the claims sub, jti and sid must be names")
    if kind not in CALLER_KINDS:
        raise _refusal("token_invalid", f"the claim kind must be one of {', '.join(CALLER_KINDS)}")
    try:
        tenant_id = UUID(claims["tid"])
        issued_at, expires_at = float(claims["iat"]), float(claims["exp"])
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _refusal("token_invalid", "the claims tid, iat or exp cannot be read") from error
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
        raise _refusal("token_invalid", "the claim roles must be a list of roles")
    try:
        return frozenset(Grant.parse(role) for role in roles)
    except MalformedGrant as error:
        raise _refusal("token_invalid", str(error)) from error


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()


def _refusal(code: str, detail: str) -> Problem:
    error = "" if code == "token_missing" else ', error="invalid_token"'
    return Problem(code, detail, headers={"www-authenticate": f'Bearer realm="pavilion"{error}'})


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
        raise _refusal("token_malformed", "the Authorization header must be: Bearer <token>")
    return token.strip()


def _refused_by_authority(code: str) -> Problem:
    return _refusal(code, REFUSED_BY_AUTHORITY.get(code, "the token is no longer good; log in again"))


def _keep(cache: OrderedDict[str, Any], key: str, value: object, most: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    if len(cache) > most:
        cache.popitem(last=False)
