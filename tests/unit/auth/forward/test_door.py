"""The door: who is let through, with what, and what is counted for whom."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from api.errors import Problem
from api.issuer import AUDIENCE, ISSUER, DevelopmentIssuer
from api.keys import KeyRing
from api.security import TokenVerifier
from auth.forward.callers import EXCHANGED_SECONDS, REFUSED_SECONDS, Callers, ExchangedKeys
from auth.forward.door import LET_THROUGH, Door, Refusal, logged_path
from auth.forward.limiter import Limiter
from auth.forward.plans import FRESH_SECONDS, Plans
from auth.forward.ports import PlanRow
from auth.forward.quotas import STANDARD, Decision, Plan, Windows
from domain.identity.revocations import Revocations, SubjectChanged, TenantResumed, TenantSuspended
from handlers.ports import StoreUnavailable

TENANT = uuid.uuid4()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class InMemory:
    """Quotas of one door; the names it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._windows = Windows()

    async def take(self, caller: str, plan: Plan) -> Decision:
        self.asked.append(caller)
        return self._windows.take(caller, plan, 0.0)


class Rows:
    """Plans as they are written down; ``there`` False: the store is away."""

    def __init__(self, *rows: PlanRow) -> None:
        self.rows = list(rows)
        self.there = True
        self.slow = False
        self.asked = 0

    async def plans(self, tenant_id: uuid.UUID) -> list[PlanRow]:
        self.asked += 1
        if self.slow:
            await asyncio.sleep(0)
        if not self.there:
            raise StoreUnavailable("away")
        return [row for row in self.rows if row.tenant_id == tenant_id]


class Exchange:
    """Exchanges the key ``pvk_1_good``; ``away`` as the Auth Service may be."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.away = False
        self.asked = 0

    async def exchange(self, key: str) -> str:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise Problem("auth_unavailable", "away")
        if key != "pvk_1_good":
            raise Problem("api_key_invalid", "not good")
        return self.token


@pytest.fixture
def issuer(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentIssuer:
    issuer = DevelopmentIssuer(tmp_path_factory.mktemp("issuer"))
    issuer.ensure()
    return issuer


@pytest.fixture
def token(issuer: DevelopmentIssuer) -> str:
    now = datetime.now(UTC)
    return issuer.token(
        now=now, roles=["viewer"], tenant_id=TENANT, subject="ada", lifetime=timedelta(hours=1)
    )


@pytest.fixture
def quotas() -> InMemory:
    return InMemory()


@pytest.fixture
def exchange(token: str) -> Exchange:
    return Exchange(token)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(issuer: DevelopmentIssuer, quotas: InMemory, exchange: Exchange, clock: Clock) -> Door:
    verifier = TokenVerifier(KeyRing(str(issuer.jwks_file)), issuer=ISSUER, audience=AUDIENCE)
    callers = Callers(verifier, ExchangedKeys(exchange, clock=clock))
    return Door(callers, Plans(Rows()), Limiter(quotas, clock=clock))


def asked(authorization: str | None = None, **more: str) -> dict[str, str]:
    said = {
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-uri": "/v1/matches?x=1",
        "x-forwarded-method": "GET",
    }
    if authorization:
        said["authorization"] = authorization
    return said | {name.replace("_", "-"): value for name, value in more.items()}


def refused(answer: object) -> Problem:
    assert isinstance(answer, Refusal)
    return answer.problem


async def test_a_good_token_goes_on_to_the_service(door: Door, token: str, quotas: InMemory) -> None:
    answer = await door.decide(asked(f"Bearer {token}"))
    assert not isinstance(answer, Refusal)
    assert answer["authorization"] == f"Bearer {token}"
    assert quotas.asked == [f"{TENANT}:user:ada"]
    assert set(answer) <= {*LET_THROUGH, "x-caller"}


async def test_a_key_goes_on_as_its_token(door: Door, token: str, quotas: InMemory) -> None:
    answer = await door.decide(asked("bearer pvk_1_good"))
    assert not isinstance(answer, Refusal)
    assert answer["authorization"] == f"Bearer {token}"
    assert quotas.asked == [f"{TENANT}:user:ada"]


async def test_a_key_is_not_exchanged_at_every_request(door: Door, exchange: Exchange, clock: Clock) -> None:
    await asyncio.gather(*(door.decide(asked("Bearer pvk_1_good")) for _ in range(5)))
    assert exchange.asked == 1
    clock.now += EXCHANGED_SECONDS
    await door.decide(asked("Bearer pvk_1_good"))
    assert exchange.asked == 2


async def test_keys_that_are_made_up_are_exchanged_no_more_than_the_quota(
    door: Door, exchange: Exchange
) -> None:
    for number in range(STANDARD.burst + 20):
        await door.decide(asked(f"Bearer pvk_1_{number}"))
    answer = await door.decide(asked("Bearer pvk_1_last"))
    assert isinstance(answer, Refusal)
    assert answer.problem.code == "too_many_requests"
    assert exchange.asked == STANDARD.burst
    elsewhere = await door.decide(asked("Bearer pvk_1_good", x_forwarded_for="203.0.113.8"))
    assert not isinstance(elsewhere, Refusal)


async def test_who_asks_while_nobody_can_tell_is_counted(door: Door, exchange: Exchange) -> None:
    exchange.away = True
    codes: list[str] = []
    for _ in range(STANDARD.burst + 2):
        answer = await door.decide(asked("Bearer pvk_1_good"))
        assert isinstance(answer, Refusal)
        codes.append(answer.problem.code)
    assert codes == ["auth_unavailable"] * STANDARD.burst + ["too_many_requests"] * 2


async def test_a_key_whose_token_was_revoked_is_exchanged_anew(
    issuer: DevelopmentIssuer, quotas: InMemory, exchange: Exchange, clock: Clock
) -> None:
    revocations = Revocations(900)
    ring = KeyRing(str(issuer.jwks_file))
    verifier = TokenVerifier(ring, issuer=ISSUER, audience=AUDIENCE, revocations=revocations)
    keys = ExchangedKeys(exchange, clock=clock)
    door = Door(Callers(verifier, keys), Plans(Rows()), Limiter(quotas, clock=clock))
    revocations.apply(TenantSuspended(TENANT), 1.0)
    await door.decide(asked("Bearer pvk_1_good"))
    assert exchange.asked == 1
    await door.decide(asked("Bearer pvk_1_good"))
    assert exchange.asked == 1, "a league that is suspended says nothing of the key"
    revocations.apply(TenantResumed(TENANT), 2.0)
    revocations.apply(SubjectChanged("ada", TENANT), 2**40)
    for times in (1, 2):
        answer = await door.decide(asked("Bearer pvk_1_good"))
        assert isinstance(answer, Refusal)
        assert (answer.problem.code, exchange.asked) == ("token_revoked", times)


async def test_a_key_that_is_refused_is_asked_for_again_soon(
    door: Door, exchange: Exchange, clock: Clock
) -> None:
    for _ in range(5):
        assert refused(await door.decide(asked("Bearer pvk_1_bad"))).code == "api_key_invalid"
    assert exchange.asked == 1
    clock.now += REFUSED_SECONDS
    await door.decide(asked("Bearer pvk_1_bad"))
    assert exchange.asked == 2


async def test_without_the_auth_service_known_keys_go_on_and_others_wait(
    door: Door, exchange: Exchange
) -> None:
    await door.decide(asked("Bearer pvk_1_good"))
    exchange.away = True
    assert not isinstance(await door.decide(asked("Bearer pvk_1_good")), Refusal)
    assert refused(await door.decide(asked("Bearer pvk_2_other"))).status == 503


async def test_a_key_without_an_end_is_not_even_looked_up(door: Door, exchange: Exchange) -> None:
    assert refused(await door.decide(asked("Bearer pvk_" + "x" * 1000))).status == 401
    assert exchange.asked == 0


async def test_a_bad_token_is_counted_by_address(door: Door, quotas: InMemory) -> None:
    assert refused(await door.decide(asked("Bearer x.y.z"))).status == 401
    assert quotas.asked == ["address:203.0.113.7"]


async def test_whoever_shows_nothing_is_let_through_by_address(door: Door, quotas: InMemory) -> None:
    answer = await door.decide(asked())
    assert not isinstance(answer, Refusal)
    assert "authorization" not in answer
    assert quotas.asked == ["address:203.0.113.7"]


async def test_the_last_of_a_quota_is_told_and_the_next_is_refused(door: Door) -> None:
    answers = [await door.decide(asked()) for _ in range(STANDARD.burst + 1)]
    last, over = answers[-2], answers[-1]
    assert not isinstance(last, Refusal)
    assert last["ratelimit"].startswith('"burst";r=0;')
    problem = refused(over)
    assert (problem.code, problem.headers["retry-after"]) == ("too_many_requests", "61")


async def test_ids_are_kept_if_they_are_fit_to_be(door: Door) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    kept = await door.decide(asked(x_request_id="mine", traceparent=trace))
    made = await door.decide(asked(x_request_id="bad\nid", traceparent="00-0-0-00"))
    assert not isinstance(kept, Refusal)
    assert not isinstance(made, Refusal)
    assert (kept["x-request-id"], kept["traceparent"]) == ("mine", trace)
    assert made["x-request-id"] != "bad\nid"
    assert made["traceparent"] != "00-0-0-00"


@pytest.mark.parametrize(
    ("missing", "counted"), [(None, False), ("origin", True), ("access-control-request-method", True)]
)
async def test_only_a_real_preflight_is_free(
    door: Door, quotas: InMemory, missing: str | None, counted: bool
) -> None:
    said = asked(
        x_forwarded_method="OPTIONS", origin="https://app.example", access_control_request_method="POST"
    )
    said.pop(missing or "", None)
    await door.decide(said)
    assert bool(quotas.asked) is counted


@pytest.mark.parametrize(
    ("uri", "logged"),
    [
        ("/v1/matches?cursor=x&token=secret", "/v1/matches"),
        ("/s/pvl_0191.abcdef", "/s/[redacted]"),
        ("/v1/x/pvk_1_secret/more", "/v1/x/[redacted]/more"),
        ("/" + "x" * 1000, "/" + "x" * 299),
    ],
)
def test_what_is_logged_of_an_address(uri: str, logged: str) -> None:
    assert logged_path(uri) == logged


async def test_the_callers_plan_goes_before_the_leagues() -> None:
    rows = Rows(PlanRow(TENANT, None, Plan(burst=5)), PlanRow(TENANT, "machine", Plan(burst=7)))
    plans = Plans(rows, clock=Clock())
    burst = [(await plans.of(tenant, who)).burst for tenant, who in ((TENANT, "machine"), (TENANT, "ada"))]
    assert burst == [7, 5]
    assert await plans.of(uuid.uuid4(), "machine") == STANDARD
    assert await plans.of(None, "") == STANDARD


async def test_all_who_come_first_wait_for_the_leagues_plan() -> None:
    rows = Rows(PlanRow(TENANT, None, Plan(burst=5)))
    rows.slow = True
    plans = Plans(rows, clock=Clock())
    found = await asyncio.gather(*(plans.of(TENANT, "ada") for _ in range(5)))
    assert {plan.burst for plan in found} == {5}
    assert rows.asked == 1


async def test_plans_are_looked_up_again_in_a_while_and_kept_while_the_store_is_away() -> None:
    rows, clock = Rows(PlanRow(TENANT, None, Plan(burst=5))), Clock()
    plans = Plans(rows, clock=clock)
    for _ in range(10):
        await plans.of(TENANT, "ada")
    assert rows.asked == 1
    rows.rows, rows.there = [], False
    clock.now += FRESH_SECONDS
    assert (await plans.of(TENANT, "ada")).burst == 5
    rows.there = True
    clock.now += FRESH_SECONDS
    assert await plans.of(TENANT, "ada") == STANDARD
