"""Everything that can be wrong with a request has an answer that says so."""

from typing import Any

import httpx
import pytest

from tests.integration.api.conftest import FIRST_BALL, TEAMS, Client

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id", "doc_url"}


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A problem as RFC 9457 has it; its members."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() >= MEMBERS
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["instance"] == answer.request.url.path
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


async def test_no_such_address(client: Client) -> None:
    assert_problem(await client.get("/v1/nothing"), 404, "not_found")


async def test_no_such_method(client: Client) -> None:
    answer = await client.http.delete("/v1/matches", headers=client.headers())
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"]


@pytest.mark.parametrize("match_id", ["no-id", "00000000-0000-0000-0000-000000000000", "%00", "a" * 5000])
async def test_no_such_match(client: Client, match_id: str) -> None:
    assert_problem(await client.get(f"/v1/matches/{match_id}"), 404, "match_not_found")
    answer = await client.post(f"/v1/matches/{match_id}/balls", FIRST_BALL)
    assert_problem(answer, 404, "match_not_found")


async def test_no_key(client: Client) -> None:
    headers = client.headers()
    del headers["idempotency-key"]
    answer = await client.http.post(
        "/v1/matches", json={"conditions": "t20", "teams": TEAMS}, headers=headers
    )
    assert_problem(answer, 400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tkey"])
async def test_a_key_that_cannot_be_used(client: Client, key: str) -> None:
    answer = await client.post("/v1/matches", {"conditions": "t20", "teams": TEAMS}, idempotency_key=key)
    assert_problem(answer, 400, "idempotency_key_malformed")


async def test_a_put_needs_no_key(client: Client) -> None:
    match = await client.created()
    headers = client.headers()
    del headers["idempotency-key"]
    players = [{"id": f"p{n}", "name": f"{n}"} for n in range(11)]
    answer = await client.http.put(f"{match}/line-ups/rcb", json={"players": players}, headers=headers)
    assert answer.status_code == 200


async def test_not_json(client: Client) -> None:
    match = await client.in_play()
    headers = {**client.headers(), "content-type": "text/plain"}
    answer = await client.http.post(f"{match}/balls", content=b"{}", headers=headers)
    assert_problem(answer, 415, "unsupported_media_type")
    headers["content-type"] = "application/json; charset=utf-8"
    answer = await client.http.post(f"{match}/balls", content=b"{", headers=headers)
    assert_problem(answer, 400, "malformed_json")


async def test_too_large(client: Client) -> None:
    match = await client.in_play()
    answer = await client.post(f"{match}/balls", {"commentary": "x" * 70_000})
    assert assert_problem(answer, 413, "body_too_large")["limit_bytes"] == 65_536
    answer = await client.post(f"{match}/balls:batch", {"balls": [{"bat_runs": 1}] * 1001})
    assert_problem(answer, 413, "batch_too_large")
    answer = await client.post(f"{match}/balls:batch", {"balls": [{"commentary": "x" * 2000}] * 1100})
    assert_problem(answer, 413, "body_too_large")


async def test_a_body_that_does_not_fit(client: Client) -> None:
    match = await client.in_play()
    answer = await client.post(f"{match}/balls", {"wickets": [{"player": "rcb1", "kind": "abducted"}]})
    problem = assert_problem(answer, 422, "invalid_body")
    assert (problem["param"], problem["pointer"]) == ("wickets[0].kind", "/wickets/0/kind")


async def test_a_refusal_of_the_laws(client: Client) -> None:
    match = await client.in_play()
    answer = await client.post(f"{match}/balls", {**FIRST_BALL, "bowler": "rcb3"})
    problem = assert_problem(answer, 422, "not_in_side")
    assert problem["title"] == "Not in side"
    assert problem["umpires_may_allow"] is False
    over = [FIRST_BALL, *[{"bat_runs": 0}] * 5]
    await client.post(f"{match}/balls:batch", {"balls": over})
    again = {"bowler": "mi11", "bat_runs": 0}
    problem = assert_problem(await client.post(f"{match}/balls", again), 422, "bowler_bowled_previous_over")
    assert problem["umpires_may_allow"] is True
    assert problem["rule"] == "Law 17.6"
    allowed = await client.post(f"{match}/balls", {**again, "umpire_decision": "the umpires lost count"})
    assert allowed.status_code == 200


async def test_if_match_that_is_no_version(client: Client) -> None:
    match = await client.in_play()
    answer = await client.post(f"{match}/balls", FIRST_BALL, if_match="yesterday")
    assert assert_problem(answer, 400, "malformed_parameter")["param"] == "If-Match"


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("?at=0", "at"),
        ("?at=x", "at"),
        ("/events?limit=0", "limit"),
        ("/events?limit=1001", "limit"),
        ("/events?after_version=-1", "after_version"),
        ("/events?after_version=99999999999999999999", "after_version"),
        ("/scorecard?at_least=1.5", "at_least"),
    ],
)
async def test_parameters_that_cannot_be_read(client: Client, path: str, param: str) -> None:
    match = await client.created()
    answer = await client.get(match + path)
    assert assert_problem(answer, 400, "malformed_parameter")["param"] == param


@pytest.mark.parametrize("cursor", ["x", "!!!", "AAAA", "bm8gdGltZQ"])
async def test_a_cursor_that_is_none(client: Client, cursor: str) -> None:
    assert_problem(await client.get(f"/v1/matches?cursor={cursor}"), 400, "malformed_parameter")


async def test_what_fails_inside_is_logged_and_not_told(
    capfd: pytest.CaptureFixture[str], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = await client.created()

    async def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("adapters.postgres.event_store.PostgresEventStore.append", broken)
    answer = await client.post(f"{match}/toss", {"winner": "rcb", "decision": "bat"}, x_request_id="find-me")
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    logged = capfd.readouterr().err
    assert "find-me" in logged
    assert "the secret of the house" in logged
    assert "Bearer" not in logged
    assert "eyJ" not in logged
    monkeypatch.undo()
    assert (await client.get(match)).status_code == 200


async def test_a_request_id_is_kept_if_it_can_be_logged(client: Client) -> None:
    kept = await client.get("/v1/nothing", x_request_id="abc-123")
    assert kept.headers["x-request-id"] == "abc-123"
    made = await client.get("/v1/nothing", x_request_id="x" * 1000)
    assert len(made.headers["x-request-id"]) == 16


async def test_a_code_is_explained_where_doc_url_points(client: Client) -> None:
    problem = (await client.get("/v1/matches/x")).json()
    explained = await client.http.get(problem["doc_url"])
    assert explained.json()["title"] == problem["title"]
    refusal = (await client.post(f"{await client.in_play()}/balls", {"striker": "nobody"})).json()
    assert (await client.http.get(refusal["doc_url"])).status_code == 200
    assert_problem(await client.http.get("/problems/no-such-code"), 404, "problem_not_found")
