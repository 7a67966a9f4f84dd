"""Secrets that people and services hand over are in no log, no answer, no event and no history of a workflow."""

import re
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from fastapi import FastAPI
from temporalio.client import Client as Temporal

from api.logs import configure_logs
from tests.integration.api.conftest import Client
from tests.integration.api.test_tournaments import created, ok

pytestmark = pytest.mark.usefixtures("with_workflows")

CARD, SPACED = "4242424242424242", "4242 4242 4242 4242"
PASSWORD = f"correct-horse-{uuid4().hex}"
STRIPE, WEBHOOK = f"sk_live_{uuid4().hex}", f"whsec_{uuid4().hex}"
KEY, LINK, REFRESH = (
    f"{kind}{uuid4().hex[:8]}{sign}{uuid4().hex}"
    for kind, sign in (("pvk_", "_"), ("pvl_", "."), ("pvr_", "."))
)
PLANTED = (CARD, SPACED, PASSWORD, STRIPE, WEBHOOK, KEY, LINK, REFRESH)


def telling(secrets: tuple[str, ...]) -> list[str]:
    """What of each secret would give it away: its last part."""
    return [secret[-16:] if secret.startswith(("sk_", "pv", "wh")) else secret for secret in secrets]


async def test_planted_secrets_are_nowhere(
    app: FastAPI,
    client: Client,
    postgres_dsn: str,
    temporal_client_address: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure_logs()
    answers: list[str] = []
    # A token that is one, sent with all that is done, and an invitation's.
    token = client.headers()["authorization"].removeprefix("Bearer ")
    tournament = await created(client)
    ok(await client.post(f"{tournament}/registration:open"))
    ok(await client.post(f"{tournament}/entries", {"team": "rcb", "name": "Royal Challengers"}))
    asked = {"email": "captain@example.org", "expires_at": "2040-01-01T00:00:00Z"}
    invitation = ok(await client.post(f"{tournament}/entries/rcb/invitations", asked))["token"]
    captain = client.somebody("captain", "captain")
    wrong = await captain.post(f"{tournament}/entries/rcb/invitations:accept", {"token": KEY})
    assert wrong.status_code == 422
    ok(await captain.post(f"{tournament}/entries/rcb/invitations:accept", {"token": invitation}))
    # Secrets where none belongs.
    for secret in PLANTED:
        body = {"team": "mi", "name": "Mumbai", "password": secret, secret: 1}
        sent = (
            await client.post(f"{tournament}/entries", body),
            await client.http.post(
                f"{tournament}/entries",
                content=f"{{{secret}",
                headers=client.headers(content_type="application/json"),
            ),
            await client.http.get(tournament, headers={"authorization": f"Bearer {secret}"}),
            await client.http.get(tournament, headers={"authorization": f"Basic {secret}"}),
            await client.get(tournament, x_request_id=secret)
            if secret != SPACED
            else await client.get(tournament),
        )
        answers += [answer.text for answer in sent]
    # A library that puts one into its message, in an answer that is our fault.
    for secret in (*PLANTED[:2], *PLANTED[3:], token):
        monkeypatch.setattr(app.state.services.tournaments, "read", failing(secret))
        failed = await client.get(f"{tournament}/structure")
        assert failed.status_code == 500
        answers.append(failed.text)
    monkeypatch.undo()

    logged = "".join(capfd.readouterr())
    assert "request failed" in logged
    stored = await everything(postgres_dsn)
    histories = await kept(temporal_client_address, client)
    assert invitation.encode() not in histories
    own = [token.rpartition(".")[2], invitation]
    for where, said in (("log", logged), ("store", stored), ("history", histories.decode(errors="replace"))):
        assert [secret for secret in (*telling(PLANTED), *own) if secret in said] == [], where
    said = "".join(answers)
    assert [secret for secret in telling(PLANTED[3:]) if re.search(rf"[._]{secret}", said)] == []


def failing(secret: str) -> Any:
    async def read(*_: Any) -> None:
        raise RuntimeError(f"asked with {secret}, and it was refused")

    return read


async def everything(dsn: str) -> str:
    """All that is stored of any league."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("select e::text as said from event e")
    await connection.close()
    assert rows
    return "\n".join(row["said"] for row in rows)


async def kept(address: str, client: Client) -> bytes:
    """The histories of all the league's workflows, as the server keeps them."""
    temporal = await Temporal.connect(address)
    found = b""
    async for execution in temporal.list_workflows(f"TenantId = '{client.tenant_id}'"):
        history = await temporal.get_workflow_handle(execution.id, run_id=execution.run_id).fetch_history()
        found += b"".join(event.SerializeToString() for event in history.events)
    assert b"rcb" in found
    return found
