"""What holds for every operation of the Auth Service's OpenAPI document alike."""

import itertools
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.main import OPERATIONS as API_OPERATIONS
from api.permissions import AUTH_SERVICE, OWN, PERMISSIONS, PUBLIC
from auth.http import app
from contracts.identity import ROLES
from tests.integration.api.test_problems import assert_problem
from tests.integration.auth_http.conftest import APP_URL, House, Person

SYSTEM = {"healthz", "readyz", "metrics", "get_problem", "asyncapi"}
DOCUMENT = app.openapi()
OPERATIONS = {
    said["operationId"]: (method.upper(), path, said)
    for path, methods in DOCUMENT["paths"].items()
    for method, said in methods.items()
    if said["operationId"] not in SYSTEM
}
WITH_KEY = {"invite_member", "create_key", "rotate_key", "create_share_link", "create_tenant"}
ITS_OWN_REPEAT = {
    "sign_up": "asking again sends another mail",
    "verify_email": "its token works once",
    "forgot_password": "asking again sends another mail",
    "reset_password": "its token works once",
    "accept_membership": "its token works once",
    "log_in": "another login is another session",
    "refresh_session": "its token works once",
    "exchange_key": "another token does no harm",
    "open_share_link": "it opens once",
    "begin_totp": "another secret takes the place of the first",
    "confirm_totp": "a code works once",
}
"""POSTs that take no Idempotency-Key, and why none is needed."""
TEMPLATES = {
    "session_id": "00000000-0000-0000-0000-000000000000",
    "user_id": "00000000-0000-0000-0000-000000000000",
    "invitation_id": "00000000-0000-0000-0000-000000000000",
    "key_id": "00000000-0000-0000-0000-000000000000",
    "link_id": "00000000-0000-0000-0000-000000000000",
}

pytestmark = pytest.mark.asyncio(loop_scope="module")


def example_of(said: dict[str, Any]) -> Any:
    content = said.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


async def call(person: Person, id_: str, **headers: str) -> Any:
    method, path, said = OPERATIONS[id_]
    return await person.call(method, path.format(**TEMPLATES), example_of(said), api=False, **headers)


async def test_the_document_is_valid_and_whole() -> None:
    validate(DOCUMENT)
    assert set(OPERATIONS) == AUTH_SERVICE
    assert AUTH_SERVICE.isdisjoint(each.id for each in API_OPERATIONS)  # one table for both
    assert PERMISSIONS.keys() | PUBLIC >= AUTH_SERVICE
    for id_, (method, _, said) in OPERATIONS.items():
        assert said.get("description"), id_
        assert (said["security"] == []) == (id_ in PUBLIC), id_
        assert {"401", "403", "429", "500", "503"} <= said["responses"].keys(), id_
        if method in ("POST", "PUT", "PATCH"):
            assert example_of(said) is not None, id_


async def test_every_post_takes_a_key_or_says_why_not() -> None:
    posts = {id_ for id_, (method, _, _) in OPERATIONS.items() if method == "POST"}
    keyed = {
        id_
        for id_, (_, _, said) in OPERATIONS.items()
        if any(each["name"] == "Idempotency-Key" for each in said.get("parameters", ()))
    }
    assert keyed == WITH_KEY
    assert posts - keyed == ITS_OWN_REPEAT.keys()


async def test_without_the_key_nothing_is_done(house: House) -> None:
    owner = await house.owner()
    for id_ in WITH_KEY:
        method, path, said = OPERATIONS[id_]
        headers = owner.headers()
        del headers["idempotency-key"]
        answer = await house.http.request(
            method, path.format(**TEMPLATES), json=example_of(said), headers=headers
        )
        assert_problem(answer, 400, "idempotency_key_missing")


async def test_who_may(house: House) -> None:
    """Every operation by nobody and by somebody of each role."""
    owner, nobody = await house.owner(), house.somebody()
    protected = [id_ for id_ in OPERATIONS if id_ not in PUBLIC]
    wrong: dict[str, Any] = {}
    for id_ in protected:
        answer = await call(nobody, id_)
        if (answer.status_code, answer.json().get("code")) != (401, "token_missing"):
            wrong[id_] = answer.text
    held = {
        "log_out",
        "change_password",
        "disable_totp",
        "begin_totp",
        "erase_me",
    }  # they would end or lock the session
    for role in (each for each in ROLES if each not in ("owner",)):
        member = await house.member(owner, role)
        for id_ in (each for each in protected if each not in held):
            answer = await call(member, id_)
            refused = answer.status_code == 403 and answer.json()["code"] == "role_missing"
            if refused == (id_ in OWN or role in PERMISSIONS[id_]) or answer.status_code >= 500:
                wrong[f"{id_} by {role}"] = (answer.status_code, answer.text[:200])
    assert wrong == {}


async def test_who_has_a_role_in_one_match_only_is_somebody_too(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "scorer@match:00000000-0000-0000-0000-000000000001")
    assert await member.me() == 200
    assert (await member.get("/v1/auth/sessions")).status_code == 200
    assert (await member.get("/v1/auth/tenant")).status_code == 200


async def test_every_read_has_a_tag_and_is_not_sent_twice(house: House) -> None:
    owner = await house.owner()
    reads = [id_ for id_, (method, _, _) in OPERATIONS.items() if method == "GET"]
    assert len(reads) == 8
    for id_ in reads:
        first = await call(owner, id_)
        again = await call(owner, id_, if_none_match=first.headers.get("etag", ""))
        assert (first.status_code, again.status_code, again.content) == (200, 304, b""), id_


async def test_every_body_is_looked_at_before_anything_is_done(house: House) -> None:
    owner = await house.owner()
    for id_, (method, path, said) in OPERATIONS.items():
        if "requestBody" not in said or id_ == "log_out":
            continue
        address, headers = path.format(**TEMPLATES), owner.headers()
        text = await house.http.request(
            method, address, content=b"{}", headers={**headers, "content-type": "text/plain"}
        )
        assert_problem(text, 415, "unsupported_media_type")
        broken = await house.http.request(
            method, address, content=b"{", headers={**headers, "content-type": "application/json"}
        )
        assert_problem(broken, 400, "malformed_json")
        stray = {**(example_of(said) or {}), "stray": 1}
        assert_problem(await owner.call(method, address, stray), 422, "invalid_body")
        assert_problem(await owner.call(method, address, {"x": "y" * 70_000}), 413, "body_too_large")


async def test_every_answer_has_the_headers(house: House) -> None:
    owner = await house.owner()
    for path in ("/v1/auth/me", "/v1/auth/nothing", "/.well-known/jwks.json", "/healthz", "/readyz"):
        answer = await owner.get(path, origin=APP_URL)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["access-control-allow-origin"] == APP_URL
        assert answer.headers["cache-control"]
    elsewhere = await owner.get("/v1/auth/me", origin="https://evil.example")
    assert "access-control-allow-origin" not in elsewhere.headers


async def test_the_keys_are_public_and_may_be_kept_a_while(house: House) -> None:
    answer = await house.http.get("/.well-known/jwks.json")
    keys = answer.json()["keys"]
    assert keys
    assert all(key["kty"] == "OKP" and key["crv"] == "Ed25519" and "d" not in key for key in keys)
    assert answer.headers["cache-control"] == "public, max-age=60"
    tag = answer.headers["etag"]
    again = await house.http.get("/.well-known/jwks.json", headers={"if-none-match": tag})
    assert again.status_code == 304


async def test_lists_are_read_page_by_page(house: House) -> None:
    owner = await house.owner()
    match = "00000000-0000-0000-0000-000000000000"
    for number in range(3):
        email = f"m{number}@{owner.league}.example"
        assert (await owner.post("/v1/auth/invitations", email=email, roles=["viewer"])).status_code == 201
        assert (await owner.post("/v1/auth/keys", name=f"k{number}", roles=["viewer"])).status_code == 201
        made = await owner.post("/v1/auth/share-links", match_id=match, name=f"l{number}")
        assert made.status_code == 201, made.text
    for path, name in itertools.product(("/v1/auth/",), ("invitations", "keys", "share-links")):
        whole = (await owner.get(f"{path}{name}?limit=100")).json()
        (field,) = (each for each in whole if each != "next")
        seen: list[Any] = []
        cursor = ""
        while cursor is not None:
            query = f"limit=2{cursor and f'&cursor={cursor}'}"
            page = (await owner.get(f"{path}{name}?{query}")).json()
            seen += page[field]
            cursor = page["next"]
        assert seen == whole[field]
        assert len(seen) == 3
        for query in ("limit=0", "limit=101", "cursor=x", "cursor=WyIxIl0"):
            answer = await owner.get(f"{path}{name}?{query}")
            assert_problem(answer, 400, "malformed_parameter")
