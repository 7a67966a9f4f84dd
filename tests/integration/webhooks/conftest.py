"""A league with webhook endpoints: the API, the store, and who delivers, with a clock that the test sets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from aiokafka import ConsumerRecord
from fastapi import FastAPI
from pydantic import SecretStr

from adapters.http.guarded import guarded_client
from adapters.kafka.webhook_matching import WebhookMatching
from adapters.postgres.deliveries import PostgresDeliveryWork
from adapters.postgres.pool import create_pool
from adapters.temporal.keys import PayloadKeys
from adapters.tokens.vault import AesVault
from api.issuer import DevelopmentIssuer
from api.main import create_app
from api.settings import ApiSettings
from contracts.cloudevents import Envelope, encode, event_type
from contracts.webhook_endpoints import Due, Outcome
from domain.outgoing import Allowed
from handlers.deliveries import AT_ONCE_TO_ONE, Deliverer
from tests.integration.api.conftest import NOBODY_LISTENS, PAYLOAD_KEYS, Client, calling, issuer
from tests.integration.webhooks.receiver import Receiver, receiving

__all__ = ["issuer"]

HERE = "127.0.0.1"
_EVENTS = "select *, data::text as json from event where position > $1 order by position"


@dataclass
class House:
    """Everything of an installation that has to do with webhooks, and an admin of one league."""

    admin: Client
    http: httpx.AsyncClient
    owner: asyncpg.Connection
    work: PostgresDeliveryWork
    matching: WebhookMatching
    pool: Any
    outgoing: Any
    vault: AesVault
    later: timedelta = timedelta(0)
    seen: int = field(default=0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    @property
    def deliverer(self) -> Deliverer:
        """A process that delivers; no chance in its pauses."""
        return Deliverer(self.work, self.outgoing, self.vault, self.now, lambda: 0.0)

    def of_league(self, tenant_id: UUID) -> Client:
        """The admin of another league."""
        return Client(self.http, self.admin.issuer, tenant_id, ("admin",))

    async def endpoint(self, url: str, client: Client | None = None, **more: Any) -> dict[str, Any]:
        """A new endpoint, and its secret."""
        answer = await (client or self.admin).post("/v1/webhook-endpoints", {"url": url, **more})
        assert answer.status_code == 201, answer.text
        said = answer.json()
        return {**said["endpoint"], "secret": said["secret"]}

    async def records(self, after: int = 0) -> list[ConsumerRecord]:
        """The events of the store after a position, as Kafka would have them."""
        return [_record(row) for row in await self.owner.fetch(_EVENTS, after)]

    async def hear(self, records: list[ConsumerRecord] | None = None) -> None:
        """The consumer takes what was stored since it did last (or these records)."""
        if records is None:
            records = await self.records(self.seen)
            self.seen = await self.owner.fetchval("select coalesce(max(position), 0) from event")
        write = await self.matching.project(records)
        async with self.pool.acquire() as connection, connection.transaction():
            await write(connection)

    async def deliver(self, each: int = AT_ONCE_TO_ONE) -> list[Outcome]:
        """What is due now is sent, once; what came of it is kept."""
        sent = await self.send(each)
        await self.deliverer.settle(sent)
        return [outcome for _, outcome in sent]

    async def send(self, each: int = AT_ONCE_TO_ONE) -> list[tuple[Due, Outcome]]:
        """Claim and send what is due now, and keep nothing of it: as who is killed then."""
        claimed = await self.deliverer.claim(100, each)
        return [(due, await self.deliverer.send(due)) for due in claimed]

    async def drain(self) -> None:
        """Deliver until nothing is due."""
        while await self.deliver():
            pass

    async def log(self, endpoint: dict[str, Any], query: str = "", client: Client | None = None) -> list[Any]:
        """The deliveries of an endpoint, oldest first."""
        path = f"/v1/webhook-endpoints/{endpoint['id']}/deliveries?limit=100&{query}"
        answer = await (client or self.admin).get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()["webhook_deliveries"][::-1]

    async def get(self, endpoint: dict[str, Any]) -> dict[str, Any]:
        """The endpoint as it is now."""
        return (await self.admin.get(f"/v1/webhook-endpoints/{endpoint['id']}")).json()

    async def events(self, endpoint: dict[str, Any]) -> list[tuple[str, str]]:
        """The events of an endpoint's stream: type and JSON."""
        query = "select type, data::text as data from event where stream_id = $1 order by version"
        return [(row["type"], row["data"]) for row in await self.owner.fetch(query, UUID(endpoint["id"]))]

    async def played(self, client: Client | None = None) -> str:
        """A new match of a league; its address."""
        client = client or self.admin
        return await client.created()


def _record(row: asyncpg.Record) -> ConsumerRecord:
    envelope = Envelope(
        event_id=str(row["event_id"]),
        type=row["type"],
        event_type=event_type(row["type"]),
        schema_version=row["schema_version"],
        tenant_id=row["tenant_id"],
        stream_kind=row["stream_kind"],
        stream_id=row["stream_id"],
        version=row["version"],
        position=row["position"],
        recorded_at=row["recorded_at"],
    )
    value = row["json"].encode()
    return ConsumerRecord(
        topic="t", partition=0, offset=row["position"], timestamp=0, timestamp_type=0, key=b"", value=value,
        checksum=None, serialized_key_size=0, serialized_value_size=len(value), headers=encode(envelope),
    )  # fmt: skip


@pytest.fixture
async def app(postgres_dsn: str, issuer: DevelopmentIssuer) -> AsyncIterator[FastAPI]:
    """An API that lets receivers of this machine be named."""
    settings = ApiSettings(
        postgres_dsn=postgres_dsn,
        temporal_address=NOBODY_LISTENS,
        jwks=str(issuer.jwks_file),
        stripe_webhook_secrets=SecretStr("whsec_x"),
        payload_keys=SecretStr(PAYLOAD_KEYS),
        webhook_key=SecretStr(PAYLOAD_KEYS),
        outgoing_allow_private=HERE,
        postgres_pool_size=4,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def house(app: FastAPI, postgres_dsn: str, issuer: DevelopmentIssuer) -> AsyncIterator[House]:
    pool = await create_pool(postgres_dsn, role="pavilion_hooks", application_name="hooks", max_size=4)
    owner = await asyncpg.connect(postgres_dsn)
    async with calling(app) as http, guarded_client(Allowed.parse(HERE)) as outgoing:
        yield House(
            admin=Client(http, issuer, roles=("admin",)),
            http=http,
            owner=owner,
            work=PostgresDeliveryWork(pool),
            matching=WebhookMatching(pool),
            pool=pool,
            outgoing=outgoing,
            vault=AesVault(PayloadKeys.parse(PAYLOAD_KEYS)),
        )
    await owner.close()
    pool.terminate()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver
