"""What goes wrong at Stripe, and what a payment makes of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from contracts.entry import BEGIN, BegunPayment
from contracts.payments import METADATA_PAYMENT, METADATA_STEP, METADATA_TENANT, METADATA_TOURNAMENT
from contracts.work import WireCommand, workflow_id
from domain.money.refund_policy import RefundPolicy
from domain.tournament.lifecycle import commands as c
from stack.stripe_simulator.faults import Fault, Next
from tests.workflows.paying import FEE, Paying, payments
from tests.workflows.world import DAY, HOUR

pytestmark = pytest.mark.asyncio(loop_scope="session")
MINUTE = timedelta(minutes=1)
UNKNOWN: list[Fault] = [
    "answer_lost",
    "request_lost",
    "error_500",
    "error_500_after",
    "unavailable_503",
    "rate_limit_429",
]
"""The one who asked does not know whether it happened."""


async def paid(here: Paying) -> None:
    """Whoever withdraws within nine days has everything back."""
    await here.open("a", refund_policy=RefundPolicy(full_until=await here.later(9 * DAY)))
    await here.pay("a")


async def paid_and_withdrawn(here: Paying, fault: Fault | None = None) -> None:
    """Paid; and then the team withdraws in time."""
    await paid(here)
    if fault is not None:
        here.faults(next=(Next(fault, "/v1/refunds", "POST", 2),))
    await here.world.do(c.WithdrawEntry(team="a"))


@pytest.mark.parametrize("fault", UNKNOWN)
async def test_there_is_one_intent_whatever_becomes_of_the_answer(
    skipping: WorkflowEnvironment, tmp_path: Path, fault: Fault
) -> None:
    async with payments(skipping, tmp_path) as here:
        here.faults(next=(Next(fault, "/v1/payment_intents", "POST", 2),))
        await here.open("a", reserve_minutes=600.0)
        await here.world.wait(HOUR)
        here.faults()
        assert (await here.pay("a")).status == "succeeded"
        assert await here.status("a") == "confirmed"
        assert (await here.moved("a"))["intents"] == 1
        here.check_books()


async def test_an_intent_that_takes_long_is_left_to_a_step_of_its_own(
    skipping: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment is requested all the same, and Stripe knows the key by which it is asked again."""
    monkeypatch.setattr("activities.payments.AT_ONCE_SECONDS", 0.3)
    async with payments(skipping, tmp_path) as here:
        slow = Next("slow", "/v1/payment_intents", "POST", 1)
        here.faults(next=(slow,), slow_seconds=1)
        await here.open("a")
        assert (await here.pay("a")).status == "succeeded"
        assert await here.phase("a") == "confirmed"
        assert (await here.moved("a"))["intents"] == 1
        assert (await here.activities("a"))[:2] == ["open_payment", "take_step"]


async def test_a_payer_who_comes_is_answered_as_soon_as_stripe_is(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """Having failed for a while, the intent would be tried again in an hour only."""
    async with payments(skipping, tmp_path) as here:
        here.faults(next=(Next("unavailable_503", "/v1/", None, 100_000),))
        await here.open("a", reserve_minutes=600.0)
        await here.world.wait(2 * HOUR)
        here.faults()
        handle, began = await here.handle("a"), await here.world.now()
        begun = await handle.execute_update(BEGIN, result_type=BegunPayment)
        assert begun.client_secret is not None
        assert await here.world.now() - began < MINUTE


async def test_an_intent_that_cannot_be_cancelled_yet_is_cancelled_later(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """Stripe keeps its refusal under the key, and would give it for ever."""
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        await here.begin("a")
        known = (await here.state("a")).intent
        assert known is not None
        here.set_intent(known.id, status="processing")
        await here.world.do(c.WithdrawEntry(team="a"))
        await here.world.wait(HOUR)
        assert await here.phase("a") == "cancelling"
        here.set_intent(known.id, status="requires_payment_method")
        await here.world.wait(2 * HOUR)
        assert await here.phase("a") == "cancelled"


@pytest.mark.parametrize("fault", UNKNOWN)
async def test_there_is_one_refund_whatever_becomes_of_the_answer(
    skipping: WorkflowEnvironment, tmp_path: Path, fault: Fault
) -> None:
    async with payments(skipping, tmp_path) as here:
        await paid_and_withdrawn(here, fault)
        await here.world.wait(HOUR)
        moved = await here.moved("a")
        assert (moved["refunds"], moved["refunded"]) == (1, FEE.amount)
        assert await here.phase("a") == "refunded"
        here.check_books()


async def test_a_refund_tried_again_after_the_key_is_forgotten(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """It was made, the answer was lost, and Stripe could not be reached for more than 24 hours."""
    async with payments(skipping, tmp_path) as here:
        lost = Next("answer_lost", "/v1/refunds", "POST", 1)
        await paid(here)
        here.faults(next=(lost, Next("unavailable_503", "/v1/", None, 100_000)))
        await here.world.do(c.WithdrawEntry(team="a"))
        await here.world.wait(26 * HOUR)
        assert await here.phase("a") == "refunding"
        await here.simulate("clock", seconds=26 * 3_600)
        here.faults()
        await here.world.wait(2 * HOUR)
        assert (await here.moved("a"))["refunds"] == 1
        assert await here.phase("a") == "refunded"
        here.check_books()


async def test_a_refund_that_failed_before_anybody_heard_that_it_was_made(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """A process made it and died. The charge says of no refund any more, and the key gives the one that failed."""
    async with payments(skipping, tmp_path) as here:
        await paid(here)
        payment, intent = await here.payment("a"), (await here.state("a")).intent
        assert intent is not None
        metadata = {
            METADATA_TENANT: str(payment.tenant_id),
            METADATA_PAYMENT: str(payment.id),
            METADATA_TOURNAMENT: str(here.world.tournament.id),
            METADATA_STEP: "refund/1",
        }
        key = f"{workflow_id(payment)}:refund/1"
        refund = await here.provider.refund(intent.id, key, FEE.amount, metadata)
        await here.simulate(f"refunds/{refund.id}/fail", reason="expired_or_canceled_card")
        await here.world.do(c.WithdrawEntry(team="a"))
        await here.world.wait(HOUR)
        assert await here.phase("a") == "refund stuck"
        assert (await here.moved("a"))["refunds"] == 0
        here.check_books()


async def test_a_refund_that_fails_is_tried_again_when_somebody_says_so(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(skipping, tmp_path) as here:
        await paid_and_withdrawn(here)
        await here.world.wait(MINUTE)
        (refund,) = (await here.state("a")).refunds
        assert await here.phase("a") == "refunded"
        await here.simulate(f"refunds/{refund}/fail", reason="expired_or_canceled_card")
        payment = await here.payment("a")
        await here.world.workflows.payment_moved(payment.tenant_id, payment.id)
        await here.until("refund stuck", "a")
        retry = WireCommand(type="RetryRefund", data={"person": "olga"}, idempotency_key="again")
        await here.world.workflows.execute(payment, retry)
        await here.until("refunded", "a")
        assert (await here.moved("a"))["refunded"] == FEE.amount
        here.check_books()


async def test_a_refund_made_in_the_dashboard_is_taken_in(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("ab")
        await here.pay("a")
        intent = (await here.state("a")).intent
        assert intent is not None
        await here.provider.refund(intent.id, "by hand", 50_000, {})
        await here.tell("a")
        await here.world.do(c.CancelTournament(reason="flooded grounds"))
        await here.until("refunded", "a")
        assert (await here.moved("a"))["refunded"] == FEE.amount
        assert here.ledger.kinds()["refund made outside"] == 1
        here.check_books()


async def test_a_dispute_months_later_is_a_debt(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await paid_and_withdrawn(here)
        await here.until("refunded", "a")
        await here.world.do(c.SubmitEntry(team="b", name="Team b"))
        await here.pay("b")
        intent = (await here.state("b")).intent
        assert intent is not None
        dispute = await here.simulate("disputes", payment_intent=intent.id)
        await here.tell("b")
        assert await here.phase("b") == "disputed"
        await here.simulate(f"disputes/{dispute['id']}/lose")
        await here.tell("b")
        assert here.ledger.kinds()["dispute lost"] == 1
        here.check_books()


async def test_a_dispute_that_was_won_before_anybody_looked_has_cost_its_fee(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        await here.pay("a")
        intent = (await here.state("a")).intent
        assert intent is not None
        dispute = await here.simulate("disputes", payment_intent=intent.id)
        await here.simulate(f"disputes/{dispute['id']}/win")
        await here.tell("a")
        assert await here.phase("a") == "confirmed"
        assert here.ledger.kinds()["dispute won"] == 1
        here.check_books()


async def test_whoever_cancels_the_workflow_gets_everything_undone(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """The money goes back and the place to the next, and only then it ends as cancelled."""
    async with payments(skipping, tmp_path) as here:
        await here.open("abc", capacity=2, refund_policy=RefundPolicy(full_until=await here.later(9 * DAY)))
        await here.pay("a")
        handle = await here.handle("a")
        await handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        assert (await here.phase("a"), await here.status("a")) == ("refunded", "withdrawn")
        assert await here.status("c") == "offered"
        here.check_books()


async def test_the_books_are_kept_when_they_can_be_reached_again(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """Meanwhile the place is the team's, and a refund waits for nothing."""
    async with payments(skipping, tmp_path) as here:
        here.ledger.away = True
        await paid_and_withdrawn(here)
        await here.world.wait(HOUR)
        assert (await here.moved("a"))["refunded"] == FEE.amount
        assert not here.ledger.booked
        here.ledger.away = False
        await here.world.wait(2 * HOUR)
        assert here.ledger.kinds() == {"fee received": 1, "refund owed": 1, "refund made": 1}
        here.check_books()


async def test_no_client_secret_is_stored(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        secret = await here.secret("a")
        await here.pay("a")
        assert secret not in repr(here.world.store.events)
        assert "_secret_" not in repr(here.world.store.events)
