"""A whole Pavilion: servers, API, workers and consumers, as `pavilion up` runs them.

It is a stack of its own, so that what is counted and killed here is nobody else's.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cli.progress import Steps
from stack.stack import Stack
from tests.conftest import OWNER, ROOT

COMMAND_SECONDS = 150

Pavilion = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is here needs the servers."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("stack")


@pytest.fixture(scope="session")
def whole_stack() -> Stack:
    """Everything up and ready; it ends with the test run."""
    root = Path(os.environ[ROOT], "e2e")
    root.mkdir(exist_ok=True)
    whole = Stack.whole(root)
    stack = Stack(
        root,
        [server.name for server in whole.servers],
        processes=whole.processes,
        tasks=whole.tasks,
        owner_pid=int(os.environ[OWNER]),
    )
    with Steps(Console(stderr=True)) as steps:
        stack.up(steps)
    return stack


@pytest.fixture
def stack(whole_stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The running stack; the test itself takes it for its own."""
    monkeypatch.setenv("PAVILION_ROOT", str(whole_stack.root))
    return whole_stack


@pytest.fixture(scope="session")
def pavilion(whole_stack: Stack) -> Pavilion:
    """Runs the `pavilion` command and returns what became of it; ``shown``, what it says meanwhile is seen."""

    def run(
        *arguments: object, seconds: float = COMMAND_SECONDS, shown: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "cli.main", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=None if shown else subprocess.PIPE,
            text=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "PAVILION_ROOT": str(whole_stack.root), "COLUMNS": "100"},
        )

    return run


def report_of(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """What a command printed with `--json`."""
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
