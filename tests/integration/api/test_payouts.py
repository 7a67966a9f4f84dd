"""Prize money over the API: who is paid, and what became of a payout."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import httpx
import pytest
from pydantic import SecretStr

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from api.issuer import DevelopmentIssuer
from api.main import create_app
from api.settings import ApiSettings
from contracts.work import payout_stream_id
from domain.money.money import Money
from domain.payout import commands as c
from domain.payout.terms import PayoutTerms, Share, Shares
from handlers.payout import PayoutHandler
from stack.stripe_simulator.running import Running, running
from tests.integration.api.conftest import NOBODY_LISTENS, PAYLOAD_KEYS, Client

NOW = datetime(2027, 6, 1, tzinfo=UTC)
RCB = {"id": "rcb", "email": "rcb@example.com", "country": "IN"}
LINKS = {"return_url": "https://league.example.com/done", "refresh_url": "https://league.example.com/again"}


@pytest.fixture
async def stripe(tmp_path: Path) -> AsyncIterator[Running]:
    """A simulator of this test's own."""
    async with running(tmp_path / "stripe") as stripe:
        yield stripe


@pytest.fixture
async def treasurer(postgres_dsn: str, issuer: DevelopmentIssuer, stripe: Running) -> AsyncIterator[Client]:
    """The treasurer of a league whose API has Stripe."""
    app = create_app(
        ApiSettings(
            postgres_dsn=postgres_dsn,
            temporal_address=NOBODY_LISTENS,
            jwks=str(issuer.jwks_file),
            stripe_webhook_secrets=SecretStr("whsec_ours"),
            payload_keys=SecretStr(PAYLOAD_KEYS),
            stripe_url=stripe.url,
        )
    )
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://pavilion") as http,
    ):
        yield Client(http, issuer, roles=("treasurer",))


async def simulate(stripe: Running, path: str) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{stripe.url}/_simulator/{path}", json={}) as answer,
    ):
        assert answer.status == 200


async def proposed(client: Client, dsn: str) -> UUID:
    """A tournament whose prize money is proposed."""
    tournament = uuid4()
    pool = await create_pool(dsn, application_name="test", role="pavilion_app", max_size=1)
    shares = (
        Share(payee="rcb", name="Royal Challengers", rank=1, amount=Money(600, "inr")),
        Share(payee="mi", name="Mumbai Indians", rank=2, amount=Money(300, "inr")),
    )
    terms = PayoutTerms(tournament=tournament, tournament_name="Cup", currency="inr")
    split = Shares(pool=Money(1_000, "inr"), shares=shares, kept=Money(100, "inr"))
    await PayoutHandler(PostgresEventStore(pool)).execute(
        client.tenant_id,
        payout_stream_id(tournament),
        (c.ProposePayout(terms=terms, shares=split),),
        idempotency_key="propose",
        now=NOW,
    )
    await pool.close()
    return tournament


# Payees.


async def test_a_team_is_given_an_account_which_it_fills_in(treasurer: Client, stripe: Running) -> None:
    made = await treasurer.post("/v1/payees", RCB)
    assert (made.status_code, made.headers["location"]) == (201, "/v1/payees/rcb")
    assert made.json()["status"] == "incomplete"
    assert "external_account" in made.json()["requirements_due"]
    link = await treasurer.post("/v1/payees/rcb/onboarding-links", LINKS)
    assert link.status_code == 201
    assert link.json()["url"].startswith("http")
    assert link.headers["cache-control"] == "no-store"
    await simulate(stripe, f"accounts/{made.json()['account']}/onboard")
    assert (await treasurer.get("/v1/payees/rcb")).json()["status"] == "ready"


async def test_a_team_has_one_account_however_often_it_is_asked_for(treasurer: Client) -> None:
    first = await treasurer.post("/v1/payees", RCB)
    again = await treasurer.post("/v1/payees", RCB)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["account"] == first.json()["account"]


async def test_a_closed_account_is_replaced(treasurer: Client, stripe: Running) -> None:
    closed = (await treasurer.post("/v1/payees", RCB)).json()["account"]
    await simulate(stripe, f"accounts/{closed}/close")
    assert (await treasurer.get("/v1/payees/rcb")).json()["status"] == "closed"
    made = await treasurer.post("/v1/payees", RCB)
    assert made.status_code == 201
    assert made.json()["account"] != closed
    assert (await treasurer.get("/v1/payees/rcb")).json()["status"] == "incomplete"


async def test_payees_come_a_page_at_a_time_and_by_league(treasurer: Client) -> None:
    for id_ in ("rcb", "csk", "mi"):
        await treasurer.post("/v1/payees", {**RCB, "id": id_})
    first = (await treasurer.get("/v1/payees?limit=2")).json()
    rest = (await treasurer.get(f"/v1/payees?cursor={first['next']}")).json()
    assert [row["id"] for row in (*first["payees"], *rest["payees"])] == ["csk", "mi", "rcb"]
    elsewhere = Client(treasurer.http, treasurer.issuer, roles=("treasurer",))
    assert (await elsewhere.get("/v1/payees")).json()["payees"] == []
    assert (await elsewhere.get("/v1/payees/rcb")).json()["code"] == "payee_not_found"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**RCB, "email": "nobody"}, "email"),
        ({**RCB, "country": "India"}, "country"),
        ({**RCB, "id": ""}, "id"),
        ({**RCB, "iban": "DE1"}, "iban"),
    ],
)
async def test_what_is_no_payee_is_said(treasurer: Client, body: dict[str, str], pointer: str) -> None:
    answer = await treasurer.post("/v1/payees", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    assert pointer in answer.text


async def test_without_stripe_nobody_can_be_paid(client: Client) -> None:
    answer = await client.post("/v1/payees", RCB)
    assert (answer.status_code, answer.json()["code"]) == (409, "payments_off")


# Payouts.


async def test_a_payout_shows_who_has_won_how_much(treasurer: Client, postgres_dsn: str) -> None:
    tournament = await proposed(treasurer, postgres_dsn)
    body = (await treasurer.get(f"/v1/payouts/{tournament}")).json()
    assert body["status"] == "awaiting approval"
    assert body["pool"] == {"amount": 1_000, "currency": "inr"}
    assert body["kept"] == {"amount": 100, "currency": "inr"}
    assert [
        (share["payee"], share["won"]["amount"], share["paid"]["amount"]) for share in body["shares"]
    ] == [
        ("rcb", 600, 0),
        ("mi", 300, 0),
    ]
    assert body["approvals"] == {"needed": 1, "given_by": []}


async def test_another_league_has_no_such_payout(treasurer: Client, postgres_dsn: str) -> None:
    tournament = await proposed(treasurer, postgres_dsn)
    elsewhere = Client(treasurer.http, treasurer.issuer, roles=("treasurer",))
    answer = await elsewhere.get(f"/v1/payouts/{tournament}")
    assert (answer.status_code, answer.json()["code"]) == (404, "payout_not_found")


async def test_a_tournament_that_is_not_there_has_no_prize_money(treasurer: Client) -> None:
    answer = await treasurer.post("/v1/payouts", {"tournament_id": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (404, "tournament_not_found")
