"""How many sessions one worker process keeps, what each takes of its memory, and how fast they start."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
from temporalio.client import Client

from adapters.postgres.migrate import upgrade
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import (
    API,
    RELAY,
    SESSIONS,
    WORKER,
    cpu_seconds,
    processes_of,
    start_processes,
    stop_processes,
    token_of,
)
from cli.client import PavilionClient
from cli.tournament_api import TournamentApi
from domain.session.settings import SessionSettings
from domain.tournament.fixtures.model import FixtureRules, Placement
from domain.tournament.format import presets
from domain.tournament.format.layout import lay_out
from domain.tournament.lifecycle.commands import CreateTournament, SubmitEntry
from domain.tournament.lifecycle.settings import RegistrationRules, SquadRules, TournamentSettings

TOURNAMENTS = 5
TEAMS = 29
"""All meet once: 406 matches, below the 500 sessions that a tournament starts at a time."""
FORMAT = presets.round_robin()
MATCHES = lay_out(FORMAT, TEAMS).nodes
LIVE = TOURNAMENTS * len(MATCHES)
SECONDS = 300
LOOK_SECONDS = 0.25
_OPEN = "select count(*) from event where stream_kind = 'session' and type = 'SessionOpened'"
_CREATED = "select count(*) from event where stream_kind = 'match' and type = 'MatchCreated'"


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    kept = (API, RELAY, WORKER, SESSIONS)
    url = start_processes(env, *kept)[API.name]
    owner = await asyncpg.connect(dsn)
    temporal = await Client.connect(env.addresses.temporal_address or "")

    async def pair() -> dict[str, Sample]:
        async with PavilionClient(url, lambda: token_of(env)) as client:
            tournaments = [TournamentApi(client, uuid.uuid4()) for _ in range(TOURNAMENTS)]
            for tournament in tournaments:
                await _draw(tournament)
            empty, before = _memory_mb(env), cpu_seconds(env)
            begun = time.perf_counter()
            await asyncio.gather(*(_open_all(tournament) for tournament in tournaments))
            await _until(owner, (_OPEN, _CREATED), LIVE)
            seconds = time.perf_counter() - begun
        after = cpu_seconds(env)
        used = {name: round((after[name] - before[name]) / seconds, 2) for name in ("temporal", "worker")}
        live = await _running(temporal)
        note = {"mb_each": round((_memory_mb(env) - empty) / live, 3), "worker_mb": round(_memory_mb(env))}
        return {
            "live_sessions": Sample(live, None, note),
            "sessions_started_per_second": Sample(LIVE / seconds, None, {"cores_used": used}),
        }

    try:
        yield pair
    finally:
        await owner.close()
        stop_processes(env, *kept)


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
    await tournament.set_fixtures(list(_placements()))


def _placements() -> Sequence[Placement]:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    starts = [tomorrow + timedelta(hours=4 * number) for number in range(len(MATCHES))]
    return [
        Placement(node=node.id, ground="ground", starts_at=at, ends_at=at + timedelta(hours=3))
        for node, at in zip(MATCHES, starts, strict=True)
    ]


async def _until(owner: asyncpg.Connection, counts: Sequence[str], wanted: int) -> None:
    async with asyncio.timeout(SECONDS):
        while min([await owner.fetchval(count) for count in counts]) < wanted:  # noqa: ASYNC110 - other processes bring it about
            await asyncio.sleep(LOOK_SECONDS)


async def _running(temporal: Client) -> int:
    """What the Temporal server counts, which its list learns a little later."""
    asked = "WorkflowType = 'MatchWorkflow' and ExecutionStatus = 'Running'"
    async with asyncio.timeout(SECONDS):
        while (found := (await temporal.count_workflows(asked)).count) < LIVE:  # noqa: ASYNC110 - the server does
            await asyncio.sleep(LOOK_SECONDS)
    return found


def _memory_mb(env: Environment) -> float:
    return sum(each.memory_info().rss for each in processes_of(env)[WORKER.name]) / 2**20


LIVE_SESSIONS = Suite(
    name="sessions",
    servers=("postgres", "kafka", "temporal"),
    prepare=prepare,
    pairs=1,
    figures=(
        Figure("live_sessions", "sessions live on one worker process", "sessions", "≥ 2000"),
        Figure("sessions_started_per_second", "sessions opened with their matches", "sessions/s"),
    ),
)
