"""The answer that goes on: FastAPI's event-stream response, which lets go of who does not read."""

import asyncio
from collections.abc import AsyncGenerator

import structlog
from fastapi.sse import EventSourceResponse
from starlette.types import Receive, Scope, Send

from handlers.live.hub import Listener
from handlers.ports import StoreUnavailable

log = structlog.get_logger("api")

SEND_SECONDS = 10.0
"""A client that takes nothing for so long is let go; it comes again and resumes."""
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class LiveResponse(EventSourceResponse):
    """Sends what ``listener`` hears, and gives its place back at the end, however that comes."""

    def __init__(self, listener: Listener, chunks: AsyncGenerator[bytes]) -> None:
        super().__init__(chunks, headers=HEADERS)
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
                async with asyncio.timeout(SEND_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except (TimeoutError, StoreUnavailable):
            return  # the client sees an unfinished answer, and comes again
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    """Until the client hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
