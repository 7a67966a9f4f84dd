"""Who speaks in the demo besides the organiser: captains and referees, each with a token of their own."""

from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Self

from cli.client import ApiProblem, PavilionClient
from cli.connection import connect
from cli.tournament_api import Json, TournamentApi
from contracts.identity import CAPTAIN, REFEREE

REFEREES = {
    "qualifier-1": ("r-sundaram", "R Sundaram"),
    "eliminator": ("l-achterberg", "L Achterberg"),
    "qualifier-2": ("l-achterberg", "L Achterberg"),
    "final": ("r-sundaram", "R Sundaram"),
}
"""By match: its referee's id and name. Qualifier 1 and the eliminator may be played at the same time."""
INVITED_FOR = timedelta(days=365)
CLOSED = "session_closed"


class People:
    """Use it as a context."""

    def __init__(self, tournament: TournamentApi) -> None:
        self._tournament = tournament
        self._captains: dict[str, PavilionClient] = {}
        self._referees: dict[str, PavilionClient] = {}
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

    def captain(self, team: str) -> PavilionClient:
        """Speaks as the captain of a team that was invited."""
        return self._captains[team]

    async def appoint_referees(self) -> None:
        """Appoint the referees of the playoffs, who confirm to be there."""
        for node, (person, name) in REFEREES.items():
            if person not in self._referees:
                self._referees[person] = await self._clients.enter_async_context(
                    connect(role=REFEREE, subject=person, connections=4)
                )
            path = f"/fixtures/{node}/officials/{person}"
            await self._tournament.say("PUT", path, {"name": name, "role": "referee"})
            await self._tournament.say("POST", f"{path}:confirm", by=self._referees[person])

    async def confirm(self, fixture: Json) -> None:
        """Both captains confirm the result; where there is a referee, that is enough."""
        try:
            if fixture["node"] in REFEREES:
                person, _ = REFEREES[fixture["node"]]
                await self._confirm(fixture, None, self._referees[person])
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
