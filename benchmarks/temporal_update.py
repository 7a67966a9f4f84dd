"""The same ball as a Temporal Update: why no Temporal call is made per ball."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from temporalio.worker import Worker

from adapters.postgres.migrate import upgrade
from adapters.temporal.client import connect
from api.issuer import DevelopmentIssuer
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.live_matches import ball_requests, start_matches
from benchmarks.load import attack, write_requests
from benchmarks.scored_match import ScoredMatch
from benchmarks.servers import API, start_processes, stop_processes

MATCHES = 10
SPREAD = 4
"""As many matches for each connection, so that a request that hangs is not overtaken by its match's next ball."""
BALLS_EACH = 24
QUEUE = "bench"


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """Ten matches at once, each ball after the one before: over HTTP, and as Updates."""
    await upgrade(env.addresses.postgres_dsn or "")
    url = start_processes(env, API)[API.name]
    token = DevelopmentIssuer(env.folder / ".pavilion/issuer").token(
        now=datetime.now(UTC), roles=("organiser", "scorer")
    )
    matches = start_matches(url, token, SPREAD * MATCHES)
    client = await connect(env.addresses.temporal_address or "")

    async def by_http() -> float:
        lines = ball_requests(url, token, matches, 3000)
        report = await attack(write_requests(env.folder / "balls.json", lines), connections=MATCHES)
        return report.require_all_ok().requests_per_second

    async def by_update() -> float:
        handles = [
            await client.start_workflow(ScoredMatch.run, id=f"bench-{uuid.uuid4()}", task_queue=QUEUE)
            for _ in range(MATCHES)
        ]

        async def score(number: int) -> None:
            for ball in range(BALLS_EACH):
                await handles[number].execute_update(ScoredMatch.record, {"bat_runs": 1, "ball": ball})

        begun = time.perf_counter()
        await asyncio.gather(*(score(number) for number in range(MATCHES)))
        rate = MATCHES * BALLS_EACH / (time.perf_counter() - begun)
        for handle in handles:
            await handle.terminate()
        return rate

    async def pair() -> dict[str, Sample]:
        ours, updates = await by_http(), await by_update()
        return {"ball_vs_temporal_update": Sample(ours / updates, updates, {"balls_per_second": round(ours)})}

    async with Worker(client, task_queue=QUEUE, workflows=[ScoredMatch]):
        try:
            yield pair
        finally:
            stop_processes(env, API)


TEMPORAL_UPDATE = Suite(
    name="temporal-update",
    servers=("postgres", "temporal"),
    prepare=prepare,
    figures=(
        Figure(
            "ball_vs_temporal_update", "balls/s over HTTP over balls/s as Temporal Updates", "ratio", "≥ 10"
        ),
    ),
)
