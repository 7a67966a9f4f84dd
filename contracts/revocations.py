"""Which events of identity make tokens worthless, and which tokens."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from contracts import identity_events as events
from domain.identity.revocations import (
    Revocation,
    SessionEnded,
    SubjectChanged,
    TenantResumed,
    TenantSuspended,
)

ACCESS_TOKEN_SECONDS = 15 * 60
"""The longest life of an access token."""
REMEMBERED_SECONDS = ACCESS_TOKEN_SECONDS + 5 * 60
"""How far back a process looks that begins to verify tokens, and how long it remembers: clocks may differ a little."""

_READ: dict[str, Callable[[UUID, Any], Revocation | None]] = {
    "TenantSuspended": lambda tenant_id, _: TenantSuspended(tenant_id),
    "TenantErased": lambda tenant_id, _: TenantSuspended(tenant_id),  # nobody resumes it
    "TenantResumed": lambda tenant_id, _: TenantResumed(tenant_id),
    "MemberGrantsChanged": lambda tenant_id, event: SubjectChanged(str(event.user_id), tenant_id),
    "MemberRemoved": lambda tenant_id, event: SubjectChanged(str(event.user_id), tenant_id),
    "AccountDisabled": lambda _, event: SubjectChanged(str(event.user_id)),
    "AccountErased": lambda _, event: SubjectChanged(str(event.user_id)),
    "SessionRevoked": lambda _, event: SessionEnded(str(event.session_id)),
    "SessionFamilyRevoked": lambda _, event: SessionEnded(str(event.session_id)),
    # The secret of before opens nothing from now on; with an overlap what it was exchanged for ends by itself.
    "ApiKeyRotated": lambda tenant_id, event: (
        SubjectChanged(str(event.key_id), tenant_id) if event.previous_until <= event.at else None
    ),
    "ApiKeyRevoked": lambda _, event: SessionEnded(str(event.key_id)),
    "ShareLinkRevoked": lambda _, event: SessionEnded(str(event.link_id)),
}
REVOKING = frozenset(_READ)
"""The types of event that revoke something. Keys and links are their own sessions."""


class Revoked(NamedTuple):
    """A revocation, and when it took effect, in seconds of Unix time."""

    revocation: Revocation
    at: float


def revoked_by(type_name: str, tenant_id: UUID, data: bytes) -> Revoked | None:
    """What an event of identity revokes; None for nothing. Raises msgspec.DecodeError for one that cannot be read.

    Its ``at`` was taken under the locks of what it changes, as tokens are dated under them: a token that does not
    know of it is dated earlier, though both came at once.
    """
    read = _READ.get(type_name)
    if read is None:
        return None
    event = events.decode(type_name, data)
    took_effect: datetime = event.at
    revocation = read(tenant_id, event)
    return None if revocation is None else Revoked(revocation, took_effect.timestamp())
