"""In CI a test that fails on a real server is tried once more, and what had to be is told.

Servers hang up, stall and restart on a busy machine. A test of the rules has no such excuse: it has one try, as every
test has outside of CI. More than a few second tries in a run mean that something is broken, and fail it.
"""

import os
from pathlib import Path

import pytest

ONE_TRY = tuple(Path(__file__).parent / folder for folder in ("unit", "cricsheet"))
SECOND_TRIES = 3
"""More in a run fail it."""


def has_one_try(path: Path) -> bool:
    return os.environ.get("CI") != "true" or any(path.is_relative_to(folder) for folder in ONE_TRY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not has_one_try(item.path):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each second try came of."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"tried again: {report.nodeid}", sep="_")
        terminalreporter.write_line(report.longreprtext)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for too many second tries; only the process that hears of all tests knows their number."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    again = reporter.stats.get("rerun", ())
    if len(again) > SECOND_TRIES and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(
            f"{len(again)} tests needed a second try, more than the {SECOND_TRIES} that are let pass",
            red=True,
        )
