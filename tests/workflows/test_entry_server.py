"""What the server that skips time cannot do for payments: a start with a question, and fresh histories."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from contracts.entry import EntryOf
from domain.money.refund_policy import RefundPolicy
from domain.tournament.lifecycle import commands as c
from tests.workflows.paying import FEE, payments
from tests.workflows.world import DAY
from workflows.refusal import WorkflowRefused

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_payer_is_given_the_secret_at_once(dev_server: WorkflowEnvironment, tmp_path: Path) -> None:
    """Whether the tournament has started the payment's workflow by then or not."""
    async with payments(dev_server, tmp_path) as here:
        await here.open("a")
        tenant, entry = here.world.tournament.tenant_id, await here.entry("a")
        first = await here.world.workflows.begin_payment(tenant, entry, name="Team a")
        second = await here.world.workflows.begin_payment(tenant, entry)
        assert first.client_secret
        assert first == second
        assert (first.amount, first.currency, first.phase) == (FEE.amount, "inr", "awaiting payment")
        assert first.client_secret not in repr(first)
        assert (await here.moved("a"))["intents"] == 1


async def test_for_an_entry_that_is_not_there_nothing_is_paid(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(dev_server, tmp_path) as here:
        await here.open("a")
        entry = EntryOf(tournament_id=here.world.tournament.id, team="z", number=9)
        with pytest.raises(WorkflowRefused) as refused:
            await here.world.workflows.begin_payment(here.world.tournament.tenant_id, entry)
        assert refused.value.code == "payment_not_due"


async def test_a_payment_that_is_over_is_begun_again_by_what_happens_at_stripe(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(dev_server, tmp_path) as here:
        await here.open("ab", refund_policy=RefundPolicy(full_until=await here.later(DAY)))
        await here.payer.pay(await here.secret_at_once("a"))
        await here.hint("a")
        await here.until("confirmed", "a")
        await here.world.do(c.WithdrawEntry(team="a"))
        await here.ended("a")
        intent = (await here.state("a")).intent
        assert intent is not None
        (refund,) = (await here.state("a")).refunds
        await here.simulate(f"refunds/{refund}/fail", reason="expired_or_canceled_card")
        payment = await here.payment("a")
        await here.world.workflows.payment_moved(payment.tenant_id, payment.id)
        await here.until("refund stuck", "a")
        assert (await (await here.handle("a")).describe()).status is WorkflowExecutionStatus.RUNNING


async def test_a_payment_goes_on_in_a_fresh_history(dev_server: WorkflowEnvironment, tmp_path: Path) -> None:
    """The server of the tests suggests one after 50 events."""
    async with payments(dev_server, tmp_path) as here:
        await here.open("a")
        secret = await here.secret_at_once("a")
        handle = await here.handle("a")
        first = (await handle.describe()).run_id
        for _ in range(20):
            assert await here.secret_at_once("a") == secret
        assert (await handle.describe()).run_id != first
        await here.payer.pay(secret)
        await here.hint("a")
        await here.until("confirmed", "a")
        assert await here.happened("a") == [
            "PaymentRequested",
            "IntentCreated",
            "PaymentSucceeded",
            "EntryFollowed",
            "ReceiptIssued",
            "BooksKept",
        ]
