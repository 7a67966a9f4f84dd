"""What comes after a test ends in time, too.

pytest-timeout stops its clock when a test has failed, so that nobody is interrupted in a debugger. What a failed test left
running would then be waited for without end, by the closing of its event loop for one, and the whole run with it.
"""

from collections.abc import Generator

import pytest
from pytest_timeout import Settings


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Start the clock anew. pytest-timeout itself stops it when the test's fixtures are gone."""
    seconds = float(item.config.getini("timeout"))
    if seconds > 0 and not item.config.getoption("usepdb"):
        settings = Settings(
            timeout=seconds, method="signal", func_only=False, disable_debugger_detection=False
        )
        item.config.pluginmanager.hook.pytest_timeout_set_timer(item=item, settings=settings)
    return (yield)
