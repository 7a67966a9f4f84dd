"""What happens to the tests with real matches on a machine that has none."""

from pathlib import Path

import pytest

from tests.cricsheet import data


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("PAVILION_CRICSHEET", str(tmp_path / "nowhere"))
    monkeypatch.delenv("CI", raising=False)
    return monkeypatch


def test_without_the_data_they_are_skipped_and_say_why(no_data: pytest.MonkeyPatch) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"no match data at .*nowhere"):
        data.root()


def test_in_ci_missing_data_is_a_failure(no_data: pytest.MonkeyPatch) -> None:
    no_data.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="set PAVILION_CRICSHEET"):
        data.root()
