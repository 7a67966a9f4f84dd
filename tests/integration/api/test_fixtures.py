"""Fixtures over HTTP: worked out by the solver, looked at, applied, moved; and read by day and as calendars."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from tests.integration.api.conftest import Client
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_tournaments import SETTINGS, TEAMS, created, entered, ok, project, scheduled

pytestmark = pytest.mark.usefixtures("with_workflows")

RULES = {
    **SETTINGS["fixtures"],
    "first_day": "2030-04-01",
    "start_times": [{"at": "14:00:00"}],
    "matches_a_day": 1,
}
SYDNEY = {
    "id": "scg",
    "name": "Sydney",
    "city": "Sydney",
    "time_zone": "Australia/Sydney",
    "grounds": [{"id": "scg", "name": "SCG"}],
}


async def drawn(client: Client, **rules: Any) -> str:
    """The address of a tournament that has been drawn and not placed yet."""
    tournament = await entered(client, fixtures={**RULES, **rules})
    for team in TEAMS:
        ok(await client.put(f"{tournament}/entries/{team}/squad", {"players": [{"id": team, "name": team}]}))
    ok(await client.post(f"{tournament}/registration:close"))
    ok(await client.post(f"{tournament}/draw", {"seeds": TEAMS}))
    return tournament


async def placed(client: Client) -> str:
    """The address of a tournament that the solver has placed."""
    tournament = await drawn(client)
    location = await asked(client, f"{tournament}/fixtures:solve", time_limit_seconds=5)
    await solved(client, location)
    ok(await client.post(f"{location}:apply"))
    return tournament


async def asked(client: Client, path: str, **body: Any) -> str:
    """Where the answer of the solver will be."""
    begun = await client.post(path, body)
    assert begun.status_code == 202, begun.text
    return begun.headers["location"]


async def fixtures_of(client: Client, tournament: str) -> dict[str, dict[str, Any]]:
    rows = (await client.get(f"{tournament}/fixtures?limit=100")).json()["fixtures"]
    return {row["node"]: row for row in rows}


async def answered(client: Client, location: str) -> dict[str, Any]:
    """The answer of the solver, once it is there."""
    async with asyncio.timeout(60):
        while (answer := (await client.get(location)).json())["status"] == "solving":
            await asyncio.sleep(0.1)
    return answer


async def solved(client: Client, location: str) -> dict[str, Any]:
    """The fixtures, once they are worked out."""
    answer = await answered(client, location)
    assert answer["status"] in ("optimal", "feasible"), answer
    return answer


async def test_fixtures_are_worked_out_looked_at_and_applied(client: Client) -> None:
    tournament = await created(client, fixtures=RULES)
    ok(await client.post(f"{tournament}/registration:open"))
    entries = [{"team": team, "name": f"Team {team}"} for team in TEAMS]
    ok(await client.post(f"{tournament}/entries:bulk", {"entries": entries}))
    for team in TEAMS:
        player = {"id": f"{team}-1", "name": f"{team} 1"}
        ok(await client.put(f"{tournament}/entries/{team}/squad", {"players": [player]}))
    ok(await client.post(f"{tournament}/registration:close"))
    asked = {"time_limit_seconds": 5}
    assert_problem(await client.post(f"{tournament}/fixtures:solve", asked), 422, "not_drawn")
    ok(await client.post(f"{tournament}/draw", {"seeds": TEAMS}))

    begun = await client.post(f"{tournament}/fixtures:solve", asked, idempotency_key="solve")
    assert begun.status_code == 202, begun.text
    again = await client.post(f"{tournament}/fixtures:solve", asked, idempotency_key="solve")
    assert again.headers["location"] == begun.headers["location"]
    solution = await solved(client, begun.headers["location"])
    assert len(solution["moves"]) == len(solution["placements"]) == 10
    applied = await client.post(f"{begun.headers['location']}:apply", idempotency_key="apply")
    ok(applied)
    repeated = await client.post(f"{begun.headers['location']}:apply", idempotency_key="apply")
    assert (repeated.json(), repeated.headers["idempotent-replayed"]) == (applied.json(), "true")
    assert (await client.get(tournament)).json()["phase"] == "scheduled"
    first = (await client.get(f"{tournament}/fixtures")).json()["fixtures"][0]
    why = (await client.get(f"{tournament}/fixtures/{first['node']}/explanation")).json()
    assert why["explanation"]["alternatives"]

    lost = {"day": first["starts_at"][:10], "time_limit_seconds": 5}
    begun = await client.post(f"{tournament}/fixtures:reschedule", lost)
    solution = await solved(client, begun.headers["location"])
    assert first["node"] in [move["node"] for move in solution["moves"]]
    ok(await client.post(f"{begun.headers['location']}:apply", {"reason": "rain"}))
    moved = (await client.get(f"{tournament}/fixtures?day={first['starts_at'][:10]}")).json()["fixtures"]
    assert first["node"] not in [fixture["node"] for fixture in moved]


async def test_one_match_is_moved_alone_and_the_move_is_seen_before_it_is_made(client: Client) -> None:
    tournament = await placed(client)
    before = await fixtures_of(client, tournament)
    node, *others = before
    location = await asked(
        client, f"{tournament}/fixtures:reschedule", nodes=[node], earliest="2030-04-01", time_limit_seconds=5
    )
    preview = await solved(client, location)
    assert {move["node"] for move in preview["moves"]} == {node}
    (move,) = preview["moves"]
    assert datetime.fromisoformat(move["before"]["starts_at"]) == datetime.fromisoformat(
        before[node]["starts_at"]
    )
    assert [breach for breach in preview["breaches"] if breach["kind"] == "hard"] == []
    assert await fixtures_of(client, tournament) == before
    ok(await client.post(f"{location}:apply", {"reason": "the ground is flooded"}))
    after = await fixtures_of(client, tournament)
    assert after[node]["starts_at"] != before[node]["starts_at"]
    assert {name: after[name]["starts_at"] for name in others} == {
        name: before[name]["starts_at"] for name in others
    }
    why = (await client.get(f"{tournament}/fixtures/{node}/explanation")).json()["explanation"]
    assert why["reasons"]


async def test_what_was_worked_out_does_not_undo_what_was_moved_since(client: Client) -> None:
    tournament = await placed(client)
    node = next(iter(await fixtures_of(client, tournament)))
    location = await asked(
        client, f"{tournament}/fixtures:reschedule", nodes=[node], earliest="2030-04-01", time_limit_seconds=5
    )
    await solved(client, location)
    by_hand = {
        "node": node,
        "ground": "oval",
        "starts_at": "2030-01-01T14:00:00Z",
        "ends_at": "2030-01-01T18:00:00Z",
    }
    ok(await client.post(f"{tournament}/fixtures:move", {"placements": [by_hand], "reason": "by hand"}))
    problem = assert_problem(await client.post(f"{location}:apply"), 409, "fixtures_changed")
    assert problem["context"]["nodes"] == [node]


async def test_matches_that_must_stay_do(client: Client) -> None:
    """The second match cannot give way, so the first goes elsewhere than to its day."""
    tournament = await placed(client)
    before = await fixtures_of(client, tournament)
    node, *others = before
    body = {"nodes": [node], "staying": others, "earliest": "2030-04-01", "time_limit_seconds": 5}
    found = await solved(client, await asked(client, f"{tournament}/fixtures:reschedule", **body))
    assert {move["node"] for move in found["moves"]} == {node}
    answer = await client.post(f"{tournament}/fixtures:reschedule", {**body, "staying": ["nothing"]})
    assert_problem(answer, 422, "match_not_placed")
    assert_problem(await client.post(f"{tournament}/fixtures:reschedule", {}), 422, "invalid_body")


async def test_what_cannot_be_placed_names_what_is_in_the_way(client: Client) -> None:
    """Ten matches, one a day, in a week."""
    tournament = await drawn(client, last_day="2030-04-07")
    location = await asked(client, f"{tournament}/fixtures:solve", time_limit_seconds=10)
    answer = await answered(client, location)
    assert answer["status"] == "infeasible"
    assert "the season from 2030-04-01 to 2030-04-07" in answer["conflict"]
    assert_problem(await client.post(f"{location}:apply"), 409, "not_solved")


async def test_a_fixed_match_stays_where_the_organiser_put_it(client: Client) -> None:
    tournament = await drawn(client)
    node = next(iter(await fixtures_of(client, tournament)))
    fixed = {
        "node": node,
        "ground": "oval",
        "starts_at": "2030-04-09T15:30:00Z",
        "ends_at": "2030-04-09T19:00:00Z",
    }
    location = await asked(client, f"{tournament}/fixtures:solve", fixed=[fixed], time_limit_seconds=5)
    placements = {each["node"]: each for each in (await solved(client, location))["placements"]}
    assert datetime.fromisoformat(placements[node]["starts_at"]) == datetime.fromisoformat(fixed["starts_at"])


async def test_a_day_is_one_at_the_ground(client: Client, postgres_dsn: str) -> None:
    """Half past ten in the evening of the tenth of March (UTC) is the eleventh in Sydney, and the tenth in London."""
    venues = [{**SETTINGS["fixtures"]["venues"][0], "time_zone": "Europe/London"}, SYDNEY]
    tournament = await scheduled(client, fixtures={"venues": venues})
    nodes = list(await fixtures_of(client, tournament))
    evening = {"starts_at": "2030-03-10T22:30:00Z", "ends_at": "2030-03-11T02:30:00Z"}
    one, other = (
        {"node": nodes[0], "ground": "scg", **evening},
        {"node": nodes[1], "ground": "oval", **evening},
    )
    ok(await client.post(f"{tournament}/fixtures:move", {"placements": [one, other], "reason": "late"}))

    async def on(day: str, path: str) -> list[str]:
        rows = (await client.get(f"{path}/fixtures?day={day}")).json()["fixtures"]
        page = (await client.get(f"{path}/fixtures?day={day}&limit=1")).json()
        assert [row["node"] for row in page["fixtures"]] == [row["node"] for row in rows][:1]
        return [row["node"] for row in rows]

    for path in (tournament, tournament, "/v1"):
        assert await on("2030-03-10", path) == [nodes[1]], path
        assert await on("2030-03-11", path) == [nodes[0]], path
        assert await on("2030-03-12", path) == [], path
        await project(postgres_dsn)
    assert await on("0001-01-01", "/v1") == []
    assert await on("9999-12-31", "/v1") == []


async def test_calendars_of_a_tournament_a_team_a_ground_and_the_league(
    client: Client, postgres_dsn: str
) -> None:
    first, second = await scheduled(client), await scheduled(client)
    await project(postgres_dsn)
    public = f"/v1/public/{client.tenant_id}"

    async def events(path: str) -> int:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"][:13]) == (200, "text/calendar")
        return len(Calendar.from_ical(answer.text).walk("VEVENT"))

    assert await events(f"{first}/calendar.ics") == 10
    of_rcb = await events(f"{first}/calendar.ics?team=rcb")
    assert 0 < of_rcb < 10
    assert await events(f"{first}/calendar.ics?ground=oval") == 10
    assert await events(f"{first}/calendar.ics?ground=park") == 0
    for league in ("/v1", public):
        assert await events(f"{league}/calendar.ics") == 20
        assert await events(f"{league}/calendar.ics?team=rcb") == 2 * of_rcb
    whole = (await client.get("/v1/calendar.ics?team=rcb")).text
    names = {str(event["description"]) for event in Calendar.from_ical(whole).walk("VEVENT")}
    assert names == {"Premier League"}
    held = (await client.get(f"{second}/calendar.ics")).headers["etag"]
    unchanged: httpx.Response = await client.get(f"{second}/calendar.ics", if_none_match=held)
    assert (unchanged.status_code, unchanged.headers["cache-control"]) == (304, "private, max-age=300")
    ok(await client.post(f"{second}:cancel", {"reason": "no grounds"}))
    await project(postgres_dsn)
    gone = Calendar.from_ical((await client.get(f"{second}/calendar.ics", if_none_match=held)).text)
    assert {str(event["status"]) for event in gone.walk("VEVENT")} == {"CANCELLED"}
