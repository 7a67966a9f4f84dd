"""A team's bank takes its fee back after its prize was approved: no prize is sent to who owes it already."""

from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from contracts.work import PAYOUT
from domain.money import bookkeeping as book
from domain.money.accounts import AccountKind
from domain.payout import commands as c
from tests.workflows.paying import FEE
from tests.workflows.prizes import Prizes, prize_money
from tests.workflows.settled import approved, fund, settled, until
from tests.workflows.world import wire

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOKED = timedelta(hours=7)
"""A payout that waits for a dispute looks every six hours."""


async def owes_its_fee(here: Prizes, team: str) -> None:
    """What the books have after a dispute is lost."""
    cup, fee = here.payout.id, FEE
    opened = book.dispute_opened(f"{team}/1", cup, fee)
    await here.paying.ledger.post(
        here.payout.tenant_id, [opened, book.dispute_lost(f"{team}/2", cup, team, fee)]
    )


async def won(here: Prizes) -> None:
    """A final of A and B that A has won; both have accounts."""
    await settled(here.world.store, here.payout.tenant_id, here.payout.id)


def receivable(here: Prizes) -> int:
    return here.paying.ledger.balance(AccountKind.RECEIVABLE)


async def test_a_dispute_lost_between_approval_and_transfer_is_kept_back(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle_with_payees()
        dispute = await here.dispute("b")
        await here.wait_for_settlement()
        await here.approve()
        assert await here.phase() == "blocked"
        await here.paying.simulate(f"disputes/{dispute}/lose")
        await here.webhook("b")
        await here.world.wait(LOOKED)
        assert here.at_stripe() == {"a": 150_000, "b": 0}
        assert await here.phase() == "paid"
        assert (receivable(here), here.owed()) == (200_000, 0)
        assert (await here.state()).approved_by == ("ann",)
        here.paying.check_books()


async def test_a_debt_is_looked_for_right_before_each_transfer(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """B's account is closed when its prize is approved, and nobody tells the payout what B owes by then."""
    async with prize_money(skipping, tmp_path) as here:
        await fund(here)
        await won(here)
        await here.payee("a")
        closed = await here.payee("b")
        await here.paying.simulate(f"accounts/{closed}/close")
        await approved(here)
        await until(here, "stuck")
        await here.payee("b")
        await owes_its_fee(here, "b")
        await here.world.workflows.execute(here.payout, wire(PAYOUT, c.RetryOrders(person="ann")))
        await until(here, "paid")
        assert here.at_stripe() == {"a": 150_000, "b": 0}
        assert (receivable(here), here.owed()) == (200_000, 0)


async def test_what_was_sent_already_is_kept_back_from_the_next_prize(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await fund(here)
        for team in "ab":
            await here.payee(team)
        await won(here)
        await approved(here)
        await until(here, "paid")
        await owes_its_fee(here, "b")
        assert (here.at_stripe()["b"], receivable(here)) == (50_000, 250_000)

        other = here.beside()
        await won(other)
        await approved(other)
        await until(other, "paid")
        assert here.at_stripe() == {"a": 300_000, "b": 50_000}
        assert (receivable(here), here.owed()) == (200_000, 0)
        assert (await other.state()).set_off["b"].amount == 50_000
        assert here.paying.ledger.kinds()["debt moved"] == 1
        await other.lose()
