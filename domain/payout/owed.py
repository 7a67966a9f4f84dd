"""What is to be sent or taken back, so that each payee has what it has won."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.money.money import Money, zero
from domain.payout.state import PayoutState


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An order to give; ``transfer`` "": a new transfer, else that to take back from."""

    payee: str
    amount: Money
    transfer: str = ""


def wanted(state: PayoutState) -> Iterator[Wanted]:
    """The orders that nobody has given yet. None to a payee with one under way, refused or come back: what it will
    have is not known before; so nothing is ever sent twice."""
    if state.terms_known is None or not state.approved:
        return
    waiting = {order.payee for order in (*state.under_way, *state.stuck)}
    shares = state.shares.by_payee
    paid = [order.payee for order in state.orders.values()]
    for payee in dict.fromkeys([*shares, *paid]):
        if payee in waiting:
            continue
        target = shares[payee].amount if payee in shares else zero(state.terms.currency)
        owed = target - state.has(payee)
        if owed.amount > 0:
            yield Wanted(payee=payee, amount=owed)
        elif owed.amount < 0:
            yield from _taken_back(state, payee, -owed)


def _taken_back(state: PayoutState, payee: str, amount: Money) -> Iterator[Wanted]:
    for order in state.orders.values():
        if order.payee == payee and order.does == "transfer" and order.standing == "done" and amount:
            part = min(amount, state.left_of(order.transfer))
            amount = amount - part
            if part:
                yield Wanted(payee=payee, amount=part, transfer=order.transfer)
