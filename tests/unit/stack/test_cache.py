"""Programs in the user's cache folder: whole or not there at all, and built once."""

import threading
from pathlib import Path

import pytest

from stack.cache import cache_folder, cached, require_space
from stack.errors import StackError


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def quiet(message: str) -> None:
    """Nobody listens."""


def test_the_cache_lies_where_xdg_says(tmp_path: Path) -> None:
    assert cache_folder() == tmp_path / "pavilion"


def test_what_was_built_is_found_again() -> None:
    builds: list[Path] = []

    def build(draft: Path) -> None:
        builds.append(draft)
        (draft / "server").write_text("whole")

    first = cached("server-1", build, quiet, megabytes=1)
    second = cached("server-1", build, quiet, megabytes=1)
    assert first == second
    assert (second / "server").read_text() == "whole"
    assert len(builds) == 1


def test_a_build_that_fails_leaves_nothing_behind() -> None:
    def build(draft: Path) -> None:
        (draft / "half").write_text("…")
        raise StackError("the registry is out of reach", "try again")

    with pytest.raises(StackError, match="out of reach: try again"):
        cached("server-1", build, quiet, megabytes=1)
    assert not (cache_folder() / "server-1").exists()


def test_a_build_begins_with_an_empty_folder_after_one_that_was_killed() -> None:
    left_over = cache_folder() / ".server-1.draft"
    left_over.mkdir()
    (left_over / "half").write_text("…")
    home = cached("server-1", lambda draft: (draft / "server").touch(), quiet, megabytes=1)
    assert [path.name for path in home.iterdir()] == ["server"]


def test_of_two_builds_at_once_one_waits_for_the_other() -> None:
    building, go_on = threading.Event(), threading.Event()
    said: list[str] = []

    def build(draft: Path) -> None:
        (draft / "server").touch()
        building.set()
        assert go_on.wait(10)

    def listen(message: str) -> None:
        said.append(message)
        go_on.set()

    first = threading.Thread(target=cached, args=("server-1", build, quiet), kwargs={"megabytes": 1})
    first.start()
    assert building.wait(10)
    home = cached("server-1", build, listen, megabytes=1)
    first.join()
    assert said == ["waiting for another process that is fetching it"]
    assert (home / "server").exists()


def test_a_disk_that_is_too_small_is_refused_before_the_build(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"kafka needs 1000000000000 MB in .* MB are free: free some space"):
        require_space(tmp_path, 10**12, "kafka")
