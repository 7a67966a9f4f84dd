"""The client that calls public addresses only, against real servers on this machine."""

import asyncio
import socket
import ssl
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import trustme
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.http.guarded import ANSWER_BYTES, GuardedResolver, guarded_client, guarded_socket
from domain.outgoing import Allowed, Refused
from handlers.outgoing import Answered, NotAnswered

HERE = Allowed.parse("127.0.0.1")
NAME = "https://hooks.example.org:8443/hook"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Names(AbstractResolver):
    """A name server that gives one answer after another, the last for ever; all of them at one port."""

    def __init__(self, port: int, *answers: tuple[str, ...]) -> None:
        self.port, self.answers, self.asked = port, list(answers), 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=self.port, family=_family(each), proto=0, flags=0)
            for each in answer
        ]

    async def close(self) -> None:
        """Nothing is open."""


def _family(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@asynccontextmanager
async def server(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on 127.0.0.1; its port."""
    app = web.Application()
    app.router.add_post("/{tail:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello", headers={"Retry-After": "7"})


@pytest.fixture(scope="module")
def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS of a server called hooks.example.org, and of a client that trusts its CA."""
    ca = trustme.CA()
    served, trusts = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    ca.issue_cert("hooks.example.org").configure_cert(served)
    ca.configure_trust(trusts)
    return served, trusts


async def failure(url: str, allowed: Allowed = HERE, **client: object) -> str:
    async with guarded_client(allowed, **client) as guarded:  # type: ignore[arg-type]
        with pytest.raises(NotAnswered) as failed:
            await guarded.post(url, b"{}", {})
    return failed.value.code


async def test_it_gives_status_headers_and_body() -> None:
    async with server(hello) as port, guarded_client(HERE) as client:
        answer = await client.post(f"http://127.0.0.1:{port}/hook", b"{}", {"webhook-id": "1"})
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (200, b"hello", "7")


async def test_a_server_of_this_machine_is_not_called_unless_it_is_let_off() -> None:
    reached: list[str] = []

    async def noted(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response()

    async with server(noted) as port:
        assert await failure(f"http://127.0.0.1:{port}/", Allowed()) == "address_not_public"
    assert not reached


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.1.2.3",),
        ("169.254.169.254",),
        ("::1",),
        ("::ffff:127.0.0.1",),
        ("fd00::1",),
        ("64:ff9b::a9fe:a9fe",),
        ("0.0.0.0",),  # noqa: S104
        ("1.1.1.1", "10.0.0.1"),
    ],
)
async def test_a_name_that_stands_for_a_private_address_is_not_called(addresses: tuple[str, ...]) -> None:
    assert await failure(NAME, Allowed(), resolver=Names(443, addresses)) == "address_not_public"


async def test_a_name_is_asked_for_once_and_that_address_called(
    certificates: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    async with server(hello, certificates[0]) as port:
        names = Names(port, ("127.0.0.1",), ("169.254.169.254",))
        async with guarded_client(HERE, resolver=names, tls=certificates[1]) as client:
            answer = await client.post(NAME, b"{}", {})
    assert (answer.status, names.asked) == (200, 1)


async def test_a_name_that_moves_to_a_private_address_is_refused_from_then_on(
    certificates: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    async with server(hello, certificates[0]) as port:
        names = Names(port, ("127.0.0.1",), ("127.0.0.2",))
        async with guarded_client(HERE, resolver=names, tls=certificates[1]) as client:
            assert (await client.post(NAME, b"{}", {})).status == 200
        assert await failure(NAME, resolver=names, tls=certificates[1]) == "address_not_public"


async def test_one_private_address_among_those_of_a_name_refuses_them_all() -> None:
    """Whatever the connection would have chosen: the public one is not called either."""
    with pytest.raises(Refused) as refused:
        await GuardedResolver(resolver=Names(443, ("1.1.1.1", "10.0.0.1"))).resolve("hooks.example.org")
    assert refused.value.code == "address_not_public"


def test_the_address_of_each_socket_is_looked_at_too() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))
    with pytest.raises(Refused) as refused:
        guarded_socket(info)
    assert refused.value.code == "address_not_public"


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    seen: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=307, headers={"Location": "/inside"})

    async with server(elsewhere) as port, guarded_client(HERE) as client:
        answer = await client.post(f"http://127.0.0.1:{port}/hook", b"{}", {})
    assert (answer.status, seen) == (307, ["/hook"])


async def test_a_certificate_must_be_of_the_name(
    certificates: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    async with server(hello, certificates[0]) as port:
        names = Names(port, ("127.0.0.1",))
        code = await failure("https://other.example.org/", resolver=names, tls=certificates[1])
    assert code == "tls_failed"


async def test_of_a_long_answer_only_the_beginning_is_read() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        except ConnectionError:
            return response

    async with server(endless) as port, guarded_client(HERE) as client:
        answer = await client.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert answer.body == b"x" * ANSWER_BYTES


async def test_who_does_not_answer_in_time_is_left() -> None:
    waits = asyncio.Event()

    async def silent(request: web.Request) -> web.Response:
        await waits.wait()
        return web.Response()

    async with server(silent) as port:
        assert await failure(f"http://127.0.0.1:{port}/", total_seconds=0.1) == "timed_out"
        waits.set()


@pytest.mark.parametrize("rest", ["late", "broken"])
async def test_a_status_is_an_answer_whatever_becomes_of_the_rest(rest: str) -> None:
    waits = asyncio.Event()

    async def begun(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"begun")
        if rest == "late":
            await waits.wait()
        assert request.transport
        request.transport.close()
        return response

    async with server(begun) as port, guarded_client(HERE, total_seconds=0.5) as client:
        answer = await client.post(f"http://127.0.0.1:{port}/", b"{}", {})
        waits.set()
    assert (answer.status, answer.body) == (200, b"begun")


async def test_many_are_under_way_to_one_host_at_once() -> None:
    """It may be that of several leagues' receivers: one league's do not wait for another's."""
    enough, reached = asyncio.Event(), 0

    async def slow(request: web.Request) -> web.Response:
        nonlocal reached
        reached += 1
        if reached == 40:
            enough.set()
        await enough.wait()
        return web.Response()

    async with server(slow) as port, guarded_client(HERE, total_seconds=10) as client:
        url = f"http://127.0.0.1:{port}/"
        answers = await asyncio.gather(*(client.post(url, b"{}", {}) for _ in range(40)))
    assert [each.status for each in answers] == [200] * 40


async def test_names_that_nobody_answers_for_keep_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    never, known, asked = threading.Event(), socket.getaddrinfo, Counter[str]()

    def answers(host: str, *arguments: object, **more: object) -> object:
        asked[host] += 1
        if host.startswith("silent"):
            never.wait(30)
        return known("127.0.0.1", *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    async with server(hello) as port, guarded_client(Allowed.parse("good.example.org")) as client:
        silent = [f"https://silent{number % 50}.example.org/" for number in range(100)]
        waiting = [asyncio.create_task(client.post(url, b"{}", {})) for url in silent]
        await asyncio.sleep(0)
        async with asyncio.timeout(4):
            answer = await client.post(f"http://good.example.org:{port}/", b"{}", {})
        never.set()
        refused = await asyncio.gather(*waiting, return_exceptions=True)
    assert answer.status == 200
    assert {each.code for each in refused if isinstance(each, NotAnswered)} == {"address_not_public"}
    assert asked["silent1.example.org"] == 1, "two wanted to know it"


async def test_where_nobody_listens_nothing_is_answered() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert await failure(f"http://127.0.0.1:{taken.getsockname()[1]}/") == "connection_failed"


async def test_the_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with server(hello) as port, guarded_client(HERE) as client:
        answer: Answered = await client.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert answer.status == 200
