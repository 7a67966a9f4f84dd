"""The prize money of the demo: two people approve it, the winners' accounts are opened, and it is paid."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from uuid import UUID

from cli.client import PavilionClient
from cli.connection import connect
from cli.demo_board import Board
from cli.demo_scorer import NeverCame
from cli.demo_stripe import DemoStripe
from cli.money_api import Json, MoneyApi, money_in
from contracts.identity import OWNER, TREASURER

PATIENCE_SECONDS = 120.0
"""How long the tournament may take to be settled, and the money to be sent."""
LOOK_SECONDS = 0.1
COUNTRY = "IN"
APPROVERS = {TREASURER: "the treasurer", OWNER: "the owner"}
"""By their roles. Both must approve a sum like this."""


class Prizes:
    """The prize money of one tournament."""

    def __init__(self, tournament: UUID, money: MoneyApi, stripe: DemoStripe, board: Board) -> None:
        self._tournament = tournament
        self._money = money
        self._stripe = stripe
        self._board = board

    async def pay(self) -> Json:
        """Once the tournament is settled, until all is paid: the payout then. Raises NeverCame."""
        proposed = await self._until(lambda payout: payout["shares"])
        shared = ", ".join(f"{share['name']} {money_in(share['won'])}" for share in proposed["shares"])
        self._board.say(f"settled; {money_in(proposed['pool'])} of prize money: {shared}", "bold")
        organiser = proposed["organiser"]
        for name in (*(share["payee"] for share in proposed["shares"]), organiser["payee"]):
            payee = await self._money.payee(name, f"money@{name}.example", COUNTRY)
            await self._stripe.onboard(payee["account"])
        await self._approve(proposed["revision"])
        payout = await self._until(lambda payout: payout["status"] == "paid")
        for share in payout["shares"]:
            self._board.say(f"{share['name']} have got {money_in(share['paid'])} for place {share['rank']}")
        self._board.say(f"the organiser has got {money_in(payout['organiser']['paid'])}: what the fees leave")
        return payout

    async def _approve(self, revision: int) -> None:
        async with AsyncExitStack() as clients:
            for role, person in APPROVERS.items():
                by: PavilionClient = await clients.enter_async_context(connect(role=role, subject=person))
                await self._money.approve(self._tournament, revision, by=by, person=role)
                self._board.say(f"approved by {person}")

    async def _until(self, is_so: Callable[[Json], object]) -> Json:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (payout := await self._money.payout(self._tournament)) is None or not is_so(payout):
            if time.monotonic() > deadline:
                said = f"is {payout['status']}" if payout else "has not been proposed"
                raise NeverCame(f"the prize money {said}; the Temporal UI tells what it waits for")
            await asyncio.sleep(LOOK_SECONDS)
        return payout
