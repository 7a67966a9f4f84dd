"""Where public keys come from: a file, an address, and what was last read at the address."""

import asyncio
import hashlib
import os
import secrets
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Protocol

FETCH_SECONDS = 3
LARGEST_JWKS_BYTES = 1_000_000
KEPT_SECONDS = 24 * 3600.0
"""What was kept on disk stands in for an issuer that is away for this long; a key withdrawn meanwhile is not heard of."""


class Unreadable(Exception):
    """A source has no answer at the moment."""


class JwksSource(Protocol):
    """A place with a JWKS (RFC 7517)."""

    @property
    def name(self) -> str: ...

    async def read(self) -> str:
        """The document. Raises Unreadable."""
        ...


class JwksFile:
    """A file, such as the development issuer's."""

    def __init__(self, path: str) -> None:
        self.name = path

    async def read(self) -> str:
        """The file as it is now. Raises Unreadable."""
        try:
            return await asyncio.to_thread(Path(self.name).read_text)
        except (OSError, ValueError) as error:
            raise Unreadable(f"no keys at {self.name}: {error}") from error


class JwksAddress:
    """An http(s) address, such as the Auth Service's ``/.well-known/jwks.json``.

    With a folder to keep it in, a process that starts while the issuer is away begins with what another one read.
    Whoever can write there decides who is believed, so the folder is its owner's alone.
    """

    def __init__(self, url: str, kept_in: Path | None = None) -> None:
        self.name = url
        self._kept = kept_in and kept_in / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.json"
        self._answered = False

    async def read(self) -> str:
        """The document at the address; at first, if there is no answer, the one that was kept. Raises Unreadable."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> str:
        try:
            document = _fetch(self.name)
        except (OSError, ValueError) as error:
            kept = None if self._answered else self._recall()
            if kept is None:
                raise Unreadable(f"no keys at {self.name}: {error}") from error
            self._answered = True
            return kept
        self._answered = True
        self._keep(document)
        return document

    def _recall(self) -> str | None:
        if self._kept is None:
            return None
        try:
            if time.time() - self._kept.stat().st_mtime > KEPT_SECONDS:
                return None
            return self._kept.read_text()
        except (OSError, ValueError):
            return None

    def _keep(self, document: str) -> None:
        """A disk that is full or read-only keeps nothing and is no failure."""
        if self._kept is None:
            return
        draft = self._kept.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        try:
            self._kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            draft.write_text(document)
            draft.replace(self._kept)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def sources_of(text: str, kept_in: Path | None = None) -> tuple[JwksSource, ...]:
    """The files and addresses of a comma-separated list. Raises ValueError if there is none."""
    places = [place.strip() for place in text.split(",") if place.strip()]
    if not places:
        raise ValueError("no place with the keys of an issuer")
    return tuple(
        JwksAddress(place, kept_in) if place.startswith(("http://", "https://")) else JwksFile(place)
        for place in places
    )


def _fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as answer:  # noqa: S310  (http and https alone)
        document = answer.read(LARGEST_JWKS_BYTES).decode()
    if '"keys"' not in document:
        raise ValueError("the answer is no JWKS")
    return document
