"""Who is calling: verification of access tokens (JWT, EdDSA)."""

import time
from collections import OrderedDict

from api.errors import Problem
from api.keys import KeyRing, KeysUnavailable
from contracts.identity import Principal
from contracts.tokens import LEEWAY_SECONDS, LONGEST_TOKEN, TokenRefused, key_id_of, principal_of

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

    async def verify(self, authorization: str | None) -> Principal:
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
            key_id = key_id_of(token)
            key = await self._keys.key(key_id)
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
