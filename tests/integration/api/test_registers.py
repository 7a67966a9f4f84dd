"""Teams, players and venues over HTTP."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.integration.api.conftest import Client
from tests.integration.api.test_problems import assert_problem

RCB = {"id": "rcb", "name": "Royal Challengers", "short_name": "RCB"}
MI = {"id": "mi", "name": "Mumbai Indians"}
VENUE = {"id": "chepauk", "name": "Chepauk", "grounds": [{"id": "main", "name": "Main"}]}


async def events(dsn: str) -> list[tuple[str, str, int]]:
    """What is in the store: kind, type and version of each event, as they were written."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("select stream_kind, type, version from event order by position")
    await connection.close()
    return [tuple(row) for row in rows]


async def test_a_team_is_registered_read_changed_archived_and_restored(
    client: Client, postgres_dsn: str
) -> None:
    made = await client.post("/v1/teams", RCB)
    assert (made.status_code, made.headers["etag"], made.headers["location"]) == (201, '"1"', "/v1/teams/rcb")
    read = await client.get("/v1/teams/rcb")
    assert read.json() == made.json()
    assert {name: read.json()[name] for name in RCB} == RCB

    changed = await client.put("/v1/teams/rcb", {"name": "RC Bengaluru"}, if_match='"1"')
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (changed.json()["name"], changed.json()["short_name"]) == ("RC Bengaluru", "")
    patched = await client.http.patch(
        "/v1/teams/rcb", json={"city": "Bengaluru"}, headers=client.headers(if_match='"2"')
    )
    assert (patched.json()["name"], patched.json()["city"]) == ("RC Bengaluru", "Bengaluru")

    archived = await client.post("/v1/teams/rcb:archive")
    assert archived.json()["archived_at"] == archived.json()["updated_at"]
    assert (await client.get("/v1/teams")).json()["teams"] == []
    assert len((await client.get("/v1/teams?archived=true")).json()["teams"]) == 1
    assert_problem(await client.put("/v1/teams/rcb", {"name": "Again"}), 409, "entry_archived")
    restored = await client.post("/v1/teams/rcb:restore")
    assert restored.json()["archived_at"] is None
    assert await events(postgres_dsn) == [
        ("team", "TeamRegistered", 1),
        ("team", "TeamChanged", 2),
        ("team", "TeamChanged", 3),
        ("team", "TeamArchived", 4),
        ("team", "TeamRestored", 5),
    ]


async def test_a_venue_may_close_after_midnight(client: Client) -> None:
    late = await client.post("/v1/venues", {**VENUE, "opens": "15:00:00", "closes": "01:00:00"})
    assert late.status_code == 201, late.text


async def test_an_entry_without_an_id_is_given_one(client: Client) -> None:
    made = await client.post("/v1/players", {"name": "A Player", "born": "2001-02-03"})
    assert made.json()["id"]
    assert (await client.get(f"/v1/players/{made.json()['id']}")).json()["born"] == "2001-02-03"


async def test_what_is_the_same_is_no_change(client: Client, postgres_dsn: str) -> None:
    await client.post("/v1/venues", VENUE)
    same = await client.put("/v1/venues/chepauk", {name: VENUE[name] for name in ("name", "grounds")})
    assert (same.status_code, same.headers["etag"]) == (200, '"1"')
    assert len(await events(postgres_dsn)) == 1


async def test_a_repeat_is_answered_as_the_first_time(client: Client) -> None:
    first = await client.post("/v1/teams", {"name": "No id"}, idempotency_key="once")
    await client.http.patch(
        f"/v1/teams/{first.json()['id']}", json={"city": "Pune"}, headers=client.headers()
    )
    again = await client.post("/v1/teams", {"name": "No id", "city": ""}, idempotency_key="once")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    other = await client.post("/v1/teams", {"name": "Another"}, idempotency_key="once")
    assert_problem(other, 422, "idempotency_key_reused")


async def test_an_archive_repeated_after_a_restore_archives_nothing(client: Client) -> None:
    await client.post("/v1/teams", RCB)
    first = await client.post("/v1/teams/rcb:archive", idempotency_key="archive")
    await client.post("/v1/teams/rcb:restore")
    again = await client.post("/v1/teams/rcb:archive", idempotency_key="archive")
    assert again.json() == first.json()
    assert (await client.get("/v1/teams/rcb")).json()["archived_at"] is None


async def test_an_id_is_registered_once(client: Client) -> None:
    await client.post("/v1/teams", RCB)
    assert_problem(await client.post("/v1/teams", RCB), 409, "already_registered")
    league = Client(client.http, client.issuer)
    assert (await league.post("/v1/teams", RCB)).status_code == 201


async def test_a_version_that_has_passed_is_refused(client: Client) -> None:
    await client.post("/v1/teams", RCB)
    await client.put("/v1/teams/rcb", {"name": "Second"})
    late = await client.put("/v1/teams/rcb", {"name": "Third"}, if_match='"1"')
    assert assert_problem(late, 412, "version_mismatch")["current_version"] == 2
    late = await client.http.patch("/v1/teams/rcb", json={}, headers=client.headers(if_match='"1"'))
    assert_problem(late, 412, "version_mismatch")
    assert_problem(await client.put("/v1/teams/new", {"name": "N"}, if_match='"1"'), 412, "version_mismatch")


async def test_many_who_write_at_once_lose_nothing(client: Client) -> None:
    await client.post("/v1/teams", RCB)
    fields: list[dict[str, Any]] = [{"city": "Bengaluru"}, {"short_name": "RC"}, {"home_grounds": ["g1"]}]
    answers = await asyncio.gather(
        *(client.http.patch("/v1/teams/rcb", json=each, headers=client.headers()) for each in fields)
    )
    assert [answer.status_code for answer in answers] == [200] * 3
    now = (await client.get("/v1/teams/rcb")).json()
    assert (now["version"], now["city"], now["short_name"], now["home_grounds"]) == (
        4,
        "Bengaluru",
        "RC",
        ["g1"],
    )


async def test_another_league_sees_nothing(client: Client) -> None:
    await client.post("/v1/teams", RCB)
    stranger = Client(client.http, client.issuer)
    assert_problem(await stranger.get("/v1/teams/rcb"), 404, "entry_not_found")
    assert (await stranger.get("/v1/teams?archived=true")).json() == {"teams": [], "next": None}
    assert_problem(await stranger.post("/v1/teams/rcb:archive"), 404, "entry_not_found")


async def test_by_name_a_page_at_a_time(client: Client) -> None:
    names = ["delta", "Alpha", "charlie", "Bravo", "Bravo"]
    players = [{"id": f"p{n}", "name": name} for n, name in enumerate(names)]
    assert (await client.post("/v1/players:bulk", {"players": players})).status_code == 200
    seen, path = [], "/v1/players?limit=2"
    while path:
        page = (await client.get(path)).json()
        seen += [player["id"] for player in page["players"]]
        path = page["next"] and f"/v1/players?limit=2&cursor={page['next']}"
    assert seen == ["p1", "p3", "p4", "p2", "p0"]
    found = (await client.get("/v1/players?search=RAV")).json()["players"]
    assert [player["id"] for player in found] == ["p3", "p4"]


async def test_many_in_csv(client: Client) -> None:
    await client.post("/v1/teams", MI)
    text = 'id,name,home_grounds\nrcb,"Royal Challengers, Bengaluru",chinnaswamy;alur\n\nmi,Mumbai Indians,\n'
    headers = {**client.headers(idempotency_key="bulk"), "content-type": "text/csv; charset=utf-8"}
    answer = await client.http.post("/v1/teams:bulk", content=text, headers=headers)
    assert answer.json() == {
        "lines": [
            {"line": 2, "id": "rcb", "status": "registered", "version": 1},
            {"line": 4, "id": "mi", "status": "unchanged", "version": 1},
        ]
    }
    assert (await client.get("/v1/teams/rcb")).json()["home_grounds"] == ["chinnaswamy", "alur"]
    again = await client.http.post("/v1/teams:bulk", content=text, headers=headers)
    assert again.json() == answer.json()
    assert again.headers["idempotent-replayed"] == "true"


async def test_many_are_taken_all_or_none_with_a_report_for_each_line(
    client: Client, postgres_dsn: str
) -> None:
    players = [
        {"id": "fine", "name": "Fine"},
        {"id": "no good", "name": "Bad id"},
        {"id": "late", "name": "Unborn", "born": "2999-01-01"},
        {"id": "fine", "name": "Twice"},
        {"id": "typo", "nmae": "Typo"},
    ]
    problem = assert_problem(
        await client.post("/v1/players:bulk", {"players": players}), 422, "lines_refused"
    )
    assert [(line["line"], line["code"], line.get("field")) for line in problem["lines"]] == [
        (2, "invalid_body", "id"),
        (3, "birth_date_impossible", "born"),
        (4, "line_repeated", "id"),
        (5, "invalid_body", None),
    ]
    assert await events(postgres_dsn) == []


async def test_the_report_of_csv_counts_the_lines_of_the_file(client: Client) -> None:
    text = "id,name,born\np1,One,1990-13-01\np2,Two\np3,Three,1990-01-01\n"
    headers = {**client.headers(), "content-type": "text/csv"}
    answer = await client.http.post("/v1/players:bulk", content=text, headers=headers)
    problem = assert_problem(answer, 422, "lines_refused")
    assert [(line["line"], line["code"]) for line in problem["lines"]] == [
        (2, "invalid_body"),
        (3, "malformed_csv"),
    ]


async def test_a_line_for_an_archived_entry_is_refused(client: Client) -> None:
    await client.post("/v1/teams", RCB)
    await client.post("/v1/teams/rcb:archive")
    answer = await client.post("/v1/teams:bulk", {"teams": [MI, {**RCB, "name": "New"}]})
    problem = assert_problem(answer, 422, "lines_refused")
    assert [(line["line"], line["code"], line["id"]) for line in problem["lines"]] == [
        (2, "entry_archived", "rcb")
    ]
    assert_problem(await client.get("/v1/teams/mi"), 404, "entry_not_found")


async def test_the_report_names_what_does_not_fit_and_what_is_refused(client: Client) -> None:
    await client.post("/v1/teams", RCB)
    await client.post("/v1/teams", MI)
    await client.post("/v1/teams/rcb:archive")
    teams = [{**MI, "name": "New"}, {**RCB, "name": "New"}, {"id": "x"}, {"id": "y", "name": "Y"}]
    problem = assert_problem(await client.post("/v1/teams:bulk", {"teams": teams}), 422, "lines_refused")
    assert [(line["line"], line["code"]) for line in problem["lines"]] == [
        (2, "entry_archived"),
        (3, "invalid_body"),
    ]
    assert (await client.get("/v1/teams/mi")).json()["name"] == MI["name"]


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"id,name,colour\nx,X,red\n", "text/csv", 400, "malformed_csv"),
        (b"id\nx\n", "text/csv", 400, "malformed_csv"),
        (b'id,name\n"x,X\n', "text/csv", 400, "malformed_csv"),
        (b"id,name\n\xff,X\n", "text/csv", 400, "malformed_csv"),
        (b"", "text/csv", 400, "malformed_csv"),
        (b"id,name\n", "text/csv", 422, "invalid_body"),
        (b"{}", "application/json", 422, "invalid_body"),
        (b'{"teams": []}', "application/json", 422, "invalid_body"),
        (b'{"teams": 3}', "application/json", 422, "invalid_body"),
        (b"{", "application/json", 400, "malformed_json"),
        (b"<teams/>", "application/xml", 415, "unsupported_media_type"),
        (b"id,name\n" + b"x,X\n" * 2001, "text/csv", 413, "batch_too_large"),
        (b"id,name\n" + b"x" * 2_100_000, "text/csv", 413, "body_too_large"),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_bodies_that_are_no_lines(
    client: Client, content: bytes, media_type: str, status: int, code: str
) -> None:
    headers = {**client.headers(), "content-type": media_type}
    assert_problem(await client.http.post("/v1/teams:bulk", content=content, headers=headers), status, code)


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/teams", {"id": "a/b", "name": "X"}, "invalid_body"),
        ("/v1/teams", {"id": "a", "name": ""}, "invalid_body"),
        ("/v1/teams", {"name": "X", "home_grounds": ["g", "g"]}, "ground_named_twice"),
        ("/v1/players", {"name": "X", "born": "1800-01-01"}, "birth_date_impossible"),
        ("/v1/venues", {"name": "X", "grounds": []}, "venue_without_ground"),
        ("/v1/venues", {**VENUE, "time_zone": "Mars/Base"}, "time_zone_unknown"),
        ("/v1/venues", {"name": "X", "grounds": [{"id": "g", "name": "G"}] * 2}, "ground_named_twice"),
    ],
)
async def test_entries_that_cannot_be(client: Client, path: str, body: dict[str, Any], code: str) -> None:
    assert_problem(await client.post(path, body), 422, code)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "cursor=x", "archived=maybe", "search=" + "x" * 201]
)
async def test_queries_that_cannot_be_read(client: Client, query: str) -> None:
    answer = await client.get(f"/v1/teams?{query}")
    assert assert_problem(answer, 400, "malformed_parameter")["param"] == query.partition("=")[0]
