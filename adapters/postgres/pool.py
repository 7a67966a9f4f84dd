"""Connections to Postgres."""

from typing import Any

import asyncpg

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"""What asyncpg raises when the server is gone, going, coming, or full; "internal client error" is what it makes of a
connection that broke off in the middle of something."""
AWAY_MESSAGE = "the database cannot be reached at the moment"


class _Connection(asyncpg.Connection):
    """A connection that is not reset when it goes back to the pool.

    The reset is a round trip of its own. There is nothing to reset: nothing on these pools listens, takes
    advisory locks or sets anything beyond its transaction.
    """

    def get_reset_query(self) -> str:
        return ""


async def create_pool(
    dsn: str, *, application_name: str, role: str | None = None, min_size: int = 1, max_size: int = 16
) -> "asyncpg.Pool[Any]":
    """A pool for short statements, logged in as ``role`` in place of the user that ``dsn`` names.

    Raises OSError or asyncpg.PostgresError when the server can't be reached.
    """
    return await asyncpg.create_pool(
        dsn,
        user=role,
        min_size=min_size,
        max_size=max_size,
        connection_class=_Connection,
        statement_cache_size=200,
        max_inactive_connection_lifetime=0,
        command_timeout=10,
        server_settings={"application_name": application_name, "jit": "off"},
    )
