"""Enters teams and has them pay, from a process of its own; and the bare workflows the same.

    python -m benchmarks.entry_load API_URL STRIPE_URL TEMPORAL_ADDRESS POSTGRES_DSN

PAVILION_TOKEN is the token. Prints one JSON document: milliseconds from the entry to the client secret and how
many whole sagas there were in a second, for "ours" and "bare"; how many activities a saga has, in
the workflows of payment and tournament together; what was sent again.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import asyncpg
import uvloop
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from adapters.temporal.client import connect
from api.issuer import DEVELOPMENT_TENANT
from benchmarks import bare_worker
from benchmarks.bare_workflow import BareSaga, BareWorkflow
from benchmarks.tournament_load import paced
from cli.client import PavilionClient
from cli.tournament_api import TournamentApi
from contracts.work import entry_workflow_id, tournament_workflow_id
from domain.money.money import Money
from domain.tournament.format import presets
from domain.tournament.lifecycle.commands import CreateTournament, SubmitEntry
from domain.tournament.lifecycle.settings import RegistrationRules, TournamentSettings
from stack.stripe_simulator.payer import Payer

BEGUN = 48
"""Payments begun at a steady pace, for the time that takes."""
TOURNAMENTS = 4
TEAMS = 30
AT_ONCE = 16
SAGAS = TOURNAMENTS * TEAMS
"""Whole sagas, as fast as they go."""
SECONDS = 300
"""After which it gives up."""
LOOK_SECONDS = 0.1
BEFORE_SECRET = 1
"""Activities of a payment until Stripe waits for the payer: it is requested, and the intent is created with it."""
FEE = Money(250_000, "inr")
CREATION = CreateTournament(
    name="Sunday League",
    settings=TournamentSettings(
        format=presets.round_robin(),
        registration=RegistrationRules(capacity=BEGUN // TOURNAMENTS + TEAMS, entry_fee=FEE),
    ),
)
_BOOKED = "select count(*) from event where stream_kind = 'payment' and type = $1"
"""A payment's receipt is issued when its entry is confirmed; the books are kept last."""


class Ours:
    """Teams that enter tournaments over HTTP, begin to pay there, and pay at Stripe's simulator."""

    def __init__(self, client: PavilionClient, payer: Payer, owner: asyncpg.Connection) -> None:
        self._client = client
        self._payer = payer
        self._owner = owner
        self.last_payment = ""

    async def opened(self) -> TournamentApi:
        """A new tournament that takes entries."""
        tournament = TournamentApi(self._client, uuid.uuid4())
        await tournament.create(CREATION)
        await tournament.say("POST", "/registration:open")
        return tournament

    async def begin(self, tournament: TournamentApi, team: str) -> str:
        """Enter a team; what its browser needs to pay."""
        await tournament.enter_one(SubmitEntry(team=team, name=team))
        asked = {"tournament_id": tournament.id, "team": team}
        begun = await self._client.command("POST", "/v1/payments", asked, key=f"{tournament.id}/pay/{team}")
        self.last_payment = begun["id"]
        return begun["client_secret"]

    async def pay_all(self, tournaments: list[TournamentApi]) -> None:
        """Every team enters and pays; this comes back when all are confirmed and in the books."""
        booked, receipts = await self._count("BooksKept"), await self._count("ReceiptIssued")

        async def saga(number: int) -> None:
            secret = await self.begin(tournaments[number % TOURNAMENTS], f"club-{number}")
            if (paid := await self._payer.pay(secret)).status != "succeeded":
                raise RuntimeError(f"a payment is {paid.status}")

        await some_at_once(saga, SAGAS)
        while await self._count("BooksKept") < booked + SAGAS:  # noqa: ASYNC110 - other processes bring it about
            await asyncio.sleep(LOOK_SECONDS)
        if (confirmed := await self._count("ReceiptIssued") - receipts) < SAGAS:
            raise RuntimeError(f"{confirmed} of {SAGAS} payments are confirmed")

    async def _count(self, event: str) -> int:
        return await self._owner.fetchval(_BOOKED, event)


async def some_at_once(do: Callable[[int], Awaitable[None]], count: int) -> None:
    """Do it ``count`` times, AT_ONCE at a time."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with free:
            await do(number)

    await asyncio.gather(*map(one, range(count)))


async def bare_begin(temporal: Client, parent: str, id: uuid.UUID) -> None:
    """What Temporal does for a payment that is begun, and nothing of our work: one Update, then a saga."""
    await temporal.get_workflow_handle(parent).execute_update(BareWorkflow.say, "entered")
    await bare_worker.begin(temporal, f"bare/{id}", BEFORE_SECRET, 0)


async def bare_sagas(temporal: Client, activities: int) -> None:
    """As many workflows with as many activities, which are signalled in between as by a webhook."""

    async def saga(number: int) -> None:
        id_ = f"bare/{uuid.uuid4()}"
        await bare_worker.begin(temporal, id_, BEFORE_SECRET, activities - BEFORE_SECRET)
        handle = temporal.get_workflow_handle(id_)
        await handle.signal(BareSaga.paid)
        await handle.result()

    await some_at_once(saga, SAGAS)


async def activities_of(temporal: Client, workflow_id: str) -> int:
    """How many activities a workflow has begun, in all its histories: a tournament begins a fresh one now and then."""
    scheduled, found = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, 0
    async for run in temporal.list_workflows(f"WorkflowId = '{workflow_id}'"):
        history = await temporal.get_workflow_handle(workflow_id, run_id=run.run_id).fetch_history()
        found += sum(event.event_type == scheduled for event in history.events)
    return found


async def per_second(work: Awaitable[None]) -> float:
    begun = time.perf_counter()
    await work
    return SAGAS / (time.perf_counter() - begun)


async def work(url: str, stripe: str, address: str, dsn: str) -> dict[str, Any]:
    temporal, owner = await connect(address), await asyncpg.connect(dsn)
    ids = [uuid.uuid4() for _ in range(BEGUN)]
    async with (
        asyncio.timeout(SECONDS),
        PavilionClient(url, lambda: os.environ["PAVILION_TOKEN"]) as client,
        aiohttp.ClientSession() as browser,
    ):
        ours = Ours(client, Payer(stripe, browser), owner)
        tournaments = [await ours.opened() for _ in range(TOURNAMENTS)]
        parent = f"bare/{uuid.uuid4()}"
        await bare_worker.start(temporal, parent)

        async def begin(id: uuid.UUID) -> None:
            await ours.begin(tournaments[ids.index(id) % TOURNAMENTS], str(id))

        times = {
            "ours": await paced(ids, begin),
            "bare": await paced(ids, lambda id: bare_begin(temporal, parent, id)),
        }
        keepers = [tournament_workflow_id(DEVELOPMENT_TENANT, each.id) for each in tournaments]
        before = [await activities_of(temporal, each) for each in keepers]
        rates = {"ours": await per_second(ours.pay_all(tournaments))}
        of_tournaments = sum([await activities_of(temporal, each) for each in keepers]) - sum(before)
        payment = entry_workflow_id(DEVELOPMENT_TENANT, uuid.UUID(ours.last_payment))
        activities = await activities_of(temporal, payment) + round(of_tournaments / SAGAS)
        rates["bare"] = await per_second(bare_sagas(temporal, activities))
    await owner.close()
    again = client.counts.again
    return {"milliseconds": times, "per_second": rates, "activities": activities, "sent_again": again}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(work(*sys.argv[1:]))))
