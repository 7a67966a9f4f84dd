"""Who is calling: verification of access tokens (JWT, EdDSA)."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from api.errors import Problem
from api.keys import KeyRing, KeysUnavailable
from contracts.identity import Grant, Principal
from contracts.tokens import LEEWAY_SECONDS, LONGEST_TOKEN, TokenRefused, key_id_of, principal_of
from domain.identity.revocations import Revocations
from handlers.authority import Authority, AuthorityUnavailable

REMEMBERED_TOKENS = 10_000
REMEMBERED_SECONDS = 60
"""A verified token is believed this long without another look at its signature."""
FRESH_SECONDS = 2.0
"""What the Auth Service said of a token is believed this long."""
ASKED_TOKENS = 1_000
REFUSED_BY_AUTHORITY = {"tenant_suspended": "the league is suspended"}
_SOON = {"retry-after": "1"}


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
        self._asked: OrderedDict[str, tuple[float, frozenset[Grant] | str]] = OrderedDict()

    async def verify(self, authorization: str | None, *, fresh: bool = False) -> Principal:
        """The caller named by an ``Authorization`` header.

        ``fresh``: the Auth Service has said within the last two seconds that the token is good, and what its caller is
        granted: that counts, whatever the token says.
        Raises Problem: 401; 403 for a suspended league; 503 without keys, or without the Auth Service if ``fresh``.
        """
        if authorization is None:
            raise _refusal("token_missing", "send the header Authorization: Bearer <token>")
        principal = self._recall(authorization)
        if principal is None:
            principal = await self._verify(_bearer(authorization))
            self._remember(authorization, principal)
        code = self._revoked(principal)
        if code is not None:
            raise _refused_by_authority(code)
        # A token that names no session is the development issuer's: nothing is stored about it.
        if fresh and principal.session_id is not None:
            return replace(principal, grants=await self._ask(_bearer(authorization), principal))
        return principal

    def lasting(self, principal: Principal) -> Callable[[], bool]:
        """For an answer that goes on: whether a caller who was verified just now is good yet. It looks at nothing but
        what this process knows. When any key is withdrawn, it is not: who calls again is verified anew."""
        keys, revocations = self._keys, self._revocations
        withdrawals, applied = keys.withdrawals, -1

        def good() -> bool:
            nonlocal applied
            if time.time() >= principal.expires_at or withdrawals != keys.withdrawals:
                return False
            if revocations is not None and applied != revocations.applied:
                if self._revoked(principal) is not None:
                    return False
                applied = revocations.applied
            return True

        return good

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

    def _revoked(self, principal: Principal) -> str | None:
        """What this process has heard against a token; None if nothing."""
        if self._revocations is None:
            return None
        return self._revocations.refusal(
            tenant_id=principal.tenant_id,
            subject=principal.subject,
            session_id=principal.session_id,
            issued_at=principal.issued_at,
        )

    async def _ask(self, token: str, principal: Principal) -> frozenset[Grant]:
        asked = self._asked.get(token)
        if asked is None or time.monotonic() >= asked[0]:
            if self._authority is None:
                raise Problem("auth_unavailable", "no Auth Service is known here", headers=_SOON)
            now = time.monotonic()
            try:
                said = await self._authority.granted(token, principal.tenant_id)
            except AuthorityUnavailable as error:
                raise Problem("auth_unavailable", str(error), headers=_SOON) from error
            asked = (now + FRESH_SECONDS, said)
            _keep(self._asked, token, asked, ASKED_TOKENS)
        if isinstance(asked[1], str):
            raise _refused_by_authority(asked[1])
        return asked[1]

    async def _verify(self, token: str) -> Principal:
        try:
            key = await self._keys.key(key_id_of(token))
            if key is None:
                raise _refusal(
                    "token_invalid", "the token was signed with a key that its issuer does not have"
                )
            return principal_of(token, key, issuer=self._issuer, audience=self._audience)
        except KeysUnavailable as error:
            raise Problem("keys_unavailable", str(error), headers={"retry-after": "5"}) from error
        except TokenRefused as error:
            raise _refusal(error.code, str(error)) from error


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
