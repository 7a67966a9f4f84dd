"""Logging in, refreshing, logging out; and that the API behind takes the tokens."""

import asyncio

import jwt
import pytest

from tests.integration.api.conftest import TEAMS
from tests.integration.api.test_problems import assert_problem
from tests.integration.auth_http.conftest import PASSWORD, House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_from_login_to_a_match(house: House) -> None:
    owner = await house.owner()
    organiser = await house.member(owner, "organiser")
    body = {"conditions": "t20", "teams": TEAMS}
    made = await organiser.call("POST", "/v1/matches", body, api=True)
    assert made.status_code == 201, made.text
    audit = await owner.call("GET", f"/v1/audit?stream={made.headers['location'][-36:]}", api=True)
    assert [each["actor"] for each in audit.json()["entries"]] == [organiser.tokens["subject"]]
    viewer = await house.member(owner, "viewer")
    assert (await viewer.call("GET", made.headers["location"], api=True)).status_code == 200
    assert_problem(await viewer.call("POST", "/v1/matches", body, api=True), 403, "role_missing")
    other = await house.owner()
    assert (await other.call("GET", made.headers["location"], api=True)).status_code == 404


async def test_what_is_given_at_a_login(house: House) -> None:
    owner = await house.owner()
    answer = await owner.log_in()
    tokens = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert answer.headers["location"] == f"/v1/auth/sessions/{tokens['session']['id']}"
    assert tokens["token_type"] == "Bearer"
    assert 14 * 60 < tokens["expires_in"] <= 15 * 60
    assert tokens["refresh_token"].startswith("pvr_")
    assert tokens["session"]["address"] == owner.address
    assert tokens["session"]["user_agent"] == "Firefox on a telephone"
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (claims["kind"], claims["sid"]) == ("user", tokens["session"]["id"])
    assert claims["roles"] == ["owner"]


async def test_a_login_says_to_which_league(house: House) -> None:
    owner = await house.owner()
    first = owner.league
    made = await owner.post("/v1/auth/tenants", name="Winter", slug=f"w{owner.email[:9]}")
    assert made.status_code == 201, made.text
    second = made.json()
    which = await owner.another_device().post("/v1/auth/sessions", email=owner.email, password=PASSWORD)
    problem = assert_problem(which, 409, "tenant_missing")
    assert {each["id"] for each in problem["tenants"]} == {first, second["id"]}
    for said in (second["id"], second["slug"]):
        await owner.log_in(tenant=said)
        assert owner.league == second["id"]
    elsewhere = await owner.another_device().post(
        "/v1/auth/sessions", email=owner.email, password=PASSWORD, tenant="no-such-league"
    )
    assert_problem(elsewhere, 403, "no_membership")


@pytest.mark.parametrize("body", [{}, {"email": "a@b.example"}, {"email": 1, "password": "x"}, []])
async def test_what_is_no_login(house: House, body: object) -> None:
    answer = await house.somebody().call("POST", "/v1/auth/sessions", body)
    assert_problem(answer, 422, "invalid_body")


async def test_a_refresh_token_works_once(house: House) -> None:
    owner = await house.owner()
    first = owner.tokens["refresh_token"]
    answer = await owner.post("/v1/auth/sessions:refresh", refresh_token=first)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    second = answer.json()
    assert second["refresh_token"] != first
    assert second["session"]["id"] == owner.tokens["session"]["id"]
    owner.tokens = second
    assert await owner.me() == 200
    for token in ("pvr_nonsense", "x", first[:-4] + "xxxx", second["access_token"][:400]):
        refused = await owner.post("/v1/auth/sessions:refresh", refresh_token=token)
        assert_problem(refused, 401, "refresh_invalid")
    assert await owner.me() == 200


async def test_of_many_who_refresh_at_once_one_gets_it_and_the_session_lives(house: House) -> None:
    owner = await house.owner()
    token = owner.tokens["refresh_token"]
    answers = await asyncio.gather(
        *(owner.post("/v1/auth/sessions:refresh", refresh_token=token) for _ in range(8))
    )
    won = [each for each in answers if each.status_code == 200]
    lost = [each for each in answers if each.status_code != 200]
    assert len(won) == 1
    for each in lost:
        assert_problem(each, 409, "refresh_raced")
    owner.tokens = won[0].json()
    assert await owner.me() == 200
    again = await owner.post("/v1/auth/sessions:refresh", refresh_token=owner.tokens["refresh_token"])
    assert again.status_code == 200


async def test_sessions_are_listed_and_ended(house: House) -> None:
    owner = await house.owner()
    elsewhere = owner.another_device()
    await elsewhere.log_in()
    answer = await owner.get("/v1/auth/sessions")
    sessions = answer.json()["sessions"]
    assert {each["id"] for each in sessions} == {
        owner.tokens["session"]["id"],
        elsewhere.tokens["session"]["id"],
    }
    assert [each["id"] for each in sessions if each["current"]] == [owner.tokens["session"]["id"]]
    page = (await owner.get("/v1/auth/sessions?limit=1")).json()
    rest = (await owner.get(f"/v1/auth/sessions?limit=1&cursor={page['next']}")).json()
    assert [*page["sessions"], *rest["sessions"]] == sessions
    ended = await owner.call("DELETE", f"/v1/auth/sessions/{elsewhere.tokens['session']['id']}")
    assert ended.status_code == 204
    assert_problem(await elsewhere.get("/v1/auth/me"), 401, "token_revoked")
    refused = await elsewhere.post(
        "/v1/auth/sessions:refresh", refresh_token=elsewhere.tokens["refresh_token"]
    )
    assert refused.status_code == 401
    out = await owner.call("DELETE", "/v1/auth/sessions/current")
    assert out.status_code == 204
    assert await owner.me() == 401


async def test_nobody_ends_a_stranger_s_session(house: House) -> None:
    owner, stranger = await house.owner(), await house.owner()
    member = await house.member(owner, "scorer")
    for who in (stranger, member):
        answer = await who.call("DELETE", f"/v1/auth/sessions/{owner.tokens['session']['id']}")
        assert answer.status_code in (403, 404)
    assert await owner.me() == 200
    answer = await owner.call("DELETE", "/v1/auth/sessions/17")
    assert_problem(answer, 404, "session_not_found")


async def test_the_address_is_the_gateway_s_word_and_nobody_else_s(house: House) -> None:
    owner = await house.owner()
    answer = await owner.call(
        "POST",
        "/v1/auth/sessions",
        {"email": owner.email, "password": PASSWORD},
        x_forwarded_for="6.6.6.6, 203.0.113.7",
    )
    assert answer.json()["session"]["address"] == "203.0.113.7"


async def test_a_challenge_says_how_to_come_in(house: House) -> None:
    answer = await house.somebody().call("GET", "/v1/auth/me", authorization="Bearer nonsense")
    assert_problem(answer, 401, "token_malformed")
    assert answer.headers["www-authenticate"] == 'Bearer realm="pavilion", error="invalid_token"'
    basic = await house.somebody().call("GET", "/v1/auth/me", authorization="Basic eDp5")
    assert_problem(basic, 401, "token_malformed")
