"""What a look at Stripe tells that was not known. Looks may come late or out of order: what is final stays."""

from collections.abc import Iterator
from datetime import datetime

from domain.money.money import Money
from domain.payment import events as e
from domain.payment.evolve import evolve
from domain.payment.state import PaymentState
from domain.payment.steps import wants_intent
from domain.payment.terms import DisputeSeen, IntentSeen, RefundSeen


def observe(state: PaymentState, seen: IntentSeen, now: datetime) -> Iterator[e.PaymentEvent]:
    """The events; none where all is known, or where the intent is not the payment's (any more)."""
    if state.intent is None or state.intent.id != seen.id:
        if not wants_intent(state):
            return
        created = e.IntentCreated(intent=seen.id, at=now)
        state = evolve(state, created)
        yield created
    for event in _money_in(state, seen, now):
        state = evolve(state, event)
        yield event
    if state.paid is None:
        return
    for refund in seen.refunds:
        for event in _refund(state, refund, now):
            state = evolve(state, event)
            yield event
    for dispute in seen.disputes:
        yield from _dispute(state, dispute, now)


def _money_in(state: PaymentState, seen: IntentSeen, now: datetime) -> Iterator[e.PaymentEvent]:
    charge, currency = seen.charge, seen.currency
    if seen.status == "succeeded" and charge is not None:
        fee = None if charge.fee is None else Money(charge.fee, currency)
        if state.paid is None:
            yield e.PaymentSucceeded(
                charge=charge.id,
                amount=Money(charge.amount, currency),
                fee=fee,
                balance_transaction=charge.balance_transaction,
                at=now,
            )
        elif state.paid.fee_expected and fee is not None:
            yield e.StripeFeeCharged(fee=fee, balance_transaction=charge.balance_transaction, at=now)
        if charge.settled_in and (state.paid is None or state.paid.fee_expected):
            yield e.SettledElsewhere(
                amount=Money(charge.amount, currency),
                currency=charge.settled_in,
                balance_transaction=charge.balance_transaction,
                at=now,
            )
    elif not state.intent_open:
        return  # an old look: money never goes back to not having come
    elif seen.status == "cancelled":
        yield e.IntentCancelled(intent=seen.id, at=now)
    elif seen.failure and (seen.failure, seen.decline) != state.failure:
        yield e.PaymentFailed(code=seen.failure, decline_code=seen.decline, at=now)


def _refund(state: PaymentState, seen: RefundSeen, now: datetime) -> Iterator[e.PaymentEvent]:
    amount = Money(seen.amount, state.terms.fee.currency)
    known = state.refunds.get(seen.id)
    if known is None:
        issued = e.RefundIssued(refund=seen.id, number=_ours(state, seen), amount=amount, at=now)
        state = evolve(state, issued)
        yield issued
        known = state.refunds[seen.id]
    if seen.standing == "succeeded" and known.standing == "pending":
        yield e.RefundCompleted(refund=seen.id, at=now)
    if seen.standing == "failed" and known.standing != "failed":
        yield e.RefundFailed(
            refund=seen.id,
            number=known.number,
            amount=known.amount,
            reason=seen.reason,
            issued_version=known.version,
            at=now,
        )


def _ours(state: PaymentState, seen: RefundSeen) -> int | None:
    """The refund of ours that it is; one that nobody here is waiting for counts as made by hand."""
    asked = state.asked.get(seen.number) if seen.number is not None else None
    return asked.number if asked is not None and asked.standing in ("asked", "refused") else None


def _dispute(state: PaymentState, seen: DisputeSeen, now: datetime) -> Iterator[e.PaymentEvent]:
    known = state.disputes.get(seen.id)
    currency = state.terms.fee.currency
    amount = Money(seen.amount, currency)
    if known is None:
        yield e.DisputeOpened(
            dispute=seen.id, amount=amount, fee=Money(seen.fee, currency), reason=seen.reason, at=now
        )
    if seen.outcome is None or (known is not None and known.outcome is not None):
        return
    if seen.outcome == "won":
        yield e.DisputeWon(dispute=seen.id, amount=amount, at=now)
    else:
        yield e.DisputeLost(dispute=seen.id, amount=amount, at=now)
