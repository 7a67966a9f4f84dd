"""The ends of many streams on a real Postgres, as the role the API has."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.postgres.pool import create_pool
from adapters.postgres.stream_tails import PostgresStreamTails

LEAGUE, OTHER = UUID(int=1), UUID(int=2)
STREAMS, EVENTS = 400, 50
MANY = """
  insert into event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
  select $1, 'match', stream, version, gen_random_uuid(), 'MatchEnded', 1, '{"reason": "rain"}', '{}'
  from unnest($2::uuid[]) stream, generate_series(1, $3::int) version
"""


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=1)
    yield pool
    await pool.close()


async def stored(dsn: str, tenant: UUID, streams: list[UUID], events: int) -> None:
    owner = await asyncpg.connect(dsn)
    await owner.execute(MANY, tenant, streams, events)
    await owner.execute("analyze event")
    await owner.close()


async def test_each_stream_is_told_from_its_own_version_and_no_other_leagues(
    postgres_dsn: str, pool: "asyncpg.Pool[Any]"
) -> None:
    ours, theirs = [uuid4() for _ in range(3)], uuid4()
    await stored(postgres_dsn, LEAGUE, ours, 5)
    await stored(postgres_dsn, OTHER, [theirs], 5)
    after = {ours[0]: 5, ours[1]: 3, ours[2]: 0, theirs: 0, uuid4(): 0}
    found = await PostgresStreamTails(pool).tails(LEAGUE, after)
    assert sorted((event.stream_id, event.version) for event in found) == sorted(
        [*((ours[1], version) for version in (4, 5)), *((ours[2], version) for version in range(1, 6))]
    )
    assert [event.version for event in found if event.stream_id == ours[2]] == [1, 2, 3, 4, 5]


async def test_a_stream_with_much_to_tell_does_so_in_parts(
    postgres_dsn: str, pool: "asyncpg.Pool[Any]"
) -> None:
    long, short = uuid4(), uuid4()
    await stored(postgres_dsn, LEAGUE, [long], 700)
    await stored(postgres_dsn, LEAGUE, [short], 3)
    tails = PostgresStreamTails(pool)
    first = await tails.tails(LEAGUE, {long: 0, short: 0})
    assert Counter(event.stream_id for event in first) == {long: 500, short: 3}
    rest = await tails.tails(LEAGUE, {long: 500, short: 3})
    assert [event.version for event in rest] == list(range(501, 701))


async def test_however_many_streams_are_asked_for_the_store_is_never_read_as_a_whole(
    postgres_dsn: str, pool: "asyncpg.Pool[Any]"
) -> None:
    streams = [uuid4() for _ in range(STREAMS)]
    await stored(postgres_dsn, LEAGUE, streams, EVENTS)
    asked = dict.fromkeys(streams[: STREAMS // 2], EVENTS - 1)
    async with pool.acquire() as connection, connection.transaction():
        told = await connection.fetch(
            "select * from stream_tails($1, $2::uuid[], $3::int[])",
            *(LEAGUE, list(asked), list(asked.values())),
        )
        scans = await connection.fetchrow(
            "select seq_scan, idx_scan from pg_stat_xact_user_tables where relname = 'event'"
        )
    assert len(told) == len(asked)
    assert scans is not None
    assert tuple(scans) == (0, len(asked))
