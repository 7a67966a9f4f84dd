"""The prize money of a tournament, from its settlement to the payees' accounts, with Stripe's simulator."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.money.accounts import AccountKind
from domain.money.money import Money
from domain.payout import commands as c
from stack.stripe_simulator.faults import Next
from tests.workflows.prizes import PRIZES, prize_money
from tests.workflows.world import SOON
from workflows.refusal import WorkflowRefused

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_who_has_won_is_paid(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle_with_payees()
        await here.wait_for_settlement()
        assert await here.phase() == "awaiting approval"
        assert here.owed() == 200_000
        await here.approve()
        assert here.happened() == [
            "PayoutProposed",
            "DisputesHeard",
            "BooksKept",
            "PayoutApproved",
            "TransferOrdered",
            "TransferOrdered",
            "TransferBegun",
            "PayoutSent",
            "BooksKept",
            "TransferBegun",
            "PayoutSent",
            "BooksKept",
        ]
        assert await here.phase() == "paid"
        assert here.at_stripe() == {"a": 150_000, "b": 50_000}
        assert here.owed() == 0
        here.paying.check_books()


async def test_what_the_fees_leave_is_the_organisers_and_the_platforms(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path, application_percent=5) as here:
        await here.settle(organiser="board")
        for payee in ("a", "b", "board"):
            await here.payee(payee)
        await here.wait_for_settlement()
        await here.approve()
        stripes = here.paying.ledger.balance(AccountKind.STRIPE_FEES)
        # Of two fees of 250,000 the winners have 200,000, the platform 25,000.
        assert here.at_stripe() == {"a": 150_000, "b": 50_000, "board": 275_000 - stripes}
        assert here.paying.ledger.balance(AccountKind.STRIPE_BALANCE) == 25_000
        assert here.paying.ledger.balance(AccountKind.APPLICATION_FEES) == -25_000
        here.paying.check_books()


async def test_above_the_limit_two_people_approve(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle_with_payees(replace(PRIZES, two_approve_above=Money(100_000, "inr")))
        await here.wait_for_settlement()
        await here.approve("ann")
        with pytest.raises(WorkflowRefused) as refused:
            await here.approve("ann")
        assert refused.value.code == "approved_by_the_same"
        assert here.at_stripe() == {"a": 0, "b": 0}
        await here.approve("bob")
        assert here.at_stripe() == {"a": 150_000, "b": 50_000}


async def test_nothing_is_paid_before_a_dispute_is_decided(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle_with_payees()
        dispute = await here.dispute("b")
        await here.wait_for_settlement()
        await here.approve()
        assert await here.phase() == "blocked"
        assert here.at_stripe() == {"a": 0, "b": 0}
        await here.paying.simulate(f"disputes/{dispute}/win")
        await here.webhook("b")
        # Nobody tells the payout: it looks by itself.
        await here.world.wait(timedelta(hours=7))
        assert here.at_stripe() == {"a": 150_000, "b": 50_000}
        here.paying.check_books()


async def test_a_lost_dispute_is_a_debt_and_kept_back_from_the_prize(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle_with_payees()
        dispute = await here.dispute("b")
        await here.paying.simulate(f"disputes/{dispute}/lose")
        await here.webhook("b")
        await here.wait_for_settlement()
        await here.approve()
        assert here.at_stripe() == {"a": 150_000, "b": 0}
        assert await here.phase() == "paid"
        assert here.paying.ledger.balance(AccountKind.RECEIVABLE) == 200_000
        here.paying.check_books()


async def test_a_closed_account_is_paid_when_there_is_another(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle()
        closed = await here.payee("a")
        await here.payee("b")
        await here.paying.simulate(f"accounts/{closed}/close")
        await here.wait_for_settlement()
        await here.approve()
        assert await here.phase() == "stuck"
        assert here.at_stripe()["b"] == 50_000
        assert [order.refusal for order in (await here.state()).refused] == ["account_closed"]
        assert here.owed() == 150_000
        await here.payee("a")
        await here.do(c.RetryOrders(person="ann"))
        assert here.at_stripe() == {"a": 150_000, "b": 50_000}
        here.paying.check_books()


async def test_who_comes_to_have_an_account_is_paid_when_the_payout_looks(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle()
        account = await here.payee("a", onboarded=False)
        await here.payee("b")
        await here.wait_for_settlement()
        await here.approve()
        assert await here.phase() == "stuck"
        await here.paying.simulate(f"accounts/{account}/onboard")
        await here.tell()
        assert here.at_stripe() == {"a": 150_000, "b": 50_000}
        here.paying.check_books()


async def test_a_prize_taken_back_at_stripe_is_sent_again_when_somebody_says_so(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle_with_payees()
        await here.wait_for_settlement()
        await here.approve()
        sent = next(order for order in (await here.state()).orders.values() if order.payee == "a")
        await here.paying.provider.reverse(sent.transfer, "by hand", 150_000, {})
        await here.world.workflows.payout_moved(here.payout.tenant_id, here.payout.id)
        await here.world.wait(SOON)
        assert await here.phase() == "stuck"
        assert here.owed() == 150_000
        here.paying.check_books()
        await here.do(c.RetryOrders(person="ann"))
        assert here.at_stripe() == {"a": 150_000, "b": 50_000}
        assert here.owed() == 0
        here.paying.check_books()


async def test_who_has_no_account_or_did_not_finish_it_holds_up_nobody(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle()
        await here.payee("b", onboarded=False)
        await here.wait_for_settlement()
        await here.approve()
        refused = (await here.state()).refused
        assert [order.refusal for order in refused] == ["payee_missing", "account_not_ready"]


@pytest.mark.parametrize("fault", ["answer_lost", "error_500_after", "request_lost", "error_500"])
async def test_a_transfer_whose_answer_is_lost_is_made_once(
    skipping: WorkflowEnvironment, tmp_path: Path, fault: str
) -> None:
    async with prize_money(skipping, tmp_path) as here:
        await here.settle_with_payees()
        await here.wait_for_settlement()
        here.paying.faults(next=(Next(fault=fault, path="/v1/transfers", method="POST", times=2),))  # type: ignore[arg-type]
        await here.approve()
        await here.world.wait(timedelta(hours=3))
        assert here.at_stripe() == {"a": 150_000, "b": 50_000}
        assert await here.phase() == "paid"
        here.paying.check_books()
