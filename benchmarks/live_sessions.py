"""How many sessions one worker process keeps, what each takes of its memory, and how fast they start."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from temporalio.client import Client

from adapters.postgres.migrate import upgrade
from adapters.temporal.client import connect
from api.issuer import DEVELOPMENT_TENANT
from benchmarks import bare_worker
from benchmarks.bare_workflow import BareWorkflow
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import (
    API,
    BARE_WORKER,
    WORKER,
    cpu_seconds,
    cpu_used,
    memory_mb,
    start_processes,
    stop_processes,
    token_of,
)
from cli.client import PavilionClient
from cli.tournament_api import TournamentApi
from contracts.work import SESSION, Aggregate, match_id_of
from domain.session.settings import SessionSettings
from domain.tournament.fixtures.model import FixtureRules, Placement
from domain.tournament.format import presets
from domain.tournament.format.layout import lay_out
from domain.tournament.lifecycle.commands import CreateTournament, SubmitEntry
from domain.tournament.lifecycle.settings import RegistrationRules, SquadRules, TournamentSettings
from workflows.facade import Workflows

TOURNAMENTS = 5
TEAMS = 29
"""All meet once: 406 matches, below the 500 sessions that a tournament starts at a time."""
FORMAT = presets.round_robin()
MATCHES = lay_out(FORMAT, TEAMS).nodes
LIVE = TOURNAMENTS * len(MATCHES)
SECONDS = 600
"""After which it gives up."""
LOOK_SECONDS = 0.25
ASKED_AT_ONCE = 16
_OPEN = "select count(*) from event where stream_kind = 'match' and type = 'MatchCreated'"
"""A session's match is created after its session, and last."""


@dataclass(frozen=True, slots=True)
class Started:
    """What it took to have so many alive: seconds, megabytes of the worker, and processor time by process."""

    seconds: float
    memory_mb: float
    cpu: dict[str, float]

    @property
    def per_second(self) -> float:
        return LIVE / self.seconds

    @property
    def mb_each(self) -> float:
        return self.memory_mb / LIVE

    def share_of(self, name: str) -> float:
        """Of all the processor time that was used."""
        return round(self.cpu[name] / sum(self.cpu.values()), 2)


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    kept = (API, WORKER, BARE_WORKER)
    url = start_processes(env, *kept)[API.name]
    owner = await asyncpg.connect(dsn)
    temporal = await connect(env.addresses.temporal_address or "")

    async def pair() -> dict[str, Sample]:
        async with PavilionClient(url, lambda: token_of(env)) as client:
            tournaments = [TournamentApi(client, uuid.uuid4()) for _ in range(TOURNAMENTS)]
            for tournament in tournaments:
                await _draw(tournament)

            async def open_all() -> None:
                await asyncio.gather(*(_open_all(tournament) for tournament in tournaments))
                await _until_open(owner)

            ours = await _measure(env, WORKER.name, open_all)
        answered = await _ask(temporal, tournaments)
        bare = await _measure(env, BARE_WORKER.name, lambda: _start_bare(temporal))
        note = {
            "mb_each": round(ours.mb_each, 3),
            "bare_mb_each": round(bare.mb_each, 3),
            "worker_mb": round(memory_mb(env, WORKER.name)),
            **answered,
        }
        starts = {
            "temporal_share_of_cpu": ours.share_of("temporal"),
            "cpu_seconds": ours.cpu,
            "bare_temporal_share_of_cpu": bare.share_of("temporal"),
        }
        return {
            "live_sessions": Sample(answered["answered"], None, note),
            "session_memory_mb": Sample(ours.mb_each, bare.mb_each),
            "sessions_started_per_second": Sample(ours.per_second, bare.per_second, starts),
        }

    try:
        yield pair
    finally:
        await owner.close()
        stop_processes(env, *kept)


async def _measure(env: Environment, worker: str, start: Callable[[], Awaitable[None]]) -> Started:
    """What ``start`` costs; it comes back when all are alive."""
    memory, cpu = memory_mb(env, worker), cpu_seconds(env)
    begun = time.perf_counter()
    async with asyncio.timeout(SECONDS):
        await start()
    seconds = time.perf_counter() - begun
    return Started(seconds, memory_mb(env, worker) - memory, cpu_used(cpu, cpu_seconds(env)))


# --- ours ---------------------------------------------------------------------------------------------------


async def _draw(tournament: TournamentApi) -> None:
    """A tournament whose matches only wait for their times."""
    settings = TournamentSettings(
        format=FORMAT,
        registration=RegistrationRules(capacity=TEAMS),
        squads=SquadRules(minimum_players=0),
        session=SessionSettings(opens_hours_before=24 * 365),
        fixtures=FixtureRules(rest_days=0),
    )
    teams = [f"club-{number}" for number in range(1, TEAMS + 1)]
    await tournament.create(CreateTournament(name="Sunday League", settings=settings))
    await tournament.say("POST", "/registration:open")
    await tournament.enter([SubmitEntry(team=team, name=team) for team in teams])
    await tournament.say("POST", "/registration:close")
    await tournament.say("POST", "/draw", {"seeds": teams})


async def _open_all(tournament: TournamentApi) -> None:
    """Matches that begin tomorrow or later, whose sessions open at once."""
    await tournament.set_fixtures(_placements())


def _placements() -> Sequence[Placement]:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    starts = [tomorrow + timedelta(hours=4 * number) for number in range(len(MATCHES))]
    return [
        Placement(node=node.id, ground="ground", starts_at=at, ends_at=at + timedelta(hours=3))
        for node, at in zip(MATCHES, starts, strict=True)
    ]


async def _until_open(owner: asyncpg.Connection) -> None:
    while await owner.fetchval(_OPEN) < LIVE:  # noqa: ASYNC110 - other processes bring it about
        await asyncio.sleep(LOOK_SECONDS)


async def _ask(temporal: Client, tournaments: Iterable[TournamentApi]) -> dict[str, Any]:
    """Ask every session where it is; how many know, and how long they took. Raises WorkflowRefused."""
    workflows = Workflows(temporal)

    async def ask(match_id: uuid.UUID) -> float | None:
        begun = time.perf_counter()
        progress = await workflows.progress(
            Aggregate(kind=SESSION, tenant_id=DEVELOPMENT_TENANT, id=match_id)
        )
        return 1000 * (time.perf_counter() - begun) if progress.phase and not progress.finished else None

    matches = [match_id_of(tournament.id, node.id) for tournament in tournaments for node in MATCHES]
    taken = [each for each in await _some_at_once(ask(match_id) for match_id in matches) if each is not None]
    return {"answered": len(taken), "answer_p95_ms": round(sorted(taken)[int(len(taken) * 0.95)], 1)}


# --- the bare baseline --------------------------------------------------------------------------------------


async def _start_bare(temporal: Client) -> None:
    run = uuid.uuid4()
    await _some_at_once(bare_worker.start(temporal, f"bare/{run}/{number}") for number in range(LIVE))
    handle = temporal.get_workflow_handle(f"bare/{run}/0")
    if await handle.query(BareWorkflow.said) != "begun":
        raise RuntimeError("the bare workflow does not answer")


async def _some_at_once(calls: "Iterable[Awaitable[Any]]") -> list[Any]:
    free = asyncio.Semaphore(ASKED_AT_ONCE)

    async def one(call: "Awaitable[Any]") -> Any:
        async with free:
            return await call

    return await asyncio.gather(*(one(call) for call in calls))


LIVE_SESSIONS = Suite(
    name="sessions",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare,
    pairs=1,
    figures=(
        Figure(
            "live_sessions",
            "sessions live on one worker process, each asked and answering",
            "sessions",
            "≥ 2,000",
        ),
        Figure(
            "session_memory_mb", "memory of the worker per live session; bare: a workflow that waits", "MB"
        ),
        Figure(
            "sessions_started_per_second",
            "sessions opened with their matches by their tournaments; bare: a workflow with one activity",
            "sessions/s",
        ),
    ),
)
