"""How soon a team that enters can pay, and how many whole payments one worker process brings to their end."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.kafka.topics import ensure_topics
from adapters.postgres.migrate import upgrade
from benchmarks.entry_load import BEGUN, SAGAS
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import (
    API,
    BARE_WORKER,
    INBOX,
    STRIPE,
    WORKER,
    cpu_seconds,
    cpu_used,
    start_processes,
    stop_processes,
    token_of,
)
from benchmarks.tournament_load import PER_SECOND
from benchmarks.tournament_start import percentile


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """The API, Stripe's simulator and all that a payment goes through; and a worker of the bare workflows."""
    await upgrade(env.addresses.postgres_dsn or "")
    # An API that finds no topics asks for them without a pause.
    await ensure_topics(env.addresses.kafka_bootstrap or "", replication=1)
    kept = (API, STRIPE, WORKER, INBOX, BARE_WORKER)
    urls = start_processes(env, *kept)

    async def pair() -> dict[str, Sample]:
        before = cpu_seconds(env)
        found = await _load(env, urls)
        used = cpu_used(before, cpu_seconds(env))
        return {
            "entry_saga_p95_ms": _to_secret(**found["milliseconds"]),
            **_whole(found, {"cpu_seconds_of_both": used}),
        }

    try:
        yield pair
    finally:
        stop_processes(env, *kept)


def _to_secret(ours: list[float], bare: list[float]) -> Sample:
    """``temporal_share``: of the time until the median secret, what the bare workflows take as well."""
    p50, bare_p50 = percentile(ours, 50), percentile(bare, 50)
    note = {
        "payments": BEGUN,
        "per_second": PER_SECOND,
        "p50_ms": p50,
        "bare_p50_ms": bare_p50,
        "temporal_share": round(bare_p50 / p50, 2),
    }
    return Sample(percentile(ours, 95), percentile(bare, 95), note)


def _whole(found: dict[str, Any], note: dict[str, Any]) -> dict[str, Sample]:
    ours, bare = found["per_second"]["ours"], found["per_second"]["bare"]
    about = {"sagas": SAGAS, "activities": found["activities"], "sent_again": found["sent_again"]}
    return {
        "sagas_per_second": Sample(ours, bare, {**about, **note}),
        "sagas_vs_bare_workflow": Sample(ours / bare, bare),
    }


async def _load(env: Environment, urls: dict[str, str]) -> dict[str, Any]:
    places = (env.addresses.temporal_address or "", env.addresses.postgres_dsn or "")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.entry_load", urls[API.name], urls[STRIPE.name], *places,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PAVILION_TOKEN": token_of(env)},
    )  # fmt: skip
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the load failed; what it said stands above")
    return json.loads(output)


ENTRY_SAGA = Suite(
    name="entry-saga",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare,
    warm_up=True,
    figures=(
        Figure(
            "entry_saga_p95_ms",
            "enter a team and begin to pay: HTTP to client secret; bare: an Update and a workflow of one activity",
            "ms",
            "< 250",
        ),
        Figure(
            "sagas_per_second",
            "entered, paid, confirmed and booked, one worker process; bare: a workflow of as many activities, those of the tournament counted",
            "sagas/s",
        ),
        Figure("sagas_vs_bare_workflow", "whole sagas/s over such workflows/s", "ratio", "≥ 0.7"),
    ),
)
