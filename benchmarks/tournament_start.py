"""How soon a tournament is there: from the request to its workflow started, and its page readable."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.kafka.topics import ensure_topics
from adapters.postgres.migrate import upgrade
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import (
    API,
    BARE_WORKER,
    WORKER,
    cpu_seconds,
    cpu_used,
    start_processes,
    stop_processes,
    token_of,
)
from benchmarks.tournament_load import COUNT, PER_SECOND


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """The API and the worker, and a worker of the bare workflow, on the same Temporal server."""
    await upgrade(env.addresses.postgres_dsn or "")
    # An API that finds no topics asks for them without a pause.
    await ensure_topics(env.addresses.kafka_bootstrap or "", replication=1)
    kept = (API, WORKER, BARE_WORKER)
    url = start_processes(env, *kept)[API.name]

    async def pair() -> dict[str, Sample]:
        before = cpu_seconds(env)
        times = await _load(env, url)
        ours, bare = times["ours"], times["bare"]
        note = {"tournaments": COUNT, "per_second": PER_SECOND, "p50_ms": percentile(ours["start"], 50)}
        used = {"sent_again": times["sent_again"], "cpu_seconds_of_both": cpu_used(before, cpu_seconds(env))}
        return {
            "tournament_start_p95_ms": Sample(
                percentile(ours["start"], 95), percentile(bare["start"], 95), {**note, **used}
            ),
            "tournament_read_p95_ms": Sample(
                percentile(ours["read"], 95),
                percentile(bare["read"], 95),
                {"p50_ms": percentile(ours["read"], 50)},
            ),
        }

    try:
        yield pair
    finally:
        stop_processes(env, *kept)


async def _load(env: Environment, url: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.tournament_load", url, env.addresses.temporal_address or "",
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PAVILION_TOKEN": token_of(env)},
    )  # fmt: skip
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the load failed; what it said stands above")
    return json.loads(output)


def percentile(milliseconds: Sequence[float], percent: int) -> float:
    """The nearest of the ranked."""
    ranked = sorted(milliseconds)
    return round(ranked[-(-percent * len(ranked) // 100) - 1], 2)


TOURNAMENT_START = Suite(
    name="tournament-start",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare,
    pairs=3,
    warm_up=True,
    figures=(
        Figure(
            "tournament_start_p95_ms",
            "create a tournament: HTTP to workflow started and readable; bare: a workflow with one activity",
            "ms",
            "< 150",
        ),
        Figure(
            "tournament_read_p95_ms",
            "ask a tournament's workflow what is next, over HTTP; bare: a query",
            "ms",
            "< 50",
        ),
    ),
)
