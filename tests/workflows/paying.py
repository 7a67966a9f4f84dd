"""A tournament with an entry fee, the payments of its entries, and Stripe's simulator, all in one process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import aiohttp
import msgspec
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.payments import PaymentPorts
from adapters.stripe.provider import StripeProvider
from contracts.entry import BEGIN, PAYMENT_MOVED, BegunPayment, EntryOf
from contracts.work import PAYMENT, Aggregate, payment_id_of, workflow_id
from domain.money.accounts import AccountKind
from domain.money.money import Money
from domain.payment.state import PaymentState
from domain.payment.steps import steps
from domain.tournament.lifecycle.fees import entry_to_pay
from domain.tournament.lifecycle.state import EntryStatus
from handlers.ledger import Ledger
from stack.stripe_simulator.books import books
from stack.stripe_simulator.faults import Dice, Knobs
from stack.stripe_simulator.payer import Paid, Payer
from stack.stripe_simulator.running import Running, running
from tests.workflows.books import MemoryLedger
from tests.workflows.world import SOON, World, world
from workers.payment import payment_ports, payment_worker
from workflows.entry import EntryWorkflow

FEE = Money(250_000, "inr")


class Paying:
    """A world, and what is paid in it."""

    def __init__(
        self,
        here: World,
        stripe: Running,
        payer: Payer,
        http: aiohttp.ClientSession,
        new_books: Callable[[], Ledger] | None = None,
    ) -> None:
        self.world = here
        self.stripe = stripe
        self.payer = payer
        self.http = http
        self.ledger = MemoryLedger()
        self.new_books: Callable[[], Ledger] = new_books or (lambda: cast(Ledger, self.ledger))
        """The books as a new process has them: in memory, unless a test brings others."""
        self.provider = StripeProvider(stripe.url)
        self.ports = self.new_ports()

    def new_ports(self) -> PaymentPorts:
        """What a new process knows: nothing but what is stored."""
        store = self.world.streams.store
        return payment_ports(store, self.world.streams.tournaments, self.provider, self.new_books())

    def worker(self, ports: PaymentPorts | None = None, **more: Any) -> Worker:
        client = self.world.environment.client
        return payment_worker(client, ports or self.ports, self.world.payment_queue, **more)

    # --- the tournament ------------------------------------------------------------------------------------

    async def open(self, teams: Iterable[str] = "ab", **more: Any) -> None:
        """Registration is open, and the teams have entered."""
        await self.world.open(**{"capacity": 4, "entry_fee": FEE, "reserve_minutes": 60.0, **more})
        await self.world.enter("".join(teams))

    async def later(self, long: timedelta) -> datetime:
        """The tournament's time after so long."""
        return await self.world.now() + long

    async def status(self, team: str) -> EntryStatus:
        return (await self.world.state()).entry(team).status

    # --- the payment ---------------------------------------------------------------------------------------

    async def entry(self, team: str) -> EntryOf:
        entry = entry_to_pay(await self.world.state(), team)
        return EntryOf(tournament_id=self.world.tournament.id, team=team, number=entry.number)

    async def payment(self, team: str) -> Aggregate:
        entry = await self.entry(team)
        id_ = payment_id_of(entry.tournament_id, team, entry.number)
        return Aggregate(kind=PAYMENT, tenant_id=self.world.tournament.tenant_id, id=id_)

    async def handle(self, team: str) -> WorkflowHandle[EntryWorkflow, None]:
        client = self.world.environment.client
        return client.get_workflow_handle_for(EntryWorkflow.run, workflow_id(await self.payment(team)))

    async def activities(self, team: str) -> list[str]:
        """What its workflow has had done so far."""
        events = (await (await self.handle(team)).fetch_history()).events
        asked = [each.activity_task_scheduled_event_attributes for each in events]
        return [each.activity_type.name for each in asked if each.activity_id]

    async def begin(self, team: str) -> BegunPayment:
        await self.world.wait(SOON)
        handle = await self.handle(team)
        return await handle.execute_update(BEGIN, result_type=BegunPayment)

    async def secret_at_once(self, team: str) -> str:
        """As soon as there is a workflow that gives it; no time is skipped meanwhile."""
        async with asyncio.timeout(30):
            while True:
                try:
                    handle = await self.handle(team)
                    begun = await handle.execute_update(BEGIN, result_type=BegunPayment)
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:
                        raise
                    await asyncio.sleep(0.05)
                else:
                    assert begun.client_secret is not None
                    return begun.client_secret

    async def secret(self, team: str) -> str:
        begun = await self.begin(team)
        assert begun.client_secret is not None
        return begun.client_secret

    async def pay(self, team: str, card: str = "pm_card_visa", *, told: bool = True) -> Paid:
        """The payer's browser pays; ``told``: a webhook says so."""
        paid = await self.payer.pay(await self.secret(team), card)
        if told:
            await self.tell(team)
        return paid

    async def tell(self, team: str) -> None:
        """What the webhooks' poller does."""
        await self.hint(team)
        await self.world.wait(SOON)

    async def hint(self, team: str) -> None:
        """The same; no time is skipped for it."""
        with suppress(RPCError):  # it has come to its end
            await (await self.handle(team)).signal(PAYMENT_MOVED)

    async def state(self, team: str) -> PaymentState:
        payment = await self.payment(team)
        ports = self.new_ports()
        return await ports.payments.read(payment.tenant_id, payment.id, lambda state: state)

    async def ended(self, *teams: str) -> None:
        """The workflows of their payments have come to an end."""
        for team in teams:
            await asyncio.wait_for((await self.handle(team)).result(), timeout=60)

    async def until(self, phase: str, *teams: str) -> None:
        """The payments come to be in a phase, and nothing is left to do for them."""
        async with asyncio.timeout(30):
            for team in teams:
                state = await self.state(team)
                while state.phase != phase or steps(state):
                    await asyncio.sleep(0.05)
                    state = await self.state(team)

    async def phase(self, team: str) -> str:
        return (await self.state(team)).phase.value

    async def happened(self, team: str) -> list[str]:
        return self.world.store.types((await self.payment(team)).id)

    # --- Stripe --------------------------------------------------------------------------------------------

    def at_stripe(self, payment: UUID) -> dict[str, int]:
        return books(self.stripe.stripe)["payments"].get(str(payment), {})

    async def moved(self, team: str) -> dict[str, int]:
        """What Stripe has of a payment."""
        return self.at_stripe((await self.payment(team)).id)

    def faults(self, **knobs: Any) -> None:
        self.stripe.stripe.dice = Dice(msgspec.structs.replace(Knobs(), **knobs))

    async def simulate(self, path: str, **said: Any) -> dict[str, Any]:
        """Something that Stripe's own people, banks or dashboard do."""
        async with self.http.post(f"{self.stripe.url}/_simulator/{path}", json=said) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    def set_intent(self, id: str, **changes: Any) -> None:
        """An intent is another at Stripe, for reasons of Stripe's own."""
        store = self.stripe.stripe.store
        intent = store.get(id)
        assert intent is not None
        store.update({**intent, **changes})

    async def intent_path(self, team: str) -> str:
        """Where its intent is at Stripe's API."""
        intent = (await self.state(team)).intent
        assert intent is not None
        return f"/v1/payment_intents/{intent.id}"

    def check_books(self) -> None:
        """The books add up to zero, and have as much at Stripe as Stripe has."""
        for each in self.ledger.booked.values():
            assert sum(posting.amount for posting in each.postings) == 0
        balances = books(self.stripe.stripe)["currencies"].values()
        assert self.ledger.balance(AccountKind.STRIPE_BALANCE) == sum(each["balance"] for each in balances)

    async def check_ledger(self) -> None:
        """The same of whatever books there are: the league's debits are its credits, and have what Stripe has."""
        ledger, tenant = self.new_books(), self.world.tournament.tenant_id
        for sums in await ledger.sums(tenant):
            assert sums.debits == sums.credits
        (stripe,) = [each["balance"] for each in books(self.stripe.stripe)["currencies"].values()] or [0]
        assert await self.standing(AccountKind.STRIPE_BALANCE) == stripe

    async def standing(self, kind: AccountKind, tournament: UUID | None = None) -> int:
        """What stands on all accounts of a kind: debits less credits."""
        rows = await self.new_books().balances(
            self.world.tournament.tenant_id, kind=kind, tournament=tournament, limit=1_000
        )
        return sum(row.balance.amount for row in rows)

    async def lose(self) -> None:
        """Every payment's workflow is gone."""
        with suppress(Exception):
            for team in (await self.world.state()).entries:
                with suppress(Exception):
                    await (await self.handle(team)).terminate()


@asynccontextmanager
async def payments(
    environment: WorkflowEnvironment,
    folder: Path,
    *,
    working: bool = True,
    deciding: bool = True,
    new_books: Callable[[], Ledger] | None = None,
) -> AsyncIterator[Paying]:
    """A tournament that is not there yet; ``working``: with a worker for its payments, ``deciding``: for itself."""
    async with (
        running(folder) as stripe,
        aiohttp.ClientSession() as http,
        world(environment, working=deciding) as here,
    ):
        paying = Paying(here, stripe, Payer(stripe.url, http), http, new_books)
        try:
            if working:
                async with paying.worker():
                    yield paying
            else:
                yield paying
        finally:
            await paying.lose()
            await paying.provider.close()
