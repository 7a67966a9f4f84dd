"""Which plan a caller has: the standard one, or what an operator gave to the league or to the caller."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from uuid import UUID

from auth.forward import metrics
from auth.forward.ports import PlanSource
from auth.forward.quotas import STANDARD, Plan
from handlers.ports import StoreUnavailable

FRESH_SECONDS = 5.0
REMEMBERED_TENANTS = 10_000

Known = Mapping[str | None, Plan]


class Plans:
    """Plans by league, looked up again every five seconds at most. What cannot be looked up stays as it was."""

    def __init__(self, source: PlanSource, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._known: OrderedDict[UUID, tuple[float, Known]] = OrderedDict()
        self._first: dict[UUID, asyncio.Task[Known]] = {}

    async def of(self, tenant_id: UUID | None, subject: str) -> Plan:
        """The plan of ``subject`` in a league; the standard one for whoever has not said who they are."""
        if tenant_id is None:
            return STANDARD
        plans = await self._of_tenant(tenant_id)
        return plans.get(subject) or plans.get(None) or STANDARD

    async def _of_tenant(self, tenant_id: UUID) -> Known:
        if tenant_id not in self._known:
            return await self._look_first(tenant_id)
        now = self._clock()
        fresh_until, plans = self._known[tenant_id]
        if now < fresh_until:
            return plans
        # Those that come meanwhile go by the plans that were known: one looks them up for all.
        self._remember(tenant_id, now, plans)
        return await self._look(tenant_id, now, plans)

    async def _look_first(self, tenant_id: UUID) -> Known:
        """Nothing is known to go by, so all who come at first wait for one look."""
        task = self._first.get(tenant_id)
        if task is None:
            task = self._first[tenant_id] = asyncio.ensure_future(self._look(tenant_id, self._clock(), {}))
            task.add_done_callback(lambda _: self._first.pop(tenant_id, None))
        return await asyncio.shield(task)

    async def _look(self, tenant_id: UUID, now: float, plans: Known) -> Known:
        try:
            plans = {row.subject: row.plan for row in await self._source.plans(tenant_id)}
        except StoreUnavailable:
            metrics.PLANS_STALE.inc()
        self._remember(tenant_id, now, plans)
        return plans

    def _remember(self, tenant_id: UUID, now: float, plans: Known) -> None:
        self._known[tenant_id] = (now + FRESH_SECONDS, plans)
        self._known.move_to_end(tenant_id)
        if len(self._known) > REMEMBERED_TENANTS:
            self._known.popitem(last=False)
