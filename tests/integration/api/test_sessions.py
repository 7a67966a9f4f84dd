"""Match days over HTTP, carried by real workflows."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.integration.api.conftest import Client
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_tournaments import created, ok

pytestmark = pytest.mark.usefixtures("with_workflows")


async def match_day(client: Client) -> tuple[str, str]:
    """The addresses of a tournament of one match and of that match, whose session is open."""
    tournament = await created(client, format="round-robin", registration={"capacity": 2})
    ok(await client.post(f"{tournament}/registration:open"))
    for team in ("rcb", "mi"):
        players = [{"id": f"{team}{n}", "name": f"{team.upper()} {n}"} for n in range(1, 12)]
        entry = {"team": team, "name": f"Team {team}", "players": players}
        ok(await client.post(f"{tournament}/entries", entry))
        asked = {"email": "captain@example.org", "expires_at": "2040-01-01T00:00:00Z"}
        invited = ok(await client.post(f"{tournament}/entries/{team}/invitations", asked))
        captain = client.somebody(f"captain-{team}", "captain")
        accepted = {"token": invited["token"]}
        ok(await captain.post(f"{tournament}/entries/{team}/invitations:accept", accepted))
    ok(await client.post(f"{tournament}/registration:close"))
    ok(await client.post(f"{tournament}/draw", {"seeds": ["rcb", "mi"]}))
    (fixture,) = (await client.get(f"{tournament}/fixtures")).json()["fixtures"]
    starts_at = datetime.now(UTC) + timedelta(hours=2)
    placement = {
        "node": fixture["node"],
        "ground": "oval",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
    }
    ok(await client.put(f"{tournament}/fixtures", {"placements": [placement]}))
    match = f"/v1/matches/{fixture['match_id']}"
    await until(client, f"{match}/session", lambda answer: answer.status_code == 200)
    return tournament, match


async def until(client: Client, path: str, reached: Any) -> httpx.Response:
    """The answer of an address once it is as it should be."""
    async with asyncio.timeout(30):
        while not reached(answer := await client.get(path)):
            await asyncio.sleep(0.05)
    return answer


def appointments(events: httpx.Response) -> list[str]:
    """Whom the match was told to be scored by, one after the other."""
    return [one["data"]["scorer"] for one in events.json()["events"] if one["type"] == "ScorerAppointed"]


async def test_the_pad_has_one_holder(client: Client) -> None:
    _, match = await match_day(client)
    one, two = client.somebody("one", "scorer"), client.somebody("two", "scorer")
    ok(await one.post(f"{match}/session/lease"))
    assert_problem(await two.post(f"{match}/session/lease"), 422, "lease_held")
    ok(await one.post(f"{match}/session/lease:hand-over", {"to": "two"}))
    ok(await one.post(f"{match}/session/lease:take-over", {"reason": "the other phone is dead"}))
    session = (await client.get(f"{match}/session")).json()
    assert session["lease"]["scorer"] == "one"
    assert session["node"]
    await until(client, f"{match}/events", lambda answer: appointments(answer) == ["one", "two", "one"])
    players = [{"id": f"rcb{n}", "name": f"RCB {n}"} for n in range(1, 12)]
    assert (await two.put(f"{match}/line-ups/rcb", {"players": players})).status_code == 200
    other = [{"id": f"mi{n}", "name": f"MI {n}"} for n in range(1, 12)]
    assert (await two.put(f"{match}/line-ups/mi", {"players": other})).status_code == 200
    toss = {"winner": "rcb", "decision": "bat"}
    assert_problem(await two.post(f"{match}/toss", toss), 409, "not_the_scorer")
    assert (await one.post(f"{match}/toss", toss)).status_code == 200
    assert (await client.post(f"{match}/innings")).status_code == 200


async def test_a_result_is_confirmed_by_both_captains_and_moves_the_table(client: Client) -> None:
    tournament, match = await match_day(client)
    captains = [client.somebody(f"captain-{team}", "captain") for team in ("rcb", "mi")]
    assert_problem(await captains[0].post(f"{match}/session:concede", {"team": "mi"}), 403, "not_yours")
    ok(await captains[0].post(f"{match}/session:concede", {"team": "rcb", "reason": "nobody is fit"}))
    await until(client, f"{match}/session", lambda answer: answer.json()["phase"] == "result proposed")
    progress = (await client.get(f"{match}/session/progress")).json()
    assert progress["next"], progress
    stranger = client.somebody("stranger", "captain")
    confirm = f"{match}/session/result:confirm"
    assert_problem(await stranger.post(confirm, {"team": "rcb"}), 422, "not_a_captain")
    for captain in (stranger, *captains):  # no captain speaks for no team: that is the referee's to do
        assert_problem(await captain.post(confirm, {}), 403, "role_missing")
        nobodys = {"reason": "the other side's scorer"}
        assert_problem(await captain.post(f"{match}/session/disputes", nobodys), 403, "role_missing")
    for captain, team in zip(captains, ("rcb", "mi"), strict=True):
        ok(await captain.post(confirm, {"team": team}))
    table = await until(
        client,
        f"{tournament}/standings",
        lambda answer: answer.json()["tables"][0]["rows"][0]["played"] == 1,
    )
    rows = table.json()["tables"][0]["rows"]
    assert [(row["team"], row["points"]) for row in rows] == [("mi", 2), ("rcb", 0)]
    assert rows[0]["above_next"] == "points: 2 to 0"
    view = (await client.get(tournament)).json()
    assert (view["phase"], view["champion"]["team"]) == ("completed", "mi")
    assert_problem(await client.get(f"/v1/matches/{tournament[-36:]}/session"), 404, "session_not_found")


async def test_a_dispute_is_answered_and_ruled_on(client: Client) -> None:
    tournament, match = await match_day(client)
    session = f"{match}/session"
    node = (await client.get(session)).json()["node"]
    appointed = {"name": "J Srinath", "role": "referee"}
    ok(await client.put(f"{tournament}/fixtures/{node}/officials/srinath", appointed))
    await until(client, session, lambda answer: answer.json()["officials"])
    rcb, mi = (client.somebody(f"captain-{team}", "captain") for team in ("rcb", "mi"))
    referee = client.somebody("srinath", "referee")
    ok(await rcb.post(f"{session}:concede", {"team": "rcb"}))
    await until(client, session, lambda answer: answer.json()["phase"] == "result proposed")
    reason = {"team": "rcb", "reason": "the captain was asked under pressure"}
    ok(await rcb.post(f"{session}/disputes", reason))
    assert_problem(
        await mi.post(f"{session}/disputes:rule", {"ruling": "stands", "reason": "-"}), 403, "role_missing"
    )
    assert_problem(await mi.post(f"{session}/disputes:answer", {"answer": "nobody was"}), 403, "role_missing")
    ok(await mi.post(f"{session}/disputes:answer", {"team": "mi", "answer": "nobody was"}))
    dispute = (await client.get(session)).json()["dispute"]
    assert [answer["answer"] for answer in dispute["answers"]] == ["nobody was"]
    ok(await referee.post(f"{session}/disputes:rule", {"ruling": "stands", "reason": "no sign of it"}))
    view = await until(client, tournament, lambda answer: answer.json()["phase"] == "completed")
    assert view.json()["champion"]["team"] == "mi"


async def test_the_table_moves_while_a_match_is_in_play(client: Client) -> None:
    tournament, match = await match_day(client)
    for team in ("rcb", "mi"):
        players = [{"id": f"{team}{n}", "name": f"{team.upper()} {n}"} for n in range(1, 12)]
        assert (await client.put(f"{match}/line-ups/{team}", {"players": players})).status_code == 200
    for path, body in (("toss", {"winner": "rcb", "decision": "bat"}), ("innings", {})):
        assert (await client.post(f"{match}/{path}", body)).status_code == 200
    live = (await client.get(f"{tournament}/standings?live=true")).json()["tables"][0]
    assert [(row["team"], row["playing"], row["provisional"]) for row in live["rows"]] == [
        ("mi", True, False),
        ("rcb", True, False),
    ]
    official = (await client.get(f"{tournament}/standings")).json()["tables"][0]["rows"]
    assert [row["played"] for row in official] == [0, 0]
