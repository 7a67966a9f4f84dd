"""Everything that the use cases of identity need, wired together."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import asyncpg

from handlers.identity import Identity


def utc_now() -> datetime:
    return datetime.now(UTC)


async def open_identity(
    pool: "asyncpg.Pool[Any]",
    *,
    keys: str,
    issuer: str,
    audience: str,
    clock: Callable[[], datetime] = utc_now,
) -> Identity:
    """The use cases over a pool of the role ``pavilion_auth``. Makes the first signing key if there is none.

    ``keys``: what secrets at rest are encrypted with, ``id:base64`` by commas, the newest first
    (``stack.secrets.identity_keys``). ``clock`` is for tests. Raises StoreUnavailable, ValueError (keys).
    """
    raise NotImplementedError
