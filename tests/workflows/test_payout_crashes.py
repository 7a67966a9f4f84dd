"""A worker killed before and after each thing it does, in each step of a payout: the same comes of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from contracts.work import PAYOUT
from domain.money import bookkeeping as book
from domain.money.money import Money
from domain.payout import commands as c
from domain.payout.steps import steps
from handlers.errors import StreamNotFound
from tests.workflows.killing import Strike, When, killed
from tests.workflows.paying import payments
from tests.workflows.prizes import Prizes
from tests.workflows.settled import settled, won_by_b_after_all
from tests.workflows.world import wire

pytestmark = pytest.mark.asyncio(loop_scope="session")

Story = Callable[[Prizes, Strike], Awaitable[None]]
FUNDS = Money(50_000_000, "inr")
SENT = {"transfers": 2, "transferred": 200_000, "reversed": 0}
SENT_ANEW = {"transfers": 3, "transferred": 300_000, "reversed": 100_000}
"""B is sent what it lacks of the first prize, and A gives back what it has too much for the second."""


async def is_paid(here: Prizes, strike: Strike) -> None:
    """Proposed, approved, sent, booked."""
    await tell(here)
    await until(here, "awaiting approval")
    await approve(here)
    await until(here, "paid")


async def is_taken_back(here: Prizes, strike: Strike) -> None:
    """All of that, and then the other way round. Nobody is killed before it is revised."""
    strike.armed = False
    await is_paid(here, strike)
    strike.armed = True
    tournament = here.world.tournament
    await won_by_b_after_all(here.world.store, tournament.tenant_id, tournament.id)
    await tell(here)
    await until(here, "awaiting approval")
    await approve(here)
    await until(here, "paid")


async def tell(here: Prizes) -> None:
    """As the tournament does when it is settled, or somebody who asks."""
    await here.world.workflows.payout_moved(here.payout.tenant_id, here.payout.id)


async def approve(here: Prizes) -> None:
    await here.world.workflows.execute(here.payout, wire(PAYOUT, c.ApprovePayout(person="ann")))


async def until(here: Prizes, phase: str) -> None:
    """It comes to a phase, and nothing is left to do."""
    async with asyncio.timeout(60):
        while True:
            try:
                state = await here.state()
                if state.phase == phase and not steps(state):
                    return
            except StreamNotFound:
                pass
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("story", "sent", "effects"),
    [
        (is_paid, SENT, {"append", "post", "transfer"}),
        (is_taken_back, SENT_ANEW, {"append", "post", "transfer", "reverse"}),
    ],
    ids=["is paid", "is taken back"],
)
async def test_a_killed_worker_is_made_up_for(
    skipping: WorkflowEnvironment,
    tmp_path: Path,
    story: Story,
    sent: dict[str, int],
    effects: set[str],
    when: When,
) -> None:
    async with payments(skipping, tmp_path, working=False) as paying:
        first = Prizes(paying)
        await fund(first)
        for team in "ab":
            await first.payee(team)
        number, at, struck = 0, list[str](), True
        while struck:
            number += 1
            strike, here = Strike(number, when), first.beside()
            tournament = here.world.tournament
            await settled(here.world.store, tournament.tenant_id, tournament.id)
            struck = await killed(here, strike, story(here, strike))
            at.append(strike.at)
            moved = paying.at_stripe(here.stream)
            assert {name: moved[name] for name in sent} == sent, strike.at
            assert here.owed() == 0, strike.at
            await here.lose()
        assert {name.split()[-1] for name in at[:-1]} == effects
        paying.check_books()


async def fund(here: Prizes) -> None:
    """Money that can be sent, and the books of it."""
    paying, amount = here.paying, FUNDS
    intent = await paying.provider.create_intent("funds", amount.amount, amount.currency, {}, "funds")
    assert (await paying.payer.pay(intent.client_secret or "")).status == "succeeded"
    balance = await paying.provider.balance()
    fee = Money(amount.amount - balance[amount.currency], amount.currency)
    received = book.fee_received("funds/1", uuid4(), amount, stripe_fee=fee)
    await paying.ledger.post(here.payout.tenant_id, [received])
