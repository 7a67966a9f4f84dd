"""The client against a server that fails in the ways servers fail."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import msgspec
import pytest
from aiohttp import web

from cli.client import ApiProblem, ApiUnreachable, PavilionClient
from domain.match.commands import NameLineUp, Player, RecordBall
from domain.match.summary import Summary
from handlers.match import Ack

MATCH = UUID(int=7)
BALL = RecordBall(bowler="b", bat_runs=4)
ACK = Ack(match_id=MATCH, version=9, first_version=9, events=("BallRecorded",), summary=Summary())


class Server:
    """Answers each request with the next of ``answers``, and remembers the requests."""

    def __init__(self) -> None:
        self.answers: list[Callable[[web.Request], web.Response]] = []
        self.requests: list[tuple[str, str, bytes, dict[str, str]]] = []
        self.url = ""

    async def serve(self, request: web.Request) -> web.Response:
        self.requests.append(
            (
                request.method,
                request.raw_path,
                await request.read(),
                {name.lower(): value for name, value in request.headers.items()},
            )
        )
        return self.answers.pop(0)(request)

    def keys(self) -> list[str]:
        """The idempotency keys that came."""
        return [headers["idempotency-key"] for *_, headers in self.requests]


def accepted(request: web.Request) -> web.Response:
    return web.Response(body=msgspec.json.encode(ACK), content_type="application/json")


def lost(request: web.Request) -> web.Response:
    """The connection is gone before an answer is."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def problem(status: int, code: str) -> Callable[[web.Request], web.Response]:
    """A refusal with a code."""
    body = msgspec.json.encode({"code": code, "detail": f"it says {code}"})
    return lambda request: web.Response(status=status, body=body, content_type="application/problem+json")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    answering = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answering.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    answering.url = f"http://{host}:{port}"
    yield answering
    await runner.cleanup()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[PavilionClient]:
    tokens = iter(("first", "second"))
    async with PavilionClient(server.url, lambda: next(tokens), patience_seconds=60) as client:
        yield client


Ball = Callable[[], Awaitable[Ack]]


@pytest.fixture
def ball(client: PavilionClient) -> Ball:
    return lambda: client.execute(MATCH, BALL, key="k1")


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(lost, id="connection lost"),
        pytest.param(problem(500, "internal_error"), id="500"),
        pytest.param(problem(503, "store_unavailable"), id="503"),
        pytest.param(problem(409, "idempotency_key_in_flight"), id="in flight"),
        pytest.param(problem(409, "too_contended"), id="contended"),
        pytest.param(problem(429, "too_many_requests"), id="too many"),
    ],
)
async def test_what_may_pass_is_sent_again_with_the_same_key(
    server: Server, ball: Ball, failure: Callable[[web.Request], web.Response]
) -> None:
    server.answers = [failure, failure, accepted]

    assert (await ball()).version == 9

    assert server.keys() == ["k1"] * 3
    assert len({body for _, _, body, _ in server.requests}) == 1


async def test_a_refusal_is_believed_at_once(server: Server, ball: Ball) -> None:
    server.answers = [problem(422, "innings_closed")]

    with pytest.raises(ApiProblem, match="it says innings_closed") as refused:
        await ball()

    assert refused.value.code == "innings_closed"
    assert len(server.requests) == 1


async def test_a_new_token_takes_the_place_of_one_that_has_expired(server: Server, ball: Ball) -> None:
    server.answers = [problem(401, "token_expired"), accepted]

    await ball()

    assert [headers["authorization"] for *_, headers in server.requests] == ["Bearer first", "Bearer second"]


async def test_a_server_that_stays_away_is_unreachable(server: Server) -> None:
    async with PavilionClient(server.url, lambda: "t", patience_seconds=0.1) as client:
        server.answers = [lost] * 10
        with pytest.raises(ApiUnreachable):
            await client.execute(MATCH, BALL, key="k1")


async def test_a_command_is_sent_to_its_operation_without_its_defaults(
    server: Server, client: PavilionClient
) -> None:
    server.answers = [accepted, accepted]

    await client.execute(MATCH, BALL, key="k1")
    line_up = NameLineUp(team="Kent / 2nd XI", players=(Player(id="p", name="P"),))
    await client.execute(MATCH, line_up, key="k2")

    assert [request[:3] for request in server.requests] == [
        ("POST", f"/v1/matches/{MATCH}/balls", b'{"bowler":"b","bat_runs":4}'),
        (
            "PUT",
            f"/v1/matches/{MATCH}/line-ups/Kent%20%2F%202nd%20XI",
            b'{"players":[{"id":"p","name":"P"}]}',
        ),
    ]
