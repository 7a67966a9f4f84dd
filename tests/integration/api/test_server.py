"""The API as its own process, under the real server, and killed."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from api.issuer import DevelopmentIssuer
from tests.integration.api.conftest import FIRST_BALL, NOBODY_LISTENS, Client

PROJECT = Path(__file__).resolve().parents[3]
UP_SECONDS = 60


class Server:
    """A granian with the API; ``kill`` is SIGKILL to the whole of it."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it can serve."""
        arguments = "-m granian --interface asgi --loop uvloop --no-ws --workers 1 --host 127.0.0.1 --backpressure 16384"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments.split(),
            "--port",
            str(self.port),
            "api.main:app",
            env={**os.environ, **self._environment},
            cwd=PROJECT,
            start_new_session=True,
        )
        async with asyncio.timeout(UP_SECONDS), httpx.AsyncClient(base_url=self.url) as client:
            while True:
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)

    def signal(self, number: int) -> None:
        """Tell its main process something."""
        if self._process is not None:
            self._process.send_signal(number)

    async def ended(self) -> None:
        """Wait until it is gone."""
        if self._process is not None:
            await self._process.wait()
            self._process = None

    async def kill(self) -> None:
        """End it without a chance to tidy up."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
            self._process = None


@pytest.fixture
async def server(postgres_dsn: str, issuer: DevelopmentIssuer) -> AsyncIterator[Server]:
    # Scoring goes on without Temporal.
    server = Server(
        {
            "PAVILION_POSTGRES_DSN": postgres_dsn,
            "PAVILION_JWKS": str(issuer.jwks_file),
            "PAVILION_TEMPORAL_ADDRESS": NOBODY_LISTENS,
        }
    )
    await server.start()
    yield server
    await server.kill()


async def test_a_kill_amid_scoring_loses_and_doubles_nothing(
    server: Server, issuer: DevelopmentIssuer
) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        client = Client(http, issuer)
        free = {"consecutive_overs": 20, "overs_per_bowler": None, "powerplays": []}
        match = await client.in_play(conditions=free)
        bowled = 30
        answers = []
        reached = asyncio.Event()

        async def score() -> None:
            for number in range(bowled):
                ball = {**(FIRST_BALL if number == 0 else {"bowler": FIRST_BALL["bowler"]}), "bat_runs": 2}
                while True:
                    try:
                        answer = await client.post(f"{match}/balls", ball, idempotency_key=f"ball-{number}")
                    except httpx.TransportError:
                        await asyncio.sleep(0.02)
                        continue
                    if answer.status_code != 503:
                        break
                answers.append(answer)
                if number in (5, 15):
                    reached.set()

        scoring = asyncio.create_task(score())
        for _ in range(2):
            await reached.wait()
            reached.clear()
            await server.kill()
            await server.start()
        await scoring
        assert [answer.status_code for answer in answers] == [200] * bowled, answers[-1].text
        assert [answer.json()["version"] for answer in answers] == list(range(6, 6 + bowled))
        card = (await client.get(f"{match}/scorecard?at_least={5 + bowled}")).json()
        assert card["innings"][0]["runs"] == 2 * bowled


async def test_it_does_not_serve_as_a_role_that_sees_everything(
    postgres_dsn: str, issuer: DevelopmentIssuer
) -> None:
    from api.main import serving
    from api.settings import ApiSettings

    settings = ApiSettings(postgres_dsn=postgres_dsn, postgres_role="postgres", jwks=str(issuer.jwks_file))
    with pytest.raises(RuntimeError, match="not bound by row-level security"):
        async with serving(settings):
            pass


async def test_postgres_ending_every_connection_is_survived(
    server: Server, issuer: DevelopmentIssuer, postgres_dsn: str
) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        client = Client(http, issuer)
        match = await client.in_play()
        admin = await asyncpg.connect(postgres_dsn)
        ended = await admin.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'pavilion_app'"
            " and datname = current_database()"
        )
        assert ended > 0
        await admin.close()
        statuses = []
        while not statuses or statuses[-1] != 200:
            answer = await client.post(f"{match}/balls", FIRST_BALL, idempotency_key="ball")
            statuses.append(answer.status_code)
            assert len(statuses) < 20, answer.text
        assert set(statuses) <= {200, 503}
        assert (await client.get(match)).headers["etag"] == '"6"'
