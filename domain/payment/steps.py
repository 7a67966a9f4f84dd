"""What is to be done next outside of the payment's own stream: at Stripe, in the tournament, in the books.

A step is wanted until an event says that it is done, so nobody need remember what was begun. Taking money is
undone in the opposite order: the money goes back before the place is released, and none of these steps waits
for another to succeed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.money import steps as money
from domain.money.money import Money
from domain.money.steps import KeepBooks
from domain.payment.state import Asked, PaymentState
from domain.payment.terms import Standing

RELEASE = "release"
"""The name of the step that gives the place up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIntent:
    """Have Stripe wait for the payer."""

    kind: Literal["intent"] = "intent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelIntent:
    """Have Stripe wait no longer. If the money came in at that moment, it is there."""

    intent: str
    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRefund:
    """Have Stripe give so much back."""

    intent: str
    number: int
    amount: Money
    kind: Literal["refund"] = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPlace:
    """The money is in: the tournament confirms the entry, or says that the place is gone."""

    kind: Literal["confirm"] = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePlace:
    """The payment was called off: the tournament gives the place to the next."""

    kind: Literal["release"] = "release"


Does = CreateIntent | CancelIntent | GiveRefund | ConfirmPlace | ReleasePlace | KeepBooks
Step = money.Step[Does]
AT_HOME = (ConfirmPlace, KeepBooks)
"""What is done in our own database, and tells nobody: it can be done together with what it follows from."""


def steps(state: PaymentState) -> tuple[Step, ...]:
    """All that is wanted, the most urgent first."""
    return tuple(_steps(state)) if state.terms_known is not None else ()


def _steps(state: PaymentState) -> Iterator[Step]:
    since = state.requested_at or state.clock.shows
    yield from _at_stripe(state, since)
    if state.paid and state.entry.standing is Standing.RESERVED and state.called_off_at is None:
        yield money.Step(name="confirm", does=ConfirmPlace(), since=since)
    if state.called_off_at is not None and state.entry.standing is not Standing.OUT:
        yield money.Step(name=RELEASE, does=ReleasePlace(), since=state.called_off_at)
    yield from money.keep_books(state.booked, state.money_version, since)


def _at_stripe(state: PaymentState, since: datetime) -> Iterator[Step]:
    for asked in state.asked.values():
        if asked.standing == "asked" and state.intent is not None:
            yield _refund(state, state.intent.id, asked)
    if state.intent is not None and state.intent_open and (state.ended or state.waived):
        does = CancelIntent(intent=state.intent.id)
        # The key names the intent: another intent of the payment is cancelled by another.
        name = f"cancel/{state.spent.get('intent', 0)}"
        yield money.Step(name=name, does=does, since=since, attempt=state.spent.get(name, 0))
    if wants_intent(state):
        yield money.Step(
            name="intent", does=CreateIntent(), since=since, attempt=state.spent.get("intent", 0)
        )


def _refund(state: PaymentState, intent: str, asked: Asked) -> Step:
    name = f"refund/{asked.number}"
    return money.Step(
        name=name,
        does=GiveRefund(intent=intent, number=asked.number, amount=asked.amount),
        since=asked.asked_at,
        attempt=state.spent.get(name, 0),
    )


def wants_intent(state: PaymentState) -> bool:
    """Whether there ought to be an intent and is none that can be paid.

    The first is wanted even when the place is gone by then: it may have been made and the answer lost, and
    asking again with the same key is how it is found, and cancelled.
    """
    if state.paid is not None or state.intent_refused:
        return False
    if state.intent is None:
        return True
    return state.intent.cancelled and state.entry.standing is Standing.RESERVED and not state.ended


def finished(state: PaymentState) -> bool:
    """Nothing is to be done or expected: the place and the money are where they belong."""
    if state.terms_known is None or steps(state) or state.watched or state.stuck:
        return False
    return state.ended or state.waived or state.entry.closed
