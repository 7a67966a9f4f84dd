"""What analytics costs: rows against a bare COPY, the career table of a large league, and the whole path sustained."""

import asyncio
import gc
import os
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import zip_longest
from random import Random
from typing import Any

import asyncpg

from adapters.kafka.topics import ensure_topics
from adapters.postgres.analytics_projection import write_changes
from adapters.postgres.analytics_reads import PostgresAnalytics
from adapters.postgres.analytics_tables import TABLE_OF, TABLES
from adapters.postgres.analytics_totals import make_anew
from adapters.postgres.migrate import upgrade
from adapters.postgres.pool import create_pool
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.matches import NOW, store, t20_match
from benchmarks.servers import (
    ANALYTICS,
    PROJECTOR,
    RELAY,
    cpu_seconds,
    cpu_used,
    start_processes,
    stop_processes,
)
from contracts.codec import MATCH, decode, encode
from domain.match.events import MatchCreated, MatchEvent
from projections.analytics import AnalyticsFold
from projections.analytics_rows import KINDS, Changes
from workers.analytics import ROLE
from workers.process import collect_seldom

TEAMS = 200
SEEDS = 8
WRITTEN_MATCHES = 400
AT_ONCE = 80
"""Matches whose rows share a transaction: as many as a consumer's largest batch holds."""
BALLS = 1_200_000
TOP = 100
ASKED = 300
SECONDS = float(os.environ.get("PAVILION_BENCH_SECONDS", "60"))
LEAGUES = 4
TOGETHER = 100
"""Matches that are played at the same time."""
AHEAD = 40_000
"""Events that may wait between the store and the read models: the feed keeps all of them busy, and no more."""

Rows = Mapping[type[Any], Sequence[tuple[Any, ...]]]


@cache
def texts(seed: int) -> tuple[tuple[str, str], ...]:
    """The events of a match of a season, in which the sides are called as nothing else is."""
    created, *others = t20_match(seed)
    if not isinstance(created, MatchCreated):
        raise TypeError("a match begins with MatchCreated")
    first = replace(created, tournament="cup", season="2026", venue=f"ground {seed}")
    return tuple((type(event).__name__, encode(event).decode()) for event in (first, *others))


def named(text: str, home: int, away: int) -> str:
    """The same with other sides, whose players have ids and names of their own, at home and away."""
    for side, number in (("home", home), ("away", away)):
        text = text.replace(f'"{side}', f'"team{number}').replace(f'"{side.title()}', f'"Team {number}')
    return text


def pairs(count: int) -> Iterator[tuple[int, int, int]]:
    """Seed and sides of so many matches of a league."""
    random = Random(count)  # noqa: S311
    for number in range(count):
        home, away = random.sample(range(TEAMS), 2)
        yield 1 + number % SEEDS, home, away


def events_of(seed: int, home: int, away: int) -> list[MatchEvent]:
    return [decode(name, named(text, home, away)) for name, text in texts(seed)]


def folded(tenant: uuid.UUID, count: int) -> list[AnalyticsFold]:
    """Matches as a consumer has them when it is about to work out their rows."""
    folds: list[AnalyticsFold] = []
    for number, pair in enumerate(pairs(count)):
        fold = AnalyticsFold(tenant, uuid.uuid4())
        for event in events_of(*pair):
            fold.apply(event, NOW + timedelta(hours=number))
        folds.append(fold)
    return folds


# --- against a bare COPY -----------------------------------------------------------------------------------------

_AS_CONSUMERS_COMMIT = "set local synchronous_commit = off"
"""As ``adapters.postgres.positions`` has it; the bare COPY too."""


@asynccontextmanager
async def prepare_copy(env: Environment) -> AsyncIterator[Pair]:
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    owner = await asyncpg.connect(dsn)
    pool = await create_pool(dsn, role=ROLE, application_name="analytics", max_size=2)
    threshold = gc.get_threshold()
    collect_seldom()  # as the process that keeps analytics does

    async def pair() -> dict[str, Sample]:
        folds = folded(uuid.uuid4(), WRITTEN_MATCHES)
        await owner.execute(f"truncate {', '.join(table.name for table in TABLES)}, analytics_total")
        begun = time.perf_counter()
        written = await _write(pool, folds)
        took = time.perf_counter() - begun
        totals = await owner.fetch("select * from analytics_total")
        ours = (sum(map(len, written.values())) + len(totals)) / took
        return {"analytics_vs_copy": Sample(ours / (bare := await _copy(owner, written, totals)), bare)}

    try:
        yield pair
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)
        pool.terminate()
        await owner.close()


async def _write(pool: Any, folds: Sequence[AnalyticsFold]) -> Rows:
    """Rows worked out and committed, the totals of all scopes with them."""
    done: list[Changes] = []
    for start in range(0, len(folds), AT_ONCE):
        changes: list[Changes] = []
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(_AS_CONSUMERS_COMMIT)
            await write_changes(connection, _worked_out(folds[start : start + AT_ONCE], changes))
        done += changes
    return {kind: [row for change in done for row in change.rows[kind]] for kind in KINDS}


def _worked_out(folds: Sequence[AnalyticsFold], kept: list[Changes]) -> Iterator[Changes]:
    """Changes as the projection gives them: worked out when they are asked for."""
    for fold in folds:
        kept.append(fold.changes())
        yield kept[-1]


async def _copy(owner: Any, rows: Rows, totals: Sequence[Any]) -> float:
    """Rows per second of a COPY into empty tables with the same indexes, one transaction for all."""
    names = [*(table.name for table in TABLES), "analytics_total"]
    for name in names:
        await owner.execute(f"create table {name}_bare (like {name} including all)")
    begun = time.perf_counter()
    async with owner.transaction():
        await owner.execute(_AS_CONSUMERS_COMMIT)
        for kind, table in TABLE_OF.items():
            await owner.copy_records_to_table(f"{table.name}_bare", records=rows[kind], columns=table.columns)
        await owner.copy_records_to_table("analytics_total_bare", records=map(tuple, totals))
    rate = (sum(map(len, rows.values())) + len(totals)) / (time.perf_counter() - begun)
    for name in names:
        await owner.execute(f"drop table {name}_bare")
    return rate


# --- the career table of a large league --------------------------------------------------------------------------


@asynccontextmanager
async def prepare_leaderboard(env: Environment) -> AsyncIterator[Pair]:
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    owner = await asyncpg.connect(dsn)
    tenant, balls, matches = await _league(owner)
    pool = await create_pool(dsn, role="pavilion_app", application_name="api", max_size=2)
    reads = PostgresAnalytics(pool)
    asked = (("batting", "runs"), ("bowling", "wickets"), ("mvp", ""), ("batting", "strike_rate"))

    async def pair() -> dict[str, Sample]:
        waits: list[float] = []
        for number in range(ASKED):
            table, sort = asked[number % len(asked)]
            begun = time.perf_counter()
            rows = await reads.figures(tenant, table, {}, sort=sort, limit=TOP)
            waits.append(1e3 * (time.perf_counter() - begun))
            if len(rows) != TOP:
                raise RuntimeError(f"{table}: {len(rows)} rows")
        waits.sort()
        note = {"p50_ms": round(waits[ASKED // 2], 2), "balls": balls, "matches": matches}
        return {"leaderboard_p95_ms": Sample(waits[int(0.95 * ASKED)], None, note)}

    try:
        yield pair
    finally:
        pool.terminate()
        await owner.close()


async def _league(owner: Any) -> tuple[uuid.UUID, int, int]:
    """A league of 1.2 million balls: the rows of real folds, under other matches, players and days."""
    tenant = uuid.uuid4()
    templates = {seed: _template(tenant, seed) for seed in range(1, SEEDS + 1)}
    balls_of = {
        seed: sum(len(innings.balls) for innings in fold.state.innings)
        for seed, (fold, _) in templates.items()
    }
    balls = matches = 0
    held: dict[type[Any], list[tuple[Any, ...]]] = {kind: [] for kind in KINDS}
    for seed, home, away in pairs(10 * BALLS // min(balls_of.values())):
        if balls >= BALLS:
            break
        match, played_at = uuid.uuid4(), NOW + timedelta(hours=matches)
        for kind, rows in templates[seed][1].items():
            held[kind] += [_elsewhere(row, match, played_at, home, away) for row in rows]
        balls, matches = balls + balls_of[seed], matches + 1
        if matches % 500 == 0:
            await _put(owner, held)
    await _put(owner, held)
    await owner.execute("analyze")
    async with owner.transaction():
        await make_anew(owner)
    await owner.execute("analyze")
    return tenant, balls, matches


def _template(tenant: uuid.UUID, seed: int) -> tuple[AnalyticsFold, Rows]:
    fold = AnalyticsFold(tenant, uuid.uuid4())
    for name, text in texts(seed):
        fold.apply(decode(name, text), NOW)
    return fold, fold.changes().rows


def _elsewhere(row: Any, match: uuid.UUID, played_at: Any, home: int, away: int) -> tuple[Any, ...]:
    def other(value: Any) -> Any:
        if value == NOW:
            return played_at
        if isinstance(value, str):
            return value.replace("home", f"team{home}").replace("away", f"team{away}")
        return value

    return (row[0], match, *map(other, row[2:]))


async def _put(owner: Any, held: dict[type[Any], list[tuple[Any, ...]]]) -> None:
    for kind, rows in held.items():
        table = TABLE_OF[kind]
        await owner.copy_records_to_table(table.name, records=rows, columns=table.columns)
        rows.clear()


# --- from the store to both kinds of read models -----------------------------------------------------------------


@asynccontextmanager
async def prepare_path(env: Environment) -> AsyncIterator[Pair]:
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    await ensure_topics(env.addresses.kafka_bootstrap or "", replication=1)
    owner, watch = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    start_processes(env, RELAY, PROJECTOR, ANALYTICS)

    async def pair() -> dict[str, Sample]:
        await _sustained(env, owner, watch, 5.0)  # everybody has found their partitions
        return {"kafka_events_per_second": await _sustained(env, owner, watch, SECONDS)}

    try:
        yield pair
    finally:
        await owner.close()
        await watch.close()
        stop_processes(env, RELAY, PROJECTOR, ANALYTICS)


_COMMITTED = """
select least(
  (select coalesce(sum(version), 0) from rm_match),
  (select coalesce(sum(version), 0) from rm_analytics_match)
)
"""


async def _sustained(env: Environment, owner: Any, watch: Any, seconds: float) -> Sample:
    """Events stored without a pause for so long, over the time until both have committed the last of them."""
    first = stored = committed = await watch.fetchval(_COMMITTED)
    used, begun = cpu_seconds(env), time.perf_counter()
    for part in _without_end():
        await store(owner, part)
        stored += len(part)
        while stored - committed > AHEAD:
            await asyncio.sleep(0.05)
            committed = await watch.fetchval(_COMMITTED)
        if time.perf_counter() - begun >= seconds:
            break
    while committed < stored:
        await asyncio.sleep(0.05)
        committed = await watch.fetchval(_COMMITTED)
        if time.perf_counter() - begun > 4 * seconds + 120:
            raise RuntimeError(f"{stored - committed} events were not committed")
    took = time.perf_counter() - begun
    note = {"cpu_seconds": cpu_used(used, cpu_seconds(env)), "seconds": round(took, 1)}
    return Sample((stored - first) / took, None, note)


def _without_end() -> Iterator[list[tuple[Any, ...]]]:
    """Rows for the event table: matches of several leagues, a hundred at a time, ball by ball in turn."""
    leagues, random = [uuid.uuid4() for _ in range(LEAGUES)], Random(1)  # noqa: S311
    while True:
        matches = [
            _stream(leagues[number % LEAGUES], 1 + number % SEEDS, *random.sample(range(TEAMS), 2))
            for number in range(TOGETHER)
        ]
        part: list[tuple[Any, ...]] = []
        for together in zip_longest(*matches):
            part += [row for row in together if row is not None]
            if len(part) >= 2_000:
                yield part
                part = []
        if part:
            yield part


def _stream(tenant: uuid.UUID, seed: int, home: int, away: int) -> list[tuple[Any, ...]]:
    match = uuid.uuid4()
    return [
        (tenant, MATCH, match, version, uuid.uuid4(), name, 1, named(text, home, away), "{}")
        for version, (name, text) in enumerate(texts(seed), 1)
    ]


COPY = Suite(
    name="analytics",
    servers=("postgres",),
    prepare=prepare_copy,
    figures=(
        Figure(
            "analytics_vs_copy",
            "rows of analytics worked out and committed with their totals, over a bare COPY of the same rows",
            "ratio",
            "≥ 0.25",
        ),
    ),
)
LEADERBOARD = Suite(
    name="leaderboard",
    servers=("postgres",),
    prepare=prepare_leaderboard,
    pairs=3,
    figures=(Figure("leaderboard_p95_ms", "top 100 of a career table over 1.2 million balls", "ms", "< 50"),),
)
PATH = Suite(
    name="kafka_path",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare_path,
    pairs=1,
    figures=(
        Figure(
            "kafka_events_per_second",
            "store to Kafka to analytics and read models committed, sustained",
            "events/s",
            "≥ 10,000",
        ),
    ),
)
