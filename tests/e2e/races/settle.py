"""After a race: what is still on its way arrives, what was lost is found, and what comes too late changes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from contracts.reconciliation import ReconciliationReport
from domain.payment.state import Phase
from handlers.errors import PaymentNotFound
from handlers.payment import PaymentHandler
from tests.e2e.races.outside import Outside
from tests.e2e.races.reading import Reader

PAUSE_SECONDS = 1.0
POLLED_A_SECOND = 25
QUIET_LOOKS = 3
"""Temporal's list of workflows may be a moment behind: it is empty so often before that is believed."""
JUDGED_AFTER_SECONDS = 5.0


class NotSettled(Exception):
    """Payments whose workflows do not come to an end."""


@dataclass
class Settling:
    """``within_seconds``: how long everything may take to come to rest."""

    outside: Outside
    reader: Reader
    payments: PaymentHandler
    within_seconds: float

    async def rest(self) -> None:
        """Until no workflow of a payment lives and no event waits. Raises NotSettled."""
        quiet, loop = 0, asyncio.get_running_loop()
        until = loop.time() + self.within_seconds
        while quiet < QUIET_LOOKS:
            await self.outside.simulate("settle")
            running, waiting = await self.reader.running(), await self.reader.waiting_webhooks()
            quiet = 0 if running or waiting else quiet + 1
            for payment in running:
                await self._look_after(payment)
            if loop.time() > until:
                lives = [await self.reader.life(payment, self.outside.tenant) for payment in running]
                raise NotSettled(f"{waiting} webhooks wait; {lives}")
            await asyncio.sleep(PAUSE_SECONDS + len(running) / POLLED_A_SECOND)

    async def _look_after(self, payment: UUID) -> None:
        """A refund that came back is tried again by the treasurer; any other payment looks at Stripe."""
        try:
            phase = await self.payments.read(self.outside.tenant, payment, lambda state: state.phase)
        except PaymentNotFound:
            return
        if phase is Phase.REFUND_STUCK:
            path, by = f"/v1/payments/{payment}/refunds:retry", self.outside.treasurer
            await self.outside.ask(path, key=uuid4().hex, by=by)
        else:
            await self.outside.poll(payment)

    async def echo(self, intents: Sequence[str], seed: int) -> None:
        """Events of old payments come again, each three times and in a wild order."""
        for intent in intents:
            await self.outside.simulate("resend", object=intent, times=3, shuffle=True, seed=seed)

    async def reconcile(self) -> ReconciliationReport:
        """Compare Stripe with the books, as is done every hour."""
        run = await self.outside.workflows.reconcile(self.outside.tenant, settle_seconds=JUDGED_AFTER_SECONDS)
        return await run.result()
