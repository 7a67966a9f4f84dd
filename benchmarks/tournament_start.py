"""How soon a tournament is there: from the request to its workflow started, and its page readable."""

import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from adapters.postgres.migrate import upgrade
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import API, RELAY, WORKER, start_processes, stop_processes, token_of
from cli.client import PavilionClient
from cli.tournament_api import TournamentApi
from domain.tournament.format import presets
from domain.tournament.lifecycle.commands import CreateTournament
from domain.tournament.lifecycle.settings import TournamentSettings

TOURNAMENTS = 60
CREATION = CreateTournament(name="Premier League", settings=TournamentSettings(format=presets.ipl()))


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    await upgrade(env.addresses.postgres_dsn or "")
    url = start_processes(env, API, RELAY, WORKER)[API.name]

    async def pair() -> dict[str, Sample]:
        starts: list[float] = []
        reads: list[float] = []
        async with PavilionClient(url, lambda: token_of(env)) as client:
            for _ in range(TOURNAMENTS):
                tournament = TournamentApi(client, uuid.uuid4())
                begun = time.perf_counter()
                await tournament.create(CREATION)
                found = await tournament.about()
                starts.append(time.perf_counter() - begun)
                if found["phase"] != "draft":
                    raise RuntimeError(f"a new tournament is {found['phase']}")
                begun = time.perf_counter()
                await tournament.about("/progress")
                reads.append(time.perf_counter() - begun)
        note = {"tournaments": TOURNAMENTS, "p50_ms": _percentile(starts, 50)}
        return {
            "tournament_start_p95_ms": Sample(_percentile(starts, 95), None, note),
            "facade_read_p95_ms": Sample(
                _percentile(reads, 95), None, {"reads": len(reads), "p50_ms": _percentile(reads, 50)}
            ),
        }

    try:
        yield pair
    finally:
        stop_processes(env, API, RELAY, WORKER)


def _percentile(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds."""
    ranked = sorted(seconds)
    return round(1000 * ranked[-(-percent * len(ranked) // 100) - 1], 2)


TOURNAMENT_START = Suite(
    name="tournament-start",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare,
    pairs=3,
    warm_up=True,
    figures=(
        Figure(
            "tournament_start_p95_ms",
            "create a tournament: HTTP to workflow started and readable",
            "ms",
            "< 150",
        ),
        Figure("facade_read_p95_ms", "ask a workflow what happens next: HTTP to answer", "ms", "< 50"),
    ),
)
