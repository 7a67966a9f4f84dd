"""The Auth Service does not answer: what needs its word waits for it, and reads and scoring go on with the same token."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from api.issuer import DevelopmentIssuer
from api.main import create_app
from api.permissions import FRESH
from api.settings import ApiSettings
from contracts.identity import ROLES
from tests.conftest import a_name, fresh_database
from tests.integration.api.conftest import (
    FIRST_BALL,
    NOBODY_LISTENS,
    PAYLOAD_KEYS,
    WEBHOOK_SECRET,
    Client,
    calling,
)
from tests.integration.api.league import OPERATIONS, Documented
from tests.integration.auth.conftest import token

NOTHING = str(UUID(int=5))
SHARED = pytest.mark.asyncio(loop_scope="module")


class Session(Client):
    """Somebody who is logged in: the token names a session, about which the Auth Service can be asked."""

    def headers(self, **more: str) -> dict[str, str]:
        bearer = token(
            self.issuer,
            now=datetime.now(UTC),
            subject=self.subject,
            session_id=NOTHING,
            tenant_id=self.tenant_id,
            roles=list(self.roles),
        )
        return {**super().headers(**more), "authorization": f"Bearer {bearer}"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(
    postgres_server: str, template_database: str, issuer: DevelopmentIssuer
) -> AsyncIterator[httpx.AsyncClient]:
    """An API that knows an Auth Service at an address where nobody is."""
    with fresh_database(postgres_server, template_database, a_name()) as dsn:
        app = create_app(
            ApiSettings(
                postgres_dsn=dsn,
                temporal_address=NOBODY_LISTENS,
                auth_grpc=NOBODY_LISTENS,
                jwks=str(issuer.jwks_file),
                stripe_webhook_secrets=SecretStr(WEBHOOK_SECRET),
                payload_keys=SecretStr(PAYLOAD_KEYS),
                postgres_pool_size=4,
            )
        )
        async with app.router.lifespan_context(app), calling(app) as client:
            yield client


@pytest.fixture
def somebody(http: httpx.AsyncClient, issuer: DevelopmentIssuer) -> Session:
    """Who holds every role in a league of their own."""
    return Session(http, issuer, uuid4(), ROLES)


@SHARED
@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.id in FRESH], ids=lambda each: each.id
)
async def test_what_needs_its_word_says_when_to_come_again(somebody: Session, operation: Documented) -> None:
    names = {each["name"]: NOTHING for each in operation.said["parameters"] if each["in"] == "path"}
    answer = await somebody.http.request(
        operation.method, operation.path.format(**names), json=operation.example, headers=somebody.headers()
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "auth_unavailable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) >= 1
    assert "503" in operation.said["responses"]


@SHARED
async def test_reads_and_scoring_go_on_with_the_same_token(somebody: Session) -> None:
    match = await somebody.in_play()
    ball = await somebody.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})
    assert ball.status_code == 200, ball.text
    for path in (match, "/v1/matches", "/v1/teams", "/v1/payments"):
        assert (await somebody.get(path)).status_code == 200
