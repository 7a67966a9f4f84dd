"""What `pavilion reconcile` says."""

from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

from rich.console import Console

from cli.reconcile import show, written
from contracts.reconciliation import ReconciliationReport, ReportedCase

AT = datetime(2027, 6, 1, 12, 30, tzinfo=UTC)
CASE = ReportedCase(tenant_id=UUID(int=1), kind="unexplained", subject="txn_1", detail="a charge")


def test_a_quiet_run_is_one_line_below_what_was_read() -> None:
    out = StringIO()
    show(ReconciliationReport(since=AT, events=12_000, balance_lines=3, compared=2), Console(file=out))
    assert out.getvalue().splitlines() == [
        "Stripe beside the books since 1 Jun 2027 12:30 UTC: 12,000 events, 3 lines of the balance",
        "✓ 2 payments and payouts compared: Stripe and the books say the same",
    ]


def test_what_was_taken_in_is_said_and_is_well() -> None:
    said = list(written(ReconciliationReport(since=AT, compared=1, told=1, paid_to_bank=2, cases_closed=1)))
    assert said == [
        ("✓", "1 payment or payout compared: Stripe and the books say the same"),
        ("●", "1 differed at first, and looked at Stripe again"),
        ("●", "2 payments to the bank booked"),
        ("●", "1 case closed"),
    ]


def test_each_new_case_is_a_line() -> None:
    report = ReconciliationReport(since=AT, compared=4, cases_opened=1, differing=2, opened=(CASE,))
    assert list(written(report)) == [
        ("✗", "4 payments and payouts compared: 2 things do not match"),
        ("✗", "1 case is new; GET /v1/ledger/cases?status=open lists all"),
        (" ", "unexplained: txn_1: a charge"),
    ]


def test_an_old_case_is_said_to_be_old() -> None:
    said = [words for _, words in written(ReconciliationReport(since=AT, differing=1))]
    assert said[-1].startswith("none is new")
