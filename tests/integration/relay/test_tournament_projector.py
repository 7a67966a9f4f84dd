"""Tournaments and registers from the event store through Kafka, and tournaments into their read models."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from activities.event_relay import Relay
from adapters.kafka.consumer import Consumer
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from adapters.postgres.rebuild import Rebuild
from adapters.postgres.registers import PostgresRegisterStore
from adapters.postgres.stream_projection import StreamProjection
from adapters.postgres.tournament_tables import TABLES, TOURNAMENT_MODEL
from contracts.cloudevents import decode
from contracts.topics import TOURNAMENT_EVENTS, dead_letters
from domain.tournament.format.presets import PRESETS
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import RegistrationRules, SquadRules, TournamentSettings
from handlers.register import RegisterHandler, Wish
from handlers.tournament import TournamentHandler
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.test_relay import Publisher, Tail, running

TENANT = UUID(int=1)
TEAMS = ("rcb", "mi", "csk", "gt")
SETTINGS = TournamentSettings(
    format=PRESETS["page-playoff"],
    registration=RegistrationRules(capacity=4),
    squads=SquadRules(minimum_players=0),
)
LIFE: tuple[c.TournamentCommand, ...] = (
    c.CreateTournament(name="Premier League", settings=SETTINGS),
    c.OpenRegistration(),
    c.SubmitEntries(entries=tuple(c.SubmitEntry(team=team, name=team.upper()) for team in TEAMS)),
    c.CloseRegistration(),
    c.DrawTournament(seeds=TEAMS),
    c.WithdrawEntry(team="gt", reason="no players"),
)


async def tables(owner: asyncpg.Connection) -> dict[str, list[Any]]:
    """What stands in the read models of tournaments."""
    return {
        table.name: sorted(map(repr, await owner.fetch(f"select * from {table.name}")))  # noqa: S608
        for table in TABLES
    }


async def test_a_tournament_is_projected_as_it_goes_and_a_rebuild_agrees(
    owner: asyncpg.Connection,
    owner_pool: Any,
    postgres_dsn: str,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
) -> None:
    topics = (TOURNAMENT_EVENTS, dead_letters("tournaments"))
    await ensure_topics(broker.bootstrap, replication=1, prefix=broker.prefix, topics=topics)
    app = await create_pool(postgres_dsn, role="pavilion_app", application_name="test", max_size=2)
    tournaments, registers = (
        TournamentHandler(PostgresEventStore(app)),
        RegisterHandler(PostgresRegisterStore(app)),
    )
    stop, id_ = asyncio.Event(), uuid4()
    consumer = Consumer(
        StreamProjection(TOURNAMENT_MODEL, projector_pool),
        bootstrap=broker.bootstrap,
        pool=projector_pool,
        prefix=broker.prefix,
    )

    async def shows(version: int) -> bool:
        found = await owner.fetchval("select version from rm_tournament where tournament_id = $1", id_)
        return found == version

    async with running(Relay(tail(), publisher())):
        consuming = asyncio.create_task(consumer.run(stop))
        rcb = Wish(id="rcb", how="put", entry={"id": "rcb", "name": "Royal Challengers"})
        await registers.fulfil(TENANT, "team", [rcb], idempotency_key="r", scope="teams")
        for number, command in enumerate(LIFE):
            ack = await tournaments.execute(
                TENANT, id_, (command,), idempotency_key=str(number), now=datetime.now(UTC)
            )
            await eventually(lambda version=ack.version: shows(version))
        stop.set()
        await asyncio.wait_for(consuming, 30)
    await app.close()

    entries = await owner.fetch("select team, status from rm_entry order by number")
    assert [tuple(row) for row in entries][-1] == ("gt", "withdrawn")
    assert await owner.fetchval("select count(*) from rm_fixture") == 10
    before = await tables(owner)
    report = await Rebuild(TOURNAMENT_MODEL, owner_pool).run()
    assert (report.differences, report.compared, report.swapped) == ([], 1, True)
    assert await tables(owner) == before
    kinds = {decode(record.headers).stream_kind for record in await broker.read(TOURNAMENT_EVENTS)}
    assert kinds == {"tournament", "team"}
    assert await broker.read(dead_letters("tournaments")) == []


async def test_the_tables_are_as_they_are_described(owner: asyncpg.Connection) -> None:
    for table in TABLES:
        rows = await owner.fetch(
            "select column_name::text from information_schema.columns where table_name = $1"
            " order by ordinal_position",
            table.name,
        )
        assert tuple(row[0] for row in rows) == table.columns
