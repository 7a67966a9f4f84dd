"""What happens to tenants, members, sessions, keys and links: the events of the stream kind ``identity``.

They go to ``ssl.identity.events``. Nothing in them is a secret, a hash or a mail address. ``at`` is when it took effect:
access tokens of whom it concerns that were issued before (``iat`` < ``at``) are no longer believed.
Each stream is one thing's: a tenant's, a member's (tenant and user), a session's, a key's, a link's, an account's. What
concerns an account or the signing keys, and no one tenant, stands under PLATFORM_TENANT.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID, uuid5

import msgspec

from contracts.identity import CallerKind
from contracts.ids import PAVILION

IDENTITY = "identity"
"""The stream kind."""
PLATFORM_TENANT = uuid5(PAVILION, "platform")
"""Whose the events are that concern no one tenant. Nobody is a member of it."""


def identity_stream(tenant_id: UUID, noun: str, id_: object) -> UUID:
    """The stream of one thing of a tenant; ``noun`` is ``tenant``, ``member``, ``session``, ``api-key`` …"""
    return uuid5(tenant_id, f"identity/{noun}/{id_}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantCreated:
    name: str
    slug: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRenamed:
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSuspended:
    """Nobody gets in, and every token of the tenant is refused until it is resumed."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantResumed:
    """Tokens issued before it was suspended are believed again, as far as they have not expired."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantErased:
    """All of it is deleted but what the books must keep; every token of the tenant is refused."""

    tenant_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInvited:
    invitation_id: UUID
    grants: tuple[str, ...]
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWithdrawn:
    invitation_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined:
    """``invitation_id`` None: who founded the tenant."""

    user_id: UUID
    grants: tuple[str, ...]
    invitation_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberGrantsChanged:
    """The sessions go on; what they are granted now comes with the next refresh."""

    user_id: UUID
    grants: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved:
    """Also ends the user's sessions in the tenant, each with an event of its own."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCreated:
    """``user_id`` None: of somebody who opened a share link, whose id the session has."""

    session_id: UUID
    kind: CallerKind
    user_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRevoked:
    """Tokens with this ``sid`` are refused. ``reason``: ``logged_out``, ``password_changed``, ``member_removed`` …"""

    session_id: UUID
    kind: CallerKind
    user_id: UUID | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFamilyRevoked:
    """A refresh token was used twice, so somebody has a copy: tokens with this ``sid`` are refused."""

    session_id: UUID
    kind: CallerKind
    user_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated:
    """Of the platform, as are the following about accounts."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisabled:
    user_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnabled:
    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountErased:
    """Nothing is known of the person any more but this id. The memberships and sessions it ends have events of their
    own."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged:
    """``reset``: by a mail, without the old one. The sessions it ends have events of their own."""

    user_id: UUID
    reset: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpEnabled:
    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpDisabled:
    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyCreated:
    key_id: UUID
    name: str
    grants: tuple[str, ...]
    expires_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRotated:
    """The secret before this one still opens until ``previous_until``."""

    key_id: UUID
    previous_until: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked:
    """Tokens with this key as ``sub`` and ``sid`` are refused."""

    key_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLinkCreated:
    link_id: UUID
    match_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLinkOpened:
    link_id: UUID
    match_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLinkRevoked:
    """Tokens with this link as ``sub`` and ``sid`` are refused. ``reason``: ``revoked`` or ``match_over``."""

    link_id: UUID
    match_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRotated:
    """A key was made; it is in the JWKS from now on, and signs from ``signs_from``."""

    key_id: str
    signs_from: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRevoked:
    """Somebody else may have the key: no token that it has signed is believed, whenever it says it was issued."""

    key_id: str
    at: datetime


IdentityEvent = (
    TenantCreated
    | TenantRenamed
    | TenantSuspended
    | TenantResumed
    | TenantErased
    | MemberInvited
    | InvitationWithdrawn
    | MemberJoined
    | MemberGrantsChanged
    | MemberRemoved
    | SessionCreated
    | SessionRevoked
    | SessionFamilyRevoked
    | AccountCreated
    | AccountDisabled
    | AccountEnabled
    | AccountErased
    | PasswordChanged
    | TotpEnabled
    | TotpDisabled
    | ApiKeyCreated
    | ApiKeyRotated
    | ApiKeyRevoked
    | ShareLinkCreated
    | ShareLinkOpened
    | ShareLinkRevoked
    | SigningKeyRotated
    | SigningKeyRevoked
)

EVENT_TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(IdentityEvent)}
"""Every event by its type name."""

_decoders = {name: msgspec.json.Decoder(kind) for name, kind in EVENT_TYPES.items()}
_encoder = msgspec.json.Encoder()


def encode(event: IdentityEvent) -> bytes:
    """The JSON of an event, as it stands in the store and in Kafka."""
    return _encoder.encode(event)


def decode(type_name: str, data: bytes | str) -> Any:
    """The IdentityEvent that JSON says; None for a type that this release does not know."""
    decoder = _decoders.get(type_name)
    return None if decoder is None else decoder.decode(data)
