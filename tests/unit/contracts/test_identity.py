"""Grants as they are written in tokens, and where they hold."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity import (
    ORGANISER,
    ROLES,
    SCOPE_KINDS,
    SCORER,
    Grant,
    MalformedGrant,
    Principal,
    Scope,
)

MATCH, OTHER = Scope("match", "0191"), Scope("match", "0192")
ids = st.text(st.characters(codec="ascii", categories=("L", "N"), include_characters="-:@"), min_size=1)
grants = st.builds(
    Grant, st.sampled_from(ROLES), st.none() | st.builds(Scope, st.sampled_from(SCOPE_KINDS), ids)
)


def somebody(*held: Grant) -> Principal:
    return Principal("u1", UUID(int=1), frozenset(held), "t1", 0.0)


@given(grants)
def test_a_grant_is_read_as_it_was_written(grant: Grant) -> None:
    assert Grant.parse(str(grant)) == grant


@pytest.mark.parametrize("text", ["scorer@", "scorer@match", "scorer@match:", "scorer@planet:1", "@match:1"])
def test_what_grants_nothing_is_refused(text: str) -> None:
    with pytest.raises(MalformedGrant):
        Grant.parse(text)


def test_a_role_in_one_match_does_not_hold_in_another() -> None:
    caller = somebody(Grant(SCORER, MATCH))
    assert caller.roles == {SCORER}
    assert caller.within([MATCH]).roles == {SCORER}
    assert caller.within([OTHER]).roles == frozenset()
    assert caller.within([]).roles == frozenset()


def test_a_role_in_the_league_holds_everywhere() -> None:
    caller = somebody(Grant(ORGANISER), Grant(SCORER, MATCH))
    assert caller.within([OTHER]).roles == {ORGANISER}
    assert caller.within([OTHER]) != caller
    assert caller.within([MATCH]) is caller


@pytest.mark.parametrize(
    "text", ["referee@team:rcb", "owner@tournament:1", "admin@match:0191", "no-such-role@team:rcb"]
)
def test_a_role_where_it_cannot_be_held_grants_nothing(text: str) -> None:
    grant = Grant.parse(text)
    assert grant.scope is not None
    assert somebody(grant).within([grant.scope]).roles == frozenset()


def test_whether_a_caller_must_be_narrowed_is_known_at_once() -> None:
    assert not somebody(Grant(ORGANISER)).scoped
    assert somebody(Grant(ORGANISER), Grant(SCORER, MATCH)).scoped
    assert not somebody(Grant(ORGANISER), Grant(SCORER, MATCH)).within([]).scoped
