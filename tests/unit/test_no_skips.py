"""With CI=true a skip fails the run, however it came about."""

import pytest

pytest_plugins = ["pytester"]

SKIPPING = """
import pytest

def test_that_skips_itself():
    pytest.skip("no data")

@pytest.mark.skip(reason="no data")
def test_with_a_mark():
    pass

@pytest.fixture
def data():
    pytest.skip("no data")

def test_with_a_fixture(data):
    pass

@pytest.mark.xfail
def test_that_is_expected_to_fail():
    assert 1 == 2
"""
WHOLE_MODULE = 'import pytest\npytest.skip("no data", allow_module_level=True)\n'


def outcomes(pytester: pytest.Pytester, **modules: str) -> dict[str, int]:
    pytester.makepyfile(**modules)
    settings = ("-p", "tests.no_skips", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto")
    scope = ("-o", "asyncio_default_fixture_loop_scope=function")
    return pytester.runpytest_inprocess(*settings, *scope).parseoutcomes()


def test_in_ci_no_test_may_skip(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert outcomes(pytester, test_it=SKIPPING) == {"failed": 1, "errors": 2, "xfailed": 1}


def test_in_ci_no_module_may_skip(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert outcomes(pytester, test_it=WHOLE_MODULE) == {"errors": 1}


def test_elsewhere_a_skip_is_a_skip(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert outcomes(pytester, test_it=SKIPPING, test_module=WHOLE_MODULE) == {"skipped": 4, "xfailed": 1}
