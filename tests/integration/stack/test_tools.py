"""Running what fetches and builds: it fails in one line, and ends with whoever asked for it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack import tools
from stack.errors import StackError
from tests.integration.stack.waiting import eventually


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    yield
    tools.resume()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


# A build that starts a compiler, writes down both process ids, and goes on for ever.
BUILD = """
import os, pathlib, subprocess, sys
compiler = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path({file!r}).write_text(f"{{os.getpid()}} {{compiler.pid}}")
compiler.wait()
"""


def family(file: Path) -> list[psutil.Process]:
    """The build and its compiler, once both run."""
    eventually(lambda: file.exists() and len(file.read_text().split()) == 2, "the build did not start")
    return [psutil.Process(int(pid)) for pid in file.read_text().split()]


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_failure_is_told_by_its_last_line_and_the_log(tmp_path: Path) -> None:
    with pytest.raises(StackError) as caught:
        tools.run(
            python("print('working', flush=True); raise SystemExit('no such module')"),
            what="building x",
            remedy="try",
        )
    log = tmp_path / "pavilion" / "logs" / "building-x.log"
    assert caught.value.problem == f"building x failed (no such module; all of it in {log})"
    assert log.read_text() == "working\nno such module\n"


def test_a_full_disk_is_told_as_such() -> None:
    words = "compile: writing output: write: No space left on device"
    with pytest.raises(StackError, match="the disk is full; free some space or set XDG_CACHE_HOME"):
        tools.run(python(f"raise SystemExit({words!r})"), what="building x", remedy="try")


def test_an_interrupted_build_ends_with_all_it_started(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    failures: list[StackError] = []

    def build() -> None:
        try:
            tools.run(python(BUILD.format(file=str(file))), what="building x", remedy="try")
        except StackError as error:
            failures.append(error)

    thread = threading.Thread(target=build)
    thread.start()
    processes = family(file)
    tools.interrupt()
    thread.join(30)
    assert str(failures[0]) == "building x was interrupted: run it again"
    eventually(lambda: all(map(is_gone, processes)), "a part of the build lives on")


def test_after_an_interruption_nothing_new_begins(tmp_path: Path) -> None:
    tools.interrupt()
    begun = tmp_path / "begun"
    with pytest.raises(tools.Interrupted):
        tools.run(["touch", str(begun)], what="building x", remedy="try")
    assert not begun.exists()


def test_a_build_ends_when_the_command_that_wants_it_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    code = (
        f"from stack import tools; tools.run({python(BUILD.format(file=str(file)))!r}, what='x', remedy='y')"
    )
    with subprocess.Popen(python(code)) as command:
        build, compiler = family(file)
        command.kill()
    eventually(lambda: is_gone(build), "the build lives on")
    compiler.kill()
