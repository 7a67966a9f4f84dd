"""Members, invitations, leagues, API keys, share links."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.integration.api.conftest import TEAMS
from tests.integration.api.test_problems import assert_problem
from tests.integration.auth_http.conftest import APP_URL, PASSWORD, House, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def a_match(organiser: Person) -> str:
    """The address of a new match."""
    body = {"conditions": "t20", "teams": TEAMS}
    made = await organiser.call("POST", "/v1/matches", body, api=True)
    assert made.status_code == 201, made.text
    return made.headers["location"]


# --- members ---------------------------------------------------------------------------------------------------


async def test_who_is_invited_becomes_a_member(house: House) -> None:
    owner, invited = await house.owner(), house.somebody()
    answer = await owner.post("/v1/auth/invitations", email=invited.email, roles=["scorer", "umpire"])
    assert answer.status_code == 201
    said = answer.json()
    assert said["roles"] == ["scorer", "umpire"]
    assert "token" not in said
    (listed,) = (await owner.get("/v1/auth/invitations")).json()["invitations"]
    assert listed == said
    mail = await house.mail(invited.email, "invitation")
    joined = await invited.post(
        "/v1/auth/invitations:accept", token=mail.token, name="Ravi", password=PASSWORD
    )
    assert joined.json()["roles"] == ["scorer", "umpire"]
    await invited.log_in()
    members = (await owner.get("/v1/auth/members")).json()["members"]
    assert {each["email"]: each["roles"] for each in members} == {
        owner.email: ["owner"],
        invited.email: ["scorer", "umpire"],
    }
    assert (await owner.get("/v1/auth/invitations")).json()["invitations"] == []
    again = await invited.post("/v1/auth/invitations:accept", token=mail.token)
    assert_problem(again, 409, "link_used")


async def test_who_has_an_account_accepts_with_it(house: House) -> None:
    owner, other, stranger = [await house.owner() for _ in range(3)]
    await owner.post("/v1/auth/invitations", email=other.email, roles=["treasurer"])
    token = (await house.mail(other.email, "invitation")).token
    as_new = await other.another_device().post(
        "/v1/auth/invitations:accept", token=token, name="x", password=PASSWORD
    )
    assert_problem(as_new, 409, "account_exists")
    wrong = await stranger.post("/v1/auth/invitations:accept", token=token)
    assert_problem(wrong, 403, "invitation_of_another")
    bad = await other.call(
        "POST", "/v1/auth/invitations:accept", {"token": token}, authorization="Bearer nonsense"
    )
    assert bad.status_code == 401
    joined = await other.post("/v1/auth/invitations:accept", token=token)
    assert joined.json()["tenant_id"] == owner.league
    await other.log_in(tenant=owner.league)
    assert other.tokens["roles"] == ["treasurer"]


async def test_an_invitation_can_be_withdrawn(house: House) -> None:
    owner, invited = await house.owner(), house.somebody()
    answer = await owner.post("/v1/auth/invitations", email=invited.email, roles=["viewer"])
    token = (await house.mail(invited.email, "invitation")).token
    assert (await owner.call("DELETE", answer.headers["location"])).status_code == 204
    gone = await owner.call("DELETE", answer.headers["location"])
    assert_problem(gone, 404, "invitation_not_found")
    late = await invited.post("/v1/auth/invitations:accept", token=token, name="x", password=PASSWORD)
    assert late.status_code in (409, 410)


async def test_what_a_member_may_is_changed_and_old_tokens_say_it_in_vain(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "organiser")
    path = f"/v1/auth/members/{member.tokens['subject']}"
    version = next(
        each["version"]
        for each in (await owner.get("/v1/auth/members")).json()["members"]
        if each["email"] == member.email
    )
    stale = await owner.call("PUT", path, {"roles": ["viewer"]}, if_match=f'"{version + 7}"')
    assert_problem(stale, 412, "version_mismatch")
    changed = await owner.call("PUT", path, {"roles": ["viewer"]}, if_match=f'"{version}"')
    assert changed.json()["roles"] == ["viewer"]
    assert changed.headers["etag"] == f'"{changed.json()["version"]}"'
    # Here what is stored counts, whatever the token says.
    assert (await member.get("/v1/auth/me")).json()["roles"] == ["viewer"]
    assert_problem(await member.get("/v1/auth/members"), 403, "role_missing")
    fresh = await member.post("/v1/auth/sessions:refresh", refresh_token=member.tokens["refresh_token"])
    assert fresh.json()["roles"] == ["viewer"]


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        (["king"], "role_unknown"),
        (["scorer@ground:7"], "invalid_body"),
        (["owner@match:7"], "grant_scope_wrong"),
        ([], "invalid_body"),
    ],
    ids=str,
)
async def test_what_cannot_be_granted(house: House, roles: list[str], code: str) -> None:
    owner = await house.owner()
    body = {"email": "ravi@example.com", "roles": roles}
    assert_problem(await owner.call("POST", "/v1/auth/invitations", body), 422, code)


async def test_nobody_grants_above_themselves(house: House) -> None:
    owner = await house.owner()
    admin = await house.member(owner, "admin")
    organiser = await house.member(owner, "organiser")
    scorer = await house.member(owner, "scorer")
    body = {"email": "ravi@example.com", "roles": ["owner"]}
    assert_problem(await admin.call("POST", "/v1/auth/invitations", body), 403, "not_allowed")
    path = f"/v1/auth/members/{admin.tokens['subject']}"
    assert_problem(await organiser.call("PUT", path, {"roles": ["viewer"]}), 403, "not_allowed")
    assert_problem(await scorer.call("PUT", path, {"roles": ["admin"]}), 403, "role_missing")
    assert_problem(await scorer.get("/v1/auth/members"), 403, "role_missing")


async def test_members_go_and_the_last_owner_stays(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "scorer")
    removed = await owner.call("DELETE", f"/v1/auth/members/{member.tokens['subject']}")
    assert removed.status_code == 204
    assert await member.me() == 401
    last = await owner.call("DELETE", f"/v1/auth/members/{owner.tokens['subject']}")
    assert_problem(last, 409, "last_owner")
    leaving = await house.member(owner, "viewer")
    assert (await leaving.call("DELETE", f"/v1/auth/members/{leaving.tokens['subject']}")).status_code == 204
    stranger = await house.owner()
    other = await stranger.call("DELETE", f"/v1/auth/members/{owner.tokens['subject']}")
    assert_problem(other, 404, "member_not_found")


async def test_members_are_read_page_by_page(house: House) -> None:
    owner = await house.owner()
    for role in ("scorer", "umpire", "viewer"):
        await house.member(owner, role)
    whole = (await owner.get("/v1/auth/members")).json()
    seen: list[Any] = []
    cursor = ""
    while cursor is not None:
        page = (await owner.get(f"/v1/auth/members?limit=1{cursor and f'&cursor={cursor}'}")).json()
        seen += page["members"]
        cursor = page["next"]
    assert seen == whole["members"]
    assert len(seen) == 4
    assert_problem(await owner.get("/v1/auth/members?cursor=x"), 400, "malformed_parameter")


# --- the league ------------------------------------------------------------------------------------------------


async def test_a_league_is_read_and_renamed(house: House) -> None:
    owner = await house.owner()
    answer = await owner.get("/v1/auth/tenant")
    league = answer.json()
    assert (league["id"], league["status"]) == (owner.league, "active")
    renamed = await owner.call("PATCH", "/v1/auth/tenant", {"name": "Hambledon"})
    assert (renamed.json()["name"], renamed.json()["slug"]) == ("Hambledon", league["slug"])
    assert renamed.headers["etag"] != answer.headers["etag"]
    member = await house.member(owner, "organiser")
    assert_problem(await member.call("PATCH", "/v1/auth/tenant", {"name": "x"}), 403, "role_missing")
    taken = await owner.post("/v1/auth/tenants", name="Another", slug=league["slug"])
    assert_problem(taken, 409, "tenant_slug_taken")


# --- API keys --------------------------------------------------------------------------------------------------


async def test_a_key_is_made_once_used_and_revoked(house: House) -> None:
    owner = await house.owner()
    body = {"name": "scoreboard", "roles": ["viewer"], "expires_at": "2099-01-01T00:00:00Z"}
    made = await owner.call("POST", "/v1/auth/keys", body, idempotency_key="the board")
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    key, secret = made.json()["key"], made.json()["secret"]
    assert secret.startswith("pvk_")
    assert secret.startswith(key["prefix"])
    again = await owner.call("POST", "/v1/auth/keys", body, idempotency_key="the board")
    assert_problem(again, 409, "secret_shown_already")
    keyless = owner.headers()
    del keyless["idempotency-key"]
    without = await house.http.post("/v1/auth/keys", json=body, headers=keyless)
    assert_problem(without, 400, "idempotency_key_missing")

    listed = await owner.get("/v1/auth/keys")
    assert [each["id"] for each in listed.json()["keys"]] == [key["id"]]
    assert secret not in listed.text

    machine = house.somebody()
    exchanged = await machine.post("/v1/auth/tokens", api_key=secret)
    assert exchanged.headers["cache-control"] == "no-store"
    machine.tokens = exchanged.json()
    assert machine.tokens["expires_in"] <= 5 * 60
    assert (await machine.call("GET", "/v1/matches", api=True)).status_code == 200
    refused = await machine.call("POST", "/v1/matches", {"conditions": "t20", "teams": TEAMS}, api=True)
    assert_problem(refused, 403, "role_missing")
    me = (await machine.get("/v1/auth/me")).json()
    assert (me["kind"], me["user"], me["memberships"]) == ("api_key", None, [])
    not_a_person = await machine.call("PUT", "/v1/auth/password", {"old": "x", "new": "y"})
    assert_problem(not_a_person, 403, "not_allowed")
    assert (await owner.get("/v1/auth/keys")).json()["keys"][0]["last_used_at"] is not None

    revoked = await owner.call("DELETE", f"/v1/auth/keys/{key['id']}")
    assert revoked.json()["revoked_at"] is not None
    assert_problem(await machine.post("/v1/auth/tokens", api_key=secret), 401, "api_key_invalid")
    assert_problem(await machine.get("/v1/auth/me"), 401, "token_revoked")
    assert (await owner.get("/v1/auth/keys")).json()["keys"] == []
    assert len((await owner.get("/v1/auth/keys?revoked=true")).json()["keys"]) == 1


async def test_a_key_is_rotated_with_overlap_or_without(house: House) -> None:
    owner = await house.owner()
    made = (await owner.post("/v1/auth/keys", name="board", roles=["viewer"])).json()
    path = f"/v1/auth/keys/{made['key']['id']}:rotate"
    second = (await owner.post(path, overlap_seconds=3600)).json()
    machine = house.somebody()
    for secret in (made["secret"], second["secret"]):
        assert (await machine.post("/v1/auth/tokens", api_key=secret)).status_code == 200
    assert second["key"]["previous_until"] is not None
    third = (await owner.post(path, overlap_seconds=0)).json()
    for secret in (made["secret"], second["secret"]):
        assert_problem(await machine.post("/v1/auth/tokens", api_key=secret), 401, "api_key_invalid")
    assert (await machine.post("/v1/auth/tokens", api_key=third["secret"])).status_code == 200
    assert_problem(await owner.post(path, overlap_seconds=10**7), 422, "invalid_body")
    nowhere = await owner.post("/v1/auth/keys/17:rotate")
    assert_problem(nowhere, 404, "api_key_not_found")


@pytest.mark.parametrize("key", ["pvk_x_y", "x", "pvr_0_0", "pvk_" + "0" * 32 + "_" + "x" * 43])
async def test_what_is_no_key(house: House, key: str) -> None:
    assert_problem(await house.somebody().post("/v1/auth/tokens", api_key=key), 401, "api_key_invalid")


async def test_another_league_s_keys_are_not_there(house: House) -> None:
    owner, stranger = await house.owner(), await house.owner()
    key = (await owner.post("/v1/auth/keys", name="board", roles=["viewer"])).json()["key"]
    path = f"/v1/auth/keys/{key['id']}"
    assert_problem(await stranger.call("DELETE", path), 404, "api_key_not_found")
    assert_problem(await stranger.post(f"{path}:rotate"), 404, "api_key_not_found")
    assert (await stranger.get("/v1/auth/keys?revoked=true")).json()["keys"] == []


# --- share links -----------------------------------------------------------------------------------------------


async def test_the_first_who_opens_a_link_scores_its_match_and_nothing_else(house: House) -> None:
    owner = await house.owner()
    organiser = await house.member(owner, "organiser")
    match, other = await a_match(organiser), await a_match(organiser)
    made = await organiser.post("/v1/auth/share-links", match_id=match[-36:], name="Ravi")
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    said = made.json()
    assert said["url"] == f"{APP_URL}/score#{said['secret']}"
    assert said["qr_svg"].startswith("<svg ")
    listed = await organiser.get(f"/v1/auth/share-links?match_id={match[-36:]}")
    assert [each["id"] for each in listed.json()["share_links"]] == [said["link"]["id"]]
    assert said["secret"] not in listed.text
    assert (await organiser.get(f"/v1/auth/share-links?match_id={other[-36:]}")).json()["share_links"] == []

    ravi, second = house.somebody(), house.somebody()
    opened = await ravi.post("/v1/auth/share-links:open", link=said["url"])
    assert opened.status_code == 201, opened.text
    assert opened.headers["cache-control"] == "no-store"
    ravi.tokens = opened.json()
    assert ravi.tokens["roles"] == [f"scorer@match:{match[-36:]}"]
    assert_problem(
        await second.post("/v1/auth/share-links:open", link=said["secret"]), 409, "share_link_taken"
    )

    players = [{"id": f"rcb{n}", "name": f"RCB {n}"} for n in range(1, 12)]
    named = await ravi.call("PUT", f"{match}/line-ups/rcb", {"players": players}, api=True)
    assert named.status_code == 200, named.text
    me = (await ravi.get("/v1/auth/me")).json()
    assert (me["kind"], me["subject"]) == ("share_link", said["link"]["id"])
    assert_problem(await ravi.get("/v1/auth/members"), 403, "role_missing")
    refreshed = await ravi.post("/v1/auth/sessions:refresh", refresh_token=ravi.tokens["refresh_token"])
    assert refreshed.status_code == 200
    ravi.tokens = refreshed.json()

    revoked = await organiser.call("DELETE", f"/v1/auth/share-links/{said['link']['id']}")
    assert revoked.json()["revoked_at"] is not None
    assert await ravi.me() == 401
    late = await second.post("/v1/auth/share-links:open", link=said["secret"])
    assert_problem(late, 401, "share_link_invalid")


async def test_of_many_who_open_a_link_at_once_one_gets_it(house: House) -> None:
    owner = await house.owner()
    match = await a_match(await house.member(owner, "organiser"))
    secret = (await owner.post("/v1/auth/share-links", match_id=match[-36:], name="x")).json()["secret"]
    people = [house.somebody() for _ in range(6)]
    answers = await asyncio.gather(*(each.post("/v1/auth/share-links:open", link=secret) for each in people))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 5]


async def test_a_link_ends_with_its_match(house: House) -> None:
    owner = await house.owner()
    match = await a_match(await house.member(owner, "organiser"))
    made = (await owner.post("/v1/auth/share-links", match_id=match[-36:], name="x")).json()
    ravi = house.somebody()
    ravi.tokens = (await ravi.post("/v1/auth/share-links:open", link=made["secret"])).json()
    links = house.services.identity.share_links
    assert await links.end_of_match(UUID(owner.league), UUID(made["link"]["match_id"])) == 1
    assert await ravi.me() == 401


async def test_what_cannot_be_a_link(house: House) -> None:
    owner = await house.owner()
    scorer = await house.member(owner, "scorer")
    body = {"match_id": "00000000-0000-0000-0000-000000000000", "name": "x"}
    assert_problem(await scorer.call("POST", "/v1/auth/share-links", body), 403, "role_missing")
    early = {**body, "expires_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    assert_problem(await owner.call("POST", "/v1/auth/share-links", early), 422, "expiry_in_past")
    late = {**body, "expires_at": (datetime.now(UTC) + timedelta(days=400)).isoformat()}
    assert_problem(await owner.call("POST", "/v1/auth/share-links", late), 422, "expiry_too_late")
    naive = {**body, "expires_at": "2026-04-01T10:00:00"}
    assert_problem(await owner.call("POST", "/v1/auth/share-links", naive), 422, "invalid_body")
    for link in ("x", "pvl_x.y", f"{APP_URL}/score#"):
        opened = await house.somebody().post("/v1/auth/share-links:open", link=link)
        assert_problem(opened, 401, "share_link_invalid")
