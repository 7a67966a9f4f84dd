"""Following a match: how soon a ball is with the last of many clients, and how many one process can tell."""

import asyncio
import json
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg

from adapters.kafka.topics import ensure_topics
from adapters.postgres.migrate import upgrade
from api.issuer import DevelopmentIssuer
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.live_matches import LiveMatch, headers, start_matches
from benchmarks.servers import API, RELAY, cpu_seconds, cpu_used, memory_mb, start_processes, stop_processes

CLIENTS, BALLS_PER_SECOND, SECONDS = 1_000, 50, 10
MANY, MANY_SECONDS = 5_000, 15
SETTLE_SECONDS = 2.0
_COMMITTED = """
  select version, extract(epoch from recorded_at)::float8 as at from event
  where stream_id = $1 and type = 'BallRecorded'
"""


class Live:
    """An API and a relay with a match, and clients in a process of their own."""

    def __init__(self, env: Environment, url: str, token: str, owner: asyncpg.Connection) -> None:
        self.env = env
        self.url = url
        self.token = token
        self.owner = owner

    async def told(
        self, match: LiveMatch, clients: int, balls_per_second: int, seconds: int
    ) -> tuple[dict[str, Any], list[float], dict[str, float]]:
        """What the clients say, how long each ball took to the last of them, and the memory before and with them."""
        address = urlsplit(self.url)
        before = memory_mb(self.env, API.name)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.listeners", str(address.hostname), str(address.port),
            f"/v1/matches/{match.id}/live", self.token, str(clients),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
        )  # fmt: skip
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
        if (await process.stdout.readline()).strip() != b"ready":
            raise RuntimeError("the clients could not begin")
        memory = {"before": before, "with": memory_mb(self.env, API.name)}
        used = cpu_seconds(self.env)
        rate = await self._bowl(match, balls_per_second, seconds)
        await asyncio.sleep(SETTLE_SECONDS)
        used = cpu_used(used, cpu_seconds(self.env))
        process.stdin.close()
        said = json.loads(await process.stdout.readline())
        await process.wait()
        waits: list[float] = []
        for version, at in await self.owner.fetch(_COMMITTED, uuid.UUID(match.id)):
            if said["had"].get(str(version)) != clients:
                raise RuntimeError(
                    f"version {version} reached {said['had'].get(str(version), 0)} of {clients}"
                )
            waits.append(said["last_at"][str(version)] - at)
        return {**said, "balls_per_second": round(rate, 1), "cpu_seconds": used}, sorted(waits), memory

    async def _bowl(self, match: LiveMatch, balls_per_second: int, seconds: int) -> float:
        """One ball after the other, begun at a pace; the pace that was kept."""
        begun = time.monotonic()
        count = balls_per_second * seconds
        async with aiohttp.ClientSession(self.url) as http:
            for number in range(count):
                await asyncio.sleep(begun + number / balls_per_second - time.monotonic())
                async with http.post(
                    f"/v1/matches/{match.id}/balls", json=match.next_ball(), headers=headers(self.token)
                ) as answer:
                    if answer.status != 200:
                        raise RuntimeError(await answer.text())
        return count / (time.monotonic() - begun)


async def _last_of_a_thousand(live: Live) -> dict[str, Sample]:
    (match,) = start_matches(live.url, live.token, 1)
    said, waits, _ = await live.told(match, CLIENTS, BALLS_PER_SECOND, SECONDS)
    note = {
        "clients": CLIENTS,
        "p50_ms": round(waits[len(waits) // 2] * 1e3, 1),
        "balls_per_second": said["balls_per_second"],
        "load_cpu": said["cpu"],
        "cpu_seconds": said["cpu_seconds"],
        "lost": said["lost"],
    }
    return {"live_p95_ms": Sample(waits[int(len(waits) * 0.95)] * 1e3, None, note)}


async def _many(live: Live) -> dict[str, Sample]:
    (match,) = start_matches(live.url, live.token, 1)
    said, waits, memory = await live.told(match, MANY, 1, MANY_SECONDS)
    note = {
        "kilobytes_each": round((memory["with"] - memory["before"]) * 1024 / MANY, 1),
        "p95_ms": round(waits[int(len(waits) * 0.95)] * 1e3, 1),
        "load_cpu": said["cpu"],
        "cpu_seconds": said["cpu_seconds"],
        "lost": said["lost"],
    }
    return {"live_clients": Sample(MANY, None, note)}


@asynccontextmanager
async def prepare(env: Environment, measure: Any) -> AsyncIterator[Pair]:
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    await ensure_topics(env.addresses.kafka_bootstrap or "", replication=1)
    url = start_processes(env, API, RELAY)[API.name]
    issuer = DevelopmentIssuer(env.folder / ".pavilion/issuer")
    token = issuer.token(now=datetime.now(UTC), roles=("organiser", "scorer"))
    owner = await asyncpg.connect(dsn)
    live = Live(env, url, token, owner)
    try:
        yield partial(measure, live)
    finally:
        await owner.close()
        stop_processes(env, API, RELAY)


SERVERS = ("postgres", "kafka", "temporal")
LIVE = Suite(
    name="live",
    servers=SERVERS,
    prepare=partial(prepare, measure=_last_of_a_thousand),
    pairs=3,
    warm_up=True,
    figures=(
        Figure(
            "live_p95_ms",
            f"ball accepted to last of {CLIENTS:,} clients of its match, {BALLS_PER_SECOND} balls/s",
            "ms",
            "< 200",
        ),
    ),
)
LIVE_CLIENTS = Suite(
    name="live_clients",
    servers=SERVERS,
    prepare=partial(prepare, measure=_many),
    pairs=1,
    figures=(
        Figure("live_clients", "clients of one process, each told one ball a second", "clients", "≥ 5,000"),
    ),
)
