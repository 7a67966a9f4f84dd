"""Every operation of the OpenAPI document against everybody who may come."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.issuer import DevelopmentIssuer
from api.main import app
from api.permissions import AUTH_SERVICE, PERMISSIONS, PUBLIC
from contracts.identity import ROLES
from tests.integration.api.conftest import Client

OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in app.openapi()["paths"].items()
    for method, operation in methods.items()
]
PROTECTED = [each for each in OPERATIONS if each[2]["operationId"] not in PUBLIC]

NONE = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def client(shared_http: httpx.AsyncClient, issuer: DevelopmentIssuer) -> Client:
    """An organiser of a new league."""
    return Client(shared_http, issuer)


def named(value: Any) -> str | None:
    return value["operationId"] if isinstance(value, dict) else ""


async def call(
    client: Client, method: str, path: str, operation: dict[str, Any], headers: dict[str, str], match: str
) -> httpx.Response:
    """Call an operation with its own example, on a match; of a tournament or a register there is none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return await client.http.request(
        method,
        path.replace("/v1/matches/{match_id}", match).format(
            team="rcb",
            person=client.subject,
            node="final",
            deadline="roster-lock",
            id="rcb",
            tournament_id=NONE,
            payment_id=NONE,
            payee="rcb",
            event="evt_1",
            what="result",
            solution="s1",
        ),
        json=content.get("example") if content else None,
        headers=headers,
    )


def test_the_document_knows_every_operation() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    here = (PERMISSIONS.keys() | (PUBLIC - {"openapi", "docs"})) - AUTH_SERVICE
    assert sorted(ids) == sorted(here)
    assert all(operation["security"] == [{"bearer": []}] for _, _, operation in PROTECTED)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path", "operation"), PROTECTED, ids=named)
async def test_who_may(client: Client, method: str, path: str, operation: dict[str, Any]) -> None:
    """The operation, called by everybody who may come."""
    allowed = PERMISSIONS[operation["operationId"]]
    match = await client.in_play()
    anonymous = {name: value for name, value in client.headers().items() if name != "authorization"}
    answer = await call(client, method, path, operation, anonymous, match)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")

    old = client.issuer.token(
        now=datetime.now(UTC) - timedelta(days=2), roles=ROLES, tenant_id=client.tenant_id
    )
    expired = {**client.headers(), "authorization": f"Bearer {old}"}
    answer = await call(client, method, path, operation, expired, match)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")

    for role in ROLES:
        client.roles = (role,)
        answer = await call(client, method, path, operation, client.headers(), match)
        if role in allowed:
            assert answer.status_code not in (401, 403), answer.text
            assert "internal_error" not in answer.text
            assert answer.status_code < 500, answer.text
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")

    client.roles = ("no such role",)
    assert (await call(client, method, path, operation, client.headers(), match)).status_code == 403

    if "{match_id}" in path:
        stranger = Client(client.http, client.issuer, roles=ROLES)
        answer = await call(client, method, path, operation, stranger.headers(), match)
        kind = "session" if "/session" in path else "match"
        assert (answer.status_code, answer.json()["code"]) == (404, f"{kind}_not_found")
