"""Everything that a payment goes through, for the tests of the API: the simulator of Stripe, its webhooks to the
API over HTTP, the process that works off the inbox, and the worker of payments."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import httpx
import msgspec
from aiohttp import web
from temporalio.client import Client as Temporal

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.payees import PostgresPayeeAccounts
from adapters.postgres.payment_tables import PAYMENT_MODEL
from adapters.postgres.pool import create_pool
from adapters.postgres.rebuild import Rebuild
from adapters.postgres.tournament_tables import TOURNAMENT_MODEL
from adapters.postgres.webhook_inbox import PostgresWebhookWork
from adapters.stripe.provider import StripeProvider
from handlers.tournament import TournamentHandler
from handlers.webhooks import WebhookHandler
from stack.stripe_simulator.core import Webhook
from stack.stripe_simulator.faults import Dice, Knobs
from stack.stripe_simulator.payer import Paid, Payer
from stack.stripe_simulator.running import Running, running
from tests.integration.api.conftest import WEBHOOK_SECRET, Client
from workers.payment import payment_ports, payment_worker
from workers.webhooks import tellers, work_off
from workflows.facade import Workflows

FEE = {"amount": 250_000, "currency": "inr"}
LEAGUE = {"name": "League", "stages": [{"kind": "league", "name": "League"}]}
Json = dict[str, Any]


@dataclass
class Paying:
    """A league's organiser ("client"), and what is needed to pay and to be told of it."""

    client: Client
    owner: "asyncpg.Pool[Any]"
    inbox: PostgresWebhookWork
    handler: WebhookHandler
    stripe: Running
    payer: Payer

    async def open(self, *teams: str) -> str:
        """A tournament with a fee, its registration open, these teams entered, each with a captain; its address."""
        registration = {
            "capacity": 4,
            "entry_fee": FEE,
            "refund_policy": {"full_until": "2040-01-01T00:00:00Z"},
        }
        body = {"name": "Winter Cup", "settings": {"format": LEAGUE, "registration": registration}}
        created = await self.client.post("/v1/tournaments", body)
        assert created.status_code == 201, created.text
        cup = created.headers["location"]
        await self.done(self.client.post(f"{cup}/registration:open"))
        for team in teams:
            entry = {"team": team, "name": f"Team {team.upper()}"}
            await self.done(self.client.post(f"{cup}/entries", entry))
            asked = {"email": "captain@example.org", "expires_at": "2040-01-01T00:00:00Z"}
            invited = await self.done(self.client.post(f"{cup}/entries/{team}/invitations", asked))
            accept = {"token": invited["token"]}
            await self.done(self.captain(team).post(f"{cup}/entries/{team}/invitations:accept", accept))
        return cup

    def captain(self, team: str) -> Client:
        return self.client.somebody(f"captain-{team}", "captain")

    async def begin(self, cup: str, team: str, client: Client | None = None) -> httpx.Response:
        body = {"tournament_id": cup.rpartition("/")[2], "team": team}
        return await (client or self.captain(team)).post("/v1/payments", body)

    async def pay(self, cup: str, team: str, card: str = "pm_card_visa") -> tuple[str, Paid]:
        """The payment's address, and what the payer's browser was told."""
        begun = await self.begin(cup, team)
        assert begun.status_code == 201, begun.text
        return begun.headers["location"], await self.payer.pay(begun.json()["client_secret"], card)

    async def done(self, asked: Awaitable[httpx.Response]) -> Json:
        answer = await asked
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def until(self, address: str, reached: Callable[[Json], bool], seconds: float = 60) -> Json:
        """What an address says once it is as it should be."""
        found: Json = {}
        try:
            async with asyncio.timeout(seconds):
                while not reached(found := await self.done(self.client.get(address))):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"{address} has come no further than {found}") from None
        return found

    async def status(self, address: str, *statuses: str) -> Json:
        """A payment once it has come to one of these."""
        return await self.until(address, lambda found: found["status"] in statuses)

    def faults(self, **knobs: Any) -> None:
        self.stripe.stripe.dice = Dice(msgspec.structs.replace(Knobs(), **knobs))

    async def project(self) -> None:
        """What the projector does."""
        for model in (TOURNAMENT_MODEL, PAYMENT_MODEL):
            await Rebuild(model, self.owner).run()

    async def events(self) -> list[Json]:
        """What stands in the inbox."""
        rows = await self.owner.fetch("select * from webhook_event order by received_at")
        return [dict(row) for row in rows]

    @asynccontextmanager
    async def working_off(self) -> AsyncIterator[None]:
        """The process of the inbox runs."""
        stop = asyncio.Event()
        working = asyncio.create_task(work_off(stop, self.inbox, self.handler))
        try:
            yield
        finally:
            stop.set()
            await working


@asynccontextmanager
async def paying(
    client: Client, workflows: Workflows, temporal: Temporal, dsn: str, queue: str, folder: Path
) -> AsyncIterator[Paying]:
    """All of it, for a league whose workflows run already; only the inbox is not worked off."""
    app = await create_pool(dsn, role="pavilion_app", application_name="payments", max_size=8)
    webhooks = await create_pool(dsn, role="pavilion_webhooks", application_name="webhooks", max_size=2)
    owner = await create_pool(dsn, application_name="owner", max_size=4)
    store = PostgresEventStore(app)
    async with (
        _listening(client.http) as address,
        running(folder, webhook=Webhook(address, WEBHOOK_SECRET)) as simulator,
        aiohttp.ClientSession() as browser,
    ):
        provider, inbox = StripeProvider(simulator.url), PostgresWebhookWork(webhooks)
        ports = payment_ports(store, TournamentHandler(store), provider, PostgresLedger(app))
        handler = WebhookHandler(inbox, provider, PostgresPayeeAccounts(webhooks), tellers(workflows))
        async with payment_worker(temporal, ports, queue):
            yield Paying(client, owner, inbox, handler, simulator, Payer(simulator.url, browser))
        await provider.close()
    for pool in (app, webhooks, owner):
        await pool.close()


@asynccontextmanager
async def _listening(api: httpx.AsyncClient) -> AsyncIterator[str]:
    """A port of this machine that leads to the API of the test; the address for webhooks."""

    async def pass_on(request: web.Request) -> web.Response:
        said = {name: request.headers[name] for name in ("content-type", "stripe-signature")}
        answer = await api.post("/v1/webhooks/stripe", content=await request.read(), headers=said)
        return web.Response(status=answer.status_code, body=answer.content)

    server = web.Application()
    server.router.add_post("/", pass_on)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
