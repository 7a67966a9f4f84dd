"""The race: tournaments side by side, each with its payers, its waitlist and its end."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.client import ApiUnreachable
from domain.tournament.lifecycle.state import EntryStatus, TournamentState
from handlers.tournament import TournamentHandler
from tests.e2e.races.outside import Outside
from tests.e2e.races.payers import MANNERS, Payer
from tests.e2e.races.plan import POLICIES, Cup, Team

KNOCKOUT = {"name": "Knockout", "stages": [{"kind": "knockout", "name": "Knockout"}]}
UNSETTLED = frozenset({EntryStatus.PENDING_PAYMENT, EntryStatus.OFFERED})
SETTLED_WITHIN_SECONDS = 300.0
"""How long after its last payer a tournament may have entries of which it is not known whether they take part."""
LOOK_SECONDS = 0.5
YEAR = timedelta(days=365)


class Stranded(Exception):
    """Entries hold places, and nothing happens to them."""


@dataclass
class Count:
    """How far a race is. ``payments``: places, each of which is paid for at least once."""

    payments: int
    seed: int
    begun: int = 0
    gave_up: int = 0
    """Payers whom nobody answered for minutes: what became of their payments is judged like any other."""
    ended: int = 0
    cups_ended: int = 0
    killed: Counter[str] = field(default_factory=Counter[str])
    started_at: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started_at


@dataclass
class Race:
    """``reserve_seconds``: how long a place is kept unpaid; ``at_once``: tournaments side by side; ``moved`` is
    called whenever ``count`` has changed."""

    outside: Outside
    tournaments: TournamentHandler
    cups: Sequence[Cup]
    count: Count
    reserve_seconds: float
    at_once: int
    moved: Callable[[], None]

    async def run(self) -> None:
        """All of them to their ends. Raises Stranded."""
        turn = asyncio.Semaphore(self.at_once)

        async def one(cup: Cup) -> None:
            async with turn:
                await CupRace(self, cup).run()
            self.count.cups_ended += 1

        async with asyncio.TaskGroup() as tasks:
            for cup in self.cups:
                tasks.create_task(one(cup))


class CupRace:
    """One tournament."""

    def __init__(self, race: Race, cup: Cup) -> None:
        self._race = race
        self._cup = cup
        self._outside = race.outside
        self._path = f"/v1/tournaments/{cup.id}"
        self._playing: dict[str, asyncio.Task[None]] = {}
        self._offered = set[str]()

    async def run(self) -> None:
        cup = self._cup
        await self._outside.organiser.command("POST", "/v1/tournaments", self._body(), key=f"{cup.id}/create")
        await self._say("/registration:open")
        entries = [{"team": team.id, "name": f"Team {team.id}"} for team in cup.teams]
        await self._say("/entries:bulk", entries=entries)
        for team in cup.teams[: cup.places]:
            self._play(team)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._until_settled())
            if cup.ending == "cancelled in flight":
                tasks.create_task(self._cancel_in_flight())
        await self._end()

    def _body(self) -> dict[str, Any]:
        cup, registration = self._cup, self._race.reserve_seconds / 60
        return {
            "id": str(cup.id),
            "name": f"Cup {str(cup.id)[:8]}",
            "settings": {
                "format": KNOCKOUT,
                "squads": {"minimum_players": 0},
                "registration": {
                    "capacity": cup.places,
                    "entry_fee": {"amount": cup.fee.amount, "currency": cup.fee.currency},
                    "reserve_minutes": registration,
                    "offer_hours": registration / 60,
                    "refund_policy": POLICIES[cup.policy],
                },
            },
        }

    async def _say(self, path: str, **body: Any) -> Any:
        return await self._outside.ask(self._path + path, body, key=f"{self._cup.id}{path}")

    # --- payers --------------------------------------------------------------------------------------------

    def _play(self, team: Team) -> None:
        self._playing[team.id] = asyncio.create_task(self._payer(team))

    async def _payer(self, team: Team) -> None:
        race = self._race
        deadline = asyncio.get_running_loop().time() + race.reserve_seconds
        payer = Payer(
            outside=self._outside,
            tournament=self._cup.id,
            team=team.id,
            amount=self._cup.fee.amount,
            deadline=deadline,
            dice=random.Random(team.seed),
        )
        await asyncio.sleep(team.arrives * race.reserve_seconds)
        race.count.begun += 1
        race.moved()
        _, story = MANNERS[team.manner]
        try:
            await story(payer)
        except ApiUnreachable:
            race.count.gave_up += 1
        race.count.ended += 1
        race.moved()

    async def _until_settled(self) -> None:
        """Until every payer is done and no place is kept for anybody who may still pay; those who wait take what
        they are offered."""
        quiet_since = time.monotonic()
        while True:
            unsettled = await self._read(_unsettled)
            await self._answer(name for name, status in unsettled.items() if status is EntryStatus.OFFERED)
            if any(not task.done() for task in self._playing.values()):
                quiet_since = time.monotonic()
            elif not unsettled:
                break
            elif time.monotonic() - quiet_since > SETTLED_WITHIN_SECONDS:
                raise Stranded(f"{self._cup}: {unsettled}")
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.gather(*self._playing.values())

    async def _answer(self, offered: Any) -> None:
        teams = {team.id: team for team in self._cup.teams}
        for name in [name for name in offered if name not in self._offered]:
            self._offered.add(name)
            if teams[name].accepts and await self._say(f"/entries/{name}/offer:accept") is not None:
                self._play(teams[name])

    # --- the end -------------------------------------------------------------------------------------------

    async def _cancel_in_flight(self) -> None:
        await asyncio.sleep(self._cup.cancelled_after * self._race.reserve_seconds)
        await self._say(":cancel", reason="flooded grounds")

    async def _end(self) -> None:
        if self._cup.ending == "cancelled in flight":
            return
        await self._say("/registration:close")
        if self._cup.ending == "cancelled" or await self._read(_confirmed) < 2:
            await self._say(":cancel", reason="too few teams")
            return
        await self._say("/draw", seed=str(self._cup.id))
        nodes = await self._read(lambda state: [node.id for node in state.drawn.nodes])
        path = f"{self._path}/fixtures"
        placements = {"placements": [_placement(*each) for each in enumerate(nodes)]}
        await self._outside.organiser.command("PUT", path, placements, key=f"{self._cup.id}/fixtures")
        await self._say(":start")

    async def _read(self, render: Callable[[TournamentState], Any]) -> Any:
        return await self._race.tournaments.read(self._outside.tenant, self._cup.id, render)


def _unsettled(state: TournamentState) -> dict[str, EntryStatus]:
    if state.cancelled:
        return {}
    return {entry.team: entry.status for entry in state.entries.values() if entry.status in UNSETTLED}


def _confirmed(state: TournamentState) -> int:
    return sum(entry.status is EntryStatus.CONFIRMED for entry in state.entries.values())


def _placement(number: int, node: str) -> dict[str, str]:
    """A match a day, a year from now: nothing is played while payments are raced."""
    starts_at = datetime.now(UTC) + YEAR + timedelta(days=number)
    return {
        "node": node,
        "ground": "oval",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
    }
