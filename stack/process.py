"""What a process of the stack is, whether a server or one of the project's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Probe = Callable[[], bool]
"""Answers whether a process is ready to be used; asked again and again until it is."""


@dataclass(frozen=True)
class Process:
    """One process to run under the supervisor.

    `ready` is None for a process that is ready once it has stayed up for three seconds. `stop_signal` is sent to
    stop it, and when the supervisor itself dies. `priority` orders the stopping: higher stops earlier. `advice` is
    added to the error when it does not start.
    """

    name: str
    command: tuple[str, ...]
    ready: Probe | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 10
    ready_seconds: float = 240
    priority: int = 100
    after: tuple[str, ...] = ()
    advice: str = ""
