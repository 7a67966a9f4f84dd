"""The keys that access tokens are signed with."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from contracts.identity import Principal
from contracts.identity_events import PLATFORM_TENANT, SigningKeyRotated
from contracts.tokens import TokenRefused, claims_of, key_id_of, principal_of
from domain.identity.errors import IdentityRefused
from domain.identity.signing import KeyPeriod, KeyTimes, next_is_due, over, signer, signs_from, waiting
from handlers.identity.model import OPERATOR
from handlers.identity.ports import IdentityStore, KeyPairs, Unit, Vault
from handlers.identity.rows import SigningKeyRow

RELOAD_SECONDS = 15.0
"""So long may a key be unknown to one of several processes; far shorter than the time between its publication and its
first signature."""
LOOK_AGAIN_SECONDS = 1.0
"""At most this often are the keys read for a token that names one that is not known."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The keys as they were read, at ``read_at`` of a clock that only goes forward."""

    rows: dict[str, SigningKeyRow]
    public: dict[str, jwt.PyJWK]
    read_at: float

    @property
    def periods(self) -> list[KeyPeriod]:
        return periods(list(self.rows.values()))


class SigningKeys:
    """Ed25519 keys: one signs; the next is published before it does; the old ones stay until their tokens are over."""

    def __init__(
        self,
        store: IdentityStore,
        pairs: KeyPairs,
        vault: Vault,
        *,
        issuer: str,
        audience: str,
        clock: Callable[[], datetime],
        times: KeyTimes | None = None,
        reload_seconds: float = RELOAD_SECONDS,
    ) -> None:
        self._store = store
        self._pairs = pairs
        self._vault = vault
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._times = times or KeyTimes()
        self._reload_seconds = reload_seconds
        self._loaded = _Loaded({}, {}, float("-inf"))
        self._private: dict[str, bytes] = {}

    async def jwks(self) -> dict[str, Any]:
        """The public keys (RFC 7517) that tokens now and soon are verified with."""
        loaded = await self._keys()
        gone = {key.kid for key in over(loaded.periods, self._clock(), self._times)}
        rows = (row for row in loaded.rows.values() if row.kid not in gone)
        return {"keys": [self._pairs.jwk(row.kid, row.public) for row in rows]}

    async def rotate(self) -> str:
        """Make the next key; its ``kid``. It signs once all verifiers have had time to see it. One that waits to sign
        already is left as it is, and named."""
        now = self._clock()
        async with self._store.unit() as unit:
            rows = await unit.signing_keys(lock=True)
            already = waiting(periods(rows), now)
            kid = already.kid if already else await self._make(unit, rows, now)
        await self._reload()
        return kid

    async def keep(self) -> None:
        """What is to be done from time to time: the first key, a new one when the present one is old, old ones erased."""
        now = self._clock()
        async with self._store.unit() as unit:
            rows = await unit.signing_keys(lock=True)
            if next_is_due(periods(rows), now, self._times):
                await self._make(unit, rows, now)
            gone = [key.kid for key in over(periods(rows), now, self._times)]
            if gone:
                await unit.drop_signing_keys(gone)
        await self._reload()

    async def sign(self, claims: dict[str, Any]) -> str:
        """A JWT of these claims, by the key that signs now."""
        loaded = await self._keys()
        key = signer(loaded.periods, self._clock())
        if key is None:
            await self.keep()
            loaded = self._loaded
            key = signer(loaded.periods, self._clock())
        if key is None:
            raise RuntimeError("there is no key to sign with, though one was made")
        return self._pairs.sign(claims, key.kid, self._private_half(loaded.rows[key.kid]))

    async def issue(self, principal: Principal) -> str:
        """The access token of a caller."""
        return await self.sign(claims_of(principal, issuer=self._issuer, audience=self._audience))

    async def read(self, token: str) -> Principal:
        """Whom a token names, by its signature alone. Raises IdentityRefused (token_malformed, token_invalid,
        token_expired)."""
        try:
            kid = key_id_of(token)
            key = (await self._keys()).public.get(kid)
            if key is None and time.monotonic() - self._loaded.read_at >= LOOK_AGAIN_SECONDS:
                key = (await self._reload()).public.get(kid)
            if key is None:
                raise TokenRefused("token_invalid", "the token was signed with a key that is not ours")
            return principal_of(token, key, issuer=self._issuer, audience=self._audience)
        except TokenRefused as error:
            raise IdentityRefused(error.code, str(error)) from error

    async def _make(self, unit: Unit, rows: Sequence[SigningKeyRow], now: datetime) -> str:
        pair = self._pairs.new()
        row = SigningKeyRow(
            kid=pair.kid,
            public=pair.public,
            sealed=self._vault.seal(pair.private, _about(pair.kid)),
            created_at=now,
            signs_from=signs_from(periods(rows), now, self._times),
        )
        await unit.add_signing_key(row)
        event = SigningKeyRotated(key_id=row.kid, signs_from=row.signs_from, at=now)
        await unit.record(PLATFORM_TENANT, "signing-key", row.kid, 1, event, OPERATOR)
        return row.kid

    async def _keys(self) -> _Loaded:
        if time.monotonic() - self._loaded.read_at >= self._reload_seconds:
            return await self._reload()
        return self._loaded

    async def _reload(self) -> _Loaded:
        async with self._store.unit() as unit:
            rows = {row.kid: row for row in await unit.signing_keys()}
        public = {kid: jwt.PyJWK.from_dict(self._pairs.jwk(kid, row.public)) for kid, row in rows.items()}
        self._private = {kid: private for kid, private in self._private.items() if kid in rows}
        self._loaded = _Loaded(rows, public, time.monotonic())
        return self._loaded

    def _private_half(self, row: SigningKeyRow) -> bytes:
        if row.kid not in self._private:
            self._private[row.kid] = self._vault.open(row.sealed, _about(row.kid))
        return self._private[row.kid]


def periods(rows: Sequence[SigningKeyRow]) -> list[KeyPeriod]:
    """When the keys sign."""
    return [KeyPeriod(kid=row.kid, signs_from=row.signs_from) for row in rows]


def _about(kid: str) -> str:
    return f"signing key {kid}"
