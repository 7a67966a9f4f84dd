"""How large a tournament may be: one of 1,953 matches is drawn and scheduled, one of 44,850 is refused at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.api.conftest import Client
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_tournaments import created, ok

pytestmark = pytest.mark.usefixtures("with_workflows")

FIRST_DAY = datetime(2030, 4, 1, 10, tzinfo=UTC)
GROUNDS = [f"ground-{number}" for number in range(1, 32)]
VENUES = [
    {"id": ground, "name": ground, "grounds": [{"id": f"{ground}-main", "name": "Main"}]}
    for ground in GROUNDS
]


def league(teams: int) -> dict[str, Any]:
    """The settings of a single round robin."""
    return {
        "format": "round-robin",
        "registration": {"capacity": teams},
        "squads": {"minimum_players": 0},
        "fixtures": {"venues": VENUES},
    }


async def test_a_league_of_44850_matches_is_refused_when_it_is_created(client: Client) -> None:
    body = {"name": "Everybody", "settings": {**league(300), "conditions": "t20"}}
    problem = assert_problem(await client.post("/v1/tournaments", body), 422, "too_many_matches")
    assert problem["context"] == {"matches": 44_850, "most": 2_000, "teams": 300}
    small = await created(client, **league(4))
    answer = await client.get(f"{small}/structure?teams=300")
    assert_problem(answer, 422, "too_many_matches")


async def test_the_largest_league_is_drawn_scheduled_and_read(client: Client) -> None:
    """63 teams, 1,953 matches in 63 rounds of 31, a round a day, all at once in CSV."""
    tournament = await created(client, **league(63))
    ok(await client.post(f"{tournament}/registration:open"))
    entries = [{"team": f"t{number:02}", "name": f"Team {number}"} for number in range(1, 64)]
    ok(await client.post(f"{tournament}/entries:bulk", {"entries": entries}))
    ok(await client.post(f"{tournament}/registration:close"))
    ok(await client.post(f"{tournament}/draw", {"seed": "63"}))
    structure = (await client.get(f"{tournament}/structure")).json()["structure"]
    assert structure["matches"] == 1_953
    lines = ["node,ground,starts_at,ends_at"]
    for round_ in range(1, 64):
        starts_at = FIRST_DAY + timedelta(days=round_)
        ends_at = (starts_at + timedelta(hours=4)).isoformat()
        for number, ground in enumerate(GROUNDS, 1):
            lines.append(f"league-R{round_}-{number},{ground}-main,{starts_at.isoformat()},{ends_at}")
    headers = {**client.headers(), "content-type": "text/csv"}
    answer = await client.http.put(f"{tournament}/fixtures", content="\n".join(lines), headers=headers)
    assert ok(answer)["lines"] == 1_953
    assert len((await client.get(f"{tournament}/fixtures?limit=100")).json()["fixtures"]) == 100
    whole = (await client.get(f"{tournament}?expand=fixtures")).json()
    assert len(whole["fixtures"]) == 1_953
    calendar = await client.get(f"{tournament}/calendar.ics")
    assert calendar.text.count("BEGIN:VEVENT") == 1_953
