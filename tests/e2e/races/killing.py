"""Processes that are killed while a race goes on."""

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from stack.stack import Stack
from tests.e2e.races.race import Count

LOOK_SECONDS = 0.1
APART_SECONDS = 20.0
"""Between two kills: what a dead worker had begun is begun again after 15 s, and comes to something in between."""


def kill(stack: Stack, name: str) -> bool:
    """SIGKILL to a process and all that it has started; False if it is starting again just now."""
    state = stack.supervisor.states()[name]
    if state["statename"] != "RUNNING":
        return False
    process = psutil.Process(state["pid"])
    for each in (process, *process.children(recursive=True)):
        each.send_signal(signal.SIGKILL)
    return True


@dataclass
class Killer:
    """Kills one process after another, spread evenly over the payments."""

    stack: Stack
    names: Sequence[str]
    count: Count
    _last: float = 0.0
    _killing: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def moved(self) -> None:
        due = len(self._killing)
        if due == len(self.names) or time.monotonic() - self._last < APART_SECONDS:
            return
        if self.count.ended >= self.count.payments * (due + 1) // (len(self.names) + 1):
            self._last = time.monotonic()
            self._killing.append(asyncio.create_task(self._kill(self.names[due])))

    async def done(self) -> None:
        """All of them are: those whose turn did not come are killed now, while the last payments come to rest."""
        for name in self.names[len(self._killing) :]:
            self._killing.append(asyncio.create_task(self._kill(name)))
        await asyncio.gather(*self._killing)

    async def _kill(self, name: str) -> None:
        while not await asyncio.to_thread(kill, self.stack, name):
            await asyncio.sleep(LOOK_SECONDS)
        self.count.killed[name] += 1
