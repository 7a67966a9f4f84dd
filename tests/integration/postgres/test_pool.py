"""Whatever way the server goes away, it is told in one word."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from handlers.ports import StoreUnavailable

HALF_AN_ANSWER = b"R\x00\x00\x00\x04"
"""That somebody is to authenticate, and not how."""


async def test_a_server_that_breaks_off_in_the_middle_of_an_answer_is_away() -> None:
    """asyncpg says "internal client error" of what it does not understand."""

    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"N")  # no TLS
        await reader.read(4)
        writer.write(HALF_AN_ANSWER)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(break_off, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        pool = await create_pool(f"postgresql://127.0.0.1:{port}/away", application_name="test", min_size=0)
        with pytest.raises(StoreUnavailable) as away:
            await PostgresEventStore(pool).load(UUID(int=1), UUID(int=2))
        assert isinstance(away.value.__cause__, asyncpg.InternalClientError)
        pool.terminate()
