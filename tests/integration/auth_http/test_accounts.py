"""Signing up, proving an address, passwords, the second factor."""

import asyncio

import pytest
from pyotp.totp import TOTP

from tests.integration.api.test_problems import assert_problem
from tests.integration.auth_http.conftest import PASSWORD, House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_nothing_is_there_before_the_address_is_proven(house: House) -> None:
    person = house.somebody()
    signed = await person.post("/v1/auth/signup", **person.sign_up(slug := f"s{person.email[:8]}"))
    assert signed.status_code == 202
    assert signed.json()["tenant_slug"] == slug
    early = await person.post("/v1/auth/sessions", email=person.email, password=PASSWORD)
    assert_problem(early, 401, "credentials_wrong")
    token = (await house.mail(person.email, "verify_email")).token
    verified = await person.post("/v1/auth/email:verify", token=token, password=PASSWORD)
    assert verified.json()["tenant"]["slug"] == slug
    await person.log_in()
    assert person.tokens["roles"] == ["owner"]
    assert_problem(
        await person.post("/v1/auth/email:verify", token=token, password=PASSWORD), 409, "link_used"
    )


async def test_nobody_learns_who_has_an_account(house: House) -> None:
    owner, stranger = await house.owner(), house.somebody()
    answers = []
    for person in (owner, stranger):
        answer = await stranger.post("/v1/auth/signup", **person.sign_up(f"x{person.email[:9]}"))
        answers.append((answer.status_code, answer.json().keys()))
        forgot = await stranger.post("/v1/auth/password:forgot", email=person.email)
        answers.append((forgot.status_code, forgot.json()))
    assert answers[:2] == answers[2:]
    assert (await house.mail(owner.email, "already_signed_up")).token is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "short"}, "password_too_short"),
        ({"password": "password123"}, "password_common"),
        ({"email": "nobody"}, "email_malformed"),
        ({"tenant_slug": "Not A Slug!"}, "tenant_slug_malformed"),
        ({"name": ""}, "invalid_body"),
        ({"admin": True}, "invalid_body"),
        ({"email": None}, "invalid_body"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
async def test_what_cannot_sign_up(house: House, change: dict[str, object], code: str) -> None:
    person = house.somebody()
    answer = await person.post("/v1/auth/signup", **{**person.sign_up(f"r{person.email[:9]}"), **change})
    assert_problem(answer, 422, code)
    assert PASSWORD not in answer.text


async def test_a_password_is_set_anew_by_mail_and_everybody_is_out(house: House) -> None:
    owner = await house.owner()
    await owner.post("/v1/auth/password:forgot", email=owner.email)
    token = (await house.mail(owner.email, "reset_password")).token
    reset = await owner.post("/v1/auth/password:reset", token=token, password="a new set of stumps")
    assert (reset.status_code, reset.content) == (204, b"")
    assert await owner.me() == 401
    old = await owner.another_device().post("/v1/auth/sessions", email=owner.email, password=PASSWORD)
    assert_problem(old, 401, "credentials_wrong")
    again = await owner.post("/v1/auth/password:reset", token=token, password="and another one")
    assert_problem(again, 409, "link_used")
    wrong = await owner.post("/v1/auth/password:reset", token="no token", password="and another one")
    assert_problem(wrong, 410, "link_invalid")


async def test_whoever_changes_the_password_stays_and_others_are_out(house: House) -> None:
    owner = await house.owner()
    elsewhere = owner.another_device()
    await elsewhere.log_in()
    body = {"old": "not the password", "new": "a new set of stumps"}
    assert_problem(await owner.call("PUT", "/v1/auth/password", body), 401, "credentials_wrong")
    changed = await owner.call("PUT", "/v1/auth/password", {**body, "old": PASSWORD})
    assert changed.status_code == 204
    assert (await owner.me(), await elsewhere.me()) == (200, 401)
    assert (await house.mail(owner.email, "password_changed")).token is None


async def test_a_second_factor_is_asked_for_once_it_is_confirmed(house: House) -> None:
    owner = await house.owner()
    refused = await owner.post("/v1/auth/totp", password="not the password")
    assert_problem(refused, 401, "credentials_wrong")
    begun = await owner.post("/v1/auth/totp", password=PASSWORD)
    said = begun.json()
    assert begun.headers["cache-control"] == "no-store"
    assert said["uri"].startswith("otpauth://totp/")
    assert said["qr_svg"].startswith("<svg ")
    device = owner.another_device()
    await device.log_in()  # not yet
    assert_problem(await owner.post("/v1/auth/totp:confirm", code="000000"), 401, "totp_wrong")
    codes = await owner.post("/v1/auth/totp:confirm", code=TOTP(said["secret"]).now())
    assert codes.status_code == 200, codes.text
    assert codes.headers["cache-control"] == "no-store"
    recovery = codes.json()["recovery_codes"]
    assert len(set(recovery)) == len(recovery) > 5

    login = {"email": owner.email, "password": PASSWORD}
    assert_problem(await device.post("/v1/auth/sessions", **login), 401, "totp_missing")
    assert_problem(await device.post("/v1/auth/sessions", **login, totp="000000"), 401, "totp_wrong")
    wrong = await device.post("/v1/auth/sessions", email=owner.email, password="wrong", totp="000000")
    assert_problem(wrong, 401, "credentials_wrong")
    await device.log_in(totp=recovery[0])
    me = (await device.get("/v1/auth/me")).json()["user"]
    assert (me["second_factor"], me["recovery_codes"]) == (True, len(recovery) - 1)
    gone = await device.call("DELETE", "/v1/auth/totp", {"password": PASSWORD, "code": recovery[1]})
    assert gone.status_code == 204
    await owner.another_device().log_in()


async def test_who_one_is(house: House) -> None:
    owner = await house.owner()
    answer = await owner.get("/v1/auth/me")
    me = answer.json()
    assert me["kind"] == "user"
    assert me["user"]["email"] == owner.email
    assert me["roles"] == ["owner"]
    assert [each["tenant"]["id"] for each in me["memberships"]] == [owner.league]
    assert (await owner.get("/v1/auth/me", if_none_match=answer.headers["etag"])).status_code == 304
    renamed = await owner.call("PATCH", "/v1/auth/me", {"name": "Asha R."})
    assert renamed.json()["user"]["name"] == "Asha R."
    assert_problem(await house.somebody().get("/v1/auth/me"), 401, "token_missing")


async def test_an_account_is_erased_for_good_by_who_knows_the_password(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "viewer")
    wrong = await member.call("DELETE", "/v1/auth/me", {"password": "not the password"})
    assert_problem(wrong, 401, "credentials_wrong")
    last = await owner.call("DELETE", "/v1/auth/me", {"password": PASSWORD})
    assert_problem(last, 409, "last_owner")
    assert [each["id"] for each in last.json()["tenants"]] == [owner.league]
    key = await owner.post("/v1/auth/keys", name="board", roles=["viewer"])
    machine = await house.somebody().post("/v1/auth/tokens", api_key=key.json()["secret"])
    bearer = f"Bearer {machine.json()['access_token']}"
    by_key = await member.call("DELETE", "/v1/auth/me", {"password": PASSWORD}, authorization=bearer)
    assert_problem(by_key, 403, "not_allowed")

    erased = await member.call("DELETE", "/v1/auth/me", {"password": PASSWORD})
    assert (erased.status_code, erased.content) == (204, b"")
    assert await member.me() == 401
    stranger = house.somebody()
    answers = [
        (await somebody.post("/v1/auth/sessions", email=somebody.email, password=PASSWORD)).json()
        for somebody in (member.another_device(), stranger)
    ]
    for answer in answers:
        answer.pop("request_id", None)
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "credentials_wrong"
    members = (await owner.get("/v1/auth/members")).json()["members"]
    assert [each["email"] for each in members] == [owner.email]


async def test_a_password_cannot_be_guessed_by_trying(house: House) -> None:
    owner = await house.owner()
    guesser = owner.another_device()

    async def guess(number: int) -> int:
        answer = await guesser.post("/v1/auth/sessions", email=owner.email, password=f"guess {number}")
        if answer.status_code == 429:
            assert answer.json()["code"] == "too_many_logins"
            assert int(answer.headers["retry-after"]) > 0
        return answer.status_code

    seen: list[int] = []
    while 429 not in seen and len(seen) < 60:
        seen += await asyncio.gather(*(guess(len(seen) + n) for n in range(5)))
    assert set(seen) == {401, 429}
    right = await guesser.post("/v1/auth/sessions", email=owner.email, password=PASSWORD)
    assert right.status_code == 429
