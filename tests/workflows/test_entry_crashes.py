"""A worker killed before and after each thing it does, in each step of a payment: the same comes of it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.payment_steps import PaymentSteps, PaymentTaking
from activities.sessions import Streams
from contracts.entry import BegunPayment
from domain.money.refund_policy import RefundPolicy, RefundStep
from domain.payment import steps as s
from domain.tournament.lifecycle import commands as c
from tests.workflows.books import real_books
from tests.workflows.killing import ABRUPT, Strike, When, killed
from tests.workflows.memory import MemoryDiary
from tests.workflows.paying import FEE, Paying, payments
from tests.workflows.world import DAY
from workers.tournament import streams_of

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


async def is_called_off_unpaid(here: Paying, team: str) -> None:
    """No money is taken, and the place is given up."""
    await entered(here, team)
    await (await here.handle(team)).cancel()
    await here.until("cancelled", team)
    assert (await here.status(team)).value == "withdrawn"
    assert (await here.moved(team))["live"] == 0


async def pays_too_late(here: Paying, team: str) -> None:
    """It succeeds in the moment it is cancelled: all of it is given back."""
    secret = await entered(here, team)
    assert (await here.payer.pay(secret)).status == "succeeded"
    await here.world.do(c.WithdrawEntry(team=team))
    await here.until("refunded", team)
    assert (await here.moved(team))["refunded"] == FEE.amount


PAYS = {"append", "create_intent", "post"}
STORIES: dict[Story, tuple[set[type], set[str]]] = {
    withdraws_after_paying: ({s.CreateIntent, s.ConfirmPlace, s.GiveRefund, s.KeepBooks}, {*PAYS, "refund"}),
    is_called_off_unpaid: (
        {s.CreateIntent, s.CancelIntent, s.ReleasePlace},
        {"append", "create_intent", "cancel_intent"},
    ),
    pays_too_late: (
        {s.CreateIntent, s.CancelIntent, s.GiveRefund, s.KeepBooks},
        {*PAYS, "cancel_intent", "refund"},
    ),
}
"""The kinds of steps that each of them takes, and what is done to the world in it."""


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> set[type]:
    """The kinds of steps that were taken."""
    kinds, take = set[type](), PaymentSteps.take

    async def noted(steps: PaymentSteps, taking: PaymentTaking) -> BegunPayment | None:
        kinds.add(type(taking.step.does))
        return await take(steps, taking)

    monkeypatch.setattr(PaymentSteps, "take", noted)
    return kinds


async def test_a_worker_is_killed_in_every_kind_of_step() -> None:
    assert set[type]().union(*(kinds for kinds, _ in STORIES.values())) == set(get_args(s.Does))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("story", STORIES)
async def test_a_killed_worker_is_made_up_for(
    skipping: WorkflowEnvironment,
    tmp_path: Path,
    postgres_dsn: str,
    taken: set[type],
    story: Story,
    when: When,
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
        assert (taken, {name.split()[-1] for name in at[:-1]}) == STORIES[story]


class Deciding:
    """Where the worker of the tournament is killed, and that of its payments is not."""

    def __init__(self, paying: Paying) -> None:
        self.world = paying.world

    def new_ports(self) -> Streams:
        store = self.world.store
        return streams_of(store, MemoryDiary(store))

    def worker(self, ports: Streams, **more: Any) -> Worker:
        return self.world.worker(ports, **more)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_worker_killed_while_its_tournament_is_cancelled_is_made_up_for(
    skipping: WorkflowEnvironment, tmp_path: Path, when: When
) -> None:
    """Some have paid, some have paid and nobody knows it yet, some have begun: all get back what they paid."""
    async with payments(skipping, tmp_path, deciding=False) as here:
        deciding = Deciding(here)
        number, at, struck = 0, list[str](), True
        while struck:
            number += 1
            strike = Strike(number, when)
            async with deciding.worker(deciding.new_ports(), **ABRUPT):
                await here.open("abc")
                await here.pay("a")
                await here.pay("b", told=False)
                await here.begin("c")
            struck = await killed(deciding, strike, cancelled(here))
            at.append(strike.at)
            for team, phase, back in (
                ("a", "refunded", FEE.amount),
                ("b", "refunded", FEE.amount),
                ("c", "cancelled", 0),
            ):
                assert await here.phase(team) == phase, strike.at
                moved = await here.moved(team)
                assert (moved["intents"], moved["refunds"], moved["refunded"]) == (1, back > 0, back), (
                    strike.at
                )
            here.check_books()
            here.world.tournament = here.world.beside().tournament
        assert at == [f"{when} append", ""]


async def cancelled(here: Paying) -> None:
    await here.world.do(c.CancelTournament(reason="flooded grounds"))
    await here.ended("a", "b", "c")
