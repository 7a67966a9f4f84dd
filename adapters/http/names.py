"""Names of hosts, asked of the system in threads of their own.

A name server that never answers keeps a thread for as long as the system waits for it, which is longer than any
request of ours. In the event loop's few threads a handful of such names, which anybody may give us, would be all that
is asked.
"""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS = 128


class ThreadedNames(AbstractResolver):
    """The system's answers. One name is asked for once at a time, for all who want to know it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="names")
        self._asked: dict[tuple[str, int, int], asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError."""
        key = (host, port, family)
        asked = self._asked.get(key)
        if asked is None:
            look = partial(_look_up, host, port, family)
            asked = self._asked[key] = asyncio.get_running_loop().run_in_executor(self._threads, look)
            asked.add_done_callback(partial(self._answered, key))
        return await asyncio.shield(asked)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _answered(self, key: tuple[str, int, int], asked: "asyncio.Future[list[ResolveResult]]") -> None:
        del self._asked[key]
        if not asked.cancelled():
            asked.exception()  # who asked may be gone


def _look_up(host: str, port: int, family: int) -> list[ResolveResult]:
    flags = socket.AI_ADDRCONFIG
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=flags)
    return [
        ResolveResult(
            hostname=host,
            host=_written(address),
            port=int(address[1]),
            family=kind,
            proto=protocol,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, protocol, _, address in found
    ]


def _written(address: Sequence[object]) -> str:
    """With the link that it holds on, if it holds on one alone."""
    scope = address[3] if len(address) > 3 else 0
    return f"{address[0]}%{scope}" if scope else str(address[0])
