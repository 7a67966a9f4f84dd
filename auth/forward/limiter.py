"""Who decides on a caller's quota: Redis for all gateways together, and this process for itself besides."""

import time
from collections.abc import Callable

import structlog

from auth.forward import metrics
from auth.forward.ports import QuotasUnavailable, SharedQuotas
from auth.forward.quotas import Decision, Plan, Windows

RETRY_SECONDS = 1.0
"""Redis is asked again this long after it could not be: by one request, while the others go on without."""

log = structlog.get_logger("gateway")


class Limiter:
    """Lets requests through or refuses them.

    This process always remembers what it has let through. So it can refuse by itself whoever is over the limit with
    its own requests alone, without asking Redis; while Redis is away it goes on under the same rule, from where it
    was; and a Redis that comes back empty has forgotten nothing of what came through here. What Redis knows of other
    gateways is what is missing meanwhile: each then grants a caller one limit.
    """

    def __init__(self, shared: SharedQuotas, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._local = Windows()
        self._clock = clock
        self._away = False
        self._asked_again_at = 0.0
        metrics.SHARED.set(1)

    async def take(self, caller: str, plan: Plan) -> Decision:
        """Let a request of ``caller`` through and count it, or refuse it."""
        here = self._local.look(caller, plan, self._clock())
        if not here.allowed:
            return here
        if self._skips_redis():
            return self._by_itself(caller, plan)
        try:
            decision = await self._shared.take(caller, plan)
        except QuotasUnavailable as error:
            self._lost(error)
            return self._by_itself(caller, plan)
        self._found()
        if decision.allowed:
            self._local.take(caller, plan, self._clock())
        return decision

    def look(self, caller: str, plan: Plan) -> Decision:
        """What this process alone would say now. Counts nothing."""
        return self._local.look(caller, plan, self._clock())

    def _skips_redis(self) -> bool:
        """While Redis is away, all but one request in a while do without it."""
        now = self._clock()
        if not self._away:
            return False
        if now < self._asked_again_at:
            return True
        self._asked_again_at = now + RETRY_SECONDS
        return False

    def _by_itself(self, caller: str, plan: Plan) -> Decision:
        metrics.LOCAL.inc()
        return self._local.take(caller, plan, self._clock())

    def _lost(self, error: QuotasUnavailable) -> None:
        self._asked_again_at = self._clock() + RETRY_SECONDS
        if not self._away:
            self._away = True
            metrics.SHARED.set(0)
            log.error("Redis is away; this process counts by itself", error=str(error))

    def _found(self) -> None:
        if self._away:
            self._away = False
            metrics.SHARED.set(1)
            log.warning("Redis is back; all gateways count together again")
