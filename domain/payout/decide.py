"""The decision: a command against the state becomes events, or is refused and nothing has changed.

Which orders are to be given is reckoned from the whole state (``domain.payout.owed``) after whatever was said,
so one and the same news twice sends nothing twice.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from domain.match.errors import CommandRefused
from domain.money.money import Money, zero
from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.evolve import fold
from domain.payout.owed import wanted
from domain.payout.state import Order, PayoutState
from domain.payout.terms import Shares

Events = list[e.PayoutEvent]


def decide(state: PayoutState, command: c.PayoutCommand, now: datetime) -> Events:
    """The events that ``command`` causes now, in the tournament's time; none if all is known or done already.

    Raises CommandRefused, with a stable code.
    """
    if not isinstance(command, c.ProposePayout):
        state.terms  # noqa: B018 - refuses a payout that does not exist
    events = _DECISIONS[type(command)](state, command, now)
    return [*events, *_orders(fold(events, state), now)]


def _propose(state: PayoutState, command: c.ProposePayout, now: datetime) -> Events:
    if state.terms_known is None:
        if not command.shares.everybody:
            raise CommandRefused("no_prizes", "nobody has won any prize money")
        return [e.PayoutProposed(terms=command.terms, shares=command.shares, at=now)]
    if command.shares == state.shares:
        return []
    if state.under_way:
        raise CommandRefused("payout_under_way", "money is on its way; it is revised when that has arrived")
    changes = tuple(_changes(state, command.shares))
    return [e.PayoutRevised(shares=command.shares, changes=changes, at=now)]


def _changes(state: PayoutState, shares: Shares) -> Iterator[e.Change]:
    nothing = zero(state.terms.currency)
    before, after = state.shares.by_payee, shares.by_payee
    for payee in dict.fromkeys([*before, *after]):
        had = before[payee].amount if payee in before else nothing
        has = after[payee].amount if payee in after else nothing
        won, less, paid = max(has - had, nothing), max(had - has, nothing), state.has(payee)
        withdrawn = min(less, max(had - paid, nothing))
        if had != has:
            yield e.Change(
                payee=payee,
                won=won,
                withdrawn=withdrawn,
                reclaimed=less - withdrawn,
                set_off=min(won, max(paid - had, nothing)),
            )


def _approve(state: PayoutState, command: c.ApprovePayout, now: datetime) -> Events:
    if command.revision is not None and command.revision != state.revision:
        text = f"the payout was revised since; look at revision {state.revision} and approve that"
        raise CommandRefused("payout_revised", text, detail={"revision": state.revision})
    if state.approved:
        raise CommandRefused("payout_approved_already", "the payout is approved already")
    if command.person in state.approved_by:
        raise CommandRefused("approved_by_the_same", "somebody else must approve the payout as well")
    return [e.PayoutApproved(person=command.person, at=now)]


def _disputes(state: PayoutState, command: c.HearOfDisputes, now: datetime) -> Events:
    return [] if command.held == state.held else [e.DisputesHeard(held=command.held, at=now)]


def _debts(state: PayoutState, command: c.HearOfDebts, now: datetime) -> Events:
    """Kept back as far as the prize goes that was not sent yet, approved or not."""
    if state.version != command.as_of or state.booked < state.debts_version:
        return []
    return list(_set_off(state, command, now))


def _set_off(state: PayoutState, command: c.HearOfDebts, now: datetime) -> Iterator[e.PayoutEvent]:
    for debt in command.debts:
        unsent = state.unsent(debt.payee)
        if (amount := min(debt.amount, unsent)).amount > 0:
            yield e.DebtSetOff(payee=debt.payee, amount=amount, at=now)
            yield from _no_more_than(state, debt.payee, unsent - amount, now)


def _no_more_than(state: PayoutState, payee: str, left: Money, now: datetime) -> Iterator[e.PayoutEvent]:
    """What is ordered for a payee of whose prize so much is left to send. A reversal goes on: Stripe may have made it."""
    for order in state.under_way:
        if order.payee == payee and order.does == "transfer" and not order.begun:
            yield e.TransferWithdrawn(number=order.number, at=now)
    stuck = tuple(order.number for order in state.stuck if order.payee == payee)
    if stuck and not left:
        yield e.OrdersRetried(person="", numbers=stuck, at=now)


def _accounts(state: PayoutState, command: c.HearOfAccounts, now: datetime) -> Events:
    numbers = tuple(order.number for order in state.unready if order.payee in command.ready)
    return [e.OrdersRetried(person="", numbers=numbers, at=now)] if numbers else []


def _begin(state: PayoutState, command: c.BeginTransfer, now: datetime) -> Events:
    order = _ordered(state, command.number, "transfer")
    if order is None or order.begun or state.blocked:
        return []
    if state.version != command.as_of or state.booked < state.debts_version:
        return []
    return [e.TransferBegun(number=order.number, at=now)]


def _transferred(state: PayoutState, command: c.ObserveTransfer, now: datetime) -> Events:
    order = _ordered(state, command.number, "transfer")
    if order is None:
        return []
    sent = e.PayoutSent(
        number=order.number, payee=order.payee, amount=order.amount, transfer=command.transfer, at=now
    )
    return [sent]


def _reversed(state: PayoutState, command: c.ObserveReversal, now: datetime) -> Events:
    order = _ordered(state, command.number, "reversal")
    if order is None:
        return []
    back = e.PayoutReversed(
        number=order.number, payee=order.payee, amount=order.amount, reversal=command.reversal, at=now
    )
    return [back]


def _returned(state: PayoutState, command: c.ObserveReturn, now: datetime) -> Events:
    """What the payee had beyond its share it owed."""
    made = (order for order in state.orders.values() if order.transfer == command.transfer)
    sent = next((order for order in made if order.does == "transfer" and order.standing == "done"), None)
    if sent is None or any(order.reversal == command.reversal for order in state.orders.values()):
        return []
    share, nothing = state.shares.by_payee.get(sent.payee), zero(state.terms.currency)
    excess = state.has(sent.payee) - (share.amount if share else nothing)
    back = e.PayoutCameBack(
        number=len(state.orders) + 1,
        payee=sent.payee,
        amount=command.amount,
        of_debt=min(command.amount, max(excess, nothing)),
        transfer=command.transfer,
        reversal=command.reversal,
        at=now,
    )
    return [back]


def _order_refused(state: PayoutState, command: c.NoteOrderRefused, now: datetime) -> Events:
    order = state.orders.get(command.number)
    if order is None or order.standing != "ordered":
        return []
    return [e.OrderRefused(number=command.number, code=command.code, at=now)]


def _retry(state: PayoutState, command: c.RetryOrders, now: datetime) -> Events:
    if not state.stuck:
        raise CommandRefused("no_order_refused", "no transfer of this payout was refused or came back")
    numbers = tuple(order.number for order in state.stuck)
    return [e.OrdersRetried(person=command.person, numbers=numbers, at=now)]


def _key_spent(state: PayoutState, command: c.NoteKeySpent, now: datetime) -> Events:
    if state.spent.get(command.step, 0) != command.attempt:
        return []
    return [e.KeySpent(step=command.step, attempt=command.attempt)]


def _booked(state: PayoutState, command: c.NoteBooked, now: datetime) -> Events:
    return [e.BooksKept(through=command.through)] if command.through > state.booked else []


def _ordered(state: PayoutState, number: int, does: str) -> Order | None:
    order = state.orders.get(number)
    return order if order is not None and order.does == does and order.standing == "ordered" else None


def _orders(state: PayoutState, now: datetime) -> Iterator[e.PayoutEvent]:
    for number, each in enumerate(wanted(state), start=len(state.orders) + 1):
        if each.transfer:
            yield e.ReversalOrdered(
                number=number, payee=each.payee, amount=each.amount, transfer=each.transfer, at=now
            )
        else:
            yield e.TransferOrdered(number=number, payee=each.payee, amount=each.amount, at=now)


_DECISIONS: dict[type, Callable[[PayoutState, Any, datetime], Events]] = {
    c.ProposePayout: _propose,
    c.ApprovePayout: _approve,
    c.HearOfDisputes: _disputes,
    c.HearOfDebts: _debts,
    c.HearOfAccounts: _accounts,
    c.BeginTransfer: _begin,
    c.ObserveTransfer: _transferred,
    c.ObserveReversal: _reversed,
    c.ObserveReturn: _returned,
    c.NoteOrderRefused: _order_refused,
    c.RetryOrders: _retry,
    c.NoteKeySpent: _key_spent,
    c.NoteBooked: _booked,
}
