"""What is to be done next outside of the payout's own stream: at Stripe and in the books.

A step is wanted until an event says that it is done. Nothing is sent or taken back while banks hold money of
the tournament back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from domain.money import steps as money
from domain.money.money import Money
from domain.money.steps import KeepBooks
from domain.payout.state import PayoutState


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTransfer:
    """Have Stripe send so much to the payee's account; ``begun``: it may have been asked already."""

    number: int
    payee: str
    amount: Money
    begun: bool = False
    kind: Literal["transfer"] = "transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Have Stripe take so much of a transfer back."""

    number: int
    transfer: str
    amount: Money
    kind: Literal["reversal"] = "reversal"


Does = SendTransfer | TakeBack | KeepBooks
Step = money.Step[Does]


def steps(state: PayoutState) -> tuple[Step, ...]:
    """All that is wanted, the most urgent first: what was won stands in the books before it is paid."""
    return tuple(_steps(state)) if state.terms_known is not None else ()


def _steps(state: PayoutState) -> Iterator[Step]:
    yield from money.keep_books(state.booked, state.money_version, state.proposed_at or state.clock.shows)
    if state.blocked:
        return
    for order in state.under_way:
        if order.does == "transfer":
            name = f"transfer/{order.number}"
            does = SendTransfer(
                number=order.number, payee=order.payee, amount=order.amount, begun=order.begun
            )
        else:
            name = f"reversal/{order.number}"
            does = TakeBack(number=order.number, transfer=order.transfer, amount=order.amount)
        yield money.Step(name=name, does=does, since=order.ordered_at, attempt=state.spent.get(name, 0))


def finished(state: PayoutState) -> bool:
    """Everybody has what they won, and the books say so."""
    if state.terms_known is None or steps(state):
        return False
    return state.approved and not state.under_way and not state.stuck
