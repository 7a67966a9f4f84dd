"""A body that no operation has read is taken before the answer goes, as far as the gateway lets it through and it comes
soon."""

import time
from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from api import operations
from api.operations import LARGEST_REST_BYTES, Operation, OperationRoute


async def unread(_: Request) -> Response:
    return Response(b"{}")


async def read(request: Request) -> Response:
    await request.body()
    return Response(b"{}")


class Exchange:
    """One request to an operation; ``happened`` is what was taken and sent, in order."""

    def __init__(self, chunks: Sequence[bytes], *, announced: bool = True) -> None:
        self._left = list(chunks)
        self.happened: list[str] = []
        length = [(b"content-length", str(sum(map(len, chunks))).encode())] if announced else []
        self.scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": length}

    async def receive(self) -> Message:
        if not self._left:
            self.happened.append("waited")
            raise TimeoutError
        body = self._left.pop(0)
        self.happened.append(f"took {len(body)}")
        return {"type": "http.request", "body": body, "more_body": bool(self._left)}

    async def send(self, message: Message) -> None:
        self.happened.append(message["type"].removeprefix("http.response."))

    async def with_(self, endpoint: operations.Endpoint) -> list[str]:
        operation = Operation(
            id="healthz", method="GET", path="/healthz", summary="Healthy?", endpoint=endpoint, tag="system"
        )
        await OperationRoute(operation).serve(self.scope, self.receive, self.send)
        return self.happened


async def test_it_is_taken_before_the_answer() -> None:
    assert await Exchange([b"{", b"}"]).with_(unread) == ["took 1", "took 1", "start", "body"]


async def test_what_was_read_is_not_waited_for_again() -> None:
    assert await Exchange([b"{}"]).with_(read) == ["took 2", "start", "body"]


async def test_where_none_was_announced_none_is_waited_for() -> None:
    assert await Exchange([], announced=False).with_(unread) == ["start", "body"]


async def test_of_one_that_is_too_large_the_rest_is_left() -> None:
    part = b"x" * (LARGEST_REST_BYTES // 2)
    happened = await Exchange([part] * 10).with_(unread)
    assert happened == [f"took {len(part)}"] * 2 + ["start", "body"]


async def test_one_that_does_not_come_is_waited_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "REST_SECONDS", 0.05)

    class Stalled(Exchange):
        async def receive(self) -> Message:
            await operations.asyncio.sleep(30)
            raise AssertionError("it was waited for")

    begun = time.monotonic()
    assert await Stalled([b"{}"]).with_(unread) == ["start", "body"]
    assert time.monotonic() - begun < 5
