"""Tournaments over HTTP, from the draft on, carried by real workflows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from adapters.postgres.projections import READ_MODELS
from adapters.postgres.rebuild import Rebuild
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


async def entered(client: Client, **settings: Any) -> str:
    """The address of a tournament with its teams."""
    tournament = await created(client, **settings)
    ok(await client.post(f"{tournament}/registration:open"))
    headers = {**client.headers(), "content-type": "text/csv"}
    ok(await client.http.post(f"{tournament}/entries:bulk", content=CSV, headers=headers))
    return tournament


async def scheduled(client: Client, **settings: Any) -> str:
    """The address of a tournament with its fixtures, one match a day."""
    tournament = await entered(client, **settings)
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
        for model in READ_MODELS.values():
            await Rebuild(model, pool).run()


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


async def test_entries_are_taken_all_or_none(client: Client) -> None:
    tournament = await created(client)
    ok(await client.post(f"{tournament}/registration:open"))
    twice = {"entries": [{"team": "a", "name": "One"}, {"team": "b", "name": "One"}]}
    problem = assert_problem(await client.post(f"{tournament}/entries:bulk", twice), 422, "lines_refused")
    assert [(line["line"], line["code"], line["id"]) for line in problem["lines"]] == [
        (2, "team_name_taken", "b")
    ]
    assert (await client.get(f"{tournament}/entries")).json()["entries"] == []
    badly = {"entries": [{"team": "a"}, {"team": "b", "name": ""}]}
    problem = assert_problem(await client.post(f"{tournament}/entries:bulk", badly), 422, "lines_refused")
    assert [line["line"] for line in problem["lines"]] == [1, 2]


async def test_the_report_names_lines_that_do_not_fit_and_lines_that_are_refused(client: Client) -> None:
    tournament = await created(client, format="round-robin", registration={"capacity": 2, "waitlist": False})
    ok(await client.post(f"{tournament}/registration:open"))
    ok(await client.post(f"{tournament}/entries", {"team": "rcb", "name": "Royals"}))
    text = "team,name\nrcb,Again\nmi,\nx,royals\ngt,Titans\ngt,Twice\nkkr,Riders\n"
    headers = {**client.headers(), "content-type": "text/csv"}
    answer = await client.http.post(f"{tournament}/entries:bulk", content=text, headers=headers)
    problem = assert_problem(answer, 422, "lines_refused")
    assert [(line["line"], line["code"], line["id"]) for line in problem["lines"]] == [
        (2, "team_entered_already", "rcb"),
        (3, "invalid_body", "mi"),
        (4, "team_name_taken", "x"),
        (6, "line_repeated", "gt"),
        (7, "tournament_full", "kkr"),
    ]
    assert len((await client.get(f"{tournament}/entries")).json()["entries"]) == 1


async def test_fixtures_in_csv_are_taken_all_or_none_with_a_report_of_every_line(client: Client) -> None:
    tournament = await scheduled(client)
    before = (await client.get(f"{tournament}/fixtures?limit=100")).json()
    lines = [list(placement.values()) for placement in placements(before["fixtures"])]
    lines[0][1] = "the moon"
    lines[3][3] = "half past ten"
    lines[5][2:] = lines[4][2:]
    text = "node,ground,starts_at,ends_at\n" + "".join(",".join(line) + "\n" for line in lines)
    headers = {**client.headers(), "content-type": "text/csv"}
    answer = await client.http.put(f"{tournament}/fixtures", content=text, headers=headers)
    problem = assert_problem(answer, 422, "lines_refused")
    found = {(line["line"], line["code"]) for line in problem["lines"]}
    assert {(2, "unknown_ground"), (5, "invalid_body"), (6, "ground_taken"), (7, "ground_taken")} <= found
    assert {line for line, _ in found} == {2, 5, 6, 7}
    assert (await client.get(f"{tournament}/fixtures?limit=100")).json() == before
    moved = {"placements": [{**placements(before["fixtures"])[0], "ground": "the moon"}], "reason": "rain"}
    problem = assert_problem(await client.post(f"{tournament}/fixtures:move", moved), 422, "unknown_ground")
    assert [(line["line"], line["id"]) for line in problem["lines"]] == [(1, moved["placements"][0]["node"])]


async def test_a_captain_is_invited_by_link_and_speaks_for_one_team(client: Client) -> None:
    tournament = await entered(client)
    asked = {"email": "captain@example.org", "expires_at": "2040-01-01T00:00:00Z"}
    first = await client.post(f"{tournament}/entries/rcb/invitations", asked, idempotency_key="invite")
    again = await client.post(f"{tournament}/entries/rcb/invitations", asked, idempotency_key="invite")
    assert ok(first)["token"] == ok(again)["token"]

    captain = client.somebody("captain-rcb", "captain")
    squad = {"players": [{"id": "p1", "name": "One"}]}
    assert_problem(await captain.put(f"{tournament}/entries/rcb/squad", squad), 403, "not_yours")
    wrong = {"token": "guessed"}
    refused = await captain.post(f"{tournament}/entries/rcb/invitations:accept", wrong)
    assert_problem(refused, 422, "invitation_unknown")
    ok(await captain.post(f"{tournament}/entries/rcb/invitations:accept", {"token": first.json()["token"]}))
    ok(await captain.put(f"{tournament}/entries/rcb/squad", squad))
    assert_problem(await captain.put(f"{tournament}/entries/mi/squad", squad), 403, "not_yours")
    late = {"team": "x", "name": "X", "late": True}
    assert_problem(await captain.post(f"{tournament}/entries", late), 403, "role_missing")
    entry = (await client.get(f"{tournament}/entries")).json()["entries"][0]
    assert (entry["team"], entry["captain"], entry["players"][0]["id"]) == ("rcb", "captain-rcb", "p1")
    assert first.json()["token"] not in (await client.get(f"{tournament}?expand=entries")).text


async def test_officials_answer_for_themselves(client: Client) -> None:
    tournament = await scheduled(client)
    node = (await client.get(f"{tournament}/fixtures")).json()["fixtures"][0]["node"]
    official = {"name": "N Menon", "role": "umpire"}
    ok(await client.put(f"{tournament}/fixtures/{node}/officials/menon", official))
    other = client.somebody("llong", "umpire")
    assert_problem(
        await other.post(f"{tournament}/fixtures/{node}/officials/menon:confirm"), 403, "not_yours"
    )
    menon = client.somebody("menon", "umpire")
    ok(await menon.post(f"{tournament}/fixtures/{node}/officials/menon:confirm"))
    found = (await client.get(f"{tournament}/officials?person=menon")).json()["officials"]
    assert [(one["node"], one["role"], one["confirmed"]) for one in found] == [(node, "umpire", True)]


async def test_deadlines_move_by_their_names(client: Client) -> None:
    tournament = await created(client)
    at = "2030-03-01T18:00:00Z"
    ok(await client.put(f"{tournament}/deadlines/roster-lock", {"at": at}))
    assert (await client.get(tournament)).json()["deadlines"] == {"roster lock": at}
    progress = (await client.get(f"{tournament}/progress")).json()
    assert "reminder: roster lock" in [due["name"] for due in progress["next"]]
    assert_problem(await client.put(f"{tournament}/deadlines/tea", {"at": at}), 404, "not_found")
    late = await client.put(f"{tournament}/deadlines/roster-lock", {"at": None}, if_match='"1"')
    assert assert_problem(late, 412, "version_mismatch")["current_version"] == 2


async def test_a_refusal_says_why(client: Client) -> None:
    tournament = await created(client)
    assert_problem(await client.post(f"{tournament}/draw", {"seed": "x"}), 409, "wrong_phase")
    assert_problem(await client.post(f"{tournament}/deductions", {"team": "a"}), 422, "invalid_body")
    unknown = f"{tournament[:-12]}000000000000"
    assert_problem(await client.post(f"{unknown}:start"), 404, "tournament_not_found")
    assert_problem(await client.get("/v1/tournaments/none"), 404, "tournament_not_found")
    body = {"name": "X", "settings": {"format": "knock-out"}}
    assert_problem(await client.post("/v1/tournaments", body), 422, "invalid_body")


async def test_the_structure_is_seen_before_it_starts(client: Client) -> None:
    tournament = await created(client)
    answer = (await client.get(f"{tournament}/structure?teams=8")).json()
    assert answer["structure"]["matches"] == 32
    assert "Qualifier 1" in answer["text"]
    assert_problem(await client.get(f"{tournament}/structure?teams=1"), 400, "malformed_parameter")


async def test_the_public_sees_what_is_published(client: Client, postgres_dsn: str) -> None:
    tournament = await scheduled(client)
    hidden = await created(client, public=False)
    ok(await client.post(f"{hidden}/registration:open"))
    draft = await created(client)
    await project(postgres_dsn)
    public = f"/v1/public/{client.tenant_id}"
    listed = (await client.http.get(f"{public}/tournaments")).json()["tournaments"]
    assert [f"/v1/tournaments/{one['id']}" for one in listed] == [tournament]
    for path in (hidden, draft):
        answer = await client.http.get(path.replace("/v1", public, 1))
        assert_problem(answer, 404, "tournament_not_found")
        assert (await client.http.get(path.replace("/v1", public, 1) + "/entries")).status_code == 404
    seen = tournament.replace("/v1", public, 1)
    view = await client.http.get(f"{seen}?expand=entries,fixtures,standings,bracket")
    assert view.status_code == 200, view.text
    assert "permits" not in view.json()
    assert "captain" not in view.json()["entries"][0]
    assert "born" not in view.json()["entries"][0]["players"][0]
    for path in ("/entries", "/fixtures", "/standings", "/bracket"):
        answer = await client.http.get(seen + path)
        assert answer.status_code == 200, answer.text
    calendar = await client.http.get(f"{seen}/calendar.ics?team=rcb")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.count("BEGIN:VEVENT") == 3
    other = f"/v1/public/{Client(client.http, client.issuer).tenant_id}/tournaments"
    assert (await client.http.get(other)).json() == {"tournaments": [], "next": None}


async def test_who_can_still_go_on(client: Client) -> None:
    tournament = await scheduled(client)
    found = (await client.get(f"{tournament}/qualification")).json()["tables"]
    (table,) = found
    assert (table["to_play"], table["ways"], table["sampled"]) == (6, 64, False)
    assert {one["status"] for one in table["prospects"]} == {"certain"}
    node = (await client.get(f"{tournament}/fixtures?team=rcb")).json()["fixtures"][0]
    opponent = next(side["team"] for side in (node["home"], node["away"]) if side["team"] != "rcb")
    query = f"node={node['node']}&team=rcb&rival={opponent}&scores=150"
    needs = (await client.get(f"{tournament}/qualification/run-rate?{query}")).json()
    assert needs["lines"], needs
    assert (await client.get(f"{tournament}/corrections")).json()["corrections"] == []
    answer = await client.get(f"{tournament}/qualification/run-rate?team=rcb")
    assert_problem(answer, 400, "malformed_parameter")
    query = f"node={node['node']}&team=rcb&rival=rcb"
    assert_problem(await client.get(f"{tournament}/qualification/run-rate?{query}"), 422, "wrong_teams")


async def test_lists_come_from_the_read_models_once_they_are_there(client: Client, postgres_dsn: str) -> None:
    tournament = await scheduled(client)
    before = [
        (await client.get(f"{tournament}{path}")).json()
        for path in ("/entries?limit=3", "/fixtures?limit=3&team=rcb", "/standings", "/bracket")
    ]
    await project(postgres_dsn)
    after = [
        (await client.get(f"{tournament}{path}")).json()
        for path in ("/entries?limit=3", "/fixtures?limit=3&team=rcb", "/standings", "/bracket")
    ]
    assert after == before
    assert (await client.get(f"{tournament}/standings")).headers["pavilion-source"] == "projection"
    seen, path = [], f"{tournament}/fixtures?limit=4"
    while path:
        page = (await client.get(path)).json()
        seen += [fixture["node"] for fixture in page["fixtures"]]
        path = page["next"] and f"{tournament}/fixtures?limit=4&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 10
    league = (await client.get("/v1/fixtures?limit=100")).json()["fixtures"]
    assert [fixture["node"] for fixture in league] == seen
    on = (await client.get(f"/v1/fixtures?day={FIRST_DAY.date()}&ground=oval")).json()["fixtures"]
    assert [fixture["node"] for fixture in on] == seen[:1]


async def test_a_write_is_seen_by_who_asks_for_its_version(client: Client, postgres_dsn: str) -> None:
    tournament = await entered(client)
    await project(postgres_dsn)
    done = await client.post(f"{tournament}/entries/rcb:withdraw", {"reason": "ill"})
    version = done.headers["etag"].strip('"')
    entries = (await client.get(f"{tournament}/entries?at_least={version}")).json()["entries"]
    assert entries[0]["status"] == "withdrawn"
    stale = (await client.get(f"{tournament}/entries")).json()["entries"]
    assert stale[0]["status"] == "confirmed"
    answer = await client.get(f"{tournament}/standings?at_least={int(version) + 1}")
    assert_problem(answer, 404, "version_not_reached")


async def test_tournaments_newest_first(client: Client, postgres_dsn: str) -> None:
    made = [await created(client) for _ in range(3)]
    await project(postgres_dsn)
    first = (await client.get("/v1/tournaments?limit=2&search=premier")).json()
    second = (await client.get(f"/v1/tournaments?limit=2&cursor={first['next']}")).json()
    found = [f"/v1/tournaments/{one['id']}" for one in first["tournaments"] + second["tournaments"]]
    assert found == made[::-1]
    assert (await client.get("/v1/tournaments?phase=settled")).json()["tournaments"] == []


@pytest.mark.parametrize(
    "path",
    [
        "?expand=scores",
        "/fixtures?day=1st",
        "/fixtures?cursor=x",
        "/entries?limit=0",
        "/standings?at_least=x",
    ],
)
async def test_what_cannot_be_read_of_a_tournament(client: Client, path: str) -> None:
    assert_problem(await client.get(f"{await created(client)}{path}"), 400, "malformed_parameter")
