"""What stands behind the gateway in its tests: a service that tells what it was asked, and can misbehave."""

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

PAUSE_SECONDS = 0.3
EVENTS = 4
LARGE = "x" * 100_000


@dataclass
class Backend:
    """A service in a thread of its own; ``asked`` counts the requests by their path, ``headers`` are the latest's."""

    port: int = 0
    asked: Counter[str] = field(default_factory=Counter[str])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    release: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Backend":
        """Listen; on the port it had before, if it had one."""
        if not self._loop.is_running():
            threading.Thread(target=self._run, daemon=True).start()
        self.port = self._call(self._listen())
        return self

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    def stop(self) -> None:
        """Let nobody in any more: a connection is refused."""
        runner, self._runner = self._runner, None
        if runner is not None:
            self._call(runner.cleanup())

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _call(self, work: "Awaitable[Any]") -> Any:
        async def done() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(20)

    async def _listen(self) -> int:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/v1/matches/{match}/live", self._stream)
        app.router.add_get("/v1/matches/live", self._stream)
        app.router.add_get("/v1/matches/large", self._large)
        app.router.add_get("/v1/matches/late", self._late)
        app.router.add_route("*", "/v1/matches/status/{status}", self._status)
        app.router.add_route("*", "/v1/matches/dropped", self._dropped)
        app.router.add_route("*", "/{path:.*}", self._tell)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        server: Any = site._server
        return server.sockets[0].getsockname()[1]

    async def _tell(self, request: web.Request) -> web.Response:
        self._note(request)
        body = await request.read()
        told = {"method": request.method, "path": request.path, "bytes": len(body), "headers": self.headers}
        answer = {n: v for n, v in self.headers.items() if n in ("ratelimit", "ratelimit-policy")}
        return web.json_response(told, headers=answer | {"Server": "secret/1.0"})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """An event, a pause, and the next one."""
        self._note(request)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        await response.prepare(request)
        for number in range(int(request.query.get("events", EVENTS))):
            await response.write(f"id: {number}\ndata: ball\n\n".encode())
            await asyncio.sleep(float(request.query.get("pause", PAUSE_SECONDS)))
        return response

    async def _large(self, request: web.Request) -> web.Response:
        self._note(request)
        return web.json_response({"text": LARGE})

    async def _late(self, request: web.Request) -> web.Response:
        """Nothing for so many seconds."""
        self._note(request)
        await asyncio.sleep(float(request.query["seconds"]))
        return web.json_response({})

    async def _status(self, request: web.Request) -> web.Response:
        self._note(request)
        return web.json_response({"code": "ours"}, status=int(request.match_info["status"]))

    async def _dropped(self, request: web.Request) -> web.Response:
        """The connection ends without an answer, after the request was read."""
        self._note(request)
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    def _note(self, request: web.Request) -> None:
        self.asked[request.path] += 1
        self.headers = {name.lower(): value for name, value in request.headers.items()}


Start = Callable[[], Backend]
