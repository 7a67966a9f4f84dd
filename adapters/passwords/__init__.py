"""Passwords: hashed with Argon2id, in a few threads of their own, so that logins never hold up the event loop.

One hash takes 19 MiB and some ten milliseconds of a core. So at most as many are worked out at once as there are
threads; some more wait; and who comes then is told to come again, instead of everybody waiting for ever longer.
"""

import asyncio
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from domain.identity.errors import IdentityRefused
from domain.identity.passwords import LONGEST_PASSWORD, check_password, normalised_password
from handlers.identity.ports import PasswordCheck

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
"""What OWASP recommends at the least."""
WAITING_PER_THREAD = 50
JUDGED_CHARACTERS = 32
"""The estimate takes longer with the square of the length, and a password that is good so far is good."""
_WORD_END = re.compile(r"[\s@.]+")
_Answer = TypeVar("_Answer")


class Argon2Passwords:
    """A :class:`handlers.identity.ports.Passwords`."""

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        passes: int = PASSES,
        threads: int | None = None,
        waiting_per_thread: int = WAITING_PER_THREAD,
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        count = threads or min(4, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="passwords")
        self._room = count * (1 + waiting_per_thread)
        self._nobodys = self._hasher.hash(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        return await self._in_pool(self._hasher.hash, normalised_password(password))

    async def verify(self, password: str, kept: str | None) -> PasswordCheck:
        # No password is longer, and hashing a megabyte would take its time.
        given = normalised_password(password[: LONGEST_PASSWORD * 2])
        check = await self._in_pool(self._verify, given, kept or self._nobodys)
        return check if kept is not None else PasswordCheck(right=False)

    async def judge(self, password: str, about: Sequence[str]) -> None:
        given = normalised_password(password[: LONGEST_PASSWORD * 2])
        guesses = await self._in_pool(_guesses, given, about)
        check_password(given, guesses)

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, kept: str) -> PasswordCheck:
        try:
            self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return PasswordCheck(right=False)
        outdated = self._hasher.check_needs_rehash(kept)
        return PasswordCheck(right=True, rehashed=self._hasher.hash(password) if outdated else None)

    async def _in_pool(self, work: Callable[..., _Answer], *arguments: Any) -> _Answer:
        if self._room <= 0:
            raise IdentityRefused(
                "identity_busy", "too many are logging in at once; come again", retry_after=1
            )
        self._room -= 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        future.add_done_callback(self._make_room)
        return await future

    def _make_room(self, _done: object) -> None:
        self._room += 1


def _guesses(password: str, about: Sequence[str]) -> float:
    """How many guesses it takes who knows the person, the leaked passwords and how people vary them."""
    if not password:
        return 0
    names = [spelling for text in about for spelling in (text, "".join(text.split()))]
    words = [word for name in about for word in _WORD_END.split(name) if word]
    known = [*names, *words, "pavilion", "cricket"]
    return float(zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=known)["guesses"])
