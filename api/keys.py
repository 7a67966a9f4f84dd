"""The public keys that tokens are verified with, from a JWKS file or address."""

import asyncio
import time
import urllib.request
from pathlib import Path
from typing import Any

import jwt

RELOAD_SECONDS = 5.0
"""At most this often are the keys read again, however many tokens name a key that is not known."""
FETCH_SECONDS = 5
LARGEST_JWKS_BYTES = 1_000_000


class KeysUnavailable(Exception):
    """The JWKS cannot be read, so no token can be verified."""


class KeyRing:
    """Keys by their id (``kid``). An unknown id makes it look again: that is how keys rotate."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at = -RELOAD_SECONDS
        self._lock = asyncio.Lock()

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        """The Ed25519 key with this id, None if the issuer has none. Raises KeysUnavailable."""
        if key_id not in self._keys:
            async with self._lock:
                if key_id not in self._keys and time.monotonic() - self._read_at >= RELOAD_SECONDS:
                    await self.reload()
        return self._keys.get(key_id)

    async def ensure(self) -> None:
        """Read the keys if that has not been done. Raises KeysUnavailable."""
        if not self._keys:
            await self.reload()

    async def reload(self) -> None:
        """Read the keys again. Those that are gone no longer verify anything. Raises KeysUnavailable."""
        try:
            document = await asyncio.to_thread(_read, self._source)
            keys = jwt.PyJWKSet.from_json(document).keys
        except (OSError, ValueError, jwt.PyJWTError) as error:
            raise KeysUnavailable(f"no keys at {self._source}: {error}") from error
        self._read_at = time.monotonic()
        self._keys = {key.key_id: key for key in keys if key.key_id and _is_ed25519(key)}


def _is_ed25519(key: jwt.PyJWK) -> bool:
    data: dict[str, Any] = key._jwk_data
    return data.get("kty") == "OKP" and data.get("crv") == "Ed25519" and "d" not in data


def _read(source: str) -> str:
    if source.startswith(("http://", "https://")):
        with urllib.request.urlopen(source, timeout=FETCH_SECONDS) as answer:  # noqa: S310
            return answer.read(LARGEST_JWKS_BYTES).decode()
    return Path(source).read_text()
