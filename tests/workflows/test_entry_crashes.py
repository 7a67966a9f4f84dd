"""A worker killed before and after each thing it does, in each step of a payment: the same comes of it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.money.refund_policy import RefundPolicy, RefundStep
from domain.tournament.lifecycle import commands as c
from tests.workflows.books import real_books
from tests.workflows.killing import Strike, When, killed
from tests.workflows.paying import FEE, Paying, payments
from tests.workflows.world import DAY

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("noticed_soon")]

Story = Callable[[Paying, str], Awaitable[None]]


async def entered(here: Paying, team: str) -> str:
    """A team enters; the client secret it is given."""
    await here.world.do(c.SubmitEntry(team=team, name=f"Team {team}"))
    return await here.secret_at_once(team)


async def withdraws_after_paying(here: Paying, team: str) -> None:
    """Paid, confirmed, and half of it given back."""
    secret = await entered(here, team)
    assert (await here.payer.pay(secret)).status == "succeeded"
    await here.hint(team)
    await here.until("confirmed", team)
    await here.world.do(c.WithdrawEntry(team=team))
    await here.until("refunded", team)
    assert (await here.moved(team))["refunded"] == FEE.amount // 2


async def withdraws_unpaid(here: Paying, team: str) -> None:
    """No money is taken."""
    await entered(here, team)
    await here.world.do(c.WithdrawEntry(team=team))
    await here.until("cancelled", team)
    assert (await here.moved(team))["live"] == 0


async def pays_too_late(here: Paying, team: str) -> None:
    """It succeeds in the moment it is cancelled: all of it is given back."""
    secret = await entered(here, team)
    assert (await here.payer.pay(secret)).status == "succeeded"
    await here.world.do(c.WithdrawEntry(team=team))
    await here.until("refunded", team)
    assert (await here.moved(team))["refunded"] == FEE.amount


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("story", [withdraws_after_paying, withdraws_unpaid, pays_too_late])
async def test_a_killed_worker_is_made_up_for(
    skipping: WorkflowEnvironment, tmp_path: Path, postgres_dsn: str, story: Story, when: When
) -> None:
    now = await skipping.get_current_time()
    half = RefundPolicy(steps=(RefundStep(until=now + DAY, percent=50),))
    async with (
        real_books(postgres_dsn) as new_books,
        payments(skipping, tmp_path, working=False, new_books=new_books) as here,
    ):
        await here.open("", capacity=60, refund_policy=half)
        number, at = 0, list[str]()
        struck = True
        while struck:
            number += 1
            strike = Strike(number, when)
            team = f"t{number}"
            struck = await killed(here, strike, story(here, team))
            at.append(strike.at)
            moved = await here.moved(team)
            assert moved["intents"] == 1, strike.at
            assert moved.get("refunds", 0) <= 1, strike.at
            await here.check_ledger()
        assert {name.split()[-1] for name in at[:-1]} >= {"append", "create_intent"}
