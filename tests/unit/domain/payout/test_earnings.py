"""What a tournament leaves for its organiser and the platform."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.money.accounts import AccountKind as K
from domain.money.money import Money
from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.booking import transactions
from domain.payout.decide import decide
from domain.payout.earnings import with_earnings
from domain.payout.evolve import fold
from domain.payout.state import PayoutState, Phase
from domain.payout.terms import PayoutTerms, Share, Shares

NOW = datetime(2027, 6, 1, tzinfo=UTC)
CUP, PAYOUT = UUID(int=10), UUID(int=20)


def inr(amount: int) -> Money:
    return Money(amount, "inr")


TERMS = PayoutTerms(tournament=CUP, tournament_name="Cup", currency="inr", organiser="board")
PRIZE = Share(payee="rcb", name="RCB", rank=1, amount=inr(3_000))
PRIZES = Shares(pool=inr(3_000), shares=(PRIZE,), kept=inr(0))
NO_PRIZES = Shares(pool=inr(0), shares=(), kept=inr(0))
FEES = {K.ENTRY_FEES: inr(-10_000), K.STRIPE_FEES: inr(300)}


def left(shares: Shares = PRIZES, percent: int = 0, **owed: int) -> tuple[int, int]:
    """What the organiser gets, and the platform."""
    balances = FEES | {K(kind): inr(amount) for kind, amount in owed.items()}
    found = with_earnings(shares, TERMS, balances, percent)
    return (
        found.organiser.amount.amount if found.organiser else 0,
        found.application_fee.amount if found.application_fee else 0,
    )


def test_the_organiser_gets_what_stripe_and_the_prizes_leave() -> None:
    assert left() == (6_700, 0)


def test_the_platform_takes_its_part_of_the_fees_that_were_kept() -> None:
    assert left(percent=5) == (6_200, 500)


def test_what_banks_took_or_hold_back_is_not_there() -> None:
    assert left(receivable=1_000, disputed=500) == (5_200, 0)


def test_refunds_that_are_still_owed_are_no_earnings() -> None:
    # They were taken from the entry fees when they were decided.
    assert left(refunds_payable=-2_500) == (6_700, 0)


def test_prizes_beyond_the_fees_leave_nothing() -> None:
    large = replace(PRIZES, shares=(replace(PRIZE, amount=inr(20_000)),))
    assert left(large, percent=5) == (0, 0)


def test_the_platform_takes_no_more_than_there_is() -> None:
    nearly_all = replace(PRIZES, shares=(replace(PRIZE, amount=inr(9_500)),))
    assert left(nearly_all, percent=5) == (0, 200)


def test_without_a_payee_for_the_organiser_everything_stays_with_the_league() -> None:
    assert with_earnings(PRIZES, replace(TERMS, organiser=""), FEES, 5) == PRIZES


@given(
    fees=st.integers(0, 10**9),
    stripe=st.integers(0, 10**7),
    prize=st.integers(1, 10**9),
    percent=st.integers(0, 100),
)
def test_no_more_is_given_away_than_came_in(fees: int, stripe: int, prize: int, percent: int) -> None:
    balances = {K.ENTRY_FEES: inr(-fees), K.STRIPE_FEES: inr(stripe)}
    shares = replace(PRIZES, shares=(replace(PRIZE, amount=inr(prize)),))
    found = with_earnings(shares, TERMS, balances, percent)
    organiser = found.organiser.amount.amount if found.organiser else 0
    platform = found.application_fee.amount if found.application_fee else 0
    assert organiser + platform == max(fees - stripe - prize, 0)


def after(*commands: c.PayoutCommand) -> tuple[PayoutState, list[e.PayoutEvent]]:
    state, events = PayoutState(), list[e.PayoutEvent]()
    for command in commands:
        new = decide(state, command, NOW)
        state, events = fold(new, state), [*events, *new]
    return state, events


def test_a_tournament_without_prizes_pays_its_organiser() -> None:
    shares = with_earnings(NO_PRIZES, TERMS, FEES, 0)
    state, _ = after(
        c.ProposePayout(terms=TERMS, shares=shares),
        c.HearOfDisputes(held=inr(0)),
        c.ApprovePayout(person="ann"),
        c.ObserveTransfer(number=1, transfer="tr_1"),
    )
    assert state.paid_to("board") == inr(9_700)
    assert state.phase is Phase.PAID


def test_above_the_limit_two_people_approve_what_the_organiser_gets() -> None:
    terms = replace(TERMS, two_approve_above=inr(9_000))
    state, _ = after(c.ProposePayout(terms=terms, shares=with_earnings(PRIZES, TERMS, FEES, 0)))
    assert state.approvals_needed == 2


def test_the_books_have_nothing_left_of_the_tournament_when_all_is_paid() -> None:
    _, events = after(
        c.ProposePayout(terms=TERMS, shares=with_earnings(PRIZES, TERMS, FEES, 5)),
        c.HearOfDisputes(held=inr(0)),
        c.ApprovePayout(person="ann"),
        c.ObserveTransfer(number=1, transfer="tr_1"),
        c.ObserveTransfer(number=2, transfer="tr_2"),
    )
    booked = [
        posting
        for version, event in enumerate(events, start=1)
        for transaction in transactions(PAYOUT, version, event, TERMS)
        for posting in transaction.postings
    ]
    balances = {kind: sum(p.amount for p in booked if p.account.kind is kind) for kind in K}
    # 10,000 of fees less 300 for Stripe came in: all of it but the platform's 500 went out.
    assert balances[K.STRIPE_BALANCE] == -9_200
    assert balances[K.ORGANISER] == 6_200
    assert balances[K.APPLICATION_FEES] == -500
    assert balances[K.PRIZES_PAYABLE] == 0
