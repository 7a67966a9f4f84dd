"""The keys that access tokens are signed with."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from contracts.identity import Principal
from contracts.identity_events import PLATFORM_TENANT, SigningKeyRevoked, SigningKeyRotated
from contracts.tokens import TokenRefused, claims_of, key_id_of, principal_of
from domain.identity.errors import IdentityRefused
from domain.identity.signing import KeyPeriod, KeyTimes, next_is_due, over, signer, signs_from, waiting
from handlers.identity.model import OPERATOR, SigningKey
from handlers.identity.ports import IdentityStore, KeyPairs, Unit, Vault
from handlers.identity.rows import SigningKeyRow

RELOAD_SECONDS = 0.5
"""So long may one of several processes go on as if a key had not been made or revoked: one that hears of no events
refuses a revoked one within a second too."""
LOOK_AGAIN_SECONDS = 0.1
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
        self._withdrawn: set[str] = set()
        self._reading = asyncio.Lock()

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

    async def replace(self, kid: str) -> str:
        """Revoke a key that somebody else may have: no token that it has signed is believed any more, and a new key, whose
        ``kid`` is answered, signs from now on. Raises IdentityRefused: signing_key_not_found."""
        async with self._store.unit() as unit:
            rows = await unit.signing_keys(lock=True)
            if kid not in {row.kid for row in rows}:
                raise IdentityRefused("signing_key_not_found", f"there is no signing key {kid[:64]!r}")
            now = self._clock()
            new = await self._make(unit, (), now)
            await unit.drop_signing_keys([kid])
            event = SigningKeyRevoked(key_id=kid, at=now)
            await unit.record(PLATFORM_TENANT, "signing-key", kid, 2, event, OPERATOR)
        self.withdraw(kid)
        await self._reload()
        return new

    def withdraw(self, kid: str) -> None:
        """Believe this key no more, and sign nothing with it: it was revoked. The one in its place is read before anybody
        is told of keys again."""
        self._withdrawn.add(kid)
        loaded = self._loaded
        rows, public = (
            {k: v for k, v in known.items() if k != kid} for known in (loaded.rows, loaded.public)
        )
        self._loaded = _Loaded(rows, public, float("-inf"))

    async def list(self) -> Sequence[SigningKey]:
        """The keys that are published, in the order in which they sign."""
        loaded, now = await self._reload(), self._clock()
        present = signer(loaded.periods, now)
        gone = {key.kid for key in over(loaded.periods, now, self._times)}
        return [
            SigningKey(
                kid=row.kid,
                created_at=row.created_at,
                signs_from=row.signs_from,
                state="signs"
                if present and row.kid == present.kid
                else "waits"
                if row.signs_from > now
                else "signed",
            )
            for row in sorted(loaded.rows.values(), key=lambda row: row.signs_from)
            if row.kid not in gone
        ]

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
        asked_at = time.monotonic()
        if asked_at - self._loaded.read_at >= self._reload_seconds:
            return await self._reload(asked_at)
        return self._loaded

    async def _reload(self, asked_at: float = float("inf")) -> _Loaded:
        """Read the keys, unless somebody has begun to since ``asked_at``: all who wait share one look."""
        async with self._reading:
            if self._loaded.read_at >= asked_at:
                return self._loaded
            return await self._read_again()

    async def _read_again(self) -> _Loaded:
        begun, withdrawn = time.monotonic(), len(self._withdrawn)
        async with self._store.unit() as unit:
            found = await unit.signing_keys()
        if len(self._withdrawn) != withdrawn:  # perhaps read before the one in its place was there
            begun = float("-inf")
        rows = {row.kid: row for row in found if row.kid not in self._withdrawn}
        public = {kid: jwt.PyJWK.from_dict(self._pairs.jwk(kid, row.public)) for kid, row in rows.items()}
        self._private = {kid: private for kid, private in self._private.items() if kid in rows}
        self._loaded = _Loaded(rows, public, begun)
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
