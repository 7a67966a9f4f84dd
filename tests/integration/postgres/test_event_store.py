"""The event store on a real Postgres, as the role the API has."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.migrate import upgrade
from adapters.postgres.pool import create_pool
from contracts.events import NewEvent
from handlers.ports import DuplicateEvent, StoreUnavailable, VersionConflict

LEAGUE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=8)
    yield pool
    await pool.close()


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> PostgresEventStore:
    return PostgresEventStore(pool)


def event(note: str = "", event_id: UUID | None = None) -> NewEvent:
    return NewEvent(
        event_id=event_id or uuid4(),
        type="MatchEnded",
        schema_version=1,
        data=json.dumps({"reason": note}),
        metadata=json.dumps({"actor": "ana"}),
    )


async def test_events_come_back_in_order_with_all_they_had(store: PostgresEventStore) -> None:
    stream, first = uuid4(), event("é 🏏")
    positions = await store.append(LEAGUE, "match", stream, 0, [first])
    positions += await store.append(LEAGUE, "match", stream, 1, [event("b"), event("c"), event("d")])
    found = await store.load(LEAGUE, stream)
    assert [each.version for each in found] == [1, 2, 3, 4]
    assert [json.loads(each.data)["reason"] for each in found] == ["é 🏏", "b", "c", "d"]
    assert [each.position for each in found] == positions == sorted(positions)
    assert (found[0].event_id, found[0].metadata, found[0].stream_kind) == (
        first.event_id,
        {"actor": "ana"},
        "match",
    )
    assert found[0].recorded_at.tzinfo is not None
    assert [each.version for each in await store.load(LEAGUE, stream, 1, 2)] == [2, 3]


async def test_a_version_is_taken_once(store: PostgresEventStore) -> None:
    stream = uuid4()
    await store.append(LEAGUE, "match", stream, 0, [event(), event()])
    for expected in (0, 1):
        with pytest.raises(VersionConflict):
            await store.append(LEAGUE, "match", stream, expected, [event()])
    with pytest.raises(VersionConflict):
        await store.append(LEAGUE, "match", stream, 0, [event(), event(), event()])
    assert len(await store.load(LEAGUE, stream)) == 2


async def test_no_version_is_left_out(store: PostgresEventStore) -> None:
    stream = uuid4()
    await store.append(LEAGUE, "match", stream, 0, [event()])
    with pytest.raises(VersionConflict, match="is not at version 2"):
        await store.append(LEAGUE, "match", stream, 2, [event()])


async def test_an_event_id_is_taken_once_in_a_league(store: PostgresEventStore) -> None:
    stream, taken = uuid4(), uuid4()
    await store.append(LEAGUE, "match", stream, 0, [event(event_id=taken)])
    with pytest.raises(DuplicateEvent):
        await store.append(LEAGUE, "match", stream, 1, [event(event_id=taken), event()])
    assert len(await store.load(LEAGUE, stream)) == 1
    await store.append(OTHER, "match", uuid4(), 0, [event(event_id=taken)])
    found = await store.find(LEAGUE, taken)
    assert found is not None
    assert found.stream_id == stream
    assert await store.find(LEAGUE, uuid4()) is None


async def test_another_league_neither_sees_nor_continues_a_stream(store: PostgresEventStore) -> None:
    stream = uuid4()
    await store.append(LEAGUE, "match", stream, 0, [event()])
    assert await store.load(OTHER, stream) == []
    for expected in (0, 1):
        with pytest.raises(VersionConflict):
            await store.append(OTHER, "match", stream, expected, [event()])


async def test_many_writers_of_one_stream_get_a_version_each(store: PostgresEventStore) -> None:
    stream, each = uuid4(), 10

    async def write(name: str) -> None:
        written = version = 0
        while written < each:
            try:
                await store.append(LEAGUE, "match", stream, version, [event(f"{name}{written}")])
                written, version = written + 1, version + 1
            except VersionConflict:
                version = len(await store.load(LEAGUE, stream))

    await asyncio.gather(*(write(name) for name in "abcdef"))
    found = await store.load(LEAGUE, stream)
    assert [one.version for one in found] == list(range(1, 61))
    notes = [json.loads(one.data)["reason"] for one in found]
    assert sorted(notes) == sorted(f"{name}{n}" for name in "abcdef" for n in range(each))
    for name in "abcdef":
        assert [note for note in notes if note[0] == name] == [f"{name}{n}" for n in range(each)]


async def test_a_store_out_of_reach_says_so(store: PostgresEventStore, pool: "asyncpg.Pool[Any]") -> None:
    await pool.close()
    for call in (
        store.load(LEAGUE, uuid4()),
        store.find(LEAGUE, uuid4()),
        store.append(LEAGUE, "match", uuid4(), 0, [event()]),
    ):
        with pytest.raises(StoreUnavailable):
            await call


async def test_a_connection_used_again_knows_no_league(pool: "asyncpg.Pool[Any]") -> None:
    store = PostgresEventStore(pool)
    await store.append(LEAGUE, "match", uuid4(), 0, [event()])
    async with pool.acquire() as connection:
        await connection.fetch("select * from stream_events($1, $2, 0, null)", LEAGUE, uuid4())
        assert await connection.fetchval("select count(*) from event") == 0


async def test_a_row_of_another_league_cannot_be_written(pool: "asyncpg.Pool[Any]") -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(LEAGUE))
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute(
                "insert into event (tenant_id, stream_kind, stream_id, version, event_id, type,"
                " schema_version, data, metadata) values ($1, 'match', $2, 1, $3, 'X', 1, '{}', '{}')",
                OTHER,
                uuid4(),
                uuid4(),
            )


@pytest.mark.parametrize("column", ["position", "txid", "recorded_at"])
async def test_nobody_states_when_or_where_an_event_was_stored(
    pool: "asyncpg.Pool[Any]", column: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(f"insert into event ({column}) values (default)")  # noqa: S608


CHANGES = ("update event set type = 'X'", "delete from event", "truncate event")


@pytest.mark.parametrize("statement", CHANGES)
async def test_the_application_may_not_change_events(pool: "asyncpg.Pool[Any]", statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
async def test_not_even_the_server_s_owner_changes_events(
    store: PostgresEventStore, postgres_dsn: str, statement: str
) -> None:
    await store.append(LEAGUE, "match", uuid4(), 0, [event()])
    connection = await asyncpg.connect(postgres_dsn)
    with pytest.raises(asyncpg.PostgresError, match="never changed or deleted"):
        await connection.execute(statement)
    await connection.close()


async def test_migrations_may_be_run_again_and_at_once(postgres_dsn: str) -> None:
    await asyncio.gather(*(upgrade(postgres_dsn) for _ in range(3)))
    connection = await asyncpg.connect(postgres_dsn)
    assert await connection.fetchval("select count(*) from alembic_version") == 1
    await connection.close()


async def test_appends_at_once_get_their_own_answers(store: PostgresEventStore) -> None:
    """They are sent in groups; one that cannot be done takes no other with it."""
    streams = [uuid4() for _ in range(40)]
    leagues = [LEAGUE, OTHER] * 20
    taken = event(event_id=uuid4())
    await store.append(LEAGUE, "match", streams[0], 0, [taken])
    await store.append(OTHER, "match", streams[1], 0, [event()])

    async def append(league: UUID, stream: UUID, one: NewEvent) -> object:
        try:
            return await store.append(league, "match", stream, 0, [one])
        except (VersionConflict, DuplicateEvent) as error:
            return type(error)

    answers: list[Any] = await asyncio.gather(
        *(
            append(league, stream, event(f"{number}"))
            for number, (league, stream) in enumerate(zip(leagues, streams, strict=True))
        ),
        append(LEAGUE, uuid4(), taken),
    )
    assert answers[0] is answers[1] is VersionConflict
    assert answers[-1] is DuplicateEvent
    positions = [answer[0] for answer in answers[2:-1]]
    assert len(set(positions)) == 38
    for number, (league, stream) in list(enumerate(zip(leagues, streams, strict=True)))[2:]:
        found = await store.load(league, stream)
        assert [json.loads(each.data)["reason"] for each in found] == [f"{number}"]
        assert found[0].position == answers[number][0]


async def test_who_gives_up_waiting_holds_nobody_up(store: PostgresEventStore) -> None:
    streams = [uuid4() for _ in range(30)]
    tasks = [asyncio.create_task(store.append(LEAGUE, "match", stream, 0, [event()])) for stream in streams]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(answer, list) for answer in answers] == [n % 3 != 0 for n in range(30)]
    await store.append(LEAGUE, "match", uuid4(), 0, [event()])
    for stream in streams[1::3] + streams[2::3]:
        assert len(await store.load(LEAGUE, stream)) == 1


async def test_a_group_cut_off_says_so_and_the_next_goes_on(
    store: PostgresEventStore, postgres_dsn: str
) -> None:
    admin = await asyncpg.connect(postgres_dsn)
    held = admin.transaction()
    await held.start()
    await admin.execute("lock table event in exclusive mode")
    tasks = [asyncio.create_task(store.append(LEAGUE, "match", uuid4(), 0, [event()])) for _ in range(20)]
    waiting = "select pid from pg_stat_activity where usename = 'pavilion_app' and wait_event_type = 'Lock' and datname = current_database()"
    async with asyncio.timeout(30):
        while not (pids := [row["pid"] for row in await admin.fetch(waiting)]):
            await asyncio.sleep(0.01)
    await admin.fetch("select pg_terminate_backend(pid) from unnest($1::integer[]) as t(pid)", pids)
    await held.rollback()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(answer) for answer in answers} == {StoreUnavailable, list}
    stored = await admin.fetchval("select count(*) from event")
    assert stored == sum(isinstance(answer, list) for answer in answers)
    await admin.close()
