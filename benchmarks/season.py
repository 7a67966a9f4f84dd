"""A whole season: a tournament made of files, through the API, sessions, Kafka and the projector."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.cricsheet.season import plan_season, read_season
from adapters.postgres.migrate import upgrade
from benchmarks.harness import ROOT, Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import API, cpu_seconds, cpu_used, start_processes, stop_processes, token_of
from cli.client import PavilionClient
from cli.season_replay import SeasonReplay
from stack.errors import StackError
from stack.processes import PROJECT_PROCESSES

SEASON = "ipl-2023"
AT_ONCE = 8
DAY_SECONDS = 0.6


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    folder = Path(os.environ.get("PAVILION_CRICSHEET", ROOT.parent / "shared/cricsheet")) / SEASON
    if not folder.is_dir():
        raise StackError(f"no match data at {folder}", "set PAVILION_CRICSHEET")
    plan = plan_season(read_season(folder))
    await upgrade(env.addresses.postgres_dsn or "")
    url = start_processes(env, *PROJECT_PROCESSES)[API.name]

    async def pair() -> dict[str, Sample]:
        before = cpu_seconds(env)
        async with PavilionClient(url, lambda: token_of(env), connections=2 * AT_ONCE) as client:
            season = SeasonReplay(
                client, plan, at_once=AT_ONCE, day_seconds=DAY_SECONDS, moved=lambda report: None
            )
            report = await season.run()
        if report.replay.mismatches:
            raise RuntimeError(f"{SEASON} came out otherwise: {report.replay.mismatches[0]}")
        note = {
            "season": SEASON,
            "champion": report.champion,
            "matches": report.official,
            "balls": report.replay.balls,
            "ball_p95_ms": report.replay.percentile(95),
            "cpu_seconds": cpu_used(before, cpu_seconds(env)),
        }
        return {"season_replay_seconds": Sample(report.replay.seconds, None, note)}

    try:
        yield pair
    finally:
        stop_processes(env, *PROJECT_PROCESSES)


SEASON_REPLAY = Suite(
    name="season",
    servers=("postgres", "kafka", "temporal", "redis"),
    prepare=prepare,
    pairs=1,
    figures=(
        Figure(
            "season_replay_seconds",
            "IPL 2023, 74 matches, to the official table and the champion",
            "s",
            "< 90",
        ),
    ),
)
