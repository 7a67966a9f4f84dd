"""Kafka goes away and comes back while a match is followed: who listens misses nothing and is told nothing twice."""

import asyncio
from pathlib import Path

import httpx
import pytest

from api.issuer import DevelopmentIssuer
from tests.integration.live.conftest import running_pavilion
from tests.integration.live.test_live import bowl, counted, following, in_play, said
from tests.integration.relay.test_consumer_faults import own_broker

LISTENERS = 5
UNLIMITED = {"overs_per_innings": None, "consecutive_overs": 100_000}


async def test_the_broker_restarted_under_those_who_listen(
    postgres_dsn: str, issuer: DevelopmentIssuer, tmp_path: Path, unique_name: str
) -> None:
    async with (
        own_broker(tmp_path, f"{unique_name}.") as (stack, broker),
        running_pavilion(postgres_dsn, issuer, broker.bootstrap, broker.prefix) as pavilion,
        httpx.AsyncClient(base_url=pavilion.server.url, timeout=20) as http,
    ):
        client = pavilion.client(http)
        match = await in_play(client, **UNLIMITED)
        heard: list[list[int]] = [[] for _ in range(LISTENERS)]
        over = asyncio.Event()

        async def listen(versions: list[int]) -> None:
            async with following(client, f"{match}/live", seconds=180) as (_, events):
                async for event in events:
                    versions.append(said(event)["version"])  # noqa: PERF401 - seen while it grows

        async def score() -> int:
            balls = 0
            while not over.is_set():
                await bowl(client, match, 1)
                balls += 1
            return balls

        async def all_have(version: int) -> None:
            async with asyncio.timeout(90):
                while any(not versions or versions[-1] < version for versions in heard):
                    await asyncio.sleep(0.02)

        listening = [asyncio.create_task(listen(versions)) for versions in heard]
        await all_have(6)
        scoring = asyncio.create_task(score())
        await all_have(30)
        await asyncio.to_thread(stack.restart, "kafka")
        over.set()
        last = 6 + await scoring
        await all_have(last)
        assert heard == [list(range(6, last + 1))] * LISTENERS

        # Kafka is followed again: what is scored now is not left to the store alone.
        by_store = await counted(client, "from_store")
        async with asyncio.timeout(60):
            while True:
                await bowl(client, match, 10)
                last += 10
                await all_have(last)
                if (now := await counted(client, "from_store")) - by_store < 10:
                    break
                by_store = now
        for task in listening:
            task.cancel()
        assert {type(end) for end in await asyncio.gather(*listening, return_exceptions=True)} == {
            asyncio.CancelledError
        }


pytestmark = pytest.mark.asyncio
