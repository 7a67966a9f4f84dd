"""What happens at Stripe in the demo: payers' browsers, payees' forms, and Stripe's own books; all of it is played
by the simulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import aiohttp

from cli.client import ApiUnreachable
from stack.stripe_simulator.payer import Paid, Payer

GOOD_CARD = "pm_card_visa"
EMPTY_CARD = "pm_card_visa_chargeDeclinedInsufficientFunds"
TIMEOUT_SECONDS = 60.0


class DemoStripe:
    """The simulator at ``url``. Use it as a context. Everything may raise ApiUnreachable."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        self._payer = Payer(self._url, self._http)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def pay(self, client_secret: str, card: str) -> Paid:
        """A payer's browser sends a card's number to Stripe, and nowhere else."""
        async with self._reached():
            return await self._payer.pay(client_secret, card)

    async def onboard(self, account: str) -> None:
        """A payee follows its link and fills in Stripe's form."""
        async with (
            self._reached(),
            self._http.post(f"{self._url}/_simulator/accounts/{account}/onboard", json={}) as answer,
        ):
            answer.raise_for_status()

    async def books(self) -> dict[str, Any]:
        """What Stripe has: ``currencies`` by kind, ``payments`` by what came of each."""
        async with self._reached(), self._http.get(f"{self._url}/_simulator/books") as answer:
            answer.raise_for_status()
            return await answer.json()

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[None]:
        try:
            yield
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ApiUnreachable(f"the simulator of Stripe at {self._url} did not answer: {error}") from error
