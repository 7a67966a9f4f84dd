"""Clients that follow a match, many in one process: they read, and note when each version had reached all of them.

    python -m benchmarks.listeners HOST PORT PATH TOKEN CLIENTS

Prints ``ready`` when every one has its snapshot. At the end of its input it prints a line of JSON: when the last of
them had each version (Unix time), how many had it, and its own use of one core.
"""

import asyncio
import json
import re
import resource
import sys
import time

import uvloop

_IDS = re.compile(rb"\nid: (\d+)\n")
OPENED_AT_ONCE = 20


class Listeners:
    """What all of them have received."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.begun = 0
        self.lost = 0
        self.everybody = asyncio.Event()
        self.had: dict[int, int] = {}
        self.last_at: dict[int, float] = {}


class Listener(asyncio.Protocol):
    """One client. An id is at the end of its event, so a version counts when the event is whole."""

    def __init__(self, all_: Listeners, request: bytes) -> None:
        self._all = all_
        self._request = request
        self._rest = b""
        self._begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        all_, now = self._all, time.time()
        found, text = [], self._rest + data
        end = 0
        for match in _IDS.finditer(text):
            found.append(int(match[1]))
            end = match.end()
        self._rest = text[end:][-64:]
        if found and not self._begun:
            self._begun = True
            all_.begun += 1
            found = found[1:]
            if all_.begun == all_.count:
                all_.everybody.set()
        for version in found:
            all_.had[version] = all_.had.get(version, 0) + 1
            all_.last_at[version] = now

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.lost += 1


async def main(host: str, port: int, path: str, token: str, count: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    loop = asyncio.get_running_loop()
    all_ = Listeners(count)
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    opening = asyncio.Semaphore(OPENED_AT_ONCE)

    async def open_one() -> None:
        async with opening:
            await loop.create_connection(lambda: Listener(all_, request), host, port)

    await asyncio.gather(*(open_one() for _ in range(count)))
    async with asyncio.timeout(120):
        await all_.everybody.wait()
    print("ready", flush=True)
    began, used = time.monotonic(), time.process_time()
    await loop.run_in_executor(None, sys.stdin.read)
    cpu = (time.process_time() - used) / (time.monotonic() - began)
    print(json.dumps({"had": all_.had, "last_at": all_.last_at, "lost": all_.lost, "cpu": round(cpu, 2)}))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])))
