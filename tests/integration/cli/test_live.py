"""`pavilion live` against a server: what it waits out, and what it gives up at."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from cli import live
from stack.errors import StackError

Answer = tuple[int, str, str]
"""Status, media type and body."""
STREAM: Answer = (
    200,
    "text/event-stream",
    "event: snapshot\nid: 6\ndata: {}\n\nevent: end\nid: 7\ndata: {}\n\n",
)
PAGE = "<html>"


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A server at the API's address that gives these answers in turn."""
    monkeypatch.setattr(live, "AGAIN_SECONDS", 0.0)
    monkeypatch.setenv("PAVILION_TOKEN", "a token")

    @asynccontextmanager
    async def serving(*answers: Answer) -> AsyncIterator[list[Answer]]:
        left = list(answers)

        async def answer(request: web.Request) -> web.Response:
            status, media_type, body = left.pop(0)
            return web.Response(status=status, content_type=media_type, text=body)

        app = web.Application()
        app.router.add_get("/v1/matches/{match}/live", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        monkeypatch.setenv("PAVILION_API_URL", f"http://127.0.0.1:{runner.addresses[0][1]}")
        try:
            yield left
        finally:
            await runner.cleanup()

    return serving


async def heard() -> list[str]:
    return [event.name async for event in live.followed("m1")]


async def test_it_comes_again_where_there_are_too_many_or_nobody(answering: Callable[..., Any]) -> None:
    waited_out: list[Answer] = [
        (429, "application/problem+json", '{"detail": "too many requests"}'),
        (429, "text/plain", ""),
        (503, "text/html", PAGE),
    ]
    async with answering(*waited_out, STREAM) as left:
        assert await heard() == ["snapshot", "end"]
        assert left == []


async def test_what_is_not_there_is_said_in_the_apis_words(answering: Callable[..., Any]) -> None:
    missing = (404, "application/problem+json", '{"detail": "there is no match m1"}')
    async with answering(missing):
        with pytest.raises(StackError, match="there is no match m1"):
            await heard()


@pytest.mark.parametrize("body", [PAGE, "", "[]", "{}", "7"])
async def test_an_answer_that_is_no_problem_is_one_line_all_the_same(
    body: str, answering: Callable[..., Any]
) -> None:
    async with answering((404, "text/html", body)):
        with pytest.raises(StackError, match="the API answered 404"):
            await heard()
