"""Tokens with sessions, and a relay that publishes what is stored about them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import jwt
import pytest

from activities.event_relay import Relay
from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_tail import PostgresEventTail
from adapters.postgres.pool import create_pool
from api.issuer import AUDIENCE, ISSUER, DevelopmentIssuer, key_id
from contracts import identity_events as events
from contracts.tokens import ALGORITHM
from contracts.topics import BALL_EVENTS, IDENTITY_EVENTS, WICKET_EVENTS
from tests.integration.relay.conftest import Broker

LEAGUE = UUID(int=11)
TOPICS = (IDENTITY_EVENTS, BALL_EVENTS, WICKET_EVENTS)
APPEND = "select append_events($1, $2, $3, 0, $4::uuid[], $5::text[], '{1}'::smallint[], $6::jsonb[], '{\"{}\"}'::jsonb[])"


@pytest.fixture
async def broker(kafka_bootstrap: str, unique_name: str) -> Broker:
    prefix = f"{unique_name}."
    await ensure_topics(kafka_bootstrap, replication=1, prefix=prefix, topics=TOPICS)
    return Broker(kafka_bootstrap, prefix)


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    made = DevelopmentIssuer(tmp_path / "issuer")
    made.ensure()
    return made


@pytest.fixture
async def relayed(postgres_dsn: str, broker: Broker) -> AsyncIterator[None]:
    """What is appended is published, as long as the test lasts."""
    async with relaying(postgres_dsn, broker):
        yield


@asynccontextmanager
async def relaying(dsn: str, broker: Broker) -> AsyncIterator[None]:
    """A relay from the database to the broker."""
    pool = await create_pool(dsn, role="pavilion_relay", application_name="relay", max_size=4)
    stop = asyncio.Event()
    relay = Relay(
        PostgresEventTail(pool, shard=0, shards=1, owner="test"),
        EventPublisher(broker.bootstrap, prefix=broker.prefix),
    )
    task = asyncio.create_task(relay.run(stop))
    yield
    stop.set()
    await asyncio.wait_for(task, 30)
    pool.terminate()


Happen = Callable[..., Awaitable[None]]


@pytest.fixture
async def happens(postgres_dsn: str) -> AsyncIterator[Happen]:
    """Stores an event of identity, or of another stream."""
    connection = await asyncpg.connect(postgres_dsn)

    async def store(event: events.IdentityEvent, tenant_id: UUID = LEAGUE) -> None:
        name, data = type(event).__name__, events.encode(event).decode()
        await connection.execute(APPEND, tenant_id, "identity", uuid4(), [uuid4()], [name], [data])

    yield store
    await connection.close()


def token(
    issuer: DevelopmentIssuer,
    *,
    now: datetime,
    subject: str = "ana",
    session_id: str | None = None,
    tenant_id: UUID = LEAGUE,
    **more: Any,
) -> str:
    """An access token as the Auth Service issues them, by the development issuer's key."""
    key = issuer.ensure()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "tid": str(tenant_id),
        "roles": ["owner"],
        "jti": uuid4().hex,
        "iat": now.timestamp(),
        "exp": int((now + timedelta(minutes=15)).timestamp()),
        "kind": "user",
        "sid": session_id,
        **more,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id(key)})
