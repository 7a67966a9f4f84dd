"""The ball endpoint and the append, against a bare insert under the same server with the same pool."""

import statistics
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.migrate import upgrade
from adapters.postgres.pool import create_pool
from api.issuer import DevelopmentIssuer
from benchmarks import bare
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.live_matches import LiveMatch, ball_requests, start_matches
from benchmarks.load import Report, attack, write_requests
from benchmarks.servers import API, BARE, sql, start_processes, stop_processes
from contracts.events import NewEvent

REQUESTS = 6000
LIVE_MATCHES = 300
OPEN_LOOP_SECONDS = 15


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """Our API and the bare one, each a single process of the same server."""
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    await sql(dsn, "drop table if exists bare_event", *bare.TABLE.split(";"))
    urls = start_processes(env, API, BARE)
    issuer = DevelopmentIssuer(env.folder / ".pavilion/issuer")
    token = issuer.token(now=datetime.now(UTC), roles=("organiser", "scorer"))
    matches = start_matches(urls["api"], token, LIVE_MATCHES)
    env.say(f"scoring: {len(matches)} matches are live")
    balls = {API.name: matches, BARE.name: [LiveMatch(match.id) for match in matches]}

    async def load(name: str, count: int, per_second: int | None = None) -> Report:
        lines = ball_requests(urls[name], token, balls[name], count)
        file = write_requests(env.folder / f"{name}.json", lines)
        return (await attack(file, per_second=per_second)).require_all_ok()

    async def pair() -> dict[str, Sample]:
        ours, plain = await load("api", REQUESTS), await load(BARE.name, REQUESTS)
        paced = await load("api", 300 * OPEN_LOOP_SECONDS, per_second=300)
        paced_bare = await load(BARE.name, 300 * OPEN_LOOP_SECONDS, per_second=300)
        rate = ours.requests_per_second
        note = {"balls_per_second": round(rate), "load_cpu": ours.load_cpu, "p95_ms": round(ours.p95_ms, 2)}
        open_loop = {
            "p50_ms": round(paced.p50_ms, 2),
            "p99_ms": round(paced.p99_ms, 2),
            "load_cpu": paced.load_cpu,
        }
        return {
            "ball_vs_bare_insert": Sample(rate / plain.requests_per_second, plain.requests_per_second, note),
            "ball_p95_ms_at_300": Sample(paced.p95_ms, paced_bare.p95_ms, open_loop),
        }

    try:
        yield pair
    finally:
        stop_processes(env, API, BARE)


@asynccontextmanager
async def prepare_append(env: Environment) -> AsyncIterator[Pair]:
    """One append and one bare INSERT in turn, as the role of the API, on one connection."""
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    await sql(dsn, "drop table if exists bare_event", *bare.TABLE.split(";"))
    pool = await create_pool(dsn, application_name="bench", role="pavilion_app", max_size=1)
    store, tenant = PostgresEventStore(pool), uuid.uuid4()
    data = '{"innings":1,"over":3,"position":2,"delivery":{"striker":"a1","non_striker":"a2","bowler":"b7","bat_runs":4}}'

    async def pair() -> dict[str, Sample]:
        stream, ours, plain = uuid.uuid4(), list[float](), list[float]()
        for version in range(1000):
            event = NewEvent(
                event_id=uuid.uuid4(), type="BallRecorded", schema_version=1, data=data, metadata="{}"
            )
            begun = time.perf_counter()
            await store.append(tenant, "match", stream, version, [event])
            between = time.perf_counter()
            await pool.execute(bare.INSERT, tenant, stream, version, uuid.uuid4(), data)
            ours.append(between - begun)
            plain.append(time.perf_counter() - between)
        a, b = statistics.median(ours) * 1e3, statistics.median(plain) * 1e3
        return {"append_vs_bare_insert": Sample(a / b, b, {"append_ms": round(a, 3)})}

    try:
        yield pair
    finally:
        await pool.close()


SCORING = Suite(
    name="scoring",
    servers=("postgres", "temporal"),
    prepare=prepare,
    figures=(
        Figure(
            "ball_vs_bare_insert", "ball endpoint over a bare FastAPI insert, requests/s", "ratio", "≥ 0.6"
        ),
        Figure("ball_p95_ms_at_300", "ball endpoint at 300 balls/s over 300 live matches, p95", "ms", "< 15"),
    ),
)
APPEND = Suite(
    name="append",
    servers=("postgres",),
    prepare=prepare_append,
    figures=(Figure("append_vs_bare_insert", "latency of an append over a bare INSERT", "ratio", "≤ 1.3"),),
)
