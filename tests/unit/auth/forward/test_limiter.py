"""Redis decides for all gateways; each gateway goes on by itself while it is away."""

import pytest
import structlog.testing

from auth.forward import metrics
from auth.forward.limiter import RETRY_SECONDS, Limiter
from auth.forward.ports import QuotasUnavailable
from auth.forward.quotas import Decision, Plan, Windows

PLAN = Plan(burst=3, guard_seconds=0)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Shared:
    """What Redis does, as long as it is there; ``asked`` counts how often."""

    def __init__(self, clock: Clock) -> None:
        self._windows = Windows()
        self._clock = clock
        self.there = True
        self.asked = 0

    async def take(self, caller: str, plan: Plan) -> Decision:
        self.asked += 1
        if not self.there:
            raise QuotasUnavailable("ConnectionError: refused")
        return self._windows.take(caller, plan, self._clock())

    def forget_everything(self) -> None:
        self._windows = Windows()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shared(clock: Clock) -> Shared:
    return Shared(clock)


@pytest.fixture
def limiter(shared: Shared, clock: Clock) -> Limiter:
    return Limiter(shared, clock=clock)


async def allowed(limiter: Limiter, times: int = 10) -> int:
    return sum([(await limiter.take("caller", PLAN)).allowed for _ in range(times)])


async def test_redis_decides(limiter: Limiter) -> None:
    assert await allowed(limiter) == 3


async def test_two_gateways_share_one_limit(shared: Shared, clock: Clock) -> None:
    one, two = Limiter(shared, clock=clock), Limiter(shared, clock=clock)
    assert await allowed(one, 2) + await allowed(two, 10) == 3


async def test_whoever_is_over_the_limit_here_is_refused_without_asking(
    limiter: Limiter, shared: Shared
) -> None:
    await allowed(limiter, 100)
    assert shared.asked == 3


async def test_without_redis_the_limit_holds_and_nothing_fails(limiter: Limiter, shared: Shared) -> None:
    shared.there = False
    assert await allowed(limiter) == 3


async def test_what_was_let_through_before_counts_on(limiter: Limiter, shared: Shared) -> None:
    assert await allowed(limiter, 2) == 2
    shared.there = False
    assert await allowed(limiter) == 1


async def test_a_redis_that_comes_back_empty_gives_nothing_twice(
    limiter: Limiter, shared: Shared, clock: Clock
) -> None:
    assert await allowed(limiter) == 3
    shared.forget_everything()
    clock.now += 30
    assert await allowed(limiter) == 0
    clock.now += 30
    assert await allowed(limiter) == 3


async def test_what_was_let_through_without_redis_counts_when_it_is_back(
    limiter: Limiter, shared: Shared, clock: Clock
) -> None:
    shared.there = False
    assert await allowed(limiter) == 3
    shared.there = True
    clock.now += RETRY_SECONDS
    assert await allowed(limiter) == 0


async def test_redis_is_asked_again_by_one_request_in_a_while(
    limiter: Limiter, shared: Shared, clock: Clock
) -> None:
    shared.there = False
    for number in range(50):
        await limiter.take(f"caller {number}", PLAN)
    assert shared.asked == 1
    clock.now += RETRY_SECONDS
    for number in range(50):
        await limiter.take(f"caller {number}", PLAN)
    assert shared.asked == 2


async def test_its_going_and_coming_is_logged_once_each(
    limiter: Limiter, shared: Shared, clock: Clock
) -> None:
    with structlog.testing.capture_logs() as logs:
        shared.there = False
        for number in range(20):
            clock.now += RETRY_SECONDS
            await limiter.take(f"caller {number}", PLAN)
        assert metrics.SHARED._value.get() == 0
        shared.there = True
        for number in range(20):
            clock.now += RETRY_SECONDS
            await limiter.take(f"caller {number}", PLAN)
    assert [(line["log_level"], line["event"][:8]) for line in logs] == [
        ("error", "Redis is"),
        ("warning", "Redis is"),
    ]
    assert metrics.SHARED._value.get() == 1
