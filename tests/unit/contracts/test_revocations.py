"""Which events of identity revoke what."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import msgspec
import pytest

from contracts import identity_events as events
from contracts.revocations import REVOKING, revoked_by
from domain.identity.revocations import (
    Revocation,
    SessionEnded,
    SubjectChanged,
    TenantResumed,
    TenantSuspended,
)

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
LEAGUE, ANA, ONE, MATCH = (UUID(int=number) for number in range(1, 5))

REVOKED: list[tuple[events.IdentityEvent, Revocation]] = [
    (events.TenantSuspended(reason="unpaid", at=AT), TenantSuspended(LEAGUE)),
    (events.TenantErased(tenant_id=LEAGUE, at=AT), TenantSuspended(LEAGUE)),
    (events.TenantResumed(at=AT), TenantResumed(LEAGUE)),
    (events.MemberGrantsChanged(user_id=ANA, grants=("viewer",), at=AT), SubjectChanged(str(ANA), LEAGUE)),
    (events.MemberRemoved(user_id=ANA, at=AT), SubjectChanged(str(ANA), LEAGUE)),
    (events.AccountDisabled(user_id=ANA, reason="abuse", at=AT), SubjectChanged(str(ANA))),
    (events.AccountErased(user_id=ANA, at=AT), SubjectChanged(str(ANA))),
    (
        events.SessionRevoked(session_id=ONE, kind="user", user_id=ANA, reason="logged_out", at=AT),
        SessionEnded(str(ONE)),
    ),
    (events.SessionFamilyRevoked(session_id=ONE, kind="user", user_id=ANA, at=AT), SessionEnded(str(ONE))),
    (events.ApiKeyRotated(key_id=ONE, previous_until=AT, at=AT), SubjectChanged(str(ONE), LEAGUE)),
    (events.ApiKeyRevoked(key_id=ONE, at=AT), SessionEnded(str(ONE))),
    (
        events.ShareLinkRevoked(link_id=ONE, match_id=MATCH, reason="match_over", at=AT),
        SessionEnded(str(ONE)),
    ),
]


@pytest.mark.parametrize(("event", "revocation"), REVOKED, ids=lambda one: type(one).__name__)
def test_what_an_event_revokes(event: events.IdentityEvent, revocation: Revocation) -> None:
    told = revoked_by(type(event).__name__, LEAGUE, events.encode(event))
    assert told is not None
    assert told == (revocation, AT.timestamp())


def test_every_event_that_revokes_is_tried_here() -> None:
    assert {type(event).__name__ for event, _ in REVOKED} == REVOKING
    assert {kind.__name__ for kind in get_args(events.IdentityEvent)} > REVOKING


def test_a_key_whose_secret_of_before_opens_for_a_while_revokes_nothing() -> None:
    rotated = events.ApiKeyRotated(key_id=ONE, previous_until=AT + timedelta(days=1), at=AT)
    assert revoked_by("ApiKeyRotated", LEAGUE, events.encode(rotated)) is None


def test_other_events_revoke_nothing() -> None:
    joined = events.MemberJoined(user_id=ANA, grants=("viewer",), invitation_id=None, at=AT)
    assert revoked_by("MemberJoined", LEAGUE, events.encode(joined)) is None
    assert revoked_by("SomethingOfTomorrow", LEAGUE, b"{}") is None


def test_an_event_that_cannot_be_read_is_no_silent_pardon() -> None:
    with pytest.raises(msgspec.DecodeError):
        revoked_by("MemberRemoved", LEAGUE, b'{"user_id": 7}')
