"""The headers that tell a caller what is left of its quota.

The gateway counts, and hands them to the service with the request, since it cannot add them to an answer itself.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = (b"ratelimit", b"ratelimit-policy")
LONGEST = 200


class EchoRateLimit:
    """Puts ``RateLimit`` and ``RateLimit-Policy`` of a request on its answer. Pure ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = [
            header for header in scope.get("headers", ()) if header[0] in NAMES and len(header[1]) <= LONGEST
        ]
        if not told:
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *told]
            await send(message)

        await self._app(scope, receive, sending)
