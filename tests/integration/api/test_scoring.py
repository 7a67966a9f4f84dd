"""Scoring over HTTP, on a real Postgres."""

import asyncio
from uuid import uuid4

from tests.integration.api.conftest import FIRST_BALL, TEAMS, Client


async def test_a_ball_is_answered_with_where_the_match_stands(client: Client) -> None:
    match = await client.in_play()
    answer = await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 1})
    ack = answer.json()
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"6"'
    assert (ack["version"], ack["first_version"], ack["events"]) == (6, 6, ["BallRecorded"])
    assert ack["summary"]["score"] == "Royal Challengers 1/0 (0.1)"
    assert (ack["summary"]["striker"], ack["summary"]["non_striker"]) == ("rcb2", "rcb1")


async def test_a_repeat_gets_the_first_answer_and_adds_nothing(client: Client) -> None:
    match = await client.in_play()
    first = await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 1}, idempotency_key="ball-1")
    await client.post(f"{match}/balls", {"bat_runs": 4})
    again = await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 1}, idempotency_key="ball-1")
    assert again.status_code == first.status_code
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert (await client.get(match)).headers["etag"] == '"7"'


async def test_a_repeat_of_what_would_now_be_refused_gets_the_first_answer(client: Client) -> None:
    match = await client.created()
    over = {"reason": "rain"}
    first = await client.post(f"{match}/result:abandon", over, idempotency_key="rain")
    again = await client.post(f"{match}/result:abandon", over, idempotency_key="rain")
    other = await client.post(f"{match}/result:abandon", over)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert other.status_code == 422


async def test_a_key_with_another_body_is_refused(client: Client) -> None:
    match = await client.in_play()
    await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 1}, idempotency_key="k")
    answer = await client.post(f"{match}/balls", {"bat_runs": 2}, idempotency_key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_creation_repeated_gives_the_same_match(client: Client) -> None:
    body = {"conditions": "t20", "teams": TEAMS}
    first = await client.post("/v1/matches", body, idempotency_key="new")
    again = await client.post("/v1/matches", body, idempotency_key="new")
    assert first.json()["match_id"] == again.json()["match_id"]
    assert again.status_code == 201


async def test_the_same_key_at_once_is_recorded_once(client: Client) -> None:
    match = await client.in_play()
    headers = client.headers(idempotency_key="once")
    ball = {**FIRST_BALL, "bat_runs": 1}
    answers = await asyncio.gather(
        *(client.http.post(f"{match}/balls", json=ball, headers=headers) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert sum(answer.status_code == 200 for answer in answers) >= 1
    conflicts = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert set(conflicts) <= {"idempotency_key_in_flight"}
    assert (await client.get(match)).headers["etag"] == '"6"'


async def test_if_match_holds_the_version(client: Client) -> None:
    match = await client.in_play()
    stale = await client.post(f"{match}/balls", FIRST_BALL, if_match='"4"')
    exact = await client.post(f"{match}/balls", FIRST_BALL, if_match='"5"', idempotency_key="exact")
    again = await client.post(f"{match}/balls", FIRST_BALL, if_match='"5"', idempotency_key="exact")
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    assert stale.json()["current_version"] == 5
    assert (exact.status_code, again.status_code) == (200, 200)


async def test_a_batch_is_all_or_nothing(client: Client) -> None:
    match = await client.in_play()
    good = [FIRST_BALL, {"bat_runs": 4}, {"bat_runs": 1}]
    bad = await client.post(f"{match}/balls:batch", {"balls": [*good, {"striker": "nobody"}]})
    assert bad.status_code == 422
    assert bad.json()["index"] == 3
    assert (await client.get(match)).headers["etag"] == '"5"'
    taken = await client.post(f"{match}/balls:batch", {"balls": good}, idempotency_key="over")
    again = await client.post(f"{match}/balls:batch", {"balls": good}, idempotency_key="over")
    assert taken.json()["version"] == 8
    assert taken.json()["summary"]["score"] == "Royal Challengers 5/0 (0.3)"
    assert again.json()["summary"] == taken.json()["summary"]


async def test_a_ball_after_a_refused_batch_sees_the_stream(client: Client) -> None:
    match = await client.in_play()
    await client.post(f"{match}/balls:batch", {"balls": [FIRST_BALL, {"striker": "nobody"}]})
    answer = await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 2})
    assert answer.json()["summary"]["score"] == "Royal Challengers 2/0 (0.1)"


async def test_a_correction_changes_what_followed(client: Client) -> None:
    match = await client.in_play()
    await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})
    answer = await client.post(
        f"{match}/corrections", {"ball": 6, "delivery": {"bat_runs": 6}, "reason": "over the rope"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["summary"]["score"] == "Royal Challengers 6/0 (0.1)"
    undone = await client.post(f"{match}/undo")
    assert undone.status_code == 200, undone.text


async def test_another_league_sees_no_match(client: Client) -> None:
    match = await client.in_play()
    stranger = Client(client.http, client.issuer)
    for path in ("", "/scorecard", "/events", "/export"):
        answer = await stranger.get(match + path)
        assert (answer.status_code, answer.json()["code"]) == (404, "match_not_found")
    answer = await stranger.post(f"{match}/balls", FIRST_BALL)
    assert (answer.status_code, answer.json()["code"]) == (404, "match_not_found")


async def test_a_match_id_of_another_league_cannot_be_taken(client: Client) -> None:
    match_id = str(uuid4())
    await client.created(id=match_id)
    stranger = Client(client.http, client.issuer)
    body = {"id": match_id, "conditions": "t20", "teams": TEAMS}
    answer = await stranger.post("/v1/matches", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "match_id_taken")
    own = await client.post("/v1/matches", body)
    assert (own.status_code, own.json()["code"]) == (409, "match_exists")
