"""What identity computes with keys: signatures, encryption at rest, codes."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import parse_uri
from pyotp.totp import TOTP

from adapters.temporal.keys import PayloadKeys
from adapters.tokens.codes import TotpCodes
from adapters.tokens.ed25519 import Ed25519KeyPairs
from adapters.tokens.vault import AesVault
from contracts.identity import CALLER_KINDS, ROLES, Grant, Principal, Scope
from contracts.tokens import claims_of, key_id_of, principal_of
from handlers.identity.ports import CannotOpen


def a_vault(*ids: str) -> AesVault:
    """A vault whose keys are made of their ids."""
    keys = (f"{id_}:{base64.b64encode(id_.encode().ljust(32, b'.')).decode()}" for id_ in ids)
    return AesVault(PayloadKeys.parse(",".join(keys)))


def test_what_is_sealed_can_be_opened_and_not_read() -> None:
    vault = a_vault("a")
    sealed = vault.seal(b"the secret", "totp 1")
    assert vault.open(sealed, "totp 1") == b"the secret"
    assert b"the secret" not in sealed
    assert vault.seal(b"the secret", "totp 1") != sealed


def test_a_key_that_was_replaced_still_opens() -> None:
    sealed = a_vault("old").seal(b"x", "y")
    assert a_vault("new", "old").open(sealed, "y") == b"x"
    with pytest.raises(CannotOpen):
        a_vault("new").open(sealed, "y")


def test_a_secret_is_not_moved_to_somebody_else() -> None:
    vault = a_vault("a")
    with pytest.raises(CannotOpen, match="totp 2"):
        vault.open(vault.seal(b"x", "totp 1"), "totp 2")


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda tail: b"\x01\x01a" + tail))
def test_what_was_not_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        a_vault("a").open(sealed, "y")


_GRANTS = st.builds(
    Grant,
    st.sampled_from(ROLES),
    st.none()
    | st.builds(Scope, st.sampled_from(["tournament", "team", "match"]), st.text("abc019-", min_size=1)),
)


@given(
    grants=st.frozensets(_GRANTS, max_size=5),
    kind=st.sampled_from(CALLER_KINDS),
    milliseconds=st.integers(0, 999),
)
def test_a_token_names_whom_it_was_signed_for(grants: frozenset[Grant], kind: str, milliseconds: int) -> None:
    pairs = Ed25519KeyPairs()
    pair = pairs.new()
    issued_at = int(datetime.now(UTC).timestamp()) - 60 + milliseconds / 1000
    principal = Principal(
        subject=str(uuid4()),
        tenant_id=UUID(int=7),
        grants=grants,
        token_id="jti",
        issued_at=issued_at,
        expires_at=float(int(issued_at) + 900),
        kind=kind,  # type: ignore[arg-type]
        session_id=str(uuid4()),
    )
    token = pairs.sign(claims_of(principal, issuer="i", audience="a"), pair.kid, pair.private)
    key = jwt.PyJWK.from_dict(pairs.jwk(pair.kid, pair.public))
    read = principal_of(token, key, issuer="i", audience="a")
    assert key_id_of(token) == pair.kid
    assert read.issued_at == pytest.approx(issued_at, abs=0.0011)
    assert read.issued_at <= issued_at
    assert (read.subject, read.grants, read.kind, read.session_id, read.expires_at) == (
        *(principal.subject, grants, kind, principal.session_id, principal.expires_at),
    )


def test_the_codes_around_now_are_an_authenticators() -> None:
    codes, now = TotpCodes(), datetime(2026, 6, 1, 12, 0, 7, tzinfo=UTC)
    secret = codes.new_secret()
    totp = TOTP(secret)
    assert list(codes.codes(secret, now).values()) == [
        totp.at(now + timedelta(seconds=30 * step)) for step in (-1, 0, 1)
    ]
    read = parse_uri(codes.uri(secret, "anna@example.org"))
    assert isinstance(read, TOTP)
    assert (read.secret, read.issuer, read.name) == (secret, "Pavilion", "anna@example.org")
