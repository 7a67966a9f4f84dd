"""Tournaments and registers from the event store through Kafka, and tournaments into their read models."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from activities.event_relay import Relay
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from adapters.postgres.registers import PostgresRegisterStore
from adapters.postgres.tournament_tables import TOURNAMENT_MODEL
from contracts.cloudevents import decode
from contracts.topics import TOURNAMENT_EVENTS
from domain.tournament.format.presets import PRESETS
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import RegistrationRules, SquadRules, TournamentSettings
from handlers.register import RegisterHandler, Wish
from handlers.tournament import TournamentHandler
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.projecting import check_against_rebuild, dead, projected, projecting
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


async def test_a_tournament_is_projected_as_it_goes_and_a_rebuild_agrees(
    owner: asyncpg.Connection,
    owner_pool: Any,
    postgres_dsn: str,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
) -> None:
    app = await create_pool(postgres_dsn, role="pavilion_app", application_name="test", max_size=2)
    tournaments, id_ = TournamentHandler(PostgresEventStore(app)), uuid4()
    registers = RegisterHandler(PostgresRegisterStore(app))
    async with running(Relay(tail(), publisher())), projecting(TOURNAMENT_MODEL, projector_pool, broker):
        rcb = Wish(id="rcb", how="put", entry={"id": "rcb", "name": "Royal Challengers"})
        await registers.fulfil(TENANT, "team", [rcb], idempotency_key="r", scope="teams")
        for number, command in enumerate(LIFE):
            await tournaments.execute(
                TENANT, id_, (command,), idempotency_key=str(number), now=datetime.now(UTC)
            )
            await eventually(lambda: projected(owner, TOURNAMENT_MODEL))
    await app.close()

    entries = await owner.fetch("select team, status from rm_entry order by number")
    assert [tuple(row) for row in entries][-1] == ("gt", "withdrawn")
    assert await owner.fetchval("select count(*) from rm_fixture") == 10
    await check_against_rebuild(owner, owner_pool, TOURNAMENT_MODEL)
    kinds = {decode(record.headers).stream_kind for record in await broker.read(TOURNAMENT_EVENTS)}
    assert kinds == {"tournament", "team"}
    assert await dead(broker, TOURNAMENT_MODEL) == []
