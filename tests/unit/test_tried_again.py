"""With CI=true a test on real servers has a second try; a test of the rules has one, and so has every other elsewhere."""

from pathlib import Path

import pytest

from tests import tried_again

pytest_plugins = ["pytester"]

FAILS_ONCE = """
import pytest

tries = {}

@pytest.mark.parametrize("number", range(NUMBER))
def test_that_fails_once(number):
    tries[number] = tries.get(number, 0) + 1
    assert tries[number] > 1
"""
FAILS = "def test_that_fails():\n    assert False\n"


def run(pytester: pytest.Pytester, module: str) -> pytest.RunResult:
    pytester.makepyfile(module)
    settings = ("-p", "tests.tried_again", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto")
    return pytester.runpytest_inprocess(*settings, "-o", "asyncio_default_fixture_loop_scope=function")


def failing_once(number: int) -> str:
    return FAILS_ONCE.replace("NUMBER", str(number))


def test_in_ci_a_test_that_fails_once_passes_and_is_told(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    result = run(pytester, failing_once(1))
    assert (result.ret, result.parseoutcomes()) == (pytest.ExitCode.OK, {"passed": 1, "rerun": 1})
    result.stdout.fnmatch_lines(["*tried again: *test_that_fails_once*", "*assert 1 > 1"])


def test_in_ci_a_test_that_fails_twice_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert run(pytester, FAILS).ret == pytest.ExitCode.TESTS_FAILED


def test_in_ci_many_second_tries_fail_the_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    result = run(pytester, failing_once(tried_again.SECOND_TRIES + 1))
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["4 tests needed a second try, more than the 3 that are let pass"])


def test_elsewhere_there_is_one_try(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert run(pytester, failing_once(1)).ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(("folder", "one_try"), [("unit", True), ("cricsheet", True), ("workflows", False)])
def test_rules_have_one_try_in_ci_too(folder: str, one_try: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert tried_again.has_one_try(Path(tried_again.__file__).parent / folder / "test_it.py") is one_try
