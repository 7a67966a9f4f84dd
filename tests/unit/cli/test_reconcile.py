"""What `pavilion reconcile` says."""

from datetime import UTC, datetime
from uuid import UUID

from cli.reconcile import written
from contracts.reconciliation import ReconciliationReport, ReportedCase

AT = datetime(2027, 6, 1, 12, 30, tzinfo=UTC)


def test_a_quiet_run_is_four_lines() -> None:
    said = written(ReconciliationReport(since=AT, events=12_000, balance_lines=3, compared=2))
    assert said == [
        "Read since 2027-06-01 12:30 UTC: 12,000 events, 3 lines of the balance.",
        "Compared 2 payments and payouts; 0 looked at Stripe again.",
        "Paid to the bank: 0.",
        "Cases opened: 0; closed: 0; still not matching: 0.",
    ]


def test_each_new_case_is_a_line() -> None:
    case = ReportedCase(tenant_id=UUID(int=1), kind="unexplained", subject="txn_1", detail="a charge")
    said = written(ReconciliationReport(since=AT, cases_opened=1, differing=1, opened=(case,)))
    assert said[-1] == "  unexplained: txn_1: a charge"
