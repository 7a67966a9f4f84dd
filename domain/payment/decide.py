"""The decision: a command against the state becomes events, or is refused and nothing has changed.

Whatever was heard, in whatever order, what follows from it is reckoned from the whole state
(``_consequences``): the receipt, and how much is owed. So one and the same news twice, or late, asks for no
second refund.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from domain.match.errors import CommandRefused
from domain.payment import commands as c
from domain.payment import events as e
from domain.payment.evolve import evolve, fold
from domain.payment.observing import observe
from domain.payment.owed import still_owed
from domain.payment.state import PaymentState
from domain.payment.terms import Standing

Events = list[e.PaymentEvent]

_NEWS = (e.EntryFollowed, e.PaymentCalledOff, e.RefundRetried, e.DisputeOpened, e.DisputeWon)
"""After them a refund that was refused or failed is reckoned anew, as after one made by hand."""


def decide(state: PaymentState, command: c.PaymentCommand, now: datetime) -> Events:
    """The events that ``command`` causes now, in the tournament's time; none if all is known or done already.

    Raises CommandRefused, with a stable code.
    """
    if not isinstance(command, c.RequestPayment):
        state.terms  # noqa: B018 - refuses a payment that does not exist
    events = _DECISIONS[type(command)](state, command, now)
    return [*events, *_consequences(events, fold(events, state), now)]


def _request(state: PaymentState, command: c.RequestPayment, now: datetime) -> Events:
    if state.terms_known is not None:
        return []
    if command.entry.standing is not Standing.RESERVED:
        text = f"the entry is {command.entry.standing}: there is nothing to pay"
        raise CommandRefused("payment_not_due", text)
    return [e.PaymentRequested(terms=command.terms, entry=command.entry, at=now)]


def _hear(state: PaymentState, command: c.HearOfEntry, now: datetime) -> Events:
    known, entry = state.entry, command.entry
    if entry.version <= known.version or _same(entry, known):
        return []
    return [e.EntryFollowed(entry=entry, at=now)]


def _same(one: Any, other: Any) -> bool:
    """Whether two facts differ in nothing but the version they were read at."""
    names = [name for name in one.__dataclass_fields__ if name != "version"]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _observe(state: PaymentState, command: c.ObserveIntent, now: datetime) -> Events:
    return list(observe(state, command.seen, now))


def _intent_refused(state: PaymentState, command: c.NoteIntentRefused, now: datetime) -> Events:
    if state.intent is not None or state.intent_refused:
        return []
    return [e.IntentRefused(code=command.code, at=now)]


def _refund_refused(state: PaymentState, command: c.NoteRefundRefused, now: datetime) -> Events:
    asked = state.asked.get(command.number)
    if asked is None or asked.standing != "asked":
        return []
    return [e.RefundRefused(number=command.number, code=command.code, at=now)]


def _key_spent(state: PaymentState, command: c.NoteKeySpent, now: datetime) -> Events:
    if state.spent.get(command.step, 0) != command.attempt:
        return []
    return [e.KeySpent(step=command.step, attempt=command.attempt)]


def _retry(state: PaymentState, command: c.RetryRefund, now: datetime) -> Events:
    if not state.stuck:
        raise CommandRefused("no_refund_stuck", "no refund of this payment was refused or has failed")
    return [e.RefundRetried(person=command.person, at=now)]


def _call_off(state: PaymentState, command: c.CallOffPayment, now: datetime) -> Events:
    return [] if state.ended else [e.PaymentCalledOff(reason=command.reason, at=now)]


def _booked(state: PaymentState, command: c.NoteBooked, now: datetime) -> Events:
    return [e.BooksKept(through=command.through)] if command.through > state.booked else []


_DECISIONS: dict[type, Callable[[PaymentState, Any, datetime], Events]] = {
    c.RequestPayment: _request,
    c.HearOfEntry: _hear,
    c.ObserveIntent: _observe,
    c.NoteIntentRefused: _intent_refused,
    c.NoteRefundRefused: _refund_refused,
    c.NoteKeySpent: _key_spent,
    c.RetryRefund: _retry,
    c.CallOffPayment: _call_off,
    c.NoteBooked: _booked,
}


# --- what follows ------------------------------------------------------------------------------------------


def _consequences(events: Events, state: PaymentState, now: datetime) -> Iterator[e.PaymentEvent]:
    if state.terms_known is None:
        return
    if state.paid and state.entry.standing is Standing.CONFIRMED and not state.receipt:
        receipt = e.ReceiptIssued(amount=state.paid.amount, charge=state.paid.charge, at=now)
        state = evolve(state, receipt)
        yield receipt
    news = any(_is_news(event) for event in events)
    for asked in state.stuck:
        dropped = e.RefundDropped(
            number=asked.number, amount=asked.amount, asked_version=asked.version, at=now
        )
        without = evolve(state, dropped)
        # Less is owed than when it was asked for: that is why it was refused.
        if news or still_owed(without) < asked.amount:
            state = without
            yield dropped
    owed = still_owed(state)
    if owed and not state.stuck:
        reason = state.entry.reason or "the payment was called off"
        yield e.RefundAsked(number=len(state.asked) + 1, amount=owed, reason=reason, at=now)


def _is_news(event: e.PaymentEvent) -> bool:
    return isinstance(event, _NEWS) or (isinstance(event, e.RefundIssued) and event.number is None)
