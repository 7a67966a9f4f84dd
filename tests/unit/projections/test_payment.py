"""What is shown of a payment follows from its events, and only what changed is written."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.money.money import Money
from domain.payment import events as e
from domain.payment.terms import EntryFacts, GivesBack, Standing, Terms
from projections.payment import PaymentFold

LEAGUE, PAYMENT, CUP = UUID(int=1), UUID(int=2), UUID(int=3)
AT = datetime(2026, 4, 1, 12, tzinfo=UTC)
UNTIL = AT + timedelta(minutes=30)
FEE = Money(amount=250_000, currency="inr")
TERMS = Terms(
    tournament=CUP,
    tournament_name="Premier League",
    team="rcb",
    team_name="Royal Challengers",
    number=1,
    fee=FEE,
)
PLACE = EntryFacts(version=3, standing=Standing.RESERVED, reserved_until=UNTIL)
GONE = EntryFacts(
    version=9, standing=Standing.OUT, gives_back=GivesBack.ALL, left_at=AT, reason="withdrawn: no players"
)

REQUESTED = e.PaymentRequested(terms=TERMS, entry=PLACE, at=AT)
CREATED = e.IntentCreated(intent="pi_1", at=AT)
DECLINED = e.PaymentFailed(code="card_declined", decline_code="insufficient_funds", at=AT)
PAID = e.PaymentSucceeded(
    charge="ch_1", amount=FEE, fee=Money(amount=7_500, currency="inr"), balance_transaction="txn_1", at=AT
)
LEFT = e.EntryFollowed(entry=GONE, at=AT)


def inr(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "inr"}


def fold(*events: e.PaymentEvent) -> PaymentFold:
    """Each event was recorded a minute after the one before."""
    found = PaymentFold(LEAGUE, PAYMENT)
    for event in events:
        found.apply(event, AT + timedelta(minutes=found.version))
    return found


def document(fold_: PaymentFold) -> dict[str, Any]:
    return json.loads(fold_.changes().payment.document)


def test_a_payment_that_waits_for_its_payer() -> None:
    row = fold(REQUESTED, CREATED, DECLINED).changes().payment
    assert (row.tenant_id, row.payment_id, row.version) == (LEAGUE, PAYMENT, 3)
    assert (row.tournament_id, row.team, row.status, row.created_at) == (CUP, "rcb", "awaiting payment", AT)
    assert json.loads(row.document) == {
        "id": str(PAYMENT),
        "status": "awaiting payment",
        "tournament": {"id": str(CUP), "name": "Premier League"},
        "team": {"id": "rcb", "name": "Royal Challengers"},
        "entry_number": 1,
        "fee": inr(250_000),
        "paid": None,
        "stripe_fee": None,
        "given_back": inr(0),
        "requested_at": "2026-04-01T12:00:00Z",
        "pay_until": "2026-04-01T12:30:00Z",
        "failure": {"code": "card_declined", "decline_code": "insufficient_funds"},
        "reason": None,
        "receipt": False,
        "intent": "pi_1",
        "charge": None,
        "disputes": [],
        "version": 3,
    }


def test_a_payment_that_came_in_after_a_decline() -> None:
    shown = document(fold(REQUESTED, CREATED, DECLINED, PAID))
    assert (shown["status"], shown["failure"], shown["pay_until"]) == ("paid", None, None)
    assert (shown["paid"], shown["stripe_fee"], shown["charge"]) == (inr(250_000), inr(7_500), "ch_1")


def test_a_refund_is_followed_to_the_bank() -> None:
    asked = e.RefundAsked(number=1, amount=FEE, reason="withdrawn", at=AT)
    found = fold(REQUESTED, CREATED, PAID, LEFT, asked)
    (row,) = found.changes().refunds
    assert (row.name, row.status, row.created_at) == ("1", "asked", AT + timedelta(minutes=4))
    for event, status in (
        (e.RefundIssued(refund="re_1", number=1, amount=FEE, at=AT), "pending"),
        (e.RefundCompleted(refund="re_1", at=AT), "succeeded"),
    ):
        found.apply(event, AT + timedelta(hours=1))
        (row,) = found.changes().refunds
        assert (row.name, row.status, row.created_at) == ("1", status, AT + timedelta(minutes=4))
    assert json.loads(row.document) == {
        "id": f"{PAYMENT}/1",
        "payment": str(PAYMENT),
        "tournament": str(CUP),
        "team": "rcb",
        "number": 1,
        "status": "succeeded",
        "amount": inr(250_000),
        "reason": "withdrawn",
        "at": "2026-04-01T12:00:00Z",
        "stripe_refund": "re_1",
        "version": 5,
    }
    assert (document(found)["status"], document(found)["given_back"]) == ("refunded", inr(250_000))


def test_a_refund_made_by_hand_is_shown_beside_those_decided_here() -> None:
    by_hand = e.RefundIssued(refund="re_9", number=None, amount=Money(amount=100, currency="inr"), at=AT)
    rest = e.RefundAsked(number=1, amount=Money(amount=249_900, currency="inr"), reason="withdrawn", at=AT)
    refused = e.RefundRefused(number=1, code="charge_disputed", at=AT)
    rows = fold(REQUESTED, CREATED, PAID, by_hand, LEFT, rest, refused).changes().refunds
    shown = [(row.name, json.loads(row.document)["number"], row.status) for row in rows]
    assert shown == [("re_9", None, "pending"), ("1", 1, "refused")]


def test_a_dispute_is_shown_until_it_is_decided_and_after() -> None:
    opened = e.DisputeOpened(
        dispute="dp_1", amount=FEE, fee=Money(amount=1_500, currency="inr"), reason="fraudulent", at=AT
    )
    found = fold(REQUESTED, CREATED, PAID, opened)
    assert document(found)["disputes"] == [{"id": "dp_1", "amount": inr(250_000), "status": "open"}]
    found.apply(e.DisputeWon(dispute="dp_1", amount=FEE, at=AT), AT)
    assert document(found)["disputes"][0]["status"] == "won"


def test_only_refunds_that_changed_are_written_again() -> None:
    first = e.RefundIssued(refund="re_1", number=None, amount=Money(amount=1, currency="inr"), at=AT)
    second = e.RefundIssued(refund="re_2", number=None, amount=Money(amount=2, currency="inr"), at=AT)
    found = fold(REQUESTED, CREATED, PAID, first)
    found.changes()
    found.keep()
    assert found.written_version == 4
    found.apply(second, AT)
    assert [row.name for row in found.changes().refunds] == ["re_2"]


def test_nothing_shown_is_a_secret() -> None:
    assert "secret" not in fold(REQUESTED, CREATED, PAID).changes().payment.document
