"""Real servers for the notifier: Postgres, Kafka, Temporal and a mail server that shows what it got."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from activities.event_relay import Relay
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from contracts.topics import (
    BALL_EVENTS,
    NOTIFICATIONS,
    PAYMENT_EVENTS,
    TOURNAMENT_EVENTS,
    WICKET_EVENTS,
    dead_letters,
)
from handlers.match import MatchHandler
from stack.mail_sink.server import Running, running
from tests.integration.notifications.given import League, Match, Notifier, connected, smtp
from tests.integration.relay.conftest import Broker, owner, publisher, relay_pool, tail
from workflows import search_attributes

__all__ = ["owner", "publisher", "relay_pool", "tail"]
TOPICS = (
    *(BALL_EVENTS, WICKET_EVENTS, TOURNAMENT_EVENTS, PAYMENT_EVENTS, NOTIFICATIONS),
    dead_letters("notifier"),
)


@pytest.fixture
async def broker(kafka_bootstrap: str, unique_name: str) -> Broker:
    prefix = f"{unique_name}."
    await ensure_topics(kafka_bootstrap, replication=1, prefix=prefix, topics=TOPICS)
    return Broker(kafka_bootstrap, prefix)


@pytest.fixture
async def app_pool(postgres_dsn: str) -> AsyncIterator[Any]:
    pool = await create_pool(postgres_dsn, role="pavilion_app", application_name="app", max_size=4)
    yield pool
    pool.terminate()


@pytest.fixture
async def notifier_pool(postgres_dsn: str) -> AsyncIterator[Any]:
    pool = await create_pool(postgres_dsn, role="pavilion_notifier", application_name="notifier", max_size=8)
    yield pool
    pool.terminate()


@pytest.fixture
async def temporal(temporal_client_address: str) -> Client:
    client = await connected(temporal_client_address)
    await search_attributes.register(client)
    return client


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path / "mail") as sink:
        yield sink


@pytest.fixture
async def league(owner: Any) -> League:
    return await League(owner).open()


@pytest.fixture
async def match(league: League, app_pool: Any) -> Match:
    return await Match(league, MatchHandler(PostgresEventStore(app_pool))).create()


@pytest.fixture
def notifier(
    notifier_pool: Any,
    broker: Broker,
    temporal: Client,
    tail: Callable[..., Any],
    publisher: Callable[[], Any],
    sink: Running,
) -> Notifier:
    return Notifier(notifier_pool, broker, temporal, Relay(tail(), publisher()), smtp(sink))
