"""Reading matches over HTTP."""

import json
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from openapi_spec_validator import validate

from tests.integration.api.conftest import FIRST_BALL, Client


@pytest.fixture
async def projector(postgres_dsn: str):
    """A connection that writes read models."""
    connection = await asyncpg.connect(postgres_dsn, user="pavilion_projector")
    yield connection
    await connection.close()


async def test_the_state_now_and_as_it_was(client: Client) -> None:
    match = await client.in_play()
    await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})
    await client.post(f"{match}/balls", {"bat_runs": 1})
    now = (await client.get(match)).json()
    assert (now["version"], now["innings"][0]["runs"]) == (7, 5)
    assert now["summary"]["score"] == "Royal Challengers 5/0 (0.2)"
    then = await client.get(f"{match}?at=6")
    assert (then.json()["version"], then.json()["innings"][0]["runs"]) == (6, 4)
    assert then.headers["etag"] == '"6"'
    later = await client.get(f"{match}?at=8")
    assert (later.status_code, later.json()["code"]) == (404, "version_not_reached")
    assert later.json()["current_version"] == 7


async def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    match = await client.in_play()
    for path in (match, f"{match}/scorecard"):
        held = (await client.get(path)).headers["etag"]
        same = await client.get(path, if_none_match=f'W/"1", {held}')
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", held)
        assert (await client.get(path, if_none_match='"1"')).status_code == 200


async def test_the_card_is_made_from_the_stream_where_the_projector_is_behind(client: Client) -> None:
    match = await client.in_play()
    await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})
    card = await client.get(f"{match}/scorecard?at_least=6")
    assert card.headers["pavilion-source"] == "stream"
    assert (card.json()["version"], card.json()["innings"][0]["runs"]) == (6, 4)
    early = await client.get(f"{match}/scorecard?at=5")
    assert (early.json()["version"], early.json()["innings"][0]["runs"]) == (5, 0)
    ahead = await client.get(f"{match}/scorecard?at_least=7")
    assert (ahead.status_code, ahead.json()["code"]) == (404, "version_not_reached")


async def test_the_projectors_card_is_served_as_it_is(client: Client, projector: asyncpg.Connection) -> None:
    match = await client.in_play()
    match_id = match.rpartition("/")[2]
    await projector.execute(
        "insert into rm_match_card (tenant_id, match_id, version, card) values ($1, $2, 5, $3)",
        client.tenant_id,
        match_id,
        json.dumps({"version": 5, "made": "by the projector"}),
    )
    card = await client.get(f"{match}/scorecard?at_least=5")
    assert card.headers["pavilion-source"] == "projection"
    assert (card.headers["etag"], card.json()["made"]) == ('"5"', "by the projector")
    stranger = Client(client.http, client.issuer)
    assert (await stranger.get(f"{match}/scorecard")).status_code == 404


async def test_the_events_a_page_at_a_time(client: Client) -> None:
    match = await client.in_play()
    seen, after = [], 0
    while after is not None:
        page = (await client.get(f"{match}/events?after_version={after}&limit=2")).json()
        seen += page["events"]
        after = page["next_after_version"]
    assert [event["version"] for event in seen] == [1, 2, 3, 4, 5]
    assert [event["type"] for event in seen][-2:] == ["TossMade", "InningsStarted"]
    assert seen[3]["data"]["winner"] == "rcb"
    assert seen[3]["actor"] == "developer"
    beyond = (await client.get(f"{match}/events?after_version=5")).json()
    assert beyond == {"events": [], "next_after_version": None}


async def test_the_export_is_cricsheets_json(client: Client) -> None:
    match = await client.in_play(venue="M. Chinnaswamy Stadium")
    await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})
    answer = await client.get(f"{match}/export")
    assert answer.json()["info"]["teams"] == ["Royal Challengers", "Mumbai Indians"]
    assert answer.json()["innings"][0]["overs"][0]["deliveries"][0]["runs"]["total"] == 4
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_matches_newest_first_a_page_at_a_time(client: Client, projector: asyncpg.Connection) -> None:
    for number in range(5):
        await projector.execute(
            "insert into rm_match (tenant_id, match_id, version, home, away, status, created_at, summary)"
            " values ($1, $2, 1, 'A', 'B', 'Match not started', $3, $4)",
            client.tenant_id,
            UUID(int=number),
            datetime(2026, 4, 1 + number // 2, tzinfo=UTC),
            json.dumps({"number": number}),
        )
    seen, path = [], "/v1/matches?limit=2"
    while path:
        page = (await client.get(path)).json()
        assert len(page["matches"]) <= 2
        seen += [match["summary"]["number"] for match in page["matches"]]
        path = page["next"] and f"/v1/matches?limit=2&cursor={page['next']}"
    assert seen == [4, 3, 2, 1, 0]
    stranger = Client(client.http, client.issuer)
    assert (await stranger.get("/v1/matches")).json() == {"matches": [], "next": None}


async def test_health_metrics_and_the_document(client: Client) -> None:
    await client.get("/v1/matches")
    assert (await client.http.get("/healthz")).json() == {"status": "ok"}
    assert (await client.http.get("/readyz")).json() == {"status": "ready"}
    counted = (await client.http.get("/metrics")).text
    assert 'pavilion_api_request_seconds_count{operation="list_matches",status="200"}' in counted
    assert (await client.http.get("/docs")).status_code == 200
    events = (await client.http.get("/asyncapi.json")).json()
    assert (events["asyncapi"], "match.BallRecorded" in events["components"]["messages"]) == ("3.0.0", True)
    document = (await client.http.get("/openapi.json")).json()
    validate(document)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["operationId"], path
