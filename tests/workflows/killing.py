"""Workers that are killed before or after one of the things they do to the world."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

from activities.payments import PaymentPorts
from handlers.payment import PaymentHandler
from handlers.tournament import TournamentHandler
from tests.workflows.paying import Paying
from tests.workflows.world import SOON
from workflows.steward import ATTEMPT

When = Literal["before", "after"]
EFFECTS = frozenset({"append", "post", "create_intent", "cancel_intent", "refund"})
"""What changes something outside of the process: in the store, in the books, at Stripe."""


ABRUPT: dict[str, Any] = {"graceful_shutdown": timedelta(0), "cached": 0}
"""Without a cache no task of a workflow waits for the process that is gone."""


class Strike:
    """The ``number``-th effect is the last that a process comes to, or comes to an end of."""

    def __init__(self, number: int, when: When) -> None:
        self.number = number
        self.when = when
        self.count = 0
        self.struck = asyncio.Event()
        self.at = ""

    def around(self, ports: PaymentPorts) -> PaymentPorts:
        """The ports of the process that will be killed, with memories of its own."""
        store: Any = _Struck(ports.store, self)
        return PaymentPorts(
            store=store,
            payments=PaymentHandler(store),
            tournaments=TournamentHandler(store),
            provider=_Struck(ports.provider, self),  # type: ignore[arg-type]
            ledger=_Struck(ports.ledger, self),  # type: ignore[arg-type]
        )

    async def effect(self, name: str, do: Callable[[], Awaitable[Any]]) -> Any:
        self.count += 1
        mine = self.count == self.number
        if mine and self.when == "before":
            await self._die(name)
        done = await do()
        if mine and self.when == "after":
            await self._die(name)
        return done

    async def _die(self, name: str) -> None:
        """A killed process says nothing any more."""
        self.at = f"{self.when} {name}"
        self.struck.set()
        await asyncio.Event().wait()


class _Struck:
    """Does all that the other does, and counts what changes something."""

    def __init__(self, other: Any, strike: Strike) -> None:
        self._other = other
        self._strike = strike

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._other, name)
        if name not in EFFECTS:
            return method

        async def counted(*given: Any, **more: Any) -> Any:
            return await self._strike.effect(name, lambda: method(*given, **more))

        return counted


async def killed(here: Paying, strike: Strike, story: Awaitable[None]) -> bool:
    """Have a story happen to a worker that is killed in it, and to the next to its end. False if the story has
    fewer effects than that."""
    telling = asyncio.ensure_future(story)
    striking = asyncio.create_task(strike.struck.wait())
    try:
        async with here.worker(strike.around(here.new_ports()), **ABRUPT):
            await asyncio.wait({telling, striking}, return_when=asyncio.FIRST_COMPLETED)
        async with here.worker(here.new_ports(), **ABRUPT):
            if strike.struck.is_set():
                await here.world.wait(ATTEMPT + SOON)
            await telling
    finally:
        striking.cancel()
    return strike.struck.is_set()
