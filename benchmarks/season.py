"""A whole season: a tournament made of files, through the API, sessions, Kafka and the projector."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adapters.cricsheet.season import SeasonPlan, plan_season, read_season
from adapters.postgres.migrate import upgrade
from benchmarks.harness import ROOT, Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import cpu_seconds, cpu_used, start_processes, stop_processes
from cli.compressed import LEAD_SECONDS
from stack.errors import StackError
from stack.processes import PROJECT_PROCESSES

SEASON = "ipl-2023"
CHAMPION = "Chennai Super Kings"
DAY_SECONDS = 0.5
"""Two months in half a minute: the machine, not the tournament's clock, is what is measured."""


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """Everything that `pavilion up` runs."""
    folder = Path(os.environ.get("PAVILION_CRICSHEET", ROOT.parent / "shared/cricsheet")) / SEASON
    if not folder.is_dir():
        raise StackError(f"no match data at {folder}", "set PAVILION_CRICSHEET")
    await upgrade(env.addresses.postgres_dsn or "")
    start_processes(env, *PROJECT_PROCESSES)
    clock = clock_seconds(plan_season(read_season(folder)))

    async def pair() -> dict[str, Sample]:
        before, begun = cpu_seconds(env), time.perf_counter()
        season = await _replay(env, folder, "--season", "--day-seconds", str(DAY_SECONDS))
        elapsed, used = time.perf_counter() - begun, cpu_used(before, cpu_seconds(env))
        if season["champion"] != CHAMPION:
            raise RuntimeError(f"the champion is {season['champion']}")
        matches = await _replay(env, folder)
        note = {
            "season": SEASON,
            "matches": season["matches"],
            "balls": season["balls"],
            "ball_p95_ms": season["p95_ms"],
            "clock_seconds": round(clock, 1),
            "cpu_seconds": used,
            "cores_busy": round(sum(used.values()) / elapsed, 2),
        }
        return {"season_replay_seconds": Sample(season["seconds"], matches["seconds"], note)}

    try:
        yield pair
    finally:
        stop_processes(env, *PROJECT_PROCESSES)


def clock_seconds(plan: SeasonPlan) -> float:
    """How long the season would take if nothing but its clock took time."""
    starts = [placement.starts_at for placement in plan.placements]
    return LEAD_SECONDS + (max(starts) - min(starts)).total_seconds() / 86_400 * DAY_SECONDS


async def _replay(env: Environment, folder: Path, *options: str) -> dict[str, Any]:
    """What the command reports, which is itself the load. Raises RuntimeError if anything came out otherwise."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "replay", str(folder), "--json", *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PAVILION_ROOT": str(env.folder)},
    )  # fmt: skip
    output, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the replay failed: {(errors or output).decode()[-1000:]}")
    return json.loads(output)


SEASON_REPLAY = Suite(
    name="season",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare,
    pairs=3,
    figures=(
        Figure(
            "season_replay_seconds",
            "IPL 2023, 74 matches, to the official table and the champion; bare: its matches alone, "
            "without tournament and sessions",
            "s",
            "< 90",
        ),
    ),
)
