"""Tournaments against a real store: several processes at once, and the state as stored."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from contracts import codec
from domain.tournament.lifecycle.commands import (
    CreateTournament,
    OpenRegistration,
    SubmitEntry,
    TournamentCommand,
    WithdrawEntry,
)
from domain.tournament.lifecycle.evolve import fold
from domain.tournament.lifecycle.state import EntryStatus
from handlers.tournament import TournamentAck, TournamentHandler
from tests.unit.domain.tournament.lifecycle.organiser import settings

LEAGUE = UUID(int=1)
NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)


@pytest.fixture
async def store(postgres_dsn: str) -> AsyncIterator[PostgresEventStore]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=8)
    yield PostgresEventStore(pool)
    await pool.close()


async def do(handler: TournamentHandler, id: UUID, command: TournamentCommand, key: str) -> TournamentAck:
    return await handler.execute(LEAGUE, id, (command,), idempotency_key=key, now=NOW)


async def test_many_processes_take_entries_and_never_more_than_there_are_places(
    store: PostgresEventStore,
) -> None:
    handlers = [TournamentHandler(store) for _ in range(3)]
    tournament = uuid4()
    create = CreateTournament(name="Cup", settings=settings(capacity=4))
    await do(handlers[0], tournament, create, "create")
    await do(handlers[0], tournament, OpenRegistration(), "open")

    async def enter(number: int) -> None:
        entry = SubmitEntry(team=f"t{number}", name=f"Team {number}")
        # Each entry is sent twice, as a client does that heard no answer.
        for process in (number, number + 1):
            await do(handlers[process % 3], tournament, entry, f"entry-{number}")

    await asyncio.gather(*(enter(number) for number in range(6)))
    first_out = (await handlers[0].read(LEAGUE, tournament, lambda state: state)).holding()[0]
    await do(handlers[1], tournament, WithdrawEntry(team=first_out.team), "withdraw")

    stored = fold(
        codec.decode_of(each.stream_kind, each.type, each.data, each.schema_version)
        for each in await store.load(LEAGUE, tournament)
    )
    statuses = [entry.status for entry in stored.entries.values()]
    assert [statuses.count(one) for one in (EntryStatus.CONFIRMED, EntryStatus.OFFERED)] == [3, 1]
    assert statuses.count(EntryStatus.WAITING) == 1
    for handler in handlers:
        assert await handler.read(LEAGUE, tournament, lambda state: state) == stored
