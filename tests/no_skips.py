"""In CI a skipped test is a failed one: what was not tried there is not known to work."""

import os
from collections.abc import Generator

import pytest

Report = pytest.TestReport | pytest.CollectReport


def fail_if_skipped(report: Report) -> None:
    """Turn a skip into a failure that names its reason. An expected failure (xfail) is no skip."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: nothing may be skipped with CI=true ({reason})"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips itself, is marked to be skipped, or whose fixture skips it."""
    report = yield
    fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole module that skips itself."""
    report = yield
    fail_if_skipped(report)
    return report
