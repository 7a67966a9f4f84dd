"""Hypothesis against the verifier: whatever is sent is a caller or a refusal with its code, never a failure."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import keys as keys_module
from api.errors import Problem
from api.issuer import AUDIENCE, ISSUER, DevelopmentIssuer, key_id
from api.keys import KeyRing
from api.security import TokenVerifier

LEAGUE = UUID(int=7)
REFUSALS = {"token_malformed", "token_invalid", "token_expired"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ODD_TIMES = st.one_of(
    st.integers(),
    st.sampled_from(
        [10**400, -(10**400), 1e308, float("inf"), float("nan"), "soon", "1e9", None, True, [], {}]
    ),
)
CLAIMS = ("iss", "aud", "sub", "tid", "roles", "jti", "kind", "sid", "nbf", "iat", "exp")


class Tricks:
    """One issuer, its verifier, and a loop to ask it in."""

    def __init__(self, folder: Path) -> None:
        self.issuer = DevelopmentIssuer(folder)
        self.key = self.issuer.ensure()
        self.kid = key_id(self.key)
        self.verifier = TokenVerifier(KeyRing(str(self.issuer.jwks_file)), issuer=ISSUER, audience=AUDIENCE)
        self._runner = asyncio.Runner()

    def run(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        async def asked() -> Any:
            return await ask()

        return self._runner.run(asked())

    def code(self, authorization: str | None) -> str | None:
        """The code of the refusal; None if it is believed."""
        try:
            self.run(lambda: self.verifier.verify(authorization))
        except Problem as problem:
            return problem.code
        return None

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u1", "tid": str(LEAGUE), "roles": ["scorer"]}
        return {**good, "jti": "j", "iat": now, "exp": now + 3600, **changed}

    def token(self, claims: dict[str, Any], **headers: Any) -> str:
        """Signed by the issuer's key, whatever the claims and headers."""
        header = {"alg": "EdDSA", "typ": "JWT", "kid": self.kid, **headers}
        signed = ".".join(_part(json.dumps(each).encode()) for each in (header, claims))
        return f"{signed}.{_part(self.key.sign(signed.encode()))}"

    def close(self) -> None:
        self._runner.close()


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def tricks(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys_module, "RELOAD_SECONDS", 0.0)
        made = Tricks(tmp_path_factory.mktemp("issuer"))
        yield made
        made.close()


def test_the_tricks_begin_with_a_good_token(tricks: Tricks) -> None:
    assert tricks.code(f"Bearer {tricks.token(tricks.claims())}") is None


@given(st.text())
def test_any_text_as_a_header(tricks: Tricks, text: str) -> None:
    assert tricks.code(text) in REFUSALS
    assert tricks.code(f"Bearer {text}") in REFUSALS


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=80))
def test_any_bytes_in_the_shape_of_a_token(
    tricks: Tricks, header: bytes, payload: bytes, signature: bytes
) -> None:
    assert tricks.code(f"Bearer {_part(header)}.{_part(payload)}.{_part(signature)}") in REFUSALS


@given(st.data())
def test_a_token_with_one_character_changed(tricks: Tricks, data: st.DataObject) -> None:
    token = tricks.token(tricks.claims())
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda each: each != token[at]))
    assert tricks.code(f"Bearer {token[:at]}{other}{token[at + 1 :]}") in REFUSALS


@given(st.data())
def test_a_token_with_something_put_in_or_cut_out(tricks: Tricks, data: st.DataObject) -> None:
    token = tricks.token(tricks.claims())
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(token))] * 2)))
    put = data.draw(st.text("AZaz09-_.=+/ \n", max_size=4))
    changed = token[:start] + put + token[end:]
    if changed.strip() != token:  # spaces around a token are not part of it
        assert tricks.code(f"Bearer {changed}") in REFUSALS


@given(
    st.dictionaries(
        st.sampled_from(["alg", "typ", "cty", "kid", "crit", "b64", "jwk", "jku", "x5c", "zip"]), JSON
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_odd_headers_of_the_right_key(tricks: Tricks, headers: dict[str, Any]) -> None:
    code = tricks.code(f"Bearer {tricks.token(tricks.claims(), **headers)}")
    assert code is None or code in REFUSALS
    if (
        "crit" in headers
        or headers.get("alg", "EdDSA") != "EdDSA"
        or headers.get("kid", tricks.kid) != tricks.kid
    ):
        assert code in REFUSALS


@given(st.dictionaries(st.sampled_from(CLAIMS), JSON, min_size=1))
def test_odd_claims_of_the_right_key(tricks: Tricks, changed: dict[str, Any]) -> None:
    code = tricks.code(f"Bearer {tricks.token(tricks.claims(**changed))}")
    if changed.keys() & {"iss", "tid", "aud"}:  # no JSON drawn here is any of them
        assert code in REFUSALS
    else:
        assert code is None or code in REFUSALS


@given(iat=ODD_TIMES, exp=ODD_TIMES)
def test_odd_times(tricks: Tricks, iat: Any, exp: Any) -> None:
    code = tricks.code(f"Bearer {tricks.token(tricks.claims(iat=iat, exp=exp))}")
    assert code is None or code in REFUSALS


@given(seconds=st.integers(6, 10**9))
def test_a_token_of_the_future_or_past(tricks: Tricks, seconds: int) -> None:
    now = int(time.time())
    assert tricks.code(f"Bearer {tricks.token(tricks.claims(iat=now + seconds + 5))}") == "token_invalid"
    assert tricks.code(f"Bearer {tricks.token(tricks.claims(exp=now - seconds))}") == "token_expired"


@pytest.mark.parametrize(
    "alg", ["none", "None", "NONE", "HS256", "HS512", "RS256", "ES256", "EdDSa", "", None, 7, ["EdDSA"]]
)
def test_algorithm_tricks(tricks: Tricks, alg: Any) -> None:
    assert tricks.code(f"Bearer {tricks.token(tricks.claims(), alg=alg)}") in {
        "token_invalid",
        "token_malformed",
    }


def test_the_published_key_as_a_shared_secret(tricks: Tricks) -> None:
    published = tricks.key.public_key().public_bytes_raw()
    for secret in (published, published.hex().encode(), tricks.issuer.jwks_file.read_bytes()):
        header = {"alg": "HS256", "typ": "JWT", "kid": tricks.kid}
        signed = ".".join(_part(json.dumps(each).encode()) for each in (header, tricks.claims()))
        forged = f"{signed}.{_part(hmac.digest(secret, signed.encode(), 'sha256'))}"
        assert tricks.code(f"Bearer {forged}") == "token_invalid"


def test_a_token_cannot_be_spelled_in_two_ways(tricks: Tricks) -> None:
    """The last character of a signature has bits that say nothing: only the spelling without them counts."""
    token = tricks.token(tricks.claims())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    believed = [each for each in alphabet if tricks.code(f"Bearer {token[:-1]}{each}") is None]
    assert believed == [token[-1]]
    assert tricks.code(f"Bearer {token}=") in REFUSALS


@pytest.mark.parametrize("size", [4096, 100_000])
def test_a_token_too_long_to_be_one(tricks: Tricks, size: int) -> None:
    assert tricks.code("Bearer " + "A" * size + "." + "A" * 10 + "." + "A" * 86) == "token_malformed"
