"""Who speaks in the demo besides the organiser: the captains and the referee, each with a token of their own."""

from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Self

from api.permissions import CAPTAIN, REFEREE
from cli.client import ApiProblem, PavilionClient
from cli.connection import connect
from cli.tournament_api import Json, TournamentApi

REFEREE_ID, REFEREE_NAME = "r-sundaram", "R Sundaram"
INVITED_FOR = timedelta(days=365)
CLOSED = "session_closed"


class People:
    """Use it as a context."""

    def __init__(self, tournament: TournamentApi) -> None:
        self._tournament = tournament
        self._captains: dict[str, PavilionClient] = {}
        self._referee: PavilionClient | None = None
        self._clients = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clients.aclose()

    async def invite_captain(self, team: str, expires_at: str) -> None:
        """Invite a team's captain, who follows the link."""
        captain = await self._clients.enter_async_context(
            connect(role=CAPTAIN, subject=f"captain of {team}", connections=4)
        )
        asked = {"email": f"captain@{team}.example", "expires_at": expires_at}
        invited = await self._tournament.say("POST", f"/entries/{team}/invitations", asked)
        await self._tournament.say(
            "POST", f"/entries/{team}/invitations:accept", {"token": invited["token"]}, by=captain
        )
        self._captains[team] = captain

    async def appoint_referee(self, node: str) -> None:
        """Appoint the referee of a match, who confirms to be there."""
        if self._referee is None:
            self._referee = await self._clients.enter_async_context(
                connect(role=REFEREE, subject=REFEREE_ID, connections=4)
            )
        path = f"/fixtures/{node}/officials/{REFEREE_ID}"
        await self._tournament.say("PUT", path, {"name": REFEREE_NAME, "role": "referee"})
        await self._tournament.say("POST", f"{path}:confirm", by=self._referee)

    async def confirm(self, fixture: Json) -> None:
        """Both captains confirm the result; where there is a referee, that is enough."""
        try:
            if fixture["table"] is None and self._referee is not None:
                await self._confirm(fixture, None, self._referee)
                return
            for side in ("home", "away"):
                team = fixture[side]["team"]
                await self._confirm(fixture, team, self._captains[team])
        except ApiProblem as problem:
            if problem.code != CLOSED:  # it became official by the clock meanwhile
                raise

    async def _confirm(self, fixture: Json, team: str | None, by: PavilionClient) -> None:
        await self._tournament.in_session(
            fixture["match_id"], "/result:confirm", {"team": team} if team else {}, by=by, about=team or ""
        )
