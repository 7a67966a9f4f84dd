"""Everybody outside: organisers and treasurers at the API, payers' browsers and banks, people at the dashboard."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import aiohttp
import msgspec

from cli.client import ApiProblem, PavilionClient
from stack.stripe_simulator.faults import Knobs
from stack.stripe_simulator.payer import Paid, Payer
from workflows.facade import WorkflowRefused, Workflows

Json = dict[str, Any]
Answer = TypeVar("Answer")
TRIES, PAUSE_SECONDS = 40, 0.25
DASHBOARD = {"Authorization": "Bearer sk_test_dashboard"}
RACED = frozenset(
    {
        "entry_not_pending",
        "entry_over",
        "no_offer",
        "no_refund_stuck",
        "offer_expired",
        "payment_closed",
        "payment_not_due",
        "payment_not_found",
        "provider_unavailable",
        "team_disqualified",
        "tournament_closed",
        "tournament_over",
    }
)
"""Refusals to which a race can lead: somebody or something else was first."""


@dataclass
class Outside:
    """``refusals``: how often each code was heard; ``unsure``: how often a payer did not hear what came of it."""

    organiser: PavilionClient
    treasurer: PavilionClient
    http: aiohttp.ClientSession
    stripe_url: str
    workflows: Workflows
    tenant: UUID
    refusals: Counter[str] = field(default_factory=Counter[str])
    unsure: int = 0

    def __post_init__(self) -> None:
        self._payer = Payer(self.stripe_url, self.http)

    # --- at the API ----------------------------------------------------------------------------------------

    async def ask(
        self, path: str, body: Json | None = None, *, key: str, by: PavilionClient | None = None
    ) -> Json | None:
        """What the API answers to a POST; None where the race was lost. Raises ApiProblem for other refusals."""
        try:
            return await (by or self.organiser).command("POST", path, body or {}, key=key)
        except ApiProblem as problem:
            if problem.code not in RACED:
                raise
            self.refusals[problem.code] += 1
            return None

    async def begin(self, tournament: UUID, team: str, key: str) -> Json | None:
        """A payer comes to pay."""
        body = {"tournament_id": str(tournament), "team": team}
        return await self.ask("/v1/payments", body, key=key, by=self.treasurer)

    async def poll(self, payment: UUID) -> None:
        """Have the payment look at Stripe, as its own timer does when nobody tells it anything."""
        with suppress(WorkflowRefused):  # Temporal is busy; its own timer goes on
            await self.workflows.payment_moved(self.tenant, payment)

    # --- payers' browsers and banks ------------------------------------------------------------------------

    async def confirm(self, secret: str, card: str) -> Paid:
        """A browser pays, again if it did not hear what came of it."""
        return await self._heard(lambda: self._payer.pay(secret, card))

    async def authenticate(self, secret: str, *, agrees: bool) -> Paid:
        """The payer's bank has its answer."""
        return await self._heard(lambda: self._payer.authenticate(secret, agrees=agrees))

    async def _heard(self, act: Any) -> Paid:
        for _ in range(TRIES):
            with suppress(aiohttp.ClientError, TimeoutError):
                paid: Paid = await act()
                if paid.status != "unknown":
                    return paid
            self.unsure += 1
            await asyncio.sleep(PAUSE_SECONDS)
        return Paid("unknown")

    # --- people at Stripe's dashboard, and banks -----------------------------------------------------------

    async def refund_by_hand(self, intent: str, amount: int, key: str) -> bool:
        """Somebody gives money back in the dashboard; False if Stripe refuses that."""
        headers = {**DASHBOARD, "Idempotency-Key": key}
        said = {"payment_intent": intent, "amount": str(amount)}
        for _ in range(TRIES):
            with suppress(aiohttp.ClientError, TimeoutError):
                url = f"{self.stripe_url}/v1/refunds"
                async with self.http.post(url, data=said, headers=headers) as answer:
                    if answer.status == 200 or answer.status == 400:
                        return answer.status == 200
            await asyncio.sleep(PAUSE_SECONDS)
        return False

    async def listed(self, kind: str, **which: str) -> list[Json]:
        """All objects of a kind that Stripe has ("refunds"), asked for until it answers."""
        found: list[Json] = []
        asked = {"limit": "100", **which}
        while True:
            page = await self._page(f"{self.stripe_url}/v1/{kind}", asked)
            found += page["data"]
            if not page["has_more"]:
                return found
            asked["starting_after"] = page["data"][-1]["id"]

    async def _page(self, url: str, asked: dict[str, str]) -> Json:
        for _ in range(TRIES):
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self.http.get(url, params=asked, headers=DASHBOARD) as answer:
                    if answer.status == 200:
                        return await answer.json()
            await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{url} gives no page of {asked}")

    async def simulate(self, path: str, **said: Any) -> Json | None:
        """Something that banks do; None where it cannot be (any more)."""
        async with self.http.post(f"{self.stripe_url}/_simulator/{path}", json=said) as answer:
            return await answer.json() if answer.status == 200 else None

    async def set_faults(self, **knobs: Any) -> None:
        """What goes wrong from now on; nothing without any."""
        body = msgspec.json.encode(msgspec.structs.replace(Knobs(), **knobs))
        async with self.http.put(f"{self.stripe_url}/_simulator/faults", data=body) as answer:
            assert answer.status == 200, await answer.text()

    async def books(self) -> Json:
        """What the simulator counts."""
        async with self.http.get(f"{self.stripe_url}/_simulator/books") as answer:
            return await answer.json()


async def both(*acts: Awaitable[Any]) -> None:
    """At the same moment."""
    await asyncio.gather(*acts)
