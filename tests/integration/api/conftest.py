"""The API on a real database, called in-process."""

import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from temporalio.client import Client as Temporal

from adapters.ortools.solver import CpSatSolver
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.officials import PostgresOfficialsDiary
from adapters.postgres.pool import create_pool
from adapters.temporal.converter import data_converter
from adapters.temporal.keys import PayloadKeys
from api.issuer import DevelopmentIssuer
from api.main import create_app
from api.settings import ApiSettings
from tests.conftest import a_name, fresh_database
from workers.fixtures import fixtures_worker
from workers.tournament import match_worker, streams_of, tournament_worker
from workflows import search_attributes
from workflows.facade import Workflows
from workflows.start import Queues

NOBODY_LISTENS = "127.0.0.1:1"
WEBHOOK_SECRET = "whsec_ours"
PAYLOAD_KEYS = f"k1:{base64.b64encode(bytes(32)).decode()}"

TEAMS = [{"id": "rcb", "name": "Royal Challengers"}, {"id": "mi", "name": "Mumbai Indians"}]


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentIssuer:
    """An issuer with a key of its own."""
    issuer = DevelopmentIssuer(tmp_path_factory.mktemp("issuer"))
    issuer.ensure()
    return issuer


@dataclass
class Client:
    """Calls the API as somebody of one league."""

    http: httpx.AsyncClient
    issuer: DevelopmentIssuer
    tenant_id: UUID = field(default_factory=uuid4)
    roles: tuple[str, ...] = ("organiser",)
    subject: str = "developer"
    keys: Any = field(default_factory=lambda: itertools.count(1))

    def headers(self, **more: str) -> dict[str, str]:
        """The headers of a request, with a token and an idempotency key not used before."""
        token = self.issuer.token(
            now=datetime.now(UTC),
            roles=self.roles,
            tenant_id=self.tenant_id,
            subject=self.subject,
            lifetime=timedelta(hours=1),
        )
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"authorization": f"Bearer {token}", "idempotency-key": f"key-{next(self.keys)}", **named}

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """POST a JSON body."""
        return await self.http.post(path, json=body or {}, headers=self.headers(**headers))

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """PUT a JSON body."""
        return await self.http.put(path, json=body, headers=self.headers(**headers))

    async def patch(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """PATCH a JSON body."""
        return await self.http.patch(path, json=body, headers=self.headers(**headers))

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """GET."""
        return await self.http.get(path, headers=self.headers(**headers))

    def somebody(self, subject: str, *roles: str) -> "Client":
        """Somebody else of the same league."""
        return Client(self.http, self.issuer, self.tenant_id, roles, subject, self.keys)

    async def created(self, **more: Any) -> str:
        """The address of a new match."""
        answer = await self.post("/v1/matches", {"conditions": "t20", "teams": TEAMS, **more})
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    async def in_play(self, **more: Any) -> str:
        """The address of a match in which the first ball can be bowled: rcb bats, version 5."""
        match = await self.created(**more)
        for team in ("rcb", "mi"):
            players = [{"id": f"{team}{n}", "name": f"{team.upper()} {n}"} for n in range(1, 12)]
            assert (await self.put(f"{match}/line-ups/{team}", {"players": players})).status_code == 200
        assert (await self.post(f"{match}/toss", {"winner": "rcb", "decision": "bat"})).status_code == 200
        assert (await self.post(f"{match}/innings")).status_code == 200
        return match


FIRST_BALL = {"striker": "rcb1", "non_striker": "rcb2", "bowler": "mi11"}


@asynccontextmanager
async def serving(dsn: str, issuer: DevelopmentIssuer) -> AsyncIterator[FastAPI]:
    """An API on a database. Its Temporal is away; see ``working``."""
    app = create_app(
        ApiSettings(
            postgres_dsn=dsn,
            temporal_address=NOBODY_LISTENS,
            jwks=str(issuer.jwks_file),
            stripe_webhook_secrets=SecretStr(f"{WEBHOOK_SECRET},whsec_connect"),
            payload_keys=SecretStr(PAYLOAD_KEYS),
            webhook_key=SecretStr(PAYLOAD_KEYS),
            postgres_pool_size=8,
            card_wait_seconds=0.05,
        )
    )
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def working(app: FastAPI, dsn: str, temporal_address: str, name: str) -> AsyncIterator[Workflows]:
    """Workers of tournaments and match days for an API, on queues whose names begin with ``name``."""
    client = await Temporal.connect(
        temporal_address, data_converter=data_converter(PayloadKeys.parse(PAYLOAD_KEYS))
    )
    await search_attributes.register(client)
    pool = await create_pool(dsn, role="pavilion_app", application_name="worker", max_size=8)
    streams = streams_of(PostgresEventStore(pool), PostgresOfficialsDiary(pool))
    tournaments, matches, fixtures = (f"{name}-{queue}" for queue in ("tournament", "match", "fixtures"))
    workflows = Workflows(
        client,
        queues=Queues(
            tournament=tournaments,
            match=matches,
            fixtures=fixtures,
            payment=f"{name}-payment",  # served by the tests of payments
        ),
    )
    app.state.services = replace(app.state.services, workflows=workflows)
    async with (
        tournament_worker(client, streams, tournaments),
        match_worker(client, streams, matches),
        fixtures_worker(client, CpSatSolver(workers=1), queue=fixtures),
    ):
        yield workflows
    await pool.close()


def calling(app: FastAPI) -> httpx.AsyncClient:
    """An HTTP client on an API in this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://api")


@pytest.fixture
async def app(postgres_dsn: str, issuer: DevelopmentIssuer) -> AsyncIterator[FastAPI]:
    """An API with a database of this test's own."""
    async with serving(postgres_dsn, issuer) as app:
        yield app


@pytest.fixture
async def with_workflows(
    app: FastAPI, postgres_dsn: str, temporal_client_address: str, unique_name: str
) -> AsyncIterator[Workflows]:
    """Its workers, on queues of this test's own."""
    async with working(app, postgres_dsn, temporal_client_address, unique_name) as workflows:
        yield workflows


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client on the API."""
    async with calling(app) as client:
        yield client


@dataclass(frozen=True, slots=True)
class Shared:
    """An API in this process, with its database and an HTTP client on it."""

    app: FastAPI
    dsn: str
    http: httpx.AsyncClient


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    postgres_server: str, template_database: str, issuer: DevelopmentIssuer, temporal_client_address: str
) -> AsyncIterator[Shared]:
    """One API with its database and workers for all tests of a module: for those that need no more of their own
    than a league."""
    with fresh_database(postgres_server, template_database, name := a_name()) as dsn:
        async with (
            serving(dsn, issuer) as app,
            working(app, dsn, temporal_client_address, name),
            calling(app) as client,
        ):
            yield Shared(app, dsn, client)


@pytest.fixture(scope="module")
def shared_http(shared: Shared) -> httpx.AsyncClient:
    """An HTTP client on it."""
    return shared.http


@pytest.fixture
def client(http: httpx.AsyncClient, issuer: DevelopmentIssuer) -> Client:
    """An organiser of a new league."""
    return Client(http, issuer)
