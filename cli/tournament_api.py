"""One tournament through the API: what an organiser's own program would call."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from cli.client import ApiProblem, PavilionClient, conditions_body
from contracts.codec import TOURNAMENT, plain_command
from domain.tournament.fixtures.model import Placement
from domain.tournament.lifecycle.commands import CreateTournament, SubmitEntries, SubmitEntry

Json = dict[str, Any]

LINES_A_CALL = 1000
OPENING_SECONDS = 120.0
"""How long the workflow of a session may take to begin once the tournament has opened it."""
OPENING_WAIT_SECONDS = 0.05
NOT_YET = frozenset({"session_not_found", "match_not_found", "result_missing"})
"""Codes that say: the session has not got so far yet."""
SOLVING = "solving"
SOLVING_WAIT_SECONDS = 0.2
PLAYED_OUT = frozenset({"completed", "settled", "archived"})


class NotSolved(Exception):
    """The solver found no fixtures; the message says why."""


class TournamentApi:
    """``id`` is the caller's choice, so that whatever is sent again is the same."""

    def __init__(self, client: PavilionClient, id: UUID) -> None:
        self.id = id
        self._client = client
        self.path = f"/v1/tournaments/{id}"

    async def register(self, plural: str, entries: Sequence[Any]) -> None:
        """Put teams, players or venues into their register; who is there already is replaced."""
        for first in range(0, len(entries), LINES_A_CALL):
            lines = entries[first : first + LINES_A_CALL]
            key = f"{self.id}/{plural}/{first}"
            await self._client.command("POST", f"/v1/{plural}:bulk", {plural: lines}, key=key)

    async def create(self, command: CreateTournament) -> Json:
        """Create it."""
        said = {"id": self.id, **plain_command(TOURNAMENT, command)}
        said["settings"]["conditions"] = plain(conditions_body(command.settings.conditions))
        return await self._client.command("POST", "/v1/tournaments", said, key=f"{self.id}/create")

    async def enter(self, entries: Sequence[SubmitEntry]) -> Json:
        """Enter teams, in this order: all or none."""
        said = plain_command(TOURNAMENT, SubmitEntries(entries=tuple(entries)))
        return await self.say("POST", "/entries:bulk", said)

    async def enter_one(self, entry: SubmitEntry) -> Json:
        """Enter one team."""
        return await self.say("POST", "/entries", plain_command(TOURNAMENT, entry), about=entry.team)

    async def set_fixtures(self, placements: Sequence[Placement]) -> Json:
        """Place every match."""
        return await self.say("PUT", "/fixtures", {"placements": plain(placements)})

    async def solve_fixtures(self, seconds: float, moved: Callable[[Json], None]) -> Json:
        """Have the fixtures worked out within ``seconds``; the best that was found, however good it is.

        ``moved`` is told how far the solver is. Raises NotSolved.
        """
        asked = await self.say("POST", "/fixtures:solve", {"time_limit_seconds": seconds})
        page = f"/fixtures/solutions/{asked['id']}"
        while (found := await self.about(page))["status"] == SOLVING:
            moved(found["progress"])
            await asyncio.sleep(SOLVING_WAIT_SECONDS)
        if not found["placements"]:
            raise NotSolved(f"{found['status']}: {', '.join(found['conflict']) or 'no fixtures were found'}")
        return found

    async def apply_fixtures(self, solution: Json) -> int:
        """Set the fixtures as they were worked out; the version of the tournament then."""
        return (await self.say("POST", f"/fixtures/solutions/{solution['id']}:apply"))["version"]

    async def say(
        self, method: str, path: str, said: Any = None, *, about: str = "", by: PavilionClient | None = None
    ) -> Json:
        """Send it a command that is sent only once ``about`` the same; ``by`` somebody else's client."""
        key = f"{self.id}{path}/{about}" if about else f"{self.id}{path}"
        return await (by or self._client).command(method, self.path + path, said or {}, key=key)

    async def about(self, page: str = "") -> Json:
        """One of its pages: "" itself, "/standings", "/bracket"."""
        return await self._client.ask(self.path + page)

    async def fixtures(self, at_least: int) -> list[Json]:
        """All its matches, not older than the version that a write answered."""
        found: list[Json] = []
        cursor = ""
        while cursor is not None:
            page = await self.about(f"/fixtures?limit=100&at_least={at_least}{cursor}")
            found += page["fixtures"]
            cursor = page["next"] and f"&cursor={page['next']}"
        return found

    async def in_session(
        self, match_id: str, path: str, said: Any = None, *, by: PavilionClient | None = None, about: str = ""
    ) -> Json:
        """Send a command to a match's session, which may still be about to get there. Sent ``by`` somebody
        else's client, and only once ``about`` the same."""
        key = f"session/{match_id}{path}/{about}"
        deadline = time.monotonic() + OPENING_SECONDS
        while True:
            try:
                return await (by or self._client).command(
                    "POST", f"/v1/matches/{match_id}/session{path}", said or {}, key=key
                )
            except ApiProblem as problem:
                if problem.code not in NOT_YET or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(OPENING_WAIT_SECONDS)


def plain(value: Any) -> Any:
    """A value of the domain as JSON has it."""
    return msgspec.to_builtins(value, enc_hook=str)
