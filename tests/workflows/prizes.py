"""A tournament with entry fees and prize money, played to its end, and the accounts of those who win."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.payouts import PayoutPorts
from contracts.payout import PAYOUT_MOVED
from contracts.work import PAYOUT, Aggregate, Done, payout_stream_id, workflow_id
from domain.money.accounts import AccountKind
from domain.money.money import Money
from domain.money.prizes import Prize, PrizeRules
from domain.payout import commands as c
from domain.payout.state import PayoutState
from domain.tournament.format.model import Format, Knockout
from domain.tournament.lifecycle.commands import CloseRegistration, DrawTournament, SetFixtures
from handlers.payees import Payee
from stack.stripe_simulator.books import books
from tests.workflows.paying import Paying, payments
from tests.workflows.world import DAY, SOON, World, placements, wire
from workers.payout import payout_ports, payout_worker

FINAL = Format(name="Final", stages=(Knockout(name="Final"),))
PRIZES = PrizeRules(
    prizes=(Prize(rank=1, share=7_500), Prize(rank=2, share=2_500)), pool=Money(200_000, "inr")
)
"""150,000 for the champion, 50,000 for who loses the final; the fees of two teams are 500,000."""
SETTLED = timedelta(hours=50)


class MemoryPayees:
    """Payees of one league, in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Payee] = {}

    async def find(self, tenant_id: UUID, payee: str) -> Payee | None:
        return self.rows.get(payee)

    async def add(self, tenant_id: UUID, payee: Payee) -> Payee:
        return self.rows.setdefault(payee.id, payee)

    async def replace(self, tenant_id: UUID, payee: Payee, closed: str) -> Payee:
        if self.rows[payee.id].account == closed:
            self.rows[payee.id] = payee
        return self.rows[payee.id]

    async def page(self, tenant_id: UUID, after: str, limit: int) -> list[Payee]:
        return [row for id_, row in sorted(self.rows.items()) if id_ > after][:limit]


class Prizes:
    """What is won in a tournament that teams have paid for."""

    def __init__(
        self, paying: Paying, world: World | None = None, payees: MemoryPayees | None = None
    ) -> None:
        self.paying = paying
        self.world = world or paying.world
        self.payees = payees or MemoryPayees()
        self.payout = Aggregate(
            kind=PAYOUT, tenant_id=self.world.tournament.tenant_id, id=self.world.tournament.id
        )
        self.stream = payout_stream_id(self.payout.id)
        self.ports = self.new_ports()

    def new_ports(self) -> PayoutPorts:
        streams = self.world.streams
        books = self.paying.new_books()
        return payout_ports(streams.store, streams.tournaments, self.payees, self.paying.provider, books)

    def beside(self) -> "Prizes":
        """What is won in another tournament by the same teams."""
        return Prizes(self.paying, self.world.beside(), self.payees)

    async def settle(self, prizes: PrizeRules = PRIZES, **more: Any) -> None:
        """Two teams pay and play, A wins, and nobody disputes it."""
        await self.paying.open("ab", capacity=2, format=FINAL, prizes=prizes, **more)
        for team in "ab":
            await self.paying.pay(team)
        await self.world.do(CloseRegistration(), DrawTournament(seeds=("a", "b")))
        (node,) = await self.world.nodes()
        first = await self.world.now() + DAY
        await self.world.do(SetFixtures(placements=placements([node], first)))
        await self.world.play_out(node, "a")

    async def settle_with_payees(self, prizes: PrizeRules = PRIZES) -> None:
        """The same, and both have an account that can be paid."""
        await self.settle(prizes)
        for team in "ab":
            await self.payee(team)

    async def dispute(self, team: str) -> str:
        """The team's bank takes its fee back, and a webhook says so; the dispute's id."""
        intent = (await self.paying.state(team)).intent
        assert intent is not None
        dispute = await self.paying.simulate("disputes", payment_intent=intent.id)
        await self.webhook(team)
        return dispute["id"]

    async def wait_for_settlement(self) -> None:
        await self.world.wait(SETTLED)

    async def payee(self, team: str, *, onboarded: bool = True) -> str:
        """A team has an account at Stripe; its id there."""
        known = self.payees.rows.get(team)
        key = f"payee/{team}/{known.account if known else ''}"
        account = await self.paying.provider.create_account(key, "IN", f"{team}@example.com", {})
        row = Payee(id=team, account=account.id, email=f"{team}@example.com", country="IN")
        self.payees.rows[team] = row
        if onboarded:
            await self.paying.simulate(f"accounts/{account.id}/onboard")
        return account.id

    async def do(self, command: c.PayoutCommand) -> Done:
        done = await self.world.workflows.execute(self.payout, wire(PAYOUT, command))
        await self.world.wait(SOON)
        return done

    async def approve(self, person: str = "ann") -> Done:
        return await self.do(c.ApprovePayout(person=person))

    async def tell(self) -> None:
        await self.world.handle(self.payout).signal(PAYOUT_MOVED)
        await self.world.wait(SOON)

    async def webhook(self, team: str) -> None:
        """A payment's workflow has ended when the tournament has begun; a webhook gives it another."""
        payment = await self.paying.payment(team)
        await self.world.workflows.payment_moved(payment.tenant_id, payment.id)
        await self.world.wait(SOON)

    async def state(self) -> PayoutState:
        return await self.new_ports().payouts.read(self.payout.tenant_id, self.stream, lambda state: state)

    async def phase(self) -> str:
        return (await self.state()).phase.value

    def happened(self) -> list[str]:
        return self.world.store.types(self.stream)

    def at_stripe(self) -> dict[str, int]:
        """What the accounts of payees hold, by team."""
        held = books(self.paying.stripe.stripe)["accounts"]
        return {row.id: held[row.account].get("inr", 0) for row in self.payees.rows.values()}

    def owed(self) -> int:
        """What the books say is won and not paid."""
        return -self.paying.ledger.balance(AccountKind.PRIZES_PAYABLE)

    async def lose(self) -> None:
        with suppress(Exception):
            await self.world.handle(self.payout).terminate()

    def worker(self, ports: PayoutPorts | None = None, **more: Any) -> Worker:
        client = self.world.environment.client
        return payout_worker(client, ports or self.ports, self.world.payout_queue, **more)

    @property
    def workflow_id(self) -> str:
        return workflow_id(self.payout)


@asynccontextmanager
async def prize_money(environment: WorkflowEnvironment, folder: Path, **others: Any) -> AsyncIterator[Prizes]:
    """A tournament that is not there yet, with workers for its payments and its payout, over ``others`` ports."""
    async with payments(environment, folder) as paying:
        here = Prizes(paying)
        try:
            async with here.worker(replace(here.ports, **others)):
                yield here
        finally:
            await here.lose()
