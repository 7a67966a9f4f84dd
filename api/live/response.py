"""The answer that goes on: FastAPI's event-stream response, which lets go of who does not read."""

import asyncio
from collections.abc import AsyncGenerator

import structlog
from fastapi.sse import EventSourceResponse
from starlette.types import Receive, Scope, Send

from handlers.live.hub import Listener
from handlers.ports import StoreUnavailable

log = structlog.get_logger("api")

SLICE_BYTES = 64 * 1024
"""The server takes the next part when the one before is on its way, however large it is."""
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class LiveResponse(EventSourceResponse):
    """Sends what ``listener`` hears, and gives its place back at the end, however that comes. A client that takes
    nothing for ``send_seconds`` is let go: it comes again and resumes."""

    def __init__(self, listener: Listener, chunks: AsyncGenerator[bytes], send_seconds: float) -> None:
        super().__init__(chunks, headers=HEADERS)
        self._send_seconds = send_seconds
        self._listener = listener
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        telling = asyncio.ensure_future(self._tell(send))
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait((telling, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            gone.cancel()
            told, _ = await asyncio.gather(telling, gone, return_exceptions=True)
            await self._chunks.aclose()
            self._listener.leave()
            if isinstance(told, Exception):
                log.error("live stream failed", path=scope["path"], exc_info=told)

    async def _tell(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            async for chunk in self._chunks:
                for start in range(0, len(chunk), SLICE_BYTES):
                    body = chunk[start : start + SLICE_BYTES]
                    async with asyncio.timeout(self._send_seconds):
                        await send({"type": "http.response.body", "body": body, "more_body": True})
        except TimeoutError:
            self._listener.channel.count_cut_off()
            return
        except StoreUnavailable:
            return  # the client sees an unfinished answer, and comes again
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    """Until the client hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
