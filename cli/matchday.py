"""Plays a tournament: whenever a match's session is open somebody goes and plays it, several at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Set
from datetime import UTC, datetime, timedelta

from cli.tournament_api import PLAYED_OUT, Json, TournamentApi
from domain.clock import Clock

LOOK_SECONDS = 0.2
"""How often the tournament is looked at for sessions that have opened."""
OPEN = "open"
AHEAD = frozenset({"scheduled", OPEN})
CANCELLED = "cancelled"

Play = Callable[[Json], Awaitable[None]]
Look = Callable[[Json], Awaitable[None]]


class StandsStill(Exception):
    """The tournament has ended without a champion."""


class Matchdays:
    """``play`` plays the match of a fixture whose session is open; no team and no ground is in two at once.

    ``look`` is shown the tournament with its fixtures (and what else ``expand`` names) whenever it was looked
    at. With a ``clock`` a match begins ``early`` before its time, else as soon as its session is open.
    """

    def __init__(
        self,
        tournament: TournamentApi,
        play: Play,
        *,
        at_once: int,
        look: Look,
        clock: Clock | None = None,
        early: timedelta = timedelta(),
        expand: str = "fixtures",
    ) -> None:
        self._tournament = tournament
        self._play = play
        self._look = look
        self._clock = clock
        self._early = early
        self._expand = expand
        self._at_once = at_once
        self._fixtures: list[Json] = []
        self._begun: set[str] = set()
        self._playing: dict[str, set[str]] = {}

    async def run(self) -> None:
        """Until the champion is known. Raises what ``play`` raises."""
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    tournament = await self._tournament.about(f"?expand={self._expand}")
                    await self._look(tournament)
                    if tournament["phase"] == CANCELLED:
                        raise StandsStill("the tournament was cancelled")
                    if tournament["phase"] in PLAYED_OUT:
                        return
                    self._fixtures = tournament["fixtures"]
                    self._begin(tasks)
                    await asyncio.sleep(LOOK_SECONDS)
        except ExceptionGroup as group:
            raise group.exceptions[0] from group

    def _begin(self, tasks: asyncio.TaskGroup) -> None:
        """Go to every match that may begin now, by what the last look showed."""
        by = datetime.max.replace(tzinfo=UTC)
        if self._clock is not None:
            by = self._clock.here(datetime.now(UTC)) + self._early
        waiting = [one for one in self._fixtures if one["match_id"] not in self._begun]
        found = may_begin(waiting, busy=set[str]().union(*self._playing.values()), by=by)
        for fixture in found[: self._at_once - len(self._playing)]:
            self._begun.add(fixture["match_id"])
            self._playing[fixture["match_id"]] = _needs(fixture)
            tasks.create_task(self._one(fixture, tasks))

    async def _one(self, fixture: Json, tasks: asyncio.TaskGroup) -> None:
        await self._play(fixture)
        del self._playing[fixture["match_id"]]
        self._begin(tasks)  # whoever waited for its teams or its ground need not wait for the next look, too


def may_begin(fixtures: Iterable[Json], *, busy: Set[str], by: datetime) -> list[Json]:
    """The fixtures whose session is open and that start ``by`` then, the earliest first.

    A team plays its matches in their order, and so are those of a ground: one that is not open yet keeps
    them for itself. ``busy``: teams and grounds that are not free.
    """
    taken, found = set(busy), list[Json]()
    ahead = [
        one for one in fixtures if one["status"] in AHEAD and one["ground"] and one["home"] and one["away"]
    ]
    for fixture in sorted(ahead, key=starts_at):
        if fixture["status"] == OPEN and starts_at(fixture) <= by and taken.isdisjoint(_needs(fixture)):
            found.append(fixture)
        taken |= _needs(fixture)
    return found


def starts_at(fixture: Json) -> datetime:
    """When a fixture is to begin."""
    return datetime.fromisoformat(fixture["starts_at"])


def _needs(fixture: Json) -> set[str]:
    return {fixture["home"]["team"], fixture["away"]["team"], f"ground {fixture['ground']['id']}"}
