"""Registration of the demo: clubs enter, captains follow their invitations, and places change hands."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from cli.demo_board import Board
from cli.demo_fees import Fees
from cli.demo_people import INVITED_FOR, People
from cli.demo_settings import GIVES_UP, WITHDRAWS, entry
from cli.demo_stripe import EMPTY_CARD, GOOD_CARD
from cli.squads import Squad
from cli.tournament_api import TournamentApi
from domain.clock import Clock
from domain.tournament.lifecycle.commands import SubmitEntry

GUESTS = (GIVES_UP, WITHDRAWS)
"""They have places first; who waits gets them."""
DECLINED = 1
"""Which club's first card is declined."""


class Registration:
    """Everybody who enters, by the time of ``clock``."""

    def __init__(self, tournament: TournamentApi, people: People, board: Board, clock: Clock) -> None:
        self._tournament = tournament
        self._people = people
        self._board = board
        self._clock = clock

    async def run(self, clubs: Sequence[Squad], fees: Fees | None) -> None:
        """Until every club has its place, and has paid for it where there are fees. Raises ApiProblem,
        ApiUnreachable, NeverCame."""
        if fees is None:
            for club in clubs:
                await self._enter(entry(club))
            return
        try:
            await self._with_fees(clubs[: -len(GUESTS)], clubs[-len(GUESTS) :], fees)
        except ExceptionGroup as group:
            raise group.exceptions[0] from group

    async def _with_fees(self, first: Sequence[Squad], waiting: Sequence[Squad], fees: Fees) -> None:
        async with asyncio.TaskGroup() as tasks:
            for number, club in enumerate(first):
                await self._enter(entry(club))
                cards = (EMPTY_CARD, GOOD_CARD) if number == DECLINED else (GOOD_CARD,)
                tasks.create_task(fees.pay(club.team, *cards))
            for guest in GUESTS:
                await self._enter(SubmitEntry(team=guest.id, name=guest.name))
            guest_pays = tasks.create_task(fees.pay(WITHDRAWS, GOOD_CARD))
            for club in waiting:
                await self._enter(entry(club), " and wait for a place")
            # One place after the other becomes free, so that it is known who is offered which.
            heirs = [club.team for club in waiting]
            await fees.begin(GIVES_UP)
            await fees.leave(GIVES_UP, "no sponsor")
            tasks.create_task(fees.see_cancelled(GIVES_UP))
            tasks.create_task(fees.inherit(heirs[0], GIVES_UP, GOOD_CARD))
            await guest_pays
            await fees.leave(WITHDRAWS, "the ground is under water")
            tasks.create_task(fees.see_refunded(WITHDRAWS))
            tasks.create_task(fees.inherit(heirs[1], WITHDRAWS, GOOD_CARD))

    async def _enter(self, entered: SubmitEntry, words: str = "") -> None:
        expires_at = (self._clock.here(datetime.now(UTC)) + INVITED_FOR).isoformat()
        await self._tournament.enter_one(entered)
        await self._people.invite_captain(entered.team, expires_at)
        players = f" with {len(entered.players)} players" if entered.players else ""
        self._board.say(f"{entered.name} enter{players}{words}; their captain has a token")
