"""Debts are read beside the payouts of the tournaments that they are of."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import pytest

from contracts.work import payout_stream_id
from domain.money import bookkeeping as book
from domain.money.money import Money
from domain.payout.commands import NoteBooked
from domain.payout.state import PayoutState
from handlers.debts import OpenDebts
from handlers.errors import PayoutNotFound
from handlers.ledger import Ledger
from handlers.payout import PayoutHandler
from tests.unit.domain.payout.purse import ANN, CUP, PAID, after
from tests.unit.domain.payout.purse import propose as proposed
from tests.workflows.books import MemoryLedger

LEAGUE, OTHER_CUP, OWED = UUID(int=1), UUID(int=11), Money(250, "inr")


class Payouts:
    """The states of a cup's payout, one for each time it is read, the last for ever; other cups have none."""

    def __init__(self, *states: PayoutState) -> None:
        self._states = list(states)

    async def read(self, tenant_id: UUID, stream_id: UUID, render: Callable[[PayoutState], Any]) -> Any:
        if stream_id != payout_stream_id(CUP) or not self._states:
            raise PayoutNotFound(stream_id)
        return render(self._states.pop(0) if len(self._states) > 1 else self._states[0])


async def owed(*states: PayoutState, cup: UUID = CUP) -> list[tuple[str, int, int]]:
    """What is open of a debt of 250, after two postings: who, how much, as of which posting."""
    ledger = MemoryLedger()
    await ledger.post(LEAGUE, [book.prize_reclaimed(f"p/{n}", cup, "rcb", Money(125, "inr")) for n in (1, 2)])
    debts = OpenDebts(cast(Ledger, ledger), cast(PayoutHandler, Payouts(*states)))
    return [(debt.party, debt.amount.amount, debt.postings) for debt in await debts.of(LEAGUE)]


async def test_without_a_payout_all_of_it_is_open() -> None:
    assert await owed(cup=OTHER_CUP) == [("rcb", 250, 2)]


async def test_after_the_payout_it_is_open() -> None:
    assert await owed(PAID) == [("rcb", 250, 2)]


async def test_what_is_to_be_taken_back_is_left_to_the_payout() -> None:
    less = after(proposed(rcb=500, csk=400), NoteBooked(through=99), state=PAID)
    assert await owed(less) == [("rcb", 150, 2)]


async def test_nothing_is_said_of_it_while_the_payout_moves() -> None:
    """What the books said in between may be settled already."""
    moved = after(proposed(rcb=600, csk=500), ANN, state=PAID)
    assert moved.version > PAID.version
    assert await owed(PAID, moved) == []


async def test_a_debt_that_is_paid_is_none() -> None:
    ledger = MemoryLedger()
    lost = book.prize_reclaimed("p/1", CUP, "rcb", OWED)
    await ledger.post(LEAGUE, [lost, book.debt_paid("p/2", CUP, "rcb", OWED)])
    assert await OpenDebts(cast(Ledger, ledger), cast(PayoutHandler, Payouts(PAID))).of(LEAGUE) == []


@pytest.mark.parametrize("teams", [0, 1, 199, 200, 201])
async def test_however_many_there_are(teams: int) -> None:
    ledger = MemoryLedger()
    await ledger.post(
        LEAGUE, [book.prize_reclaimed(f"p/{n}", OTHER_CUP, f"t{n}", OWED) for n in range(teams)]
    )
    debts = OpenDebts(cast(Ledger, ledger), cast(PayoutHandler, Payouts()))
    assert len(await debts.of(LEAGUE)) == teams
