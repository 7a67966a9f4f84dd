"""Plays a tournament: whenever a match's session opens somebody goes and plays it, several at once."""

import asyncio
from collections.abc import Awaitable, Callable

from cli.tournament_api import PLAYED_OUT, Json, TournamentApi

LOOK_SECONDS = 0.2
"""How often the fixtures are looked at for sessions that have opened."""
OPEN = "open"
CANCELLED = "cancelled"

Play = Callable[[Json], Awaitable[None]]
Look = Callable[[list[Json], str], Awaitable[None]]


class StandsStill(Exception):
    """The tournament has ended without a champion."""


class Matchdays:
    """``play`` plays the match of a fixture whose session is open; ``look`` is shown the fixtures and the phase
    whenever they have been looked at."""

    def __init__(self, tournament: TournamentApi, play: Play, *, at_once: int, look: Look) -> None:
        self._tournament = tournament
        self._play = play
        self._look = look
        self._slots = asyncio.Semaphore(at_once)
        self._begun: set[str] = set()

    async def run(self) -> None:
        """Until the champion is known. Raises what ``play`` raises."""
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    tournament = await self._tournament.with_fixtures()
                    phase, fixtures = tournament["phase"], tournament["fixtures"]
                    await self._look(fixtures, phase)
                    if phase == CANCELLED:
                        raise StandsStill("the tournament was cancelled")
                    if phase in PLAYED_OUT:
                        return
                    for fixture in fixtures:
                        if fixture["status"] == OPEN and fixture["match_id"] not in self._begun:
                            self._begun.add(fixture["match_id"])
                            tasks.create_task(self._one(fixture))
                    await asyncio.sleep(LOOK_SECONDS)
        except ExceptionGroup as group:
            raise group.exceptions[0] from group

    async def _one(self, fixture: Json) -> None:
        async with self._slots:
            await self._play(fixture)
