"""Tokens: what is believed, and every trick that is not."""

import asyncio
import base64
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import OKPAlgorithm

from api import keys as keys_module
from api import security
from api.errors import Problem
from api.issuer import AUDIENCE, ISSUER, DevelopmentIssuer, key_id
from api.keys import KeyRing
from api.security import TokenVerifier
from contracts import tokens
from contracts.identity import Grant
from domain.identity.revocations import Revocations, SessionEnded, TenantSuspended
from handlers.authority import AuthorityUnavailable

LEAGUE = UUID(int=7)


@pytest.fixture(autouse=True)
def looks_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a second until keys may be read again."""
    monkeypatch.setattr(keys_module, "RELOAD_SECONDS", 0.0)


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    made = DevelopmentIssuer(tmp_path / "issuer")
    made.ensure()
    return made


@pytest.fixture
def verifier(issuer: DevelopmentIssuer) -> TokenVerifier:
    return TokenVerifier(KeyRing(str(issuer.jwks_file)), issuer=ISSUER, audience=AUDIENCE)


def claims(**changed: Any) -> dict[str, Any]:
    """Good claims, changed; a change to None leaves one out."""
    now = datetime.now(UTC)
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "u1",
        "tid": str(LEAGUE),
        "roles": ["scorer"],
        "jti": str(uuid4()),
        "iat": now,
        "exp": now + timedelta(hours=1),
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(issuer: DevelopmentIssuer, headers: dict[str, Any] | None = None, **changed: Any) -> str:
    """A token of the issuer's key."""
    key = issuer.ensure()
    return jwt.encode(
        claims(**changed), key, algorithm="EdDSA", headers={"kid": key_id(key), **(headers or {})}
    )


async def refused(verifier: TokenVerifier, token: str) -> Problem:
    """The problem a token is refused with; a second look gives the same."""
    first, second = [await refusal(verifier, token) for _ in range(2)]
    assert (first.code, first.status) == (second.code, second.status)
    assert second.headers["www-authenticate"].startswith('Bearer realm="pavilion"')
    return second


async def refusal(verifier: TokenVerifier, token: str) -> Problem:
    with pytest.raises(Problem) as caught:
        await verifier.verify(f"Bearer {token}")
    return caught.value


async def test_a_good_token_names_its_caller(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    token = issuer.token(now=datetime.now(UTC), roles=["scorer", "umpire"], tenant_id=LEAGUE, subject="ana")
    for _ in range(2):
        caller = await verifier.verify(f"Bearer {token}")
        assert (caller.subject, caller.tenant_id, caller.roles) == ("ana", LEAGUE, {"scorer", "umpire"})


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer x.y", "Bearer a.b.c"])
async def test_no_token_at_all(verifier: TokenVerifier, header: str | None) -> None:
    with pytest.raises(Problem) as caught:
        await verifier.verify(header)
    assert caught.value.status == 401


@pytest.mark.parametrize("claim", tokens.REQUIRED_CLAIMS)
async def test_every_claim_is_needed(issuer: DevelopmentIssuer, verifier: TokenVerifier, claim: str) -> None:
    problem = await refused(verifier, signed(issuer, **{claim: None}))
    assert problem.code == "token_invalid"
    assert claim in problem.detail


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere"},
        {"aud": "another-service"},
        {"iat": datetime(2999, 1, 1, tzinfo=UTC)},
        {"nbf": datetime(2999, 1, 1, tzinfo=UTC)},
        {"tid": "all"},
        {"tid": 7},
        {"roles": "admin"},
        {"roles": [1]},
        {"sub": ""},
        {"jti": 5},
    ],
    ids=str,
)
async def test_claims_that_do_not_fit(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, changed: dict[str, Any]
) -> None:
    problem = await refused(verifier, signed(issuer, **changed))
    assert problem.code == "token_invalid"


async def test_an_expired_token(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    problem = await refused(verifier, signed(issuer, exp=datetime.now(UTC) - timedelta(minutes=1)))
    assert problem.code == "token_expired"


async def test_another_key_with_the_same_name(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    forged = jwt.encode(
        claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": key_id(issuer.ensure())}
    )
    assert (await refused(verifier, forged)).code == "token_invalid"


async def test_a_changed_payload(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    header, _, signature = signed(issuer).split(".")
    payload = base64.urlsafe_b64encode(json.dumps(claims(roles=["admin"]), default=str).encode()).decode()
    assert (await refused(verifier, f"{header}.{payload.rstrip('=')}.{signature}")).code == "token_invalid"


async def test_no_signature(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    unsigned = jwt.encode(claims(), "", algorithm="none", headers={"kid": key_id(issuer.ensure())})
    assert (await refused(verifier, unsigned)).code == "token_invalid"


async def test_the_public_key_as_a_shared_secret(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    public = issuer.ensure().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    confused = jwt.encode(claims(), public.hex(), algorithm="HS256", headers={"kid": key_id(issuer.ensure())})
    assert (await refused(verifier, confused)).code == "token_invalid"


@pytest.mark.parametrize(
    "headers", [{"crit": ["exp"], "exp": 1}, {"crit": ["b64"], "b64": True}, {"kid": ""}, {"kid": "other"}]
)
async def test_headers_that_are_not_understood(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, headers: dict[str, Any]
) -> None:
    assert (await refused(verifier, signed(issuer, headers))).status == 401


async def test_a_key_sent_along_is_not_used(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    own = Ed25519PrivateKey.generate()
    jwk = OKPAlgorithm.to_jwk(own.public_key(), as_dict=True)
    forged = jwt.encode(claims(), own, algorithm="EdDSA", headers={"kid": key_id(own), "jwk": jwk})
    assert (await refused(verifier, forged)).code == "token_invalid"


@pytest.mark.parametrize(
    ("lifetime_seconds", "later_seconds"),
    [(3600, security.REMEMBERED_SECONDS + 1), (20, 20 + tokens.LEEWAY_SECONDS + 1)],
    ids=["withdrawn key", "short life"],
)
async def test_a_token_is_remembered_a_minute_and_never_past_its_end(
    issuer: DevelopmentIssuer,
    verifier: TokenVerifier,
    monkeypatch: pytest.MonkeyPatch,
    lifetime_seconds: int,
    later_seconds: int,
) -> None:
    now = datetime.now(UTC)
    token = issuer.token(now=now, roles=["viewer"], lifetime=timedelta(seconds=lifetime_seconds))
    await verifier.verify(f"Bearer {token}")
    looked_again: list[str] = []

    async def look(self: TokenVerifier, seen: str) -> None:
        looked_again.append(seen)
        raise Problem("token_expired", "looked again")

    monkeypatch.setattr(TokenVerifier, "_verify", look)
    await verifier.verify(f"Bearer {token}")
    assert looked_again == []
    monkeypatch.setattr(security.time, "time", lambda: now.timestamp() + later_seconds)
    with pytest.raises(Problem, match="looked again"):
        await verifier.verify(f"Bearer {token}")


async def test_keys_rotate_with_an_overlap_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "REMEMBERED_SECONDS", 0)
    old, new = DevelopmentIssuer(tmp_path / "old"), DevelopmentIssuer(tmp_path / "new")
    published = tmp_path / "jwks.json"
    ring = KeyRing(str(published))
    verifier = TokenVerifier(ring, issuer=ISSUER, audience=AUDIENCE)

    def publish(*issuers: DevelopmentIssuer) -> None:
        for each in issuers:
            each.ensure()
        keys = [key for each in issuers for key in json.loads(each.jwks_file.read_text())["keys"]]
        published.write_text(json.dumps({"keys": keys}))

    publish(old)
    assert await verifier.verify(f"Bearer {signed(old)}")
    publish(old, new)
    assert await verifier.verify(f"Bearer {signed(new)}")
    assert await verifier.verify(f"Bearer {signed(old)}")
    publish(new)
    await ring.reload()
    with pytest.raises(Problem, match="a key that its issuer does not have"):
        await verifier.verify(f"Bearer {signed(old)}")


async def test_without_keys_nobody_is_let_in(tmp_path: Path, issuer: DevelopmentIssuer) -> None:
    verifier = TokenVerifier(KeyRing(str(tmp_path / "none.json")), issuer=ISSUER, audience=AUDIENCE)
    with pytest.raises(Problem) as caught:
        await verifier.verify(f"Bearer {signed(issuer)}")
    assert (caught.value.code, caught.value.status) == ("keys_unavailable", 503)


def test_the_private_key_is_its_owners_alone(issuer: DevelopmentIssuer) -> None:
    folder = issuer.jwks_file.parent
    assert (folder / "ed25519.pem").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert '"d"' not in issuer.jwks_file.read_text()
    assert sorted(path.name for path in folder.iterdir()) == ["ed25519.pem", "jwks.json"]


# what was revoked, and what is asked afresh


def session_token(issuer: DevelopmentIssuer, session: str | None = "s1", **changed: Any) -> str:
    return f"Bearer {signed(issuer, sid=session, **changed)}"


class Authority:
    """An Auth Service that says what the test says."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: frozenset[Grant] | str = frozenset({Grant("viewer")})
        self.away = False

    async def granted(self, token: str, tenant_id: UUID) -> frozenset[Grant] | str:
        self.asked += 1
        if self.away:
            raise AuthorityUnavailable("away")
        return self.answer


@pytest.fixture
def revocations() -> Revocations:
    return Revocations(900)


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def informed(issuer: DevelopmentIssuer, revocations: Revocations, authority: Authority) -> TokenVerifier:
    """A verifier that hears of revocations and may ask."""
    return TokenVerifier(
        KeyRing(str(issuer.jwks_file)),
        issuer=ISSUER,
        audience=AUDIENCE,
        revocations=revocations,
        authority=authority,
    )


async def code(verifier: TokenVerifier, authorization: str, *, fresh: bool = False) -> str | None:
    try:
        await verifier.verify(authorization, fresh=fresh)
    except Problem as problem:
        return problem.code
    return None


async def test_a_remembered_token_is_refused_once_it_was_revoked(
    issuer: DevelopmentIssuer, informed: TokenVerifier, revocations: Revocations
) -> None:
    one, other = session_token(issuer), session_token(issuer, "s2")
    assert [await code(informed, each) for each in (one, other)] == [None, None]
    revocations.apply(SessionEnded("s1"), 1.0)
    assert [await code(informed, each) for each in (one, other)] == ["token_revoked", None]
    revocations.apply(TenantSuspended(LEAGUE), 1.0)
    assert await code(informed, other) == "tenant_suspended"


async def test_an_answer_that_goes_on_is_good_until_its_caller_is_refused(
    issuer: DevelopmentIssuer, informed: TokenVerifier, revocations: Revocations
) -> None:
    first, second = [
        await informed.verify(session_token(issuer)),
        await informed.verify(session_token(issuer, "s2")),
    ]
    one, other = informed.lasting(first), informed.lasting(second)
    expired = informed.lasting(replace(second, expires_at=time.time()))
    assert [good() for good in (one, other, expired)] == [True, True, False]
    revocations.apply(SessionEnded("s1"), 1.0)
    assert [good() for good in (one, other)] == [False, True]
    revocations.apply(TenantSuspended(LEAGUE), 1.0)
    assert not other()


async def test_an_answer_that_goes_on_is_not_good_any_more_when_a_key_is_withdrawn(
    issuer: DevelopmentIssuer, tmp_path: Path
) -> None:
    file = tmp_path / "published.json"
    file.write_bytes(issuer.jwks_file.read_bytes())
    ring = KeyRing(str(file))
    verifier = TokenVerifier(ring, issuer=ISSUER, audience=AUDIENCE)
    good = verifier.lasting(await verifier.verify(f"Bearer {signed(issuer)}"))
    assert good()
    other = DevelopmentIssuer(tmp_path / "other")
    other.ensure()
    file.write_bytes(other.jwks_file.read_bytes())
    ring.refresh()
    async with asyncio.timeout(5):
        while good():
            await asyncio.sleep(0.01)


async def test_nobody_is_asked_unless_it_matters(
    issuer: DevelopmentIssuer, informed: TokenVerifier, authority: Authority
) -> None:
    authority.away = True
    token = session_token(issuer)
    assert await code(informed, token) is None
    assert authority.asked == 0
    assert await code(informed, token, fresh=True) == "auth_unavailable"
    assert await code(informed, token) is None


async def test_an_answer_is_believed_for_two_seconds(
    issuer: DevelopmentIssuer, informed: TokenVerifier, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = session_token(issuer)
    for _ in range(3):
        assert await code(informed, token, fresh=True) is None
    assert authority.asked == 1
    authority.answer = "token_revoked"
    monkeypatch.setattr(security, "FRESH_SECONDS", 0.0)
    now = time.monotonic()
    monkeypatch.setattr(security.time, "monotonic", lambda: now + 2.1)
    assert await code(informed, token, fresh=True) == "token_revoked"
    assert await code(informed, session_token(issuer, "s2")) is None


async def test_what_is_granted_now_counts_where_it_matters(
    issuer: DevelopmentIssuer, informed: TokenVerifier
) -> None:
    token = session_token(issuer, roles=["treasurer"])
    assert (await informed.verify(token)).roles == {"treasurer"}
    assert (await informed.verify(token, fresh=True)).roles == {"viewer"}


async def test_what_was_revoked_is_refused_though_the_answer_was_good(
    issuer: DevelopmentIssuer, informed: TokenVerifier, revocations: Revocations
) -> None:
    token = session_token(issuer)
    assert await code(informed, token, fresh=True) is None
    revocations.apply(SessionEnded("s1"), 1.0)
    assert await code(informed, token, fresh=True) == "token_revoked"


async def test_a_token_without_a_session_is_asked_about_nowhere(
    issuer: DevelopmentIssuer, informed: TokenVerifier, authority: Authority
) -> None:
    authority.away = True
    assert await code(informed, session_token(issuer, None), fresh=True) is None


async def test_without_anybody_to_ask_what_matters_is_refused(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    assert await code(verifier, session_token(issuer), fresh=True) == "auth_unavailable"


async def test_a_withdrawn_key_takes_the_remembered_tokens_with_it(
    tmp_path: Path, issuer: DevelopmentIssuer
) -> None:
    published = tmp_path / "published.json"
    published.write_text(issuer.jwks_file.read_text())
    ring = KeyRing(str(published))
    verifier = TokenVerifier(ring, issuer=ISSUER, audience=AUDIENCE)
    token = session_token(issuer)
    assert await code(verifier, token) is None
    (successor := DevelopmentIssuer(tmp_path / "successor")).ensure()
    published.write_text(successor.jwks_file.read_text())
    await ring.reload()
    assert await code(verifier, token) == "token_invalid"
