"""A worker killed before and after each thing it does, in each step of a payout: the same comes of it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.payouts import PayoutActivities
from domain.money import bookkeeping as book
from domain.money.accounts import AccountKind
from domain.money.money import Money
from domain.payout.steps import Does
from tests.workflows.books import real_books
from tests.workflows.killing import Strike, When, killed
from tests.workflows.paying import payments
from tests.workflows.prizes import Prizes
from tests.workflows.settled import approved, fund, settled, until, won_by_b_after_all

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("noticed_soon")]

Story = Callable[[Prizes, Strike], Awaitable[None]]
SENT = {"transfers": 2, "transferred": 200_000, "reversed": 0}
SENT_LESS = {"transfers": 2, "transferred": 100_000, "reversed": 0}
"""A owes 100,000 from another tournament."""
SENT_ANEW = {"transfers": 3, "transferred": 300_000, "reversed": 100_000}
"""B is sent what it lacks of the first prize, and A gives back what it has too much for the second."""


async def is_paid(here: Prizes, strike: Strike) -> None:
    """Proposed, approved, sent, booked."""
    await approved(here)
    await until(here, "paid")


async def is_kept_back(here: Prizes, strike: Strike) -> None:
    """A debt from another tournament is moved here, set off and booked, and less is sent."""
    before = uuid4()
    debt = book.prize_reclaimed(f"{before}/1", before, "a", Money(100_000, "inr"))
    await here.paying.new_books().post(here.payout.tenant_id, [debt])
    await is_paid(here, strike)


async def is_taken_back(here: Prizes, strike: Strike) -> None:
    """All of that, and then the other way round. Nobody is killed before it is revised."""
    strike.armed = False
    await is_paid(here, strike)
    strike.armed = True
    tournament = here.world.tournament
    await won_by_b_after_all(here.world.store, tournament.tenant_id, tournament.id)
    await approved(here)
    await until(here, "paid")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> set[type]:
    """The kinds of steps that were taken."""
    kinds, take = set[type](), vars(PayoutActivities)["_take"]

    async def noted(activities: PayoutActivities, taking: Any) -> None:
        kinds.add(type(taking.step.does))
        await take(activities, taking)

    monkeypatch.setattr(PayoutActivities, "_take", noted)
    return kinds


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("story", "sent", "effects"),
    [
        (is_paid, SENT, {"append", "post", "transfer"}),
        (is_kept_back, SENT_LESS, {"append", "post", "transfer"}),
        (is_taken_back, SENT_ANEW, {"append", "post", "transfer", "reverse"}),
    ],
    ids=["is paid", "is kept back", "is taken back"],
)
async def test_a_killed_worker_is_made_up_for(
    skipping: WorkflowEnvironment,
    tmp_path: Path,
    postgres_dsn: str,
    taken: set[type],
    story: Story,
    sent: dict[str, int],
    effects: set[str],
    when: When,
) -> None:
    async with (
        real_books(postgres_dsn) as new_books,
        payments(skipping, tmp_path, working=False, new_books=new_books) as paying,
    ):
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
            assert await paying.standing(AccountKind.PRIZES_PAYABLE) == 0, strike.at
            assert await paying.standing(AccountKind.RECEIVABLE) == 0, strike.at
            await paying.check_ledger()
            await here.lose()
        assert {name.split()[-1] for name in at[:-1]} == effects
        if story is is_taken_back:
            assert taken == set(get_args(Does))
