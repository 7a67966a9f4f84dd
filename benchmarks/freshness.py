"""How soon a ball that was committed stands in the card: the whole path, as the processes run it."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg

from adapters.kafka.topics import ensure_topics
from adapters.postgres.migrate import upgrade
from api.issuer import DevelopmentIssuer
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.live_matches import ball_requests, start_matches
from benchmarks.load import attack, write_requests
from benchmarks.servers import API, PROJECTOR, RELAY, start_processes, stop_processes

BALLS_PER_SECOND = 200
SECONDS = 15
MATCHES = 200
LOOK_SECONDS = 0.005
_CARDS = "select match_id, version from rm_match_card where match_id = any($1::uuid[])"
_COMMITTED = """
select stream_id, version, extract(epoch from recorded_at)::float8 as at from event
where stream_id = any($1::uuid[]) and type = 'BallRecorded'
"""


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    await ensure_topics(env.addresses.kafka_bootstrap or "", replication=1)
    url = start_processes(env, API, RELAY, PROJECTOR)[API.name]
    token = DevelopmentIssuer(env.folder / ".pavilion/issuer").token(
        now=datetime.now(UTC), roles=("organiser", "scorer")
    )
    owner = await asyncpg.connect(dsn)

    async def pair() -> dict[str, Sample]:
        matches = start_matches(url, token, MATCHES)
        ids = [uuid.UUID(match.id) for match in matches]
        lines = ball_requests(url, token, matches, BALLS_PER_SECOND * SECONDS)
        file = write_requests(env.folder / "balls.json", lines)
        load = asyncio.create_task(attack(file, per_second=BALLS_PER_SECOND))
        seen = await _watch(owner, ids, load)
        (await load).require_all_ok()
        waits = sorted(
            _first_seen(seen[row["stream_id"]], row["version"]) - row["at"]
            for row in await owner.fetch(_COMMITTED, ids)
        )
        note = {"p50_ms": round(waits[len(waits) // 2] * 1e3, 1), "balls": len(waits)}
        return {"commit_to_read_p95_ms": Sample(waits[int(len(waits) * 0.95)] * 1e3, None, note)}

    try:
        yield pair
    finally:
        await owner.close()
        stop_processes(env, API, RELAY, PROJECTOR)


Seen = dict[uuid.UUID, list[tuple[int, float]]]


async def _watch(owner: asyncpg.Connection, ids: list[uuid.UUID], load: "asyncio.Task[object]") -> Seen:
    """When each version of each card was first there, looking every few milliseconds until all are."""
    seen: Seen = {match: [(0, 0.0)] for match in ids}
    quiet = 0
    while quiet < 200:
        moved = False
        for match, version in await owner.fetch(_CARDS, ids):
            if version > seen[match][-1][0]:
                seen[match].append((version, time.time()))
                moved = True
        quiet = 0 if moved or not load.done() else quiet + 1
        await asyncio.sleep(LOOK_SECONDS)
    return seen


def _first_seen(looks: list[tuple[int, float]], version: int) -> float:
    return next(at for seen, at in looks if seen >= version)


FRESHNESS = Suite(
    name="freshness",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare,
    pairs=3,
    figures=(
        Figure(
            "commit_to_read_p95_ms",
            f"commit to visible in the card at {BALLS_PER_SECOND} balls/s",
            "ms",
            "< 150",
        ),
    ),
)
