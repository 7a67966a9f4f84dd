"""Tournaments that are settled already, as they would be after weeks, and their payouts, for which no time is skipped."""

import asyncio
from uuid import UUID, uuid4

from contracts import codec
from contracts.events import NewEvent
from contracts.work import PAYOUT
from domain.money import bookkeeping as book
from domain.money.money import Money
from domain.payout.commands import ApprovePayout
from domain.payout.steps import steps
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.events import TournamentEvent
from handlers.errors import StreamNotFound
from tests.unit.domain.tournament.lifecycle.organiser import play, scheduled
from tests.workflows.memory import MemoryStore
from tests.workflows.prizes import FINAL, PRIZES, Prizes
from tests.workflows.world import wire

FUNDS = Money(50_000_000, "inr")


async def settled(store: MemoryStore, tenant: UUID, tournament: UUID) -> None:
    """A final of A and B that A has won."""
    organiser = scheduled("ab", format=FINAL, prizes=PRIZES)
    (node,) = (node.id for node in organiser.state.drawn.nodes)
    organiser.do(play(organiser, node, "a"), c.SettleTournament())
    await put(store, tenant, tournament, organiser.history)


async def won_by_b_after_all(store: MemoryStore, tenant: UUID, tournament: UUID) -> None:
    """What no organiser can do: a court gives the settled final to B."""
    organiser = scheduled("ab", format=FINAL, prizes=PRIZES)
    (node,) = (node.id for node in organiser.state.drawn.nodes)
    organiser.do(play(organiser, node, "b"))
    results = [event for event in organiser.history if type(event).__name__ == "ResultRecorded"]
    await put(store, tenant, tournament, results)


async def put(store: MemoryStore, tenant: UUID, tournament: UUID, events: list[TournamentEvent]) -> None:
    """Append them to the tournament's stream."""
    version = len(store.types(tournament))
    names = [type(event).__name__ for event in events]
    new = [
        NewEvent(
            event_id=uuid4(),
            type=name,
            schema_version=codec.TOURNAMENT_EVENTS.schema_versions[name],
            data=codec.TOURNAMENT_EVENTS.encode(event).decode(),
            metadata="{}",
        )
        for name, event in zip(names, events, strict=True)
    ]
    await store.append(tenant, codec.TOURNAMENT, tournament, version, new)


async def fund(here: Prizes) -> None:
    """Money that can be sent, and the books of it."""
    paying, amount = here.paying, FUNDS
    intent = await paying.provider.create_intent("funds", amount.amount, amount.currency, {}, "funds")
    assert (await paying.payer.pay(intent.client_secret or "")).status == "succeeded"
    balance = await paying.provider.balance()
    fee = Money(amount.amount - balance[amount.currency], amount.currency)
    received = book.fee_received("funds/1", uuid4(), amount, stripe_fee=fee)
    await paying.new_books().post(here.payout.tenant_id, [received])


async def approved(here: Prizes) -> None:
    """Somebody has it looked at, as a tournament does when it is settled, and approves of what is proposed."""
    await here.world.workflows.payout_moved(here.payout.tenant_id, here.payout.id)
    await until(here, "awaiting approval")
    await here.world.workflows.execute(here.payout, wire(PAYOUT, ApprovePayout(person="ann")))


async def until(here: Prizes, phase: str) -> None:
    """It comes to a phase, and nothing is left to do."""
    async with asyncio.timeout(60):
        while not await _is(here, phase):
            await asyncio.sleep(0.05)


async def _is(here: Prizes, phase: str) -> bool:
    try:
        state = await here.state()
    except StreamNotFound:
        return False
    return state.phase == phase and not steps(state)
