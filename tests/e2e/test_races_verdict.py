"""The judge of the races finds what is wrong: each of these faults in a race that was right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.money import bookkeeping as book
from domain.money.ledger import LedgerTransaction
from domain.money.money import Money
from domain.payment import events as e
from domain.payment.evolve import fold
from domain.payment.terms import EntryFacts, GivesBack, Standing, Terms
from domain.tournament.lifecycle.state import Entry, EntryStatus
from tests.e2e.races.plan import FEES, Cup
from tests.e2e.races.verdict import Played, Posting, faults, faults_of

NOW = datetime(2027, 1, 1, tzinfo=UTC)
CUP = Cup(
    id=UUID(int=1), fee=FEES[0], policy="half", teams=(), places=1, ending="started", cancelled_after=0.5
)
FEE, HALF, STRIPE_FEE = Money(250_001, "inr"), Money(125_000, "inr"), Money(7_280, "inr")
TERMS = Terms(tournament=CUP.id, tournament_name="Cup", team="a", team_name="A", number=1, fee=FEE)
RESERVED = EntryFacts(version=3, standing=Standing.RESERVED)
CONFIRMED = EntryFacts(version=4, standing=Standing.CONFIRMED, closed=True)
OUT = EntryFacts(version=5, standing=Standing.OUT, gives_back=GivesBack.BY_POLICY, left_at=NOW)
PAID = (
    e.PaymentRequested(terms=TERMS, entry=RESERVED, at=NOW),
    e.IntentCreated(intent="pi_1", at=NOW),
    e.PaymentSucceeded(charge="ch_1", amount=FEE, fee=STRIPE_FEE, balance_transaction="txn_1", at=NOW),
    e.EntryFollowed(entry=CONFIRMED, at=NOW),
    e.ReceiptIssued(amount=FEE, charge="ch_1", at=NOW),
)
GIVEN_BACK = (
    e.EntryFollowed(entry=OUT, at=NOW),
    e.RefundAsked(number=1, amount=HALF, reason="", at=NOW),
    e.RefundIssued(refund="re_1", number=1, amount=HALF, at=NOW),
    e.RefundCompleted(refund="re_1", at=NOW),
)
ENTRY = Entry(
    team="a",
    name="A",
    number=1,
    status=EntryStatus.CONFIRMED,
    submitted_at=NOW,
    reserved_until=NOW,
    confirmed=True,
)
COUNTS = {"intents": 1, "live": 1, "succeeded": 1, "received": FEE.amount, "disputes": 0, "disputed": 0}
KEPT, BACK = UUID(int=11), UUID(int=12)
"""Two payments: one has its place, the other's team withdrew."""


def played(id_: UUID, *more: e.PaymentEvent, status: EntryStatus, refunded: int = 0) -> Played:
    through = len(PAID) + len(more)
    events = [*PAID, *more, e.BooksKept(through=through)]
    return Played(
        id=id_,
        cup=CUP,
        manner="pays at once",
        entry=replace(ENTRY, status=status),
        cancelled=False,
        state=fold(events),
        events=[type(event).__name__ for event in events],
        stripe={**COUNTS, "refunded": refunded},
        ours=[refunded] if refunded else [],
    )


RIGHT = (
    played(KEPT, status=EntryStatus.CONFIRMED),
    played(BACK, *GIVEN_BACK, status=EntryStatus.WITHDRAWN, refunded=HALF.amount),
)


def postings(*booked: LedgerTransaction) -> list[Posting]:
    return [
        Posting(one.key, line.account.code, line.currency, line.amount)
        for one in booked
        for line in one.postings
    ]


LEDGER = postings(
    book.fee_received(f"{KEPT}/3", CUP.id, FEE, stripe_fee=STRIPE_FEE),
    book.fee_received(f"{BACK}/3", CUP.id, FEE, stripe_fee=STRIPE_FEE),
    book.refund_owed(f"{BACK}/7", CUP.id, HALF),
    book.refund_made(f"{BACK}/8", CUP.id, HALF),
)
BALANCES = {"inr": 2 * (FEE.amount - STRIPE_FEE.amount) - HALF.amount}


def test_nothing_is_wrong_where_all_is_right() -> None:
    assert faults(RIGHT, LEDGER, BALANCES) == []


def called_off_and_then_cancelled() -> Played:
    """Half went back by policy; then the tournament was cancelled, and the place had not been released."""
    rest = FEE - HALF
    cancelled = EntryFacts(version=5, standing=Standing.OUT, gives_back=GivesBack.ALL, left_at=NOW)
    more = (
        e.PaymentCalledOff(reason="by mistake", at=NOW),
        *GIVEN_BACK[1:],
        e.EntryFollowed(entry=cancelled, at=NOW),
        e.RefundAsked(number=2, amount=rest, reason="", at=NOW),
        e.RefundIssued(refund="re_2", number=2, amount=rest, at=NOW),
        e.RefundCompleted(refund="re_2", at=NOW),
    )
    one = played(BACK, *more, status=EntryStatus.CONFIRMED, refunded=FEE.amount)
    return replace(
        one, cancelled=True, ours=[rest.amount, HALF.amount]
    )  # as Stripe lists them, the newest first


def test_who_was_called_off_by_policy_gets_the_rest_when_the_tournament_is_cancelled() -> None:
    assert [*faults_of(called_off_and_then_cancelled())] == []


@pytest.mark.parametrize(
    "other",
    [
        {"cancelled": False},
        {"ours": [FEE.amount - 1, 1]},
        {"ours": [HALF.amount, 1, FEE.amount - HALF.amount - 1]},
        {"entry": replace(ENTRY, status=EntryStatus.WITHDRAWN)},
    ],
    ids=["not cancelled", "not by policy", "three times", "released before"],
)
def test_in_no_other_case_we_refund_twice(other: dict[str, Any]) -> None:
    found = [*faults_of(replace(called_off_and_then_cancelled(), **other))]
    assert any("times by us" in fault for fault in found)


def stripe(**counts: Any) -> Callable[[Played], Played]:
    return lambda payment: replace(payment, stripe={**payment.stripe, **counts})


def entry(status: EntryStatus) -> Callable[[Played], Played]:
    return lambda payment: replace(payment, entry=replace(payment.entry, status=status))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (stripe(succeeded=2, live=2, received=2 * FEE.amount), "paid 2 times"),
        (stripe(intents=2), "2 intents"),
        (stripe(live=0), "an intent can still be paid"),
        (stripe(refunded=FEE.amount + 1), "given back"),
        (stripe(succeeded=0, live=0, received=0), "a place that nobody paid for"),
        (entry(EntryStatus.PENDING_PAYMENT), "its entry is left pending payment"),
        (entry(EntryStatus.WITHDRAWN), "which should have been {125000}"),
        (lambda one: replace(one, ours=[1, 1]), "refunded 2 times by us"),
        (lambda one: replace(one, state=fold(PAID)), "it came no further than confirmed"),
        (lambda one: replace(one, state=fold(PAID[:2])), "it came no further than awaiting payment"),
        (lambda one: replace(one, events=[*one.events, "PaymentSucceeded"]), "PaymentSucceeded 2 times"),
        (lambda one: replace(one, events=[]), "never requested"),
    ],
)
def test_what_is_wrong_with_a_payment_is_found(wrong: Callable[[Played], Played], said: str) -> None:
    found = faults((wrong(RIGHT[0]), RIGHT[1]), LEDGER, BALANCES)
    assert any(said in fault for fault in found), found


def test_a_refund_made_twice_is_found() -> None:
    twice = replace(RIGHT[1], stripe={**COUNTS, "refunded": FEE.amount - 1}, ours=[HALF.amount, HALF.amount])
    found = "\n".join(faults((RIGHT[0], twice), LEDGER, BALANCES))
    assert "refunded 2 times by us" in found
    assert "250000 given back (and 0 elsewhere), which should have been {125000}" in found


def test_more_teams_than_places_are_found() -> None:
    both = (RIGHT[0], replace(RIGHT[0], id=BACK))
    assert any("2 teams in 1 places" in fault for fault in faults(both, LEDGER, BALANCES))


@pytest.mark.parametrize(
    ("ledger", "balances", "said"),
    [
        (LEDGER[:-1], BALANCES, "adds up to"),
        (LEDGER, {"inr": BALANCES["inr"] + 1}, "the ledger has"),
        (LEDGER[:-2], BALANCES, "left on refunds_payable"),
        ([*LEDGER, *LEDGER[:3]], BALANCES, "the books of it are not"),
        ([*LEDGER, Posting("stripe/txn_9", "suspense", "inr", 5)], BALANCES, "left on suspense"),
        ([*LEDGER, Posting("stripe/txn_9", "stripe_balance", "inr", 5)], BALANCES, "of no payment"),
        ([], {}, "which should be"),
    ],
)
def test_what_is_wrong_with_the_books_is_found(
    ledger: list[Posting], balances: dict[str, int], said: str
) -> None:
    found = faults(RIGHT, ledger, balances)
    assert any(said in fault for fault in found), found
