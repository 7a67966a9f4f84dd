"""Live reading within the API's process: what runs beside the requests, and how it ends.

A server waits for the answers under way before it tells the application that it is going, and an answer that goes on
would hold it for ever. So the signal itself is heard, before the server hears it.
"""

import asyncio
import resource
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType

import structlog

from api.live.collector import counted
from handlers.live.hub import LiveHub

log = structlog.get_logger("api")


@asynccontextmanager
async def running(hub: LiveHub) -> AsyncIterator[None]:
    """Follow what is listened to as long as the application runs; at its end, or when the process is told to end, send
    all listeners away."""
    _allow_connections()
    loop = asyncio.get_running_loop()
    following = loop.create_task(_restarted(hub))
    try:
        with counted(hub.counts), _told_to_end(lambda: loop.call_soon_threadsafe(hub.close)):
            yield
    finally:
        hub.close()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _restarted(hub: LiveHub) -> None:
    """A fault of ours must not leave everybody in silence."""
    while True:
        try:
            await hub.run()
        except Exception as error:
            log.error("live reading failed", exc_info=error)
            await asyncio.sleep(1)


def _allow_connections() -> None:
    """Every listener holds a connection: have as many as the system grants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def _told_to_end(tell: Callable[[], object]) -> Iterator[None]:
    """Call ``tell`` on SIGTERM and SIGINT, and then whoever handled them. Not where nobody does (a test, say)."""
    replaced: dict[int, Callable[[int, FrameType | None], object]] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            handled_by = signal.getsignal(number)
            if callable(handled_by) and handled_by is not signal.default_int_handler:
                replaced[number] = handled_by

    def told(number: int, frame: FrameType | None) -> None:
        tell()
        replaced[number](number, frame)

    for number in replaced:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number, handled_by in replaced.items():
            if signal.getsignal(number) is told:
                signal.signal(number, handled_by)
