"""The payment of an entry, from the place that is kept to the tournament's start, with Stripe's simulator."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.money.accounts import AccountKind
from domain.money.money import Money
from domain.money.refund_policy import RefundPolicy, RefundStep
from domain.tournament.lifecycle import commands as c
from stack.stripe_simulator.faults import Next
from tests.workflows.paying import FEE, payments
from tests.workflows.world import DAY, HOUR, SOON, placements

pytestmark = pytest.mark.asyncio(loop_scope="session")
MINUTE = timedelta(minutes=1)
PAID = [
    "PaymentRequested",
    "IntentCreated",
    "PaymentSucceeded",
    "EntryFollowed",
    "ReceiptIssued",
    "BooksKept",
]


async def test_who_pays_has_the_place(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        assert await here.status("a") == "pending payment"
        await here.pay("a")
        assert (await here.status("a"), await here.phase("a")) == ("confirmed", "confirmed")
        assert await here.happened("a") == PAID
        assert await here.activities("a") == ["open_payment", "look"]
        assert here.ledger.balance(AccountKind.ENTRY_FEES) == -FEE.amount
        here.check_books()


async def test_a_webhook_that_is_lost_is_made_up_for(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        await here.pay("a", told=False)
        assert await here.phase("a") == "awaiting payment"
        await here.world.wait(3 * MINUTE)
        assert await here.status("a") == "confirmed"
        here.check_books()


async def test_webhooks_told_many_times_change_nothing(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        await here.pay("a")
        for _ in range(5):
            await here.tell("a")
        assert await here.happened("a") == PAID


async def test_who_is_declined_may_pay_again(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        declined = await here.pay("a", "pm_card_visa_chargeDeclinedInsufficientFunds")
        assert declined.decline_code == "insufficient_funds"
        assert (await here.state("a")).failure == ("card_declined", "insufficient_funds")
        assert await here.status("a") == "pending payment"
        await here.pay("a")
        assert await here.status("a") == "confirmed"
        assert (await here.moved("a"))["intents"] == 1
        here.check_books()


async def test_who_does_not_pay_loses_the_place_and_the_next_pays_when_it_accepts(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("abc", capacity=2)
        await here.pay("b")
        secret = await here.secret("a")
        await here.world.wait(2 * HOUR)
        assert (await here.status("a"), await here.phase("a")) == ("place lost", "cancelled")
        assert (await here.payer.pay(secret)).error_code == "payment_intent_unexpected_state"
        assert await here.status("c") == "offered"
        await here.world.do(c.AcceptOffer(team="c"))
        assert await here.status("c") == "pending payment"
        await here.pay("c")
        assert await here.status("c") == "confirmed"
        here.check_books()


async def test_three_d_secure_that_is_abandoned_takes_no_money(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        assert (await here.pay("a", "pm_card_authenticationRequired")).status == "requires_action"
        await here.world.wait(2 * HOUR)
        assert await here.phase("a") == "cancelled"
        assert (await here.moved("a"))["live"] == 0
        assert not here.ledger.booked


async def test_who_pays_in_the_moment_the_place_is_lost_gets_everything_back(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """The cancellation of the intent comes too late; Stripe says that it has succeeded."""
    async with payments(skipping, tmp_path) as here:
        await here.open("abc", capacity=2)
        await here.pay("b")
        secret = await here.secret("a")
        await here.world.wait(45 * MINUTE)
        assert (await here.payer.pay(secret)).status == "succeeded"
        await here.world.wait(HOUR)
        assert (await here.status("a"), await here.phase("a")) == ("place lost", "refunded")
        moved = await here.moved("a")
        assert (moved["received"], moved["refunded"]) == (FEE.amount, FEE.amount)
        assert await here.status("c") == "offered"
        here.check_books()


async def test_overbooked_by_one(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    """Stripe cannot be reached when the place is lost; the place was given to the next, who has paid, when the
    money of the first comes in after all."""
    async with payments(skipping, tmp_path) as here:
        await here.open("acb", capacity=2)
        await here.pay("c")
        secret = await here.secret("a")
        here.faults(next=(Next("unavailable_503", await here.intent_path("a"), "POST", 10_000),))
        await here.world.wait(2 * HOUR)
        await here.world.do(c.AcceptOffer(team="b"))
        await here.pay("b")
        assert await here.phase("a") == "cancelling"
        here.faults()
        assert (await here.payer.pay(secret)).status == "succeeded"
        await here.world.wait(2 * HOUR)
        assert (await here.status("a"), await here.status("b")) == ("place lost", "confirmed")
        assert (await here.phase("a"), await here.phase("b")) == ("refunded", "confirmed")
        moved = await here.moved("a"), await here.moved("b")
        assert [each["refunded"] for each in moved] == [FEE.amount, 0]
        here.check_books()


async def test_two_captains_pay_for_one_team(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    """They come and pay at the same moment, and a third comes when it is paid."""
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        await here.world.wait(SOON)
        first, second = await asyncio.gather(here.secret_at_once("a"), here.secret_at_once("a"))
        assert first == second
        cards = ("pm_card_visa", "pm_card_mastercard")
        paid = await asyncio.gather(*(here.payer.pay(first, card) for card in cards))
        assert [each.status for each in paid] == ["succeeded"] * 2
        await here.tell("a")
        begun = await here.begin("a")
        assert (begun.client_secret, begun.phase) == (None, "confirmed")
        moved = await here.moved("a")
        assert (moved["intents"], moved["succeeded"], moved["received"]) == (1, 1, FEE.amount)
        here.check_books()


async def test_who_withdraws_gets_back_by_policy(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    now = await skipping.get_current_time()
    policy = RefundPolicy(full_until=now + DAY, steps=(RefundStep(until=now + 10 * DAY, percent=50),))
    async with payments(skipping, tmp_path) as here:
        await here.open("abc", refund_policy=policy)
        for team in "abc":
            await here.pay(team)
        await here.world.do(c.WithdrawEntry(team="a"))
        await here.world.wait(2 * DAY)
        await here.world.do(c.WithdrawEntry(team="b"))
        await here.world.wait(10 * DAY)
        await here.world.do(c.WithdrawEntry(team="c"))
        await here.world.wait(HOUR)
        refunded = [(await here.moved(team)).get("refunded", 0) for team in "abc"]
        assert refunded == [FEE.amount, FEE.amount // 2, 0]
        assert [await here.phase(team) for team in "abc"] == ["refunded", "refunded", "kept"]
        assert here.ledger.balance(AccountKind.REFUNDS_PAYABLE) == 0
        here.check_books()


async def test_a_currency_without_decimals(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    now = await skipping.get_current_time()
    policy = RefundPolicy(steps=(RefundStep(until=now + DAY, percent=50),))
    async with payments(skipping, tmp_path) as here:
        await here.open("a", entry_fee=Money(5_001, "jpy"), refund_policy=policy)
        await here.pay("a")
        await here.world.do(c.WithdrawEntry(team="a"))
        await here.world.wait(HOUR)
        assert (await here.moved("a"))["refunded"] == 2_500
        here.check_books()


async def test_a_team_that_enters_again_pays_again(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    now = await skipping.get_current_time()
    async with payments(skipping, tmp_path) as here:
        await here.open("a", refund_policy=RefundPolicy(full_until=now + 9 * DAY))
        await here.pay("a")
        first = (await here.payment("a")).id
        await here.world.do(c.WithdrawEntry(team="a"), c.SubmitEntry(team="a", name="Team a"))
        await here.world.wait(MINUTE)
        assert (await here.payment("a")).id != first
        assert here.at_stripe(first)["refunded"] == FEE.amount
        assert await here.status("a") == "pending payment"
        await here.pay("a")
        assert await here.status("a") == "confirmed"
        here.check_books()


async def test_the_organiser_may_do_without_the_fee(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        await here.secret("a")
        await here.world.do(c.ConfirmEntry(team="a"))
        await here.world.wait(MINUTE)
        assert (await here.status("a"), await here.phase("a")) == ("confirmed", "waived")
        assert (await here.moved("a"))["live"] == 0


async def test_a_cancelled_tournament_gives_everything_back(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """Some have paid, some have paid and nobody knows it yet, some pay at that moment, some have not begun: forty."""
    teams = [f"t{n}" for n in range(40)]
    async with payments(skipping, tmp_path) as here:
        await here.open((), capacity=40)
        await here.world.do(*(c.SubmitEntry(team=team, name=f"Team {team}") for team in teams))
        secrets: list[str] = []
        for number, team in enumerate(teams):
            if number % 4 == 0:
                await here.pay(team)
            elif number % 4 == 1:
                await here.pay(team, told=False)
            elif number % 4 == 2:
                secrets.append(await here.secret(team))
        cancelling = asyncio.ensure_future(here.world.do(c.CancelTournament(reason="flooded grounds")))
        raced = await asyncio.gather(*map(here.payer.pay, secrets))
        await cancelling
        await here.ended(*teams)
        # Who was in time has paid, and has it back; who was not was told that it is cancelled.
        ends = ["refunded" if paid.status == "succeeded" else "cancelled" for paid in raced]
        phases = [await here.phase(team) for team in teams]
        assert phases == [each for end in ends for each in ("refunded", "refunded", end, "cancelled")]
        sums = [await here.moved(team) for team in teams]
        received = [FEE.amount if phase == "refunded" else 0 for phase in phases]
        assert [each.get("received", 0) for each in sums] == received
        assert [each.get("refunded", 0) for each in sums] == received
        here.check_books()


async def test_it_ends_when_the_tournament_starts_and_comes_back_when_that_is_cancelled(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("abc", capacity=3)
        for team in "abc":
            await here.pay(team)
        await here.world.do(c.CloseRegistration(), c.DrawTournament(seeds=tuple("abc")))
        first = await here.world.now() + 10 * DAY
        await here.world.do(c.SetFixtures(placements=placements(await here.world.nodes(), first)))
        await here.world.do(c.StartTournament())
        await here.ended("a", "b", "c")
        assert [await here.phase(team) for team in "abc"] == ["confirmed"] * 3
        await here.world.do(c.CancelTournament(reason="flooded grounds"))
        await here.until("refunded", "a", "b", "c")
        here.check_books()


async def test_a_place_that_is_gone_before_anything_was_to_be_paid_ends_the_payment(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with payments(skipping, tmp_path, working=False) as here:
        await here.open("a")
        await here.world.do(c.WithdrawEntry(team="a"))
        await here.world.wait(SOON)
        async with here.worker():
            await here.ended("a")
        assert await here.happened("a") == []
        assert await here.moved("a") == {}


async def test_the_place_of_a_payment_called_off_goes_to_the_next_in_time(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """The payment releases the place by itself; the tournament hears that an offer waits for its answer."""
    async with payments(skipping, tmp_path) as here:
        await here.open("abcd", capacity=2, offer_hours=1.0, reserve_minutes=600.0)
        handle = await here.handle("a")
        await here.begin("a")
        await handle.cancel()
        await here.world.wait(10 * MINUTE)
        assert await here.status("c") == "offered"
        await here.world.wait(HOUR)
        assert [await here.status(team) for team in "acd"] == ["withdrawn", "declined", "offered"]
