"""The audit log: who did what, when, to what."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from api.issuer import DevelopmentIssuer
from tests.integration.api.conftest import FIRST_BALL, Client


@pytest.fixture
def client(shared_http: httpx.AsyncClient, issuer: DevelopmentIssuer) -> Client:
    """An organiser of a new league."""
    return Client(shared_http, issuer)


@pytest.fixture
def admin(client: Client) -> Client:
    """Somebody who may see what everybody does."""
    return client.somebody("the admin", "admin")


async def entries(admin: Client, query: str = "") -> list[dict[str, Any]]:
    answer = await admin.get(f"/v1/audit?limit=100{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"]


READ_SO_FAR = """
    select i.idx_scan, i.idx_tup_read, t.seq_scan from pg_stat_user_indexes i
    join pg_stat_user_tables t using (relid) where indexrelname = 'event_audit'
"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_was_done_is_listed_with_who_when_and_to_what(client: Client, admin: Client) -> None:
    assert await entries(admin) == []
    match = await client.created()
    players = [{"id": f"rcb{n}", "name": f"RCB {n}"} for n in range(1, 12)]
    scorer = client.somebody("scorer 1", "scorer")
    refused = await scorer.post(f"{match}/toss", {"winner": "nobody", "decision": "bat"})
    assert refused.status_code == 422
    named = await scorer.put(f"{match}/line-ups/rcb", {"players": players}, x_request_id="asked-once")
    assert named.status_code == 200, named.text
    found = await entries(admin)
    assert [(each["action"], each["actor"], each["on"]["version"]) for each in found] == [
        ("LineUpNamed", "scorer 1", 2),
        ("MatchCreated", "developer", 1),
    ]
    assert {each["on"]["id"] for each in found} == {match[-36:]}
    assert found[0]["on"]["kind"] == "match"
    assert found[0]["request_id"] == "asked-once"
    assert datetime.fromisoformat(found[0]["at"]) > datetime.fromisoformat(found[1]["at"])
    assert found[0].keys() == {"id", "at", "actor", "action", "on", "request_id"}


async def test_balls_are_listed_where_their_match_is_asked_for(client: Client, admin: Client) -> None:
    match = await client.in_play()
    assert (await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 1})).status_code == 200
    whole = [each["action"] for each in await entries(admin)]
    of_match = [each["action"] for each in await entries(admin, f"&stream={match[-36:]}")]
    assert "BallRecorded" not in whole
    assert of_match[0] == "BallRecorded"
    assert of_match[1:] == whole
    balls = await entries(admin, f"&stream={match[-36:]}&type=BallRecorded")
    assert [each["action"] for each in balls] == ["BallRecorded"]
    refused = await admin.get("/v1/audit?type=BallRecorded")
    assert (refused.status_code, refused.json()["param"]) == (400, "type")


async def test_entries_are_found_by_who_what_and_when(client: Client, admin: Client) -> None:
    await client.created()
    other = client.somebody("another", "organiser")
    team = {"id": "gulls", "name": "Granite Bay Gulls"}
    assert (await other.post("/v1/teams", team)).status_code == 201
    newest, oldest = await entries(admin)
    assert [each["actor"] for each in await entries(admin, "&actor=another")] == ["another"]
    assert await entries(admin, "&actor=nobody") == []
    assert [each["on"]["kind"] for each in await entries(admin, "&kind=team")] == ["team"]
    assert [each["action"] for each in await entries(admin, "&type=MatchCreated")] == ["MatchCreated"]
    assert await entries(admin, f"&since={newest['at'].replace('+', '%2B')}") == [newest]
    assert await entries(admin, f"&since={newest['at']}") == [newest]  # a plus that was not escaped
    assert await entries(admin, f"&until={newest['at']}") == [oldest]
    later = datetime.fromisoformat(newest["at"]) + timedelta(seconds=1)
    assert await entries(admin, f"&since={later.isoformat()}") == []


@pytest.mark.parametrize(
    "query",
    ["since=yesterday", "since=2026-04-01T10:00:00", "stream=17", "kind=nonsense", "cursor=x", "limit=0"],
)
async def test_what_cannot_be_asked(admin: Client, query: str) -> None:
    answer = await admin.get(f"/v1/audit?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_parameter")
    assert answer.json()["param"] == query.partition("=")[0]


async def test_pages_go_on_where_the_one_before_ended(client: Client, admin: Client) -> None:
    for number in range(5):
        team = {"id": f"team-{number}", "name": f"Team {number}"}
        assert (await client.post("/v1/teams", team)).status_code == 201
    whole = await entries(admin)
    page = (await admin.get("/v1/audit?limit=2")).json()
    seen = page["entries"]
    late = {"id": "late", "name": "Late"}
    assert (await client.post("/v1/teams", late)).status_code == 201  # what comes meanwhile shifts nothing
    while page["next"]:
        page = (await admin.get(f"/v1/audit?limit=2&cursor={page['next']}")).json()
        seen += page["entries"]
    assert seen == whole
    assert len(whole) == 5


async def test_no_league_sees_what_another_does(client: Client, admin: Client) -> None:
    match = await client.created()
    stranger = Client(client.http, client.issuer, roles=("owner", "admin"))
    assert await entries(stranger) == []
    assert await entries(stranger, f"&stream={match[-36:]}") == []
    assert len(await entries(admin, f"&stream={match[-36:]}")) == 1


@pytest.mark.parametrize("role", ["organiser", "treasurer", "scorer", "viewer"])
async def test_only_who_runs_the_league_sees_it(client: Client, role: str) -> None:
    answer = await client.somebody("x", role).get("/v1/audit")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nobody_writes_it(admin: Client, method: str) -> None:
    answer = await admin.http.request(method, "/v1/audit", headers=admin.headers(), json={})
    assert answer.status_code == 405


@pytest.mark.asyncio(loop_scope="function")
async def test_a_ball_costs_the_log_nothing_and_a_page_reads_no_more_than_itself(postgres_dsn: str) -> None:
    """The index has no ball in it, and is what a page is read by, however much a league did."""
    connection = await asyncpg.connect(postgres_dsn)
    try:
        await connection.execute(
            """
            insert into event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
            select md5((n % 10)::text)::uuid, 'match', md5((n % 10)::text)::uuid, n, gen_random_uuid(),
              case when n % 10 = n / 1000 then 'OverEnded' else 'BallRecorded' end, 1, '{}', '{}'
            from generate_series(1, 9999) as n
            """
        )
        await connection.execute("vacuum analyze event")
        entries = await connection.fetchval("select reltuples from pg_class where relname = 'event_audit'")
        assert (entries, await connection.fetchval("select count(*) from event")) == (999, 9999)
        await connection.execute("select pg_stat_force_next_flush()")
        (before,) = await connection.fetch(READ_SO_FAR)
        await connection.execute("set role pavilion_app")
        rows = await connection.fetch(
            "select * from audit_before(md5('3')::uuid, null, null, null, null, null, null, null, null, 5)"
        )
        assert len(rows) == 5
        await connection.execute("reset role; select pg_stat_force_next_flush()")
        (after,) = await connection.fetch(READ_SO_FAR)
        assert [now - then for now, then in zip(after, before, strict=True)] == [1, 5, 0]
    finally:
        await connection.close()
