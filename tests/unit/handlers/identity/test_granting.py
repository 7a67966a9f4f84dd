"""Grants: who gives what to whom, and that whatever can be given fits into a token."""

import json
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import OKPAlgorithm

from api.issuer import key_id
from contracts.identity import ROLES, SCOPE_KINDS, Grant, Principal, Scope
from contracts.tokens import ALGORITHM, LONGEST_TOKEN, claims_of, key_id_of, principal_of
from domain.identity.errors import IdentityRefused
from handlers.identity import OPERATOR, Actor
from handlers.identity.granting import (
    LONGEST_SCOPE_ID,
    MAY_GRANT,
    MOST_GRANTED_CHARACTERS,
    checked_grants,
    may_grant,
)

KEY = Ed25519PrivateKey.generate()
ISSUER, AUDIENCE = f"https://{'auth.' * 20}example.org", "a" * 100
"""Longer than anybody's."""
ids = st.text(max_size=LONGEST_SCOPE_ID + 1)
grants = st.builds(
    Grant, st.sampled_from(ROLES), st.none() | st.builds(Scope, st.sampled_from(SCOPE_KINDS), ids)
)


def token_of(held: frozenset[Grant]) -> str:
    """As the Auth Service signs it."""
    principal = Principal(
        subject=str(UUID(int=1)),
        tenant_id=UUID(int=2),
        grants=held,
        token_id=str(UUID(int=3)),
        issued_at=4102444800.123,
        expires_at=4102445700.0,
        session_id=str(UUID(int=4)),
        kind="share_link",
    )
    claims = claims_of(principal, issuer=ISSUER, audience=AUDIENCE)
    claims["iat"] = 1_700_000_000.123
    return jwt.encode(claims, KEY, algorithm=ALGORITHM, headers={"kid": key_id(KEY)})


def told(token: str) -> frozenset[Grant]:
    """What a token grants that is believed. Raises TokenRefused."""
    assert key_id_of(token) == key_id(KEY)
    key = jwt.PyJWK.from_dict(json.loads(OKPAlgorithm.to_jwk(KEY.public_key())))
    return principal_of(token, key, issuer=ISSUER, audience=AUDIENCE).grants


@given(st.lists(grants, max_size=60))
def test_whatever_can_be_granted_is_believed_of_a_token(wanted: list[Grant]) -> None:
    try:
        held = checked_grants(wanted)
    except IdentityRefused:
        return
    assert told(token_of(held)) == held


def filled(id_: str) -> frozenset[Grant]:
    """As many grants as can be held at once."""
    held: frozenset[Grant] = frozenset()
    for number in range(100):
        try:
            held = checked_grants(held | {Grant("organiser", Scope("tournament", f"{number:02}{id_}"))})
        except IdentityRefused:
            break
    return held


@pytest.mark.parametrize("letter", ["a", "é", "🏏"])
@pytest.mark.parametrize("length", [36, 80])
def test_the_longest_token_is_believed(letter: str, length: int) -> None:
    held = filled(letter * (length - 2))
    said = len(json.dumps([str(grant) for grant in held]))
    assert MOST_GRANTED_CHARACTERS / 2 < said <= MOST_GRANTED_CHARACTERS
    token = token_of(held)
    assert len(token) <= LONGEST_TOKEN
    assert told(token) == held


@pytest.mark.parametrize("id_", ["\u200b", "\0", "a\nb", "\ud800", "", "x" * (LONGEST_SCOPE_ID + 1)])
def test_what_no_token_can_say_is_not_granted(id_: str) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        checked_grants([Grant("viewer", Scope("team", id_))])
    assert refusal.value.code == "grant_scope_wrong"


def holder(*held: Grant) -> Actor:
    return Actor(subject="x", grants=frozenset(held))


@given(st.sampled_from(ROLES), st.sampled_from(ROLES))
def test_nobody_grants_what_is_above_them(held: str, given_: str) -> None:
    if may_grant(holder(Grant(held)), Grant(given_)):
        assert MAY_GRANT.get(given_, frozenset()) <= MAY_GRANT[held]


@given(st.sampled_from(ROLES), st.sampled_from(ROLES))
def test_who_holds_a_role_somewhere_grants_there_alone(held: str, given_: str) -> None:
    here, there = Scope("tournament", "t1"), Scope("tournament", "t2")
    by = holder(Grant(held, here))
    assert not may_grant(by, Grant(given_))
    assert not may_grant(by, Grant(given_, there))
    assert may_grant(by, Grant(given_, here)) == may_grant(holder(Grant(held)), Grant(given_))


def test_who_runs_the_installation_grants_anything() -> None:
    assert all(may_grant(OPERATOR, Grant(role)) for role in ROLES)


def test_grants_are_told_once() -> None:
    assert checked_grants([Grant("scorer"), Grant("scorer")]) == {Grant("scorer")}
