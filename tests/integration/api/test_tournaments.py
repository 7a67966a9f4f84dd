"""Tournaments over HTTP, from the draft on, carried by real workflows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from adapters.postgres.rebuild import Rebuild
from adapters.postgres.tournament_tables import TOURNAMENT_MODEL
from tests.integration.api.conftest import Client
from tests.integration.api.test_problems import assert_problem

pytestmark = pytest.mark.usefixtures("with_workflows")

GROUND = {"id": "oval", "name": "Oval"}
SETTINGS = {
    "format": "page-playoff",
    "conditions": "t20",
    "registration": {"capacity": 4},
    "squads": {"minimum_players": 1},
    "fixtures": {"venues": [{"id": "v", "name": "The Oval", "city": "London", "grounds": [GROUND]}]},
}
TEAMS = ("rcb", "mi", "csk", "gt")
CSV = "team,name,short_name,home_grounds\n" + "".join(
    f"{team},Team {team},{team.upper()},oval\n" for team in TEAMS
)
FIRST_DAY = datetime(2030, 4, 1, 14, tzinfo=UTC)


async def created(client: Client, **settings: Any) -> str:
    """The address of a new tournament."""
    body = {"name": "Premier League", "season": "2030", "settings": {**SETTINGS, **settings}}
    answer = await client.post("/v1/tournaments", body)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def entered(client: Client) -> str:
    """The address of a tournament with its teams."""
    tournament = await created(client)
    ok(await client.post(f"{tournament}/registration:open"))
    headers = {**client.headers(), "content-type": "text/csv"}
    ok(await client.http.post(f"{tournament}/entries:bulk", content=CSV, headers=headers))
    return tournament


async def scheduled(client: Client) -> str:
    """The address of a tournament with its fixtures, one match a day."""
    tournament = await entered(client)
    for team in TEAMS:
        player = {"id": f"{team}-1", "name": f"{team} 1"}
        ok(await client.put(f"{tournament}/entries/{team}/squad", {"players": [player]}))
    ok(await client.post(f"{tournament}/registration:close"))
    ok(await client.post(f"{tournament}/draw", {"seeds": TEAMS}))
    fixtures = (await client.get(f"{tournament}/fixtures?limit=100")).json()["fixtures"]
    ok(await client.put(f"{tournament}/fixtures", {"placements": placements(fixtures)}))
    return tournament


def placements(fixtures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every match on a day of its own."""
    return [
        {
            "node": fixture["node"],
            "ground": "oval",
            "starts_at": (FIRST_DAY + timedelta(days=2 * number)).isoformat(),
            "ends_at": (FIRST_DAY + timedelta(days=2 * number, hours=4)).isoformat(),
        }
        for number, fixture in enumerate(fixtures)
    ]


def ok(answer: httpx.Response) -> dict[str, Any]:
    """What was answered to a command that was carried out."""
    assert answer.status_code == 200, answer.text
    return answer.json()


async def project(dsn: str) -> None:
    """Bring the read models to where the streams are."""
    async with asyncpg.create_pool(dsn, min_size=1, max_size=4) as pool:
        await Rebuild(TOURNAMENT_MODEL, pool).run()


async def test_a_tournament_is_created_once_and_read_at_once(client: Client) -> None:
    body = {"name": "Premier League", "settings": SETTINGS}
    first = await client.post("/v1/tournaments", body, idempotency_key="one")
    assert (first.status_code, first.headers["etag"], first.json()["phase"]) == (201, '"1"', "draft")
    again = await client.post("/v1/tournaments", body, idempotency_key="one")
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    other = await client.post("/v1/tournaments", {**body, "name": "Another"}, idempotency_key="one")
    assert_problem(other, 422, "idempotency_key_reused")
    read = await client.get(first.headers["location"])
    assert (read.headers["etag"], read.headers["pavilion-source"]) == ('"1"', "stream")
    assert read.json()["settings"]["conditions"]["overs_per_innings"] == 20
    assert (await client.get(first.headers["location"], if_none_match='"1"')).status_code == 304
    stranger = Client(client.http, client.issuer)
    assert_problem(await stranger.get(first.headers["location"]), 404, "tournament_not_found")


async def test_from_the_draft_to_the_fixtures(client: Client) -> None:
    tournament = await scheduled(client)
    view = (await client.get(f"{tournament}?expand=entries,fixtures,standings,bracket")).json()
    assert (view["phase"], view["teams"], view["format"]) == (
        "scheduled",
        4,
        view["settings"]["format"]["name"],
    )
    fixtures = (await client.get(f"{tournament}/fixtures?limit=100")).json()["fixtures"]
    assert fixtures[0]["ground"] == {
        "id": "oval",
        "name": "The Oval, Oval",
        "city": "London",
        "time_zone": "UTC",
    }
    assert {fixture["status"] for fixture in fixtures} == {"scheduled"}
    standings = (await client.get(f"{tournament}/standings")).json()["tables"]
    assert [row["team"] for row in standings[0]["rows"]]
    bracket = (await client.get(f"{tournament}/bracket")).json()
    assert bracket["stages"][-1]["rounds"][-1]["matches"][-1]["node"] == "final"
    progress = (await client.get(f"{tournament}/progress")).json()
    assert progress["phase"] == "scheduled"
    assert progress["next"][0]["at"]
