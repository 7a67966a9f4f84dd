"""Who and what there is: accounts, tenants, members, sessions, keys, links, as they are shown. Never a hash."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.identity import CallerKind, Grant, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks for a change: what they may grant follows from ``grants``; the rest is kept with the event.

    ``subject`` is the id of a user, key or link; ``operator`` is whoever runs the installation, and may do anything.
    """

    subject: str | None
    grants: frozenset[Grant] = frozenset()
    operator: bool = False
    request_id: str | None = None
    idempotency_key: str | None = None

    @classmethod
    def of(
        cls, principal: Principal, *, request_id: str | None = None, idempotency_key: str | None = None
    ) -> "Actor":
        """A verified caller."""
        return cls(
            subject=principal.subject,
            grants=principal.grants,
            request_id=request_id,
            idempotency_key=idempotency_key,
        )


OPERATOR = Actor(subject=None, operator=True)
"""Whoever runs the installation: its command line, its own processes. Nobody who comes by the API."""

TenantStatus = Literal["active", "suspended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A league. ``slug`` is its address in URLs and never changes."""

    id: UUID
    name: str
    slug: str
    status: TenantStatus
    created_at: datetime
    version: int
    suspended_at: datetime | None = None
    suspended_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person in a tenant, with what they are granted there."""

    id: UUID
    email: str
    name: str
    tenant_id: UUID
    grants: frozenset[Grant]
    verified: bool
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A tenant that a person belongs to."""

    tenant: Tenant
    grants: frozenset[Grant]
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person, in all tenants. ``recovery_codes``: how many are left."""

    id: UUID
    email: str
    name: str
    created_at: datetime
    totp_enabled: bool
    recovery_codes: int
    disabled: bool
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in the list of a tenant's members."""

    user_id: UUID
    tenant_id: UUID
    email: str
    name: str
    grants: frozenset[Grant]
    joined_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Open until it is accepted, withdrawn or past ``expires_at``. Its secret is in the mail alone."""

    id: UUID
    tenant_id: UUID
    email: str
    grants: frozenset[Grant]
    invited_by: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUp:
    """The same for an address that has an account already: only the mail that comes differs."""

    email: str
    tenant_name: str
    tenant_slug: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """An address that was proven, and the account and tenant that now are."""

    user: User
    tenant: Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpEnrolment:
    """What an authenticator is told, as ``otpauth://`` URI for a QR code and as text to type. Not printed or logged."""

    secret_uri: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is logged in: a family of refresh tokens. ``kind`` ``share_link``: who opened one; ``user_id``
    None then, and ``id`` the link's."""

    id: UUID
    tenant_id: UUID
    kind: CallerKind
    user_id: UUID | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A JWT and whom it names."""

    token: str = field(repr=False)
    principal: Principal
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTokens:
    """What somebody gets who logs in, refreshes or opens a link. The refresh token works once."""

    access: AccessToken
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime
    session: Session

    @property
    def access_token(self) -> str:
        return self.access.token


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A machine's key. ``prefix`` is the beginning of its text, by which people tell keys apart.

    ``previous_until``: the secret before the last rotation still opens until then.
    """

    id: UUID
    tenant_id: UUID
    name: str
    prefix: str
    grants: frozenset[Grant]
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    rotated_at: datetime | None
    previous_until: datetime | None
    revoked_at: datetime | None
    version: int

    def opens(self, now: datetime) -> bool:
        """Neither revoked nor past its end."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeySecret:
    """A key with its text, which is never shown again."""

    key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLink:
    """Opens the scoring of one match for the first who uses it. ``name`` says whom it is for."""

    id: UUID
    tenant_id: UUID
    match_id: UUID
    name: str
    created_by: str | None
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    revoked_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLinkSecret:
    """A link with the text that opens it, which is never shown again."""

    link: ShareLink
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key that tokens are signed with, without either half. ``state``: it ``signs``, ``waits`` to, or has
    ``signed``."""

    kid: str
    created_at: datetime
    signs_from: datetime
    state: Literal["signs", "waits", "signed"]


MailKind = Literal[
    "verify_email",  # token; data: tenant_name
    "already_signed_up",  # data: tenant_name
    "reset_password",  # token
    "password_changed",
    "invitation",  # token; data: tenant_name, invited_by (a name or ""), grants
    "new_device",  # data: tenant_name, address, user_agent, at
    "totp_enabled",
    "totp_disabled",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that waits to be sent. ``token`` is the secret in it: kept encrypted, and erased once it was sent.

    ``expires_at``: when the token no longer works; a mail that was not sent by then is not worth sending.
    """

    id: UUID
    kind: MailKind
    to: str
    name: str
    token: str | None = field(repr=False)
    data: dict[str, str]
    created_at: datetime
    expires_at: datetime | None
    attempts: int
