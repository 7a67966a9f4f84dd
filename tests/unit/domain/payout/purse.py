"""The prize money of a cup to write rules about: what was won, what is said of it, and its books."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.match.errors import CommandRefused
from domain.money.money import Money
from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.booking import transactions
from domain.payout.decide import decide
from domain.payout.evolve import fold, initial
from domain.payout.state import PayoutState
from domain.payout.steps import steps
from domain.payout.terms import Debt, PayoutTerms, Share, Shares

NOW = datetime(2027, 6, 1, tzinfo=UTC)

CUP, PAYOUT = UUID(int=10), UUID(int=20)


def inr(amount: int) -> Money:
    return Money(amount, "inr")


TERMS = PayoutTerms(tournament=CUP, tournament_name="Cup", currency="inr", two_approve_above=inr(1_000))

NO_DISPUTE = c.HearOfDisputes(held=inr(0))


def shares(**amounts: int) -> Shares:
    won = tuple(
        Share(payee=payee, name=payee.upper(), rank=rank, amount=inr(amount))
        for rank, (payee, amount) in enumerate(amounts.items(), start=1)
    )
    return Shares(pool=inr(sum(amounts.values())), shares=won, kept=inr(0))


def propose(**amounts: int) -> c.ProposePayout:
    return c.ProposePayout(terms=TERMS, shares=shares(**amounts))


def after(*commands: c.PayoutCommand, state: PayoutState | None = None) -> PayoutState:
    state = state or initial()
    for command in commands:
        state = fold(decide(state, command, NOW), state)
    return state


def refusal(state: PayoutState, command: c.PayoutCommand) -> str:
    with pytest.raises(CommandRefused) as refused:
        decide(state, command, NOW)
    return refused.value.code


ANN, BOB = c.ApprovePayout(person="ann"), c.ApprovePayout(person="bob")

SMALL, LARGE = propose(rcb=600, csk=400), propose(rcb=601, csk=400)

PAID = after(
    SMALL,
    NO_DISPUTE,
    ANN,
    c.ObserveTransfer(number=1, transfer="tr_1"),
    c.ObserveTransfer(number=2, transfer="tr_2"),
    c.NoteBooked(through=99),
)


def wanted(state: PayoutState) -> list[str]:
    return [step.name for step in steps(state)]


def balances(events: list[e.PayoutEvent]) -> dict[str, int]:
    found: Counter[str] = Counter()
    keys: list[str] = []
    for version, event in enumerate(events, start=1):
        for transaction in transactions(PAYOUT, version, event, TERMS):
            keys.append(transaction.key)
            for posting in transaction.postings:
                found[posting.account.code.replace(f"/{CUP}", "")] += posting.amount
    assert len(keys) == len(set(keys))
    return {account: balance for account, balance in found.items() if balance}


def told(*commands: c.PayoutCommand) -> list[e.PayoutEvent]:
    state, events = initial(), list[e.PayoutEvent]()
    for command in commands:
        new = decide(state, command, NOW)
        state, events = fold(new, state), [*events, *new]
    return events


def owes(state: PayoutState, **amounts: int) -> c.HearOfDebts:
    """What the books say, read at the state's version."""
    debts = tuple(Debt(payee=payee, amount=inr(amount)) for payee, amount in amounts.items())
    return c.HearOfDebts(debts=debts, as_of=state.version)


def begins(state: PayoutState, number: int) -> c.BeginTransfer:
    """Nothing stands in the way of an order, at the state's version."""
    return c.BeginTransfer(number=number, as_of=state.version)
