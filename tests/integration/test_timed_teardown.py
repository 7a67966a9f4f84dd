"""A test that failed and left something running does not hold up the run."""

import pytest

pytest_plugins = ["pytester"]

WAITED_FOR = """
import asyncio
import time

async def test_that_leaves_a_thread_behind():
    async with asyncio.timeout(0.1):
        await asyncio.to_thread(time.sleep, 5)

def test_that_follows():
    pass
"""


def test_what_a_failed_test_left_running_is_not_waited_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WAITED_FOR)
    settings = (
        *(
            "-p",
            "tests.timed_teardown",
            "-p",
            "no:cacheprovider",
            "-o",
            "timeout=1",
            "-o",
            "asyncio_mode=auto",
        ),
        *("-o", "asyncio_default_fixture_loop_scope=function"),
    )
    result = pytester.runpytest_subprocess(*settings)
    assert result.parseoutcomes() == {"failed": 1, "passed": 1, "errors": 1}
    result.stdout.fnmatch_lines(["*Timeout*1*"])
