"""What is no longer believed: whom a revocation concerns, and for how long it is remembered."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.revocations import (
    TENANT_SUSPENDED,
    TOKEN_REVOKED,
    Revocation,
    Revocations,
    SessionEnded,
    SubjectChanged,
    TenantResumed,
    TenantSuspended,
)

LEAGUE, OTHER = UUID(int=1), UUID(int=2)
LIFE = 900.0


def refusal(
    known: Revocations,
    *,
    tenant_id: UUID = LEAGUE,
    subject: str = "ana",
    session_id: str | None = "s1",
    issued_at: float = 100.0,
) -> str | None:
    return known.refusal(tenant_id=tenant_id, subject=subject, session_id=session_id, issued_at=issued_at)


def told(*revocations: Revocation, at: float = 200.0) -> Revocations:
    known = Revocations(LIFE)
    for each in revocations:
        known.apply(each, at)
    return known


def test_nothing_is_revoked_at_first() -> None:
    assert refusal(Revocations(LIFE)) is None


def test_an_ended_session_is_refused_whenever_its_tokens_were_issued() -> None:
    known = told(SessionEnded("s1"))
    assert refusal(known) == TOKEN_REVOKED
    assert refusal(known, issued_at=1_000.0) == TOKEN_REVOKED
    assert refusal(known, session_id="s2") is None
    assert refusal(known, session_id=None) is None


@pytest.mark.parametrize(
    ("issued_at", "code"), [(0.0, TOKEN_REVOKED), (199.999, TOKEN_REVOKED), (200.0, None), (200.1, None)]
)
def test_a_member_who_was_changed_needs_a_token_issued_since(issued_at: float, code: str | None) -> None:
    assert refusal(told(SubjectChanged("ana", LEAGUE)), issued_at=issued_at) == code


def test_a_member_is_changed_in_one_league() -> None:
    known = told(SubjectChanged("ana", LEAGUE))
    assert refusal(known, tenant_id=OTHER) is None
    assert refusal(known, subject="ben") is None


def test_a_person_is_changed_in_every_league() -> None:
    known = told(SubjectChanged("ana"))
    assert refusal(known) == refusal(known, tenant_id=OTHER) == TOKEN_REVOKED
    assert refusal(known, subject="ben") is None


def test_a_suspended_league_is_refused_until_it_is_resumed() -> None:
    known = told(TenantSuspended(LEAGUE))
    assert refusal(known, issued_at=1_000.0) == TENANT_SUSPENDED
    assert refusal(known, tenant_id=OTHER) is None
    known.apply(TenantResumed(LEAGUE), 300.0)
    assert refusal(known) is None


def test_what_is_heard_twice_or_late_changes_nothing() -> None:
    known = told(SubjectChanged("ana", LEAGUE), at=200.0)
    known.apply(SubjectChanged("ana", LEAGUE), 150.0)
    assert refusal(known, issued_at=180.0) == TOKEN_REVOKED
    assert len(known) == 1


def test_a_resumption_without_a_suspension_is_no_failure() -> None:
    assert refusal(told(TenantResumed(LEAGUE))) is None


def test_what_no_living_token_is_concerned_by_is_forgotten() -> None:
    known = told(SessionEnded("s1"), SubjectChanged("ana", LEAGUE), TenantSuspended(OTHER), at=200.0)
    known.forget_old(200.0 + LIFE)
    assert len(known) == 3
    known.forget_old(200.1 + LIFE)
    assert len(known) == 0


@given(
    st.lists(st.tuples(st.sampled_from(["s1", "s2", "ana", "ben"]), st.integers(0, 3_000))),
    st.integers(0, 3_000),
)
def test_forgetting_never_lets_a_living_token_through(heard: list[tuple[str, int]], now: int) -> None:
    """A token lives at most LIFE, so whoever forgets says the same of every token that lives as who does not."""
    keeps, forgets = Revocations(LIFE), Revocations(LIFE)
    for name, at in heard:
        one = SessionEnded(name) if name.startswith("s") else SubjectChanged(name, LEAGUE)
        for known in (keeps, forgets):
            known.apply(one, at)
    forgets.forget_old(now)
    for issued_at in range(max(0, now - int(LIFE) + 1), now + 1, 97):
        for subject in ("ana", "ben"):
            said = [
                refusal(known, subject=subject, session_id=None, issued_at=issued_at)
                for known in (keeps, forgets)
            ]
            assert said[0] == said[1]
