"""Quotas as a caller meets them: a hundred a minute, ten thousand an hour, however the requests are paced."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from adapters.postgres.quotas import PlanTable
from adapters.redis.quotas import SCRIPT, RedisQuotas
from auth.forward.ports import PlanRow, QuotasUnavailable
from auth.forward.quotas import Plan, Windows
from stack.servers.redis import Redis as RedisServer
from tests.integration.gateway.conftest import Site
from tests.integration.gateway.running import Gate, begin, end, free_port

QUICK = Plan(
    burst=20, sustained=50, burst_seconds=0.5, sustained_seconds=2, slice_seconds=0.1, guard_seconds=0.05
)
TIME = "local time = redis.call('TIME')\nlocal now = time[1] * 1000000 + time[2]"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator["Redis"]:
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def quotas(redis_url: str, unique_name: str) -> AsyncIterator[RedisQuotas]:
    quotas = RedisQuotas(redis_url, prefix=f"{unique_name}:")
    yield quotas
    await quotas.close()


def most_within(times: list[float], seconds: float) -> int:
    return max((sum(begun <= each < begun + seconds for each in times) for begun in times), default=0)


async def test_the_script_keeps_the_rules_of_the_model(redis: "Redis", unique_name: str) -> None:
    """The same requests at the same times, one hundred examples: every answer is the same."""
    assert TIME in SCRIPT
    script = redis.register_script(SCRIPT.replace(TIME, "local now = tonumber(ARGV[6])"))
    plan = Plan(burst=3, sustained=7, burst_seconds=60, sustained_seconds=600)
    lengths = [61_000_000, 601_000_000, 30_000_000]
    examples: list[list[int]] = []

    @given(st.lists(st.one_of(st.integers(0, 70), st.integers(0, 700), st.just(-20)), max_size=40))
    @settings(max_examples=60, database=None)
    def collect(pauses: list[int]) -> None:
        examples.append(pauses)

    collect()
    for number, pauses in enumerate(examples):
        windows, now = Windows(), 1_800_000_000
        keys = [f"{unique_name}:{number}:{window}" for window in ("minute", "hour")]
        for pause in pauses:
            now += pause
            expected = windows.take("caller", plan, now)
            answer = await script(keys=keys, args=[plan.burst, plan.sustained, *lengths, now * 1_000_000])
            seen = (expected.allowed, expected.burst.used, expected.sustained.used)
            assert (answer[0] == 1, answer[1], answer[3]) == seen, (pauses, pause)


async def test_no_window_is_passed_by_many_at_once(quotas: RedisQuotas) -> None:
    times: list[float] = []

    async def hammer() -> None:
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            decision = await quotas.take("caller", QUICK)
            if decision.allowed:
                times.append(time.monotonic())
            await asyncio.sleep(0.002)

    await asyncio.gather(*(hammer() for _ in range(6)))
    assert most_within(times, QUICK.burst_seconds) == QUICK.burst
    assert len(times) == QUICK.sustained  # of the two seconds: the longer window holds now


async def test_keys_end_and_stay_small(redis: "Redis", quotas: RedisQuotas, unique_name: str) -> None:
    plan = Plan(burst=20)
    for _ in range(plan.burst + 30):
        await quotas.take("caller", plan)
    minute, hour = (f"{unique_name}:{{caller}}:{window}" for window in ("minute", "hour"))
    assert await redis.llen(minute) == plan.burst
    assert await redis.hlen(hour) <= 4
    assert 0 < await redis.pttl(minute) <= 61_000
    assert 0 < await redis.pttl(hour) <= 3_631_000


async def test_a_caller_of_the_standard_plan_takes_some_kilobytes(redis: "Redis", unique_name: str) -> None:
    script = redis.register_script(SCRIPT.replace(TIME, "local now = tonumber(ARGV[6])"))
    keys = [f"{unique_name}:{window}" for window in ("minute", "hour")]
    for number in range(3_000):  # 1.3 s apart: more than an hour
        now = 1_800_000_000_000_000 + number * 1_300_000
        await script(keys=keys, args=[100, 10_000, 61_000_000, 3_601_000_000, 30_000_000, now])
    used = [int(await redis.memory_usage(key) or 0) for key in keys]
    assert sum(used) < 12_000, used


async def test_a_redis_that_is_not_there_is_said_to_be(unique_name: str) -> None:
    quotas = RedisQuotas(f"redis://127.0.0.1:{free_port()}/0", prefix=unique_name)
    with pytest.raises(QuotasUnavailable):
        await quotas.take("caller", QUICK)
    await quotas.close()


def asked(authorization: str | None = None, address: str = "198.51.100.7", **more: str) -> dict[str, str]:
    """How Traefik asks the door."""
    said = {"x-forwarded-for": address, "x-forwarded-uri": "/v1/matches?x=1", "x-forwarded-method": "GET"}
    if authorization is not None:
        said["authorization"] = authorization
    return said | {name.replace("_", "-"): value for name, value in more.items()}


async def test_two_doors_let_a_hundred_through_in_a_minute(site: Site, tmp_path: Path) -> None:
    second = Gate.start(tmp_path, site.environment)
    token = f"Bearer {site.token()}"
    statuses: list[int] = []
    try:
        async with httpx.AsyncClient(timeout=20) as http:

            async def hammer(url: str) -> None:
                for _ in range(40):
                    answer = await http.get(f"{url}/internal/forward-auth", headers=asked(token))
                    statuses.append(answer.status_code)

            await asyncio.gather(*(hammer(url) for url in (site.gate.url, second.url) * 2))
    finally:
        end(second.process)
    assert (statuses.count(200), statuses.count(429)) == (100, 60)


def test_what_is_left_is_told(site: Site) -> None:
    client = site.client(site.token())
    first, second = client.get("/v1/matches"), client.get("/v1/matches")
    assert first.headers["ratelimit-policy"] == '"burst";q=100;w=60, "sustained";q=10000;w=3600'
    assert first.headers["ratelimit"].startswith('"burst";r=99;t=61, "sustained";r=9999;t=36')
    assert second.headers["ratelimit"].startswith('"burst";r=98;')


def test_whoever_asks_too_much_is_told_when_to_come_again(site: Site) -> None:
    client = site.client(site.token())
    answers = [client.get("/v1/matches") for _ in range(101)]
    assert {answer.status_code for answer in answers[:100]} == {200}
    refused = answers[100]
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert refused.json()["instance"] == "/v1/matches"
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert refused.headers["ratelimit"].startswith('"burst";r=0;')
    assert refused.headers["ratelimit-policy"].startswith('"burst";q=100;w=60')
    assert refused.headers["strict-transport-security"]
    assert client.post("/v1/payments").status_code == 429  # one quota for all addresses


def test_a_caller_keeps_the_quota_with_another_token(site: Site) -> None:
    tenant = uuid.uuid4()
    with site.client() as client:
        for _ in range(4):
            token = site.token("the same", tenant)
            for _ in range(25):
                client.get("/v1/matches", headers={"authorization": f"Bearer {token}"})
        again = client.get(
            "/v1/matches", headers={"authorization": f"Bearer {site.token('the same', tenant)}"}
        )
        other = client.get(
            "/v1/matches", headers={"authorization": f"Bearer {site.token('another', tenant)}"}
        )
    assert (again.status_code, other.status_code) == (429, 200)


async def of_the_door(site: Site, times: int, **headers: str) -> list[int]:
    async with httpx.AsyncClient() as http:
        url = f"{site.gate.url}/internal/forward-auth"
        return [(await http.get(url, headers=asked(**headers))).status_code for _ in range(times)]


async def test_whoever_shows_nothing_is_counted_by_address(site: Site) -> None:
    assert (await of_the_door(site, 101, address="198.51.100.20")).count(200) == 100
    assert await of_the_door(site, 1, address="198.51.100.21") == [200]


async def test_one_subscriber_has_one_quota_of_ipv6(site: Site) -> None:
    addresses = [f"2001:db8:1:2::{number:x}" for number in range(101)]
    statuses = [(await of_the_door(site, 1, address=address))[0] for address in addresses]
    assert statuses.count(200) == 100
    assert await of_the_door(site, 1, address="2001:db8:1:3::1") == [200]


async def test_tokens_cannot_be_tried_without_end(site: Site) -> None:
    statuses = await of_the_door(site, 101, address="198.51.100.30", authorization="Bearer a.b.c")
    assert (statuses.count(401), statuses.count(429)) == (100, 1)


def test_a_bad_token_is_refused_at_the_door(site: Site) -> None:
    before = site.backends["scoring"].asked.total()
    for token in ("nonsense", site.token(seconds=-60), "pvk_1_secret"):
        answer = site.client(token).get("/v1/matches")
        assert (answer.status_code, answer.json()["status"]) == (401, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert site.backends["scoring"].asked.total() == before


def test_whoever_shows_nothing_is_left_to_the_service(site: Site) -> None:
    told = site.client().get("/v1/matches").json()["headers"]
    assert "authorization" not in told


def test_a_preflight_is_not_counted_and_needs_no_token(site: Site) -> None:
    asks = {"origin": "https://app.example", "access-control-request-method": "POST"}
    answers = [site.client().options("/v1/matches", headers=asks) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert all("ratelimit" not in answer.headers for answer in answers)
    assert "ratelimit" in site.client(site.token()).options("/v1/matches").headers


@pytest.fixture
async def plans(site: Site) -> AsyncIterator[PlanTable]:
    connection = await asyncpg.connect(site.environment["PAVILION_POSTGRES_DSN"])
    yield PlanTable(connection)
    await connection.close()


async def test_a_league_may_have_another_plan_and_one_of_it_yet_another(site: Site, plans: PlanTable) -> None:
    tenant = uuid.uuid4()
    await plans.set(PlanRow(tenant, None, Plan(burst=5, sustained=50)))
    await plans.set(PlanRow(tenant, "machine", Plan(burst=7, sustained=70)))
    statuses = {
        name: await of_the_door(site, 10, authorization=f"Bearer {site.token(name, tenant)}")
        for name in ("somebody", "machine")
    }
    assert {name: codes.count(200) for name, codes in statuses.items()} == {"somebody": 5, "machine": 7}
    assert await of_the_door(site, 1, authorization=f"Bearer {site.token('machine')}") == [200]


async def test_a_door_sees_the_plans_of_one_league_at_a_time(site: Site, plans: PlanTable) -> None:
    await plans.set(PlanRow(uuid.uuid4(), None, Plan(burst=5, sustained=50)))
    dsn = site.environment["PAVILION_POSTGRES_DSN"]
    door = await asyncpg.connect(dsn, user="pavilion_gate")
    assert await door.fetchval("select count(*) from quota") == 0
    for table in ("event", "register", "payee"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await door.fetchval(f"select count(*) from {table}")  # noqa: S608
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await door.execute("delete from quota")
    await door.close()


class OwnRedis:
    """A Redis that a test may kill."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._program = RedisServer().obtain(lambda _: None)["redis"]
        self.start()

    def start(self) -> None:
        command = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = begin([*command, "--dir", str(self._folder)], self._folder / "redis.log", {})

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    redis = OwnRedis(tmp_path)
    yield redis
    redis.kill()


async def test_redis_killed_under_load_fails_nothing_and_lets_nobody_through_twice(
    site: Site, own_redis: OwnRedis, tmp_path: Path
) -> None:
    gate = Gate.start(
        tmp_path, {**site.environment, "PAVILION_REDIS_URL": f"redis://127.0.0.1:{own_redis.port}/0"}
    )
    statuses: list[int] = []
    try:
        async with httpx.AsyncClient(timeout=20) as http:
            tokens = [f"Bearer {site.token()}" for _ in range(3)]

            async def ask(times: int) -> None:
                for number in range(times):
                    headers = asked(tokens[number % 3])
                    answer = await http.get(f"{gate.url}/internal/forward-auth", headers=headers)
                    statuses.append(answer.status_code)

            await asyncio.gather(*(ask(30) for _ in range(4)))
            load = asyncio.gather(*(ask(60) for _ in range(4)))
            await asyncio.sleep(0.05)
            own_redis.kill()
            await load
            own_redis.start()
            await asyncio.sleep(1.2)  # by then it is asked again
            await asyncio.gather(*(ask(15) for _ in range(4)))
            metrics = (await http.get(f"{gate.url}/metrics")).text
    finally:
        end(gate.process)
    assert set(statuses) == {200, 429}
    assert statuses.count(200) == 300  # three callers, a hundred each
    log = gate.log.read_text()
    assert log.count("Redis is away") == 1
    assert "pavilion_gateway_local_decisions_total" in metrics
    assert 'outcome="too_many_requests"' in metrics
