"""The books at the end of the demo: what is shown, and what is found to be wrong."""

from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import UUID

from rich.console import Console

from cli.demo_books import Books, books_fields, lines_of
from cli.demo_end import show_books
from cli.demo_outcome import Outcome
from domain.money import bookkeeping as book
from domain.money.ledger import LedgerTransaction
from domain.money.money import Money

CUP = UUID(int=1)


def inr(amount: int) -> Money:
    return Money(amount, "inr")


def said(amount: int | None) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": "inr"}


def transaction(booked: LedgerTransaction) -> dict[str, Any]:
    """As the API shows it."""
    return {
        "postings": [
            {"account": one.account.code, "amount": {"amount": one.amount, "currency": one.currency}}
            for one in booked.postings
        ]
    }


BOOKED = [
    book.fee_received("1", CUP, inr(2000), stripe_fee=inr(60)),
    book.fee_received("2", CUP, inr(2000), stripe_fee=inr(60)),
    book.refund_owed("3", CUP, inr(1000)),
    book.refund_made("4", CUP, inr(1000)),
    book.prize_won("5", CUP, "owls", inr(1500)),
    book.organiser_paid("6", CUP, inr(300)),
    book.prize_paid("7", CUP, "owls", inr(1500)),
]
LEFT = 2 * 1940 - 1000 - 1500 - 300


def payment(id_: str, paid: int | None, given_back: int = 0) -> dict[str, Any]:
    status = "confirmed" if paid else "cancelled"
    sums = {"paid": said(paid), "given_back": said(given_back), "stripe_fee": said(60)}
    return {"id": id_, "intent": f"pi_{id_}", "status": status, **sums}


def moved(received: int = 0, refunded: int = 0, live: int = 1) -> dict[str, int]:
    return {"received": received, "refunded": refunded, "live": live}


GOOD = Books(
    lines=lines_of(map(transaction, BOOKED)),
    league=[{"difference": said(0)}],
    ours={"inr": LEFT},
    stripes={"inr": LEFT, "jpy": 0},
    taken={"inr": 4000},
    payments={"owls": payment("p1", 2000), "gulls": payment("p2", 2000, 1000), "swifts": payment("p3", None)},
    payout={
        "id": "prizes",
        "shares": [{"name": "Owls", "rank": 1, "won": said(1500), "paid": said(1500)}],
        "organiser": {"payee": "office", "due": said(300), "paid": said(300)},
    },
    moved={
        "p1": moved(2000),
        "p2": moved(2000, 1000),
        "p3": moved(live=0),
        "prizes": {"transferred": 1800, "reversed": 0},
    },
)


def printed(books: Books) -> str:
    out = StringIO()
    show_books(Console(file=out, width=90), books)
    return out.getvalue()


def test_books_that_hold_have_nothing_wrong() -> None:
    assert GOOD.wrong == []


def test_the_table_has_every_account_in_the_order_of_the_chart_and_sums_to_zero() -> None:
    rows = [line.split("  ")[0].strip() for line in printed(GOOD).splitlines()[2:10]]
    assert rows == [
        *("stripe_balance", "refunds_payable", "prizes_payable owls"),
        *("entry_fees", "stripe_fees", "prizes", "organiser", "sum"),
    ]
    (sums,) = (line.split("  ") for line in printed(GOOD).splitlines() if line.startswith("sum"))
    figures = [figure.strip() for figure in sums if figure.strip()]
    assert figures[1] == figures[2]
    assert figures[3] == "0.00"


def test_every_check_is_a_line() -> None:
    ticks = [line for line in printed(GOOD).splitlines() if line.startswith("✓")]
    assert len(ticks) == len(GOOD.checks)
    assert "the simulator's balance is the ledger's, to the cent: 10.80 INR of 40.00 INR taken" in ticks[1]


def test_books_that_do_not_add_up_are_wrong() -> None:
    (words,) = replace(GOOD, league=[{"difference": said(7)}]).wrong
    assert words == "the books do not add up: off by 0.07 INR in the league"


def test_another_balance_at_stripe_is_wrong() -> None:
    (words,) = replace(GOOD, stripes={"inr": LEFT - 1}).wrong
    assert words.startswith("Stripe has 10.79 INR, the ledger 10.80 INR")


def test_a_currency_that_only_stripe_has_is_wrong() -> None:
    (words,) = replace(GOOD, stripes={"inr": LEFT, "jpy": 5}).wrong
    assert "10.80 INR, 5 JPY" in words


def test_a_fee_taken_twice_is_wrong() -> None:
    (words,) = replace(GOOD, moved={**GOOD.moved, "p1": moved(4000, live=2)}).wrong
    assert words.startswith("not as it is at Stripe: owls")


def test_a_refund_that_stripe_did_not_make_is_wrong() -> None:
    (words,) = replace(GOOD, moved={**GOOD.moved, "p2": moved(2000)}).wrong
    assert "gulls" in words


def test_an_intent_left_open_is_wrong() -> None:
    (words,) = replace(GOOD, moved={**GOOD.moved, "p3": moved()}).wrong
    assert "swifts" in words


def test_a_prize_sent_twice_is_wrong() -> None:
    (words,) = replace(GOOD, moved={**GOOD.moved, "prizes": {"transferred": 3000, "reversed": 0}}).wrong
    assert "prize money (here 1800, there 3000)" in words


def test_a_prize_that_is_still_owed_is_wrong() -> None:
    (words,) = replace(GOOD, lines=lines_of(map(transaction, BOOKED[:-1]))).wrong
    assert words == "still owed: prizes_payable -15.00 INR"


def test_what_is_wrong_is_shown_and_told_to_machines() -> None:
    books = replace(GOOD, stripes={"inr": 0})
    assert "✗ Stripe has 0.00 INR" in printed(books)
    assert books_fields(books)["wrong"] == books.wrong


def test_machines_get_every_payment_prize_and_account() -> None:
    fields = books_fields(GOOD)
    assert fields["payments"]["gulls"]["given_back"] == said(1000)
    assert fields["prizes"] == [{"name": "Owls", "rank": 1, "won": said(1500), "paid": said(1500)}]
    assert sum(row["balance"]["amount"] for row in fields["ledger"]) == 0


def test_what_is_wrong_makes_the_demo_fail() -> None:
    assert Outcome(CUP, 4, books=GOOD).faults == []
    assert Outcome(CUP, 4).faults == []
    bad = replace(GOOD, stripes={"inr": 0})
    assert Outcome(CUP, 4, books=bad, wrong={"final": None}).faults == [
        "the cards of final are not the engine's own",
        *bad.wrong,
    ]
