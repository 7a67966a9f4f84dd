"""A cup of three teams over HTTP: a league of one-over matches, whose first two meet in a final."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from api.services import Services
from tests.integration.api.conftest import Client
from workers.sessions import Hints

Json = dict[str, Any]
TEAMS = ("a", "b", "c")
FINAL = "final-final"
LEAGUE_AND_FINAL = {
    "name": "League and final",
    "stages": [
        {"kind": "league", "name": "League"},
        {
            "kind": "knockout",
            "name": "Final",
            "entrants": [
                {"kind": "rank", "table": "league", "place": 1},
                {"kind": "rank", "table": "league", "place": 2},
            ],
        },
    ],
}
MATCH_DAYS_BEGIN_HOURS_BEFORE = 24.0
NO_RUN, ONE_RUN = (0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 1)


@dataclass
class Cup:
    """``address`` is the tournament's; ``hints`` does what the consumer of milestones does."""

    client: Client
    address: str
    hints: Hints

    @classmethod
    async def drawn_up(
        cls,
        client: Client,
        services: Services,
        *,
        overs: int = 1,
        final_in: timedelta = timedelta(hours=20),
        window_minutes: float = 0.001,
        captains: bool = False,
        **settings: Any,
    ) -> "Cup":
        """Its league matches are played today, so their sessions are open; its final ``final_in`` from now.

        ``window_minutes`` after the last ball a result is official. ``captains``: each team has one ("captain-a").
        """
        body = {"name": "Winter Cup", "settings": {**_settings(overs, window_minutes), **settings}}
        created = await client.post("/v1/tournaments", body)
        assert created.status_code == 201, created.text
        cup = cls(client, created.headers["location"], Hints(services.workflows, services.sessions))
        await cup.post("/registration:open")
        entries = [{"team": team, "name": f"Team {team}"} for team in TEAMS]
        await cup.post("/entries:bulk", {"entries": entries})
        for team in TEAMS if captains else ():
            await cup.appoint_captain(team)
        await cup.post("/registration:close")
        await cup.post("/draw", {"seeds": TEAMS})
        placements = [
            placement(one["node"], final_in if one["node"] == FINAL else timedelta(hours=2 + 4 * number))
            for number, one in enumerate(await cup.fixtures())
        ]
        done = await client.put(f"{cup.address}/fixtures", {"placements": placements})
        assert done.status_code == 200, done.text
        return cup

    async def appoint_captain(self, team: str) -> None:
        asked = {"email": "captain@example.org", "expires_at": "2040-01-01T00:00:00Z"}
        invited = await self.post(f"/entries/{team}/invitations", asked)
        accept = f"{self.address}/entries/{team}/invitations:accept"
        done = await self.captain(team).post(accept, {"token": invited["token"]})
        assert done.status_code == 200, done.text

    def captain(self, team: str) -> Client:
        return self.client.somebody(f"captain-{team}", "captain")

    # --- asking --------------------------------------------------------------------------------------------

    async def post(self, path: str, body: Json | None = None) -> Json:
        """A command of the organiser that is carried out."""
        done = await self.client.post(self.address + path, body)
        assert done.status_code == 200, done.text
        return done.json()

    async def get(self, path: str = "") -> Json:
        found = await self.client.get(self.address + path)
        assert found.status_code == 200, found.text
        return found.json()

    async def fixtures(self) -> list[Json]:
        return (await self.get("/fixtures?limit=100"))["fixtures"]

    async def fixture(self, node: str) -> Json:
        return next(one for one in await self.fixtures() if one["node"] == node)

    async def node_of(self, *teams: str) -> str:
        """The league match of two teams."""
        return next(
            one["node"]
            for one in await self.fixtures()
            if one["node"] != FINAL and {one["home"]["team"], one["away"]["team"]} == {*teams}
        )

    async def match(self, node: str) -> str:
        """The address of the match that is played for a node now."""
        return f"/v1/matches/{(await self.fixture(node))['match_id']}"

    async def order(self) -> list[str]:
        """The teams as they stand in the league, best first."""
        return [row["team"] for row in (await self.get("/standings"))["tables"][0]["rows"]]

    async def finalists(self) -> list[str]:
        final = await self.fixture(FINAL)
        return sorted(side["team"] for side in (final["home"], final["away"]))

    async def until(self, path: str, reached: Callable[[Json], bool]) -> Json:
        """What an address of the tournament says once it is as it should be."""
        return await until(self.client, self.address + path, reached)

    async def until_match(self, node: str, status: str) -> None:
        """Until a match has come to a status."""

        def reached(found: Json) -> bool:
            return any((one["node"], one["status"]) == (node, status) for one in found["fixtures"])

        await self.until("/fixtures?limit=100", reached)

    # --- playing -------------------------------------------------------------------------------------------

    async def play_league(self) -> None:
        """a beats b and c, b beats c; each side that bats first makes one run or none."""
        for better, other in (("a", "b"), ("a", "c"), ("b", "c")):
            await self.play(await self.node_of(better, other), better)

    async def play(self, node: str, winner: str) -> str:
        """A whole match up to its official result; its address."""
        match = await self.play_out(node, winner)
        await self.until_match(node, "official")
        return match

    async def play_out(self, node: str, winner: str) -> str:
        """A whole match, of whose last ball its session has heard; its address."""
        fixture = await self.fixture(node)
        home, away = fixture["home"]["team"], fixture["away"]["team"]
        first, second = (ONE_RUN, NO_RUN) if winner == home else (NO_RUN, ONE_RUN)
        match = await self.begin(node)
        await self.bat(match, home, away, first)
        await self.bat(match, away, home, second)
        await self.tell(match)
        return match

    async def begin(self, node: str) -> str:
        """The line-ups and the toss of a match whose session is open; its address."""
        fixture = await self.fixture(node)
        match, home = await self.match(node), fixture["home"]["team"]
        await until(self.client, match, lambda found: found["version"] > 0)
        for team in (home, fixture["away"]["team"]):
            players = [{"id": f"{team}{n}", "name": f"{team.upper()} {n}"} for n in range(1, 12)]
            await self.at(match, "PUT", f"/line-ups/{team}", {"players": players})
        await self.at(match, "POST", "/toss", {"winner": home, "decision": "bat"})
        return match

    async def bat(self, match: str, batting: str, bowling: str, *overs: tuple[int, ...]) -> list[int]:
        """An innings, or the beginning of one; the versions of its balls."""
        await self.at(match, "POST", "/innings", {})
        balls: list[Json] = []
        for number, over in enumerate(overs):
            said: list[Json] = [{"bat_runs": runs} for runs in over]
            said[0] |= {"bowler": f"{bowling}{11 - number}"}
            balls += said
        balls[0] |= {"striker": f"{batting}1", "non_striker": f"{batting}2"}
        done = await self.at(match, "POST", "/balls:batch", {"balls": balls})
        return list(range(done["first_version"], done["first_version"] + len(balls)))

    async def balls(self, match: str, innings: int) -> list[int]:
        """The versions of the balls of an innings."""
        events = (await self.client.get(f"{match}/events")).json()["events"]
        starts = [one["version"] for one in events if one["type"] == "InningsStarted"]
        ends = [*starts[1:], events[-1]["version"] + 1]
        return [
            one["version"]
            for one in events
            if one["type"] == "BallRecorded" and starts[innings - 1] < one["version"] < ends[innings - 1]
        ]

    async def tell(self, match: str) -> None:
        """The milestones of a match reach its session, or its tournament."""
        version = int((await self.client.get(match)).headers["etag"].strip('"'))
        await self.hints.match_moved(self.client.tenant_id, UUID(match[-36:]), version)

    async def at(self, match: str, method: str, path: str, body: Json) -> Json:
        done = await self.client.http.request(method, match + path, json=body, headers=self.client.headers())
        assert done.status_code == 200, done.text
        return done.json()


async def until(client: Client, path: str, reached: Callable[[Json], bool]) -> Json:
    """What an address says once it says so."""
    async with asyncio.timeout(60):
        while True:
            answer: httpx.Response = await client.get(path)
            if answer.status_code == 200 and reached(answer.json()):
                return answer.json()
            await asyncio.sleep(0.05)


def _settings(overs: int, window_minutes: float) -> Json:
    return {
        "format": LEAGUE_AND_FINAL,
        "conditions": {
            "based_on": "t20",
            "overs_per_innings": overs,
            "overs_per_bowler": 1,
            "minimum_overs_for_result": 1,
        },
        "registration": {"capacity": len(TEAMS)},
        "squads": {"minimum_players": 0},
        "session": {
            "opens_hours_before": MATCH_DAYS_BEGIN_HOURS_BEFORE,
            "result_window_minutes": window_minutes,
        },
    }


def placement(node: str, ahead: timedelta) -> Json:
    starts_at = datetime.now(UTC) + ahead
    return {
        "node": node,
        "ground": "oval",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
    }
