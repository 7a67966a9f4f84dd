"""What the way through the gateway costs, and whether a quota holds against whoever times their requests."""

import asyncio
import itertools
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import asyncpg
import httpx

from adapters.kafka.topics import ensure_topics
from adapters.postgres.migrate import upgrade
from adapters.postgres.quotas import PlanTable
from api.issuer import DEVELOPMENT_TENANT, DevelopmentIssuer
from auth.forward.ports import PlanRow
from auth.forward.quotas import LARGEST_BURST, LARGEST_SUSTAINED, STANDARD, Plan
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.live_matches import headers, start_matches
from benchmarks.load import Report, attack, request, write_requests
from benchmarks.servers import API, GATE, PROJECTOR, RELAY, start_processes, stop_processes

MATCHES = 50
REQUESTS = 4000
OPEN_LOOP_SECONDS = 15
PER_SECOND = 300
CARD_SECONDS = 60
FRESH_SECONDS = 6
"""By then a door knows of a plan."""
WATCHED_SECONDS = 125
"""Two windows and a little."""
GATE_TWO = replace(GATE, name="gate-two")


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """The API behind the gateway and straight; cards from the read model."""
    dsn, gateway = env.addresses.postgres_dsn or "", env.addresses.gateway_url or ""
    await upgrade(dsn)
    await ensure_topics(env.addresses.kafka_bootstrap or "", replication=1)
    await _let_hurry(dsn)
    url = start_processes(env, API, GATE, RELAY, PROJECTOR)[API.name]
    _lead_to_processes(env)
    token = _token(env, "benchmark", "organiser", "scorer")
    matches = [match.id for match in start_matches(url, token, MATCHES)]
    await _until_projected(url, token, matches)
    await asyncio.sleep(FRESH_SECONDS)

    def cards(base: str, count: int) -> Iterator[str]:
        for match in itertools.islice(itertools.cycle(matches), count):
            yield request("GET", f"{base}/v1/matches/{match}/scorecard", headers(token))

    async def load(base: str, count: int, per_second: int | None = None) -> Report:
        file = write_requests(env.folder / "cards.json", cards(base, count))
        ca_file = env.addresses.gateway_ca if base == gateway else None
        return (await attack(file, per_second=per_second, ca_file=ca_file)).require_all_ok()

    async def pair() -> dict[str, Sample]:
        through, direct = await load(gateway, REQUESTS), await load(url, REQUESTS)
        count = PER_SECOND * OPEN_LOOP_SECONDS
        paced, straight = await load(gateway, count, PER_SECOND), await load(url, count, PER_SECOND)
        rates = {"requests_per_second": round(through.requests_per_second), "load_cpu": through.load_cpu}
        tail = {
            "p50_ms": round(paced.p50_ms, 2),
            "p99_ms": round(paced.p99_ms, 2),
            "load_cpu": paced.load_cpu,
        }
        ratio = through.requests_per_second / direct.requests_per_second
        return {
            "gateway_p95_ms": Sample(paced.p95_ms, straight.p95_ms, tail),
            "gateway_vs_direct": Sample(ratio, direct.requests_per_second, rates),
        }

    try:
        yield pair
    finally:
        stop_processes(env, API, GATE, RELAY, PROJECTOR)


@asynccontextmanager
async def prepare_quota(env: Environment) -> AsyncIterator[Pair]:
    """Two doors, and a caller who tries to get more than a hundred through in a minute."""
    await upgrade(env.addresses.postgres_dsn or "")
    urls = start_processes(env, GATE, GATE_TWO)
    doors = [f"{urls[each.name]}/internal/forward-auth" for each in (GATE, GATE_TWO)]

    async def pair() -> dict[str, Sample]:
        token = _token(env, f"caller {uuid.uuid4()}", "viewer")
        asked, passed = await _all_that_gets_through(doors, token)
        most = most_within(passed, STANDARD.burst_seconds)
        return {"quota_max_in_60s": Sample(most, None, {"asked": asked, "let_through": len(passed)})}

    try:
        yield pair
    finally:
        stop_processes(env, GATE, GATE_TWO)


async def _all_that_gets_through(doors: list[str], token: str) -> tuple[int, list[float]]:
    """How many were asked, and when each that got through was answered. A hundred just before a minute is over,
    then whatever comes at once when it is, at both doors at the same time."""
    begun, passed, asked = time.monotonic(), list[float](), 0
    said = {"authorization": f"Bearer {token}", "x-forwarded-for": "203.0.113.9", "x-forwarded-method": "GET"}

    async with aiohttp.ClientSession() as http:

        async def ask(door: str) -> None:
            nonlocal asked
            asked += 1
            async with http.get(door, headers=said) as answer:
                if answer.status == 200:
                    passed.append(time.monotonic())

        await ask(doors[0])
        while (spent := time.monotonic() - begun) < WATCHED_SECONDS:
            edge = spent % 60 > 58 or spent % 60 < 4
            at_once = 40 if edge else 4
            await asyncio.gather(*(ask(door) for door in doors for _ in range(at_once // 2)))
            await asyncio.sleep(0.02 if edge else 0.5)
    return asked, passed


def most_within(times: list[float], seconds: float) -> int:
    """The most of the moments that lie within any window of this length."""
    ordered = sorted(times)
    first = most = 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def _token(env: Environment, subject: str, *roles: str) -> str:
    issuer = DevelopmentIssuer(env.folder / ".pavilion/issuer")
    return issuer.token(now=datetime.now(UTC), roles=roles, subject=subject)


async def _let_hurry(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    plan = Plan(burst=LARGEST_BURST, sustained=LARGEST_SUSTAINED)
    await PlanTable(connection).set(PlanRow(DEVELOPMENT_TENANT, None, plan))
    await connection.close()


def _lead_to_processes(env: Environment) -> None:
    """The suite's servers ran before its processes had ports: tell the gateway of them."""
    from stack.folders import state_folder
    from stack.ports import remembered
    from stack.servers import SERVERS, Site

    traefik = SERVERS["traefik"]
    traefik.prepare(traefik.find() or {}, Site(env.folder, remembered(state_folder(env.folder))))


async def _until_projected(url: str, token: str, matches: list[str]) -> None:
    deadline = time.monotonic() + CARD_SECONDS
    async with httpx.AsyncClient(base_url=url, headers=headers(token)) as client:
        for match in matches:
            while (await client.get(f"/v1/matches/{match}/scorecard")).headers.get(
                "pavilion-source"
            ) != "projection":
                if time.monotonic() > deadline:
                    raise RuntimeError(f"the card of {match} has not come out of Kafka")
                await asyncio.sleep(0.1)


GATEWAY = Suite(
    name="gateway",
    servers=("postgres", "kafka", "temporal", "redis", "traefik"),
    prepare=prepare,
    pairs=3,
    figures=(
        Figure(
            "gateway_p95_ms",
            "GET of a scorecard through TLS, forward-auth, quotas and API at 300/s, p95 (bare: straight to the API)",
            "ms",
            "< 25",
        ),
        Figure(
            "gateway_vs_direct", "GET of a scorecard through the gateway over direct, requests/s", "ratio"
        ),
    ),
)
QUOTA = Suite(
    name="quota",
    servers=("postgres", "redis", "kafka", "temporal"),
    prepare=prepare_quota,
    pairs=1,
    figures=(
        Figure(
            "quota_max_in_60s",
            "most requests let through in any 60 s by a limit of 100, adversarial pacing, two doors",
            "requests",
            "≤ 100",
        ),
    ),
)
