"""A match's milestones on their way: store, relay, Kafka, consumer, the workflows of its session and tournament."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from activities.event_relay import Relay
from adapters.kafka.consumer import Consumer
from adapters.kafka.milestones import Hint, MilestoneProjection
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from contracts.topics import TOURNAMENT_EVENTS, dead_letters
from domain.match import commands as m
from domain.match.state import MatchState
from domain.session import commands as sc
from domain.tournament.lifecycle import commands as c
from handlers.errors import StreamNotFound
from handlers.match import MatchHandler
from handlers.session import SessionHandler
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.test_relay import Publisher, Tail, running
from tests.workflows.world import HOUR, ONE_OVER, World, placements, whole_match, world
from workers.sessions import Hints
from workflows import search_attributes


@pytest.fixture
async def environment(temporal_client_address: str) -> WorkflowEnvironment:
    client = await Client.connect(temporal_client_address, data_converter=pydantic_data_converter)
    await search_attributes.register(client)
    return WorkflowEnvironment.from_client(client)


@pytest.fixture
async def app_pool(postgres_dsn: str) -> AsyncIterator[Any]:
    pool = await create_pool(postgres_dsn, role="pavilion_app", application_name="app", max_size=8)
    yield pool
    pool.terminate()


@asynccontextmanager
async def hinting(pool: Any, broker: Broker, hint: Hint) -> AsyncIterator[None]:
    """The consumer at work."""
    topics = (TOURNAMENT_EVENTS, dead_letters("sessions"))
    await ensure_topics(broker.bootstrap, replication=1, prefix=broker.prefix, topics=topics)
    stop = asyncio.Event()
    consumer = Consumer(
        MilestoneProjection(hint), bootstrap=broker.bootstrap, pool=pool, prefix=broker.prefix
    )
    task = asyncio.create_task(consumer.run(stop))
    yield
    stop.set()
    await asyncio.wait_for(task, 30)
    assert await broker.read(dead_letters("sessions")) == []


async def match_day(here: World) -> str:
    """The match day of the first match has begun; it starts in an hour."""
    await here.draw()
    nodes = await here.nodes()
    await here.do(c.SetFixtures(placements=placements(nodes, await here.now() + HOUR)))
    await eventually(lambda: is_there(here, nodes[0]))
    return nodes[0]


async def is_there(here: World, node: str) -> bool:
    """Whether the match of a session is there, which is created after the session has been opened."""
    try:
        return await here.streams.matches.read(here.tournament.tenant_id, here.match_id(node), _is_there)
    except StreamNotFound:
        return False


def _is_there(match: MatchState) -> bool:
    return match.version > 0


async def is_phase(here: World, node: str, phase: str) -> bool:
    try:
        return (await here.session_state(node)).phase == phase
    except StreamNotFound:
        return False


async def is_won_by(here: World, node: str, team: str) -> bool:
    return (await here.state()).matches[node].winner == team


async def test_a_match_is_followed_by_its_session_and_corrected_in_its_tournament(
    environment: WorkflowEnvironment,
    app_pool: Any,
    projector_pool: Any,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
) -> None:
    sessions = SessionHandler(PostgresEventStore(projector_pool))
    async with (
        world(environment, PostgresEventStore(app_pool)) as here,
        running(Relay(tail(), publisher())),
        hinting(projector_pool, broker, Hints(here.workflows, sessions).match_moved),
    ):
        node = await match_day(here)
        await here.ground(node, *whole_match("b", "c", winner="b"))
        await eventually(lambda: is_phase(here, node, "result proposed"))
        await here.at_match(node, sc.ConfirmResult(person="ref"))
        await eventually(lambda: is_won_by(here, node, "b"))
        # Its session is closed by now, so the tournament is told of what is corrected.
        await here.ground(node, m.AwardMatch(winner="c", reason="an ineligible player"))
        await eventually(lambda: is_won_by(here, node, "c"))


async def test_a_match_without_a_session_is_nobodys_business(
    environment: WorkflowEnvironment, projector_pool: Any
) -> None:
    async with world(environment) as here:
        hints = Hints(here.workflows, SessionHandler(PostgresEventStore(projector_pool)))
        await hints.match_moved(uuid4(), uuid4(), 7)
        assert here.happened() == []


async def test_milestones_wait_while_they_cannot_be_told_and_are_told_once_for_a_match(
    app_pool: Any, projector_pool: Any, tail: Tail, publisher: Publisher, broker: Broker
) -> None:
    told: list[tuple[UUID, int]] = []
    away = 2

    async def hint(tenant_id: UUID, match_id: UUID, version: int) -> None:
        nonlocal away
        if away > 0:
            away -= 1
            raise ConnectionError("nobody is there")
        told.append((match_id, version))

    matches, match, tenant = MatchHandler(PostgresEventStore(app_pool)), uuid4(), uuid4()
    teams = (m.Team(id="b", name="B"), m.Team(id="c", name="C"))
    create = m.CreateMatch(conditions=ONE_OVER, teams=teams)
    now = datetime.now(UTC)
    await matches.create(tenant, create, idempotency_key="create", now=now, match_id=match)
    played = whole_match("b", "c", winner="b")
    version = (await matches.execute(tenant, match, played, idempotency_key="play", now=now)).version
    async with running(Relay(tail(), publisher())), hinting(projector_pool, broker, hint):
        await eventually(lambda: is_told(told))
    assert told[-1] == (match, version)
    assert len(told) <= 2, "a batch of records makes one hint for a match"


async def is_told(told: list[tuple[UUID, int]]) -> bool:
    return bool(told)
