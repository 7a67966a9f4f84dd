"""Workers that are killed before or after one of the things they do to the world."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Literal, Protocol, TypeVar

from temporalio.worker import Worker

from activities.payments import PaymentPorts
from activities.payouts import PayoutPorts
from activities.sessions import Streams
from handlers.match import MatchHandler
from handlers.payment import PaymentHandler
from handlers.payout import PayoutHandler
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler
from tests.workflows.world import World

When = Literal["before", "after"]
EFFECTS = frozenset(
    {
        *("append", "post"),
        *("create_intent", "cancel_intent", "refund"),
        *("transfer", "reverse", "pay_out"),
        *("create_account", "onboarding_link", "add", "replace"),
    }
)
"""What changes something outside of the process: in the store, in the books, at Stripe, among the payees."""
LOOKS = frozenset(
    {
        *("load", "find"),
        *("balances", "sums", "transactions", "statement"),
        *("intent", "find_intent", "refunds", "disputes"),
        *("account", "transfer_of", "find_transfer", "reversals", "payout", "payouts"),
        *("events", "balance_transactions", "balance", "page"),
    }
)
"""What changes nothing."""
REMEMBERS: dict[str, Callable[[Any], Any]] = {
    "payments": PaymentHandler,
    "payouts": PayoutHandler,
    "tournaments": TournamentHandler,
    "sessions": SessionHandler,
    "matches": MatchHandler,
}
"""What a process makes anew over its store."""
NOTICED = timedelta(seconds=2)
"""How long an attempt may take where workers are killed (``noticed_soon``): not each of these waits can be skipped."""
Ports = TypeVar("Ports", PaymentPorts, PayoutPorts, Streams)

ABRUPT: dict[str, Any] = {"graceful_shutdown": timedelta(0), "cached": 0}
"""Without a cache no task of a workflow waits for the process that is gone."""


class Strike:
    """The ``number``-th effect is the last that a process comes to, or comes to an end of. It is not counted
    before it is ``armed``."""

    def __init__(self, number: int, when: When, *, armed: bool = True) -> None:
        self.number = number
        self.when = when
        self.armed = armed
        self.count = 0
        self.struck = asyncio.Event()
        self.at = ""

    def around(self, ports: Ports) -> Ports:
        """The ports of the process that will be killed, with memories of its own."""
        store = _Struck(ports.store, self)
        anew: dict[str, Any] = {"store": store}
        for name in (each.name for each in fields(ports) if each.name != "store"):
            port = getattr(ports, name)
            if name in REMEMBERS:
                anew[name] = REMEMBERS[name](store)
            elif not isinstance(port, int):
                anew[name] = _Struck(port, self)
        return replace(ports, **anew)

    async def effect(self, name: str, do: Callable[[], Awaitable[Any]]) -> Any:
        self.count += self.armed
        mine = self.armed and self.count == self.number
        if mine and self.when == "before":
            await self._die(name)
        try:
            done = await do()
        except Exception:  # refused is an answer, too, which a killed process does not hear
            if mine:
                await self._die(name)
            raise
        if mine:
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
            assert name in LOOKS, f"is {name} an effect?"
            return method

        async def counted(*given: Any, **more: Any) -> Any:
            return await self._strike.effect(name, lambda: method(*given, **more))

        return counted


class Stage(Protocol[Ports]):
    """Where the story happens, and whose worker is killed in it."""

    @property
    def world(self) -> World: ...

    def new_ports(self) -> Ports: ...

    def worker(self, ports: Ports, **more: Any) -> Worker: ...


async def killed(here: Stage[Ports], strike: Strike, story: Awaitable[None]) -> bool:
    """Have a story happen to a worker that is killed in it, and to the next to its end. False if the story has
    fewer effects than that."""
    telling = asyncio.ensure_future(story)
    striking = asyncio.create_task(strike.struck.wait())
    try:
        async with here.worker(strike.around(here.new_ports()), **ABRUPT):
            await asyncio.wait({telling, striking}, return_when=asyncio.FIRST_COMPLETED)
        async with here.worker(here.new_ports(), **ABRUPT):
            if strike.struck.is_set():
                await here.world.wait(NOTICED + timedelta(seconds=1))
            await telling
    finally:
        striking.cancel()
    return strike.struck.is_set()
