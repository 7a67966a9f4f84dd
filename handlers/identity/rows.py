"""What is stored, with what is never shown. The use cases answer with handlers.identity.model instead."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.identity import Grant
from handlers.identity.model import (
    Account,
    ApiKey,
    Invitation,
    Member,
    Membership,
    Session,
    ShareLink,
    TenantStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """A person. ``totp_step``: the time step of the code that was accepted last."""

    id: UUID
    email: str
    name: str
    password_hash: str = field(repr=False)
    created_at: datetime
    totp_sealed: bytes | None = field(default=None, repr=False)
    totp_confirmed_at: datetime | None = None
    totp_step: int = 0
    disabled_at: datetime | None = None
    version: int = 1

    @property
    def totp_enabled(self) -> bool:
        return self.totp_confirmed_at is not None

    def shown(self, memberships: tuple[Membership, ...], recovery_codes: int) -> Account:
        """What the person is shown."""
        return Account(
            id=self.id,
            email=self.email,
            name=self.name,
            created_at=self.created_at,
            totp_enabled=self.totp_enabled,
            recovery_codes=recovery_codes,
            disabled=self.disabled_at is not None,
            memberships=memberships,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member, or one who was: ``removed_at``."""

    member: Member
    removed_at: datetime | None = None

    @property
    def is_member(self) -> bool:
        return self.removed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    invitation: Invitation
    secret_hash: bytes = field(repr=False)
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    session: Session
    version: int = 1
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRefresh:
    """A refresh token with its session, which is locked. ``grants`` None: whoever it is for is granted nothing."""

    id: UUID
    secret_hash: bytes = field(repr=False)
    used_at: datetime | None
    session: SessionRow
    tenant_status: TenantStatus
    grants: frozenset[Grant] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the tenant of a live session, key or link is, and what that is granted now."""

    tenant_status: TenantStatus
    grants: frozenset[Grant]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """An API key that has neither expired nor been revoked. ``previous_hash`` only while that opens."""

    tenant_id: UUID
    tenant_status: TenantStatus
    grants: frozenset[Grant]
    secret_hash: bytes = field(repr=False)
    previous_hash: bytes | None = field(repr=False)
    expires_at: datetime | None
    previous_until: datetime | None

    def ends_at(self, *, by_previous: bool) -> datetime | None:
        """When whoever shows the key, or its secret of before, has nothing any more; None if nobody has said so."""
        ends = (self.expires_at, self.previous_until if by_previous else None)
        return min((each for each in ends if each is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRow:
    key: ApiKey
    secret_hash: bytes = field(repr=False)
    previous_hash: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLinkRow:
    link: ShareLink
    secret_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignUp:
    """What somebody asked for who has yet to prove the address."""

    email: str
    name: str
    password_hash: str = field(repr=False)
    tenant_name: str
    tenant_slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedLink:
    """A link that was mailed: to sign up (``sign_up``) or to reset a password (``user_id``)."""

    id: UUID
    purpose: Literal["sign_up", "reset"]
    user_id: UUID | None = None
    sign_up: PendingSignUp | None = None
    secret_hash: bytes = field(repr=False)
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRow:
    """An Ed25519 key; ``sealed`` is its private half, encrypted."""

    kid: str
    public: bytes
    sealed: bytes = field(repr=False)
    created_at: datetime
    signs_from: datetime
