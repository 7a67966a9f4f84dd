"""The public keys that tokens are verified with: kept at hand, read again as they rotate."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any

import jwt
import structlog

from api.jwks import JwksSource, Unreadable, sources_of

RELOAD_SECONDS = 1.0
"""At most this often are the keys read again, however many tokens name a key that is not known."""
REFRESH_SECONDS = 60.0
"""Keys are read again after this time though nobody misses any: those that were withdrawn lose their force."""
LONGEST_QUEUE = 200
"""How many may wait for the keys to be read again; the next ones are told to come back."""

log = structlog.get_logger("keys")


class KeysUnavailable(Exception):
    """The JWKS cannot be read, so whether the token is good cannot be said."""


class KeyRing:
    """Keys by their id (``kid``), of one source or several.

    An unknown id makes it look again: that is how keys rotate. A source that cannot be read keeps the keys it had.
    Where two sources have a key of the same id, the first one's counts.
    """

    def __init__(self, source: str | Sequence[JwksSource]) -> None:
        self._sources = sources_of(source) if isinstance(source, str) else tuple(source)
        self._of_source: list[dict[str, jwt.PyJWK]] = [{} for _ in self._sources]
        self._keys: dict[str, jwt.PyJWK] = {}
        self._unread: dict[str, Unreadable] = {}
        self._withdrawn: set[str] = set()
        self._read_at = -REFRESH_SECONDS
        self._waiting = 0
        self._lock = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None
        self.withdrawals = 0
        """How many times keys have gone: what was verified before the last time has to be verified anew."""

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        """The Ed25519 key with this id, None if no issuer has it. Raises KeysUnavailable."""
        if key_id in self._withdrawn:
            return None
        if key_id not in self._keys:
            await self._look_again(key_id)
        else:
            self.refresh_if_old()
        return self._keys.get(key_id)

    def refresh_if_old(self) -> None:
        """See to it that the keys are read again if that was long ago; nobody waits for it."""
        if time.monotonic() - self._read_at >= REFRESH_SECONDS:
            self.refresh()

    def refresh(self) -> None:
        """See to it that the keys are read again soon; nobody waits for it."""
        if self._refreshing is None:
            self._refreshing = asyncio.ensure_future(self._refresh())

    def withdraw(self, key_id: str) -> None:
        """Believe this key no more, whatever a source or what was kept of it says from now on."""
        self._withdrawn.add(key_id)
        if self._keys.pop(key_id, None) is not None:
            self.withdrawals += 1

    async def ensure(self) -> None:
        """Read the keys if that has not been done. Raises KeysUnavailable."""
        if not self._keys:
            await self.reload()

    async def reload(self) -> None:
        """Read the keys again. Those that are gone no longer verify anything.

        Raises KeysUnavailable if no source can be read and none was before.
        """
        self._read_at = time.monotonic()
        answers = await asyncio.gather(*(source.read() for source in self._sources), return_exceptions=True)
        for number, (source, answer) in enumerate(zip(self._sources, answers, strict=True)):
            try:
                self._of_source[number] = _keys_in(source, answer)
                self._unread.pop(source.name, None)
            except Unreadable as error:
                if source.name not in self._unread:
                    log.warning("keys cannot be read", source=source.name, error=str(error))
                self._unread[source.name] = error
        known: dict[str, jwt.PyJWK] = {}
        for keys in reversed(self._of_source):
            known |= keys
        known = {key_id: key for key_id, key in known.items() if key_id not in self._withdrawn}
        if any(
            known.get(key_id) is None or known[key_id].key != key.key for key_id, key in self._keys.items()
        ):
            self.withdrawals += 1
        self._keys = known
        if not known and self._unread:
            raise KeysUnavailable(_said(self._unread.values()))

    async def _look_again(self, key_id: str) -> None:
        """Have the keys read at a time after this call; all that wait share it."""
        if self._waiting >= LONGEST_QUEUE:
            raise KeysUnavailable("too many tokens name keys that are not known")
        asked_at = time.monotonic()
        self._waiting += 1
        try:
            async with self._lock:
                if key_id not in self._keys and self._read_at <= asked_at:
                    await asyncio.sleep(self._read_at + RELOAD_SECONDS - time.monotonic())
                    await self.reload()
        finally:
            self._waiting -= 1
        if key_id not in self._keys and self._unread:
            raise KeysUnavailable(_said(self._unread.values()))

    async def _refresh(self) -> None:
        try:
            async with self._lock:
                await self.reload()
        except KeysUnavailable as error:
            log.warning("keys cannot be read", error=str(error))
        finally:
            self._refreshing = None


def _keys_in(source: JwksSource, answer: str | BaseException) -> dict[str, jwt.PyJWK]:
    if isinstance(answer, Unreadable):
        raise answer
    if isinstance(answer, BaseException):
        raise Unreadable(f"no keys at {source.name}: {answer!r}") from answer
    try:
        keys = jwt.PyJWKSet.from_json(answer).keys
    except (ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise Unreadable(f"what is at {source.name} is no JWKS: {error}") from error
    return {key.key_id: key for key in keys if key.key_id and _is_ed25519(key)}


def _is_ed25519(key: jwt.PyJWK) -> bool:
    data: dict[str, Any] = key._jwk_data
    return data.get("kty") == "OKP" and data.get("crv") == "Ed25519" and "d" not in data


def _said(errors: Iterable[Unreadable]) -> str:
    return "; ".join(str(error) for error in errors)
