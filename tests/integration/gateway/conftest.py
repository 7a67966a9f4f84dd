"""A gateway before a service of the tests' own: real Traefik, door, Redis and Postgres."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.groups import GROUPS, first_words
from api.issuer import DevelopmentIssuer
from stack import certificates
from stack.gateway import API, AUTH_GRPC, AUTH_HTTP, GATE, TIMEOUT_SECONDS, Gateway
from stack.servers.traefik import Traefik as TraefikServer
from tests.conftest import a_name, fresh_database
from tests.integration.gateway.backend import Backend
from tests.integration.gateway.running import Gate, Traefik, end, free_port

_number = itertools.count(1)


@dataclass
class Site:
    """All of it. ``backends`` by the names of the services; a gateway with other rules starts beside it."""

    gate: Gate
    traefik: Traefik
    rules: Gateway
    backends: dict[str, Backend]
    grpc_port: int
    issuer: DevelopmentIssuer
    environment: dict[str, str]
    program: str
    clients: list[httpx.Client] = field(default_factory=list[httpx.Client])
    """Those of the test that runs, which are closed after it."""

    def client(self, token: str | None = None, **options: Any) -> httpx.Client:
        """Somebody outside who trusts the CA."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        trust = self.traefik.trust()
        client = httpx.Client(base_url=self.traefik.url, verify=trust, headers=headers, timeout=20, **options)
        self.clients.append(client)
        return client

    def token(self, subject: str | None = None, tenant: uuid.UUID | None = None, seconds: int = 3600) -> str:
        """A token of somebody nobody has counted yet, unless named."""
        return self.issuer.token(
            now=datetime.now(UTC),
            roles=("viewer",),
            tenant_id=tenant or uuid.uuid4(),
            subject=subject or f"somebody {next(_number)}",
            lifetime=timedelta(seconds=seconds),
        )


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentIssuer:
    """An issuer with a key of its own."""
    issuer = DevelopmentIssuer(tmp_path_factory.mktemp("issuer"))
    issuer.ensure()
    return issuer


@pytest.fixture(scope="session")
def gate_environment(
    postgres_server: str, template_database: str, redis_url: str, issuer: DevelopmentIssuer
) -> Iterator[dict[str, str]]:
    """What a door reads from its environment, with a database and a corner of Redis of its own."""
    name = a_name()
    with fresh_database(postgres_server, template_database, name) as dsn:
        yield {
            "PAVILION_POSTGRES_DSN": dsn,
            "PAVILION_REDIS_URL": redis_url,
            "PAVILION_QUOTA_PREFIX": f"{name}:",
            "PAVILION_JWKS": str(issuer.jwks_file),
        }


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, gate_environment: dict[str, str], issuer: DevelopmentIssuer
) -> Iterator[Site]:
    """One gateway for all tests of a worker; each test is a caller of its own."""
    folder = tmp_path_factory.mktemp("gateway")
    program = TraefikServer().obtain(lambda _: None)["traefik"]
    backends = {name: Backend().start() for name in (API, AUTH_HTTP, "scoring")}
    gate = Gate.start(folder, gate_environment)
    made = certificates.ensure(folder)
    grpc_port = free_port()
    rules = Gateway(
        services={
            **{name: backend.url for name, backend in backends.items()},
            GATE: gate.url,
            AUTH_GRPC: f"h2c://127.0.0.1:{grpc_port}",
        },
        groups={group: first_words(group) for group in GROUPS},
        per_second=10_000,
        in_flight=1_000,
        certificate=made.gateway,
    )
    traefik = Traefik.start(program, folder, rules, made)
    yield Site(gate, traefik, rules, backends, grpc_port, issuer, gate_environment, program)
    end(traefik.process)
    end(gate.process)
    for backend in backends.values():
        backend.close()


@pytest.fixture(autouse=True)
def hang_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close the clients of a test."""
    yield
    if "site" in request.fixturenames:
        clients = request.getfixturevalue("site").clients
        while clients:
            clients.pop().close()


@pytest.fixture
def beside(site: Site, tmp_path: Path) -> Iterator[Callable[..., Traefik]]:
    """Starts another Traefik with rules that differ, or with another timeout."""
    begun: list[Traefik] = []

    def start(*, timeout_seconds: int = TIMEOUT_SECONDS, **different: Any) -> Traefik:
        rules, folder = replace(site.rules, **different), tmp_path / "beside"
        known = site.traefik.certificates
        begun.append(Traefik.start(site.program, folder, rules, known, timeout_seconds))
        return begun[-1]

    yield start
    for traefik in begun:
        end(traefik.process)
