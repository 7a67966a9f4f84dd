"""Waiting for what comes true in its own time."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for the condition; fail with `what` if it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
