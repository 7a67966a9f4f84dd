"""API2: tokens that nobody issued, and passwords that somebody guesses."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from tests.e2e.blackbox.attempts import attempt
from tests.e2e.blackbox.conftest import PASSWORD, Caller, League, Outside, expect, refused

UNSIGNED = ("token_invalid", "token_malformed")


def part(said: Any) -> str:
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def claims_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


@pytest.fixture(scope="module")
def token(ours: League) -> str:
    return ours.tokens["access_token"]


@attempt(
    "API2",
    tried="a token without a signature (alg none), one signed with the public key as an HMAC secret, one signed with "
    "an own key under a published kid, a changed claim (tenant, roles), a kid that is a path or SQL, an own jwk and jku",
    refused_by="401: one algorithm (EdDSA) and the published keys alone, checked at the door and by each service",
)
def test_forged_tokens_are_refused(outside: Outside, token: str, theirs: League) -> None:
    header, claims = claims_of(token)
    _, payload, signature = token.split(".")
    keys = expect(outside.caller().get("/.well-known/jwks.json"), 200)["keys"]
    mine = Ed25519PrivateKey.generate()
    public = json.dumps(keys[0]).encode()
    hashed = f"{part({**header, 'alg': 'HS256'})}.{payload}"
    more = {"roles": ["owner", "admin"], "tid": theirs.id}
    jwk = json.loads(OKPAlgorithm.to_jwk(mine.public_key()))
    forged = {
        "none": f"{part({**header, 'alg': 'none'})}.{payload}.",
        "None": f"{part({**header, 'alg': 'None'})}.{payload}.",
        "no signature": f"{part(header)}.{payload}.",
        "public key as secret": f"{hashed}.{part(hmac.digest(public, hashed.encode(), hashlib.sha256))}",
        "own key": jwt.encode(claims, mine, "EdDSA", {"kid": header["kid"]}),
        "own key in the header": jwt.encode(claims, mine, "EdDSA", {"kid": header["kid"], "jwk": jwk}),
        "key from elsewhere": jwt.encode(
            claims, mine, "EdDSA", {"kid": "x", "jku": "https://127.0.0.1:1/jwks"}
        ),
        "kid is a path": jwt.encode(claims, mine, "EdDSA", {"kid": "../../../../dev/null"}),
        "kid is SQL": jwt.encode(claims, mine, "EdDSA", {"kid": "' or 1=1 --"}),
        "other claims": f"{part(header)}.{part({**claims, **more})}.{signature}",
        "crit": f"{part({**header, 'crit': ['exp'], 'exp': 9**10})}.{payload}.{signature}",
        "nothing": "..",
        "not a token": "x" * 500,
    }
    http = outside.http()
    for name, text in forged.items():
        answer = Caller(http, f"Bearer {text}").get("/v1/matches")
        assert answer.status_code == 401, f"{name}: {answer.text}"
        refused(answer, *UNSIGNED)


@attempt(
    "API2",
    tried="a token in the query, a cookie, another scheme; two at once; a refresh token, an API key cut short",
    refused_by="401: a token is the Authorization header's, as a Bearer, and an access token",
)
def test_a_token_is_shown_in_one_way_alone(outside: Outside, token: str, ours: League) -> None:
    anybody = outside.caller()
    refused(anybody.get(f"/v1/matches?access_token={token}"), "token_missing")
    refused(anybody.get("/v1/matches", cookie=f"token={token}; access_token={token}"), "token_missing")
    for said in (
        f"Basic {token}",
        token,
        f"Bearer {token} {token}",
        f"Bearer {ours.tokens['refresh_token']}",
        "Bearer pvk_x_y",
        "Bearer",
    ):
        answer = anybody.get("/v1/matches", authorization=said)
        refused(answer, "token_missing", "token_malformed", "token_invalid", "api_key_invalid")
        assert answer.status_code == 401


@attempt(
    "API2",
    tried="guessing a password a dozen times; the answers and times for an address that nobody has",
    refused_by="429 with Retry-After by account and address, but not where the account was used before; the same "
    "answer, and a hash computed, for unknown addresses",
)
def test_passwords_cannot_be_guessed(outside: Outside, theirs: League) -> None:
    anybody = outside.caller()

    def guess(email: str) -> Any:
        return anybody.post("/v1/auth/sessions", {"email": email, "password": f"wrong {time.time()}"})

    known, unknown = guess(theirs.email), guess(f"no{theirs.email}")
    strip = ("request_id", "instance")
    assert {k: v for k, v in known.json().items() if k not in strip} == {
        k: v for k, v in unknown.json().items() if k not in strip
    }
    refused(known, "credentials_wrong")
    answer = known
    for _ in range(12):
        answer = answer if answer.status_code == 429 else guess(theirs.email)
    refused(answer, "too_many_logins")
    assert int(answer.headers["retry-after"]) >= 1
    # Its owner, who comes from elsewhere, is let in.
    outside.log_in(outside.caller(), theirs.email)


@attempt(
    "API2",
    tried="finding out who has an account by asking for a new password or by signing up",
    refused_by="202 with the same body either way; what is the case is told by mail alone",
)
def test_nobody_learns_who_has_an_account(outside: Outside, theirs: League) -> None:
    anybody = outside.caller()
    answers = [
        anybody.post("/v1/auth/password:forgot", {"email": email})
        for email in (theirs.email, f"no{theirs.email}")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, '{"accepted":true}')}
    names = {"password": PASSWORD, "name": "A", "tenant_name": "League"}
    said = [
        expect(anybody.post("/v1/auth/signup", {"email": email, "tenant_slug": slug, **names}), 202)
        for email, slug in ((theirs.email, f"{theirs.slug}a"), (f"no{theirs.email}", f"{theirs.slug}b"))
    ]
    assert said[0].keys() == said[1].keys()


@attempt(
    "API2",
    tried="tokens after logging out, a stolen refresh token, a revoked key, a weak password",
    refused_by="401 within a second everywhere; a second use of a refresh token ends the session; lists of leaked passwords",
)
def test_what_was_ended_opens_nothing(outside: Outside, ours: League) -> None:
    somebody = outside.caller()
    tokens = outside.log_in(somebody, ours.email)
    caller = Caller(somebody.http, f"Bearer {tokens['access_token']}")
    expect(caller.get("/v1/auth/me"), 200)
    expect(caller.call("DELETE", "/v1/auth/sessions/current"), 204)
    refused(caller.get("/v1/auth/me"), "session_ended", "token_revoked")
    refused(
        somebody.post("/v1/auth/sessions:refresh", {"refresh_token": tokens["refresh_token"]}),
        "session_ended",
        "refresh_invalid",
    )
    made = expect(ours.owner.post("/v1/auth/keys", {"name": "stolen", "roles": ["viewer"]}), 201)
    expect(ours.owner.call("DELETE", f"/v1/auth/keys/{made['key']['id']}"), 200)
    refused(outside.caller(f"Bearer {made['secret']}").get("/v1/matches"), "api_key_invalid")
    for weak in ("short", "password1234", "x" * 900):
        answer = ours.owner.call("PUT", "/v1/auth/password", {"old": PASSWORD, "new": weak})
        refused(answer, "password_too_short", "password_common", "password_too_long")
