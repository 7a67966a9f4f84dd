"""Stripe's webhooks: what is signed is kept and answered at once; what is not leaves no trace."""

import json
import time
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from stripe import WebhookSignature

from adapters.stripe.signature import WebhookSecretInvalid
from api.issuer import DevelopmentIssuer
from api.main import create_app
from api.settings import ApiSettings
from stack.errors import StackError
from tests.integration.api.conftest import NOBODY_LISTENS, TEAMS, WEBHOOK_SECRET, Client

PATH = "/v1/webhooks/stripe"


def body(id_: str = "evt_1", **more: Any) -> bytes:
    about = {
        "id": "pi_1",
        "object": "payment_intent",
        "client_secret": "pi_1_secret_2",
        "metadata": {"tenant": "00000000-0000-0000-0000-000000000001"},
    }
    event = {"id": id_, "type": "payment_intent.succeeded", "created": 1775001600, "livemode": False}
    # Spaces as Stripe sends them: the signature is over the body as it came, not over what it says.
    return json.dumps({**event, "data": {"object": about}, **more}, indent=2).encode()


def headers(
    content: bytes, secret: str = WEBHOOK_SECRET, age_seconds: int = 0, **more: str
) -> dict[str, str]:
    signature = WebhookSignature.generate_signature_header(
        content.decode(), secret, int(time.time()) - age_seconds
    )
    return {
        "stripe-signature": signature,
        "content-type": "application/json; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


async def rows(dsn: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn)
    found = await connection.fetch("select * from webhook_event order by event_id")
    await connection.close()
    return [dict(row) for row in found]


async def test_a_signed_event_is_kept(http: httpx.AsyncClient, postgres_dsn: str) -> None:
    answer = await http.post(PATH, content=body(), headers=headers(body()))
    assert (answer.status_code, answer.json()) == (200, {"received": True, "duplicate": False})
    (row,) = await rows(postgres_dsn)
    assert (row["event_id"], row["intent"], row["handled_at"]) == ("evt_1", "pi_1", None)
    assert "secret" not in str(row)


async def test_an_event_that_comes_again_is_answered_alike(
    http: httpx.AsyncClient, postgres_dsn: str
) -> None:
    for number in range(3):
        answer = await http.post(PATH, content=body(), headers=headers(body()))
        assert (answer.status_code, answer.json()["duplicate"]) == (200, number > 0)
    assert len(await rows(postgres_dsn)) == 1


async def test_events_of_connected_accounts_come_with_a_secret_of_their_own(
    http: httpx.AsyncClient, postgres_dsn: str
) -> None:
    content = body(account="acct_1", type="account.updated")
    answer = await http.post(PATH, content=content, headers=headers(content, "whsec_connect"))
    assert answer.status_code == 200
    assert [row["account"] for row in await rows(postgres_dsn)] == ["acct_1"]


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (lambda: {"headers": headers(body(), "whsec_other")}, 400, "signature_invalid"),
        (lambda: {"headers": {"content-type": "application/json"}}, 400, "signature_invalid"),
        (lambda: {"headers": headers(body("evt_2"))}, 400, "signature_invalid"),
        (lambda: {"headers": headers(body(), age_seconds=302)}, 400, "signature_expired"),
        (lambda: {"headers": headers(body(), content_type="text/plain")}, 415, "unsupported_media_type"),
        (lambda: {"content": b"[]", "headers": headers(b"[]")}, 400, "malformed_json"),
        (lambda: {"content": b" " * 600_000, "headers": headers(b"")}, 413, "body_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_anything_else_is_refused_and_leaves_nothing(
    http: httpx.AsyncClient, postgres_dsn: str, sent: Callable[[], dict[str, Any]], status: int, code: str
) -> None:
    """Signed when it is sent: a long run of tests would outlive a signature."""
    answer = await http.post(PATH, **{"content": body(), **sent()})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rows(postgres_dsn) == []


async def test_an_event_that_cannot_be_kept_is_not_acknowledged(
    http: httpx.AsyncClient, app: FastAPI
) -> None:
    """Stripe brings it again, for three days."""
    await app.state.services.webhooks._pool.close()
    answer = await http.post(PATH, content=body(), headers=headers(body()))
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")


@pytest.mark.parametrize("blank", ["", " ", "whsec_"])
async def test_a_blank_secret_refuses_to_start(
    postgres_dsn: str, issuer: DevelopmentIssuer, monkeypatch: pytest.MonkeyPatch, blank: str
) -> None:
    monkeypatch.setenv("PAVILION_STRIPE_WEBHOOK_SECRETS", blank)
    app = create_app(
        ApiSettings(postgres_dsn=postgres_dsn, temporal_address=NOBODY_LISTENS, jwks=str(issuer.jwks_file))
    )
    with pytest.raises((StackError, WebhookSecretInvalid), match="is blank"):
        async with app.router.lifespan_context(app):
            raise AssertionError("it started")


async def test_a_secret_is_read_neither_in_an_answer_nor_in_the_log(
    client: Client, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await client.get("/v1/sk_live_51Hx/pi_1_secret_2")
    assert answer.json()["detail"] == "there is nothing at /v1/sk_live_[redacted]/pi_1_secret_[redacted]"

    async def broken(*_: object) -> None:
        raise RuntimeError("Invalid API Key provided: rk_live_51Hx")

    monkeypatch.setattr("adapters.postgres.event_store.PostgresEventStore.append", broken)
    await client.post("/v1/matches", {"conditions": "t20", "teams": TEAMS})
    logged = capfd.readouterr().err
    assert "Invalid API Key provided: rk_live_[redacted]" in logged
    assert "51Hx" not in logged
