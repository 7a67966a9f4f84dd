"""Pavilion as listeners meet it: the API under its real server, fed through Kafka by a relay."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest_asyncio

from activities.event_relay import Relay
from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_tail import PostgresEventTail
from adapters.postgres.pool import create_pool
from api.issuer import DevelopmentIssuer
from contracts.topics import BALL_EVENTS, TOURNAMENT_EVENTS, WICKET_EVENTS
from tests.conftest import a_name, fresh_database
from tests.integration.api.conftest import NOBODY_LISTENS, Client, issuer
from tests.integration.api.test_server import Server

__all__ = ["issuer"]

LISTENERS = 12
LINGER_SECONDS = 0.5


@dataclass(slots=True)
class Pavilion:
    """An API that hears of events by Kafka, and where it has them from."""

    server: Server
    issuer: DevelopmentIssuer
    dsn: str
    bootstrap: str
    prefix: str

    def client(self, http: httpx.AsyncClient, **more: object) -> Client:
        """An organiser of a new league."""
        return Client(http, self.issuer, **more)  # type: ignore[arg-type]


def environment(dsn: str, issuer: DevelopmentIssuer, bootstrap: str, prefix: str) -> dict[str, str]:
    """Of an API that hears of events from Kafka."""
    return {
        "PAVILION_POSTGRES_DSN": dsn,
        "PAVILION_JWKS": str(issuer.jwks_file),
        "PAVILION_TEMPORAL_ADDRESS": NOBODY_LISTENS,
        "PAVILION_KAFKA_BOOTSTRAP": bootstrap,
        "PAVILION_KAFKA_PREFIX": prefix,
        "PAVILION_LIVE_LISTENERS": str(LISTENERS),
        "PAVILION_LIVE_SEND_SECONDS": "1",
        "PAVILION_LIVE_LINGER_SECONDS": str(LINGER_SECONDS),
    }


@asynccontextmanager
async def running_pavilion(
    dsn: str, issuer: DevelopmentIssuer, bootstrap: str, prefix: str
) -> AsyncIterator[Pavilion]:
    """An API under its real server, and the relay that feeds it, over a broker."""
    topics = (BALL_EVENTS, WICKET_EVENTS, TOURNAMENT_EVENTS)
    await ensure_topics(bootstrap, replication=1, prefix=prefix, topics=topics)
    server = Server(environment(dsn, issuer, bootstrap, prefix))
    await server.start()
    pool = await create_pool(dsn, role="pavilion_relay", application_name="relay", max_size=4)
    stop = asyncio.Event()
    tail = PostgresEventTail(pool, shard=0, shards=1, owner="test")
    relay = asyncio.create_task(Relay(tail, EventPublisher(bootstrap, prefix=prefix)).run(stop))
    try:
        yield Pavilion(server, issuer, dsn, bootstrap, prefix)
        stop.set()
        await asyncio.wait_for(relay, 30)
    finally:
        relay.cancel()
        pool.terminate()
        await server.kill()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pavilion(
    postgres_server: str, template_database: str, kafka_bootstrap: str, issuer: DevelopmentIssuer
) -> AsyncIterator[Pavilion]:
    """One for all tests of a module."""
    with fresh_database(postgres_server, template_database, a_name()) as dsn:
        async with running_pavilion(dsn, issuer, kafka_bootstrap, f"{a_name()}.") as running:
            yield running


@pytest_asyncio.fixture(loop_scope="module")
async def client(pavilion: Pavilion) -> AsyncIterator[Client]:
    """An organiser of a new league."""
    async with httpx.AsyncClient(base_url=pavilion.server.url, timeout=20) as http:
        yield pavilion.client(http)
