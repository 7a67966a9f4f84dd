"""What is asked and answered about accounts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from contracts.identity import CallerKind

Email = Annotated[str, Meta(min_length=3, max_length=254)]
Password = Annotated[str, Meta(min_length=1, max_length=1000)]
"""How long it must be, and which it must not be, the rules of passwords say."""
Token = Annotated[str, Meta(min_length=1, max_length=500)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]


class SignUpBody(msgspec.Struct, forbid_unknown_fields=True):
    """An account and a league to begin with; `tenant_slug` is the league's address, and stays."""

    email: Email
    password: Password
    name: Name
    tenant_name: Name
    tenant_slug: Name


class SignedUpBody(msgspec.Struct):
    """The mail is on its way; nothing is there before its link was followed."""

    email: str
    tenant_name: str
    tenant_slug: str
    expires_at: datetime


class VerifyEmailBody(msgspec.Struct, forbid_unknown_fields=True):
    """The token of the mail and the password of the sign-up; another `tenant_slug` if somebody has the first meanwhile."""

    token: Token
    password: Password
    tenant_slug: Name | None = None


class TenantSaidBody(msgspec.Struct):
    """A league by its names."""

    id: UUID
    name: str
    slug: str
    status: str


class UserBody(msgspec.Struct):
    """A person. `second_factor`: whether logging in takes a code too."""

    id: UUID
    email: str
    name: str
    second_factor: bool
    recovery_codes: int


class VerifiedBody(msgspec.Struct):
    """The account and the league that now are: log in."""

    user_id: UUID
    email: str
    tenant: TenantSaidBody


class ForgotPasswordBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whose password is to be set anew."""

    email: Email


class AcceptedBody(msgspec.Struct):
    """Always the same, so that nobody learns who has an account."""

    accepted: bool = True


class ResetPasswordBody(msgspec.Struct, forbid_unknown_fields=True):
    """The token of the mail, and the password from now on."""

    token: Token
    password: Password


class ChangePasswordBody(msgspec.Struct, forbid_unknown_fields=True):
    """The password until now and from now on."""

    old: Password
    new: Password


class BeginTotpBody(msgspec.Struct, forbid_unknown_fields=True):
    """The password, once more."""

    password: Password


class TotpBody(msgspec.Struct):
    """What an authenticator is told: the URI as a QR code (SVG), as text, and the secret to type."""

    uri: str
    secret: str
    qr_svg: str


class ConfirmTotpBody(msgspec.Struct, forbid_unknown_fields=True):
    """The code that the authenticator shows."""

    code: Code


class RecoveryCodesBody(msgspec.Struct):
    """Each opens once, in place of a code. They are shown this once."""

    recovery_codes: list[str]


class DisableTotpBody(msgspec.Struct, forbid_unknown_fields=True):
    """The password, and a code or recovery code."""

    password: Password
    code: Code


class RenameBody(msgspec.Struct, forbid_unknown_fields=True):
    """What one is called from now on."""

    name: Name


class EraseMeBody(msgspec.Struct, forbid_unknown_fields=True):
    """The password, once more; with a second factor a code or recovery code, too."""

    password: Password
    code: Code | None = None


class MembershipBody(msgspec.Struct):
    """A league that one belongs to."""

    tenant: TenantSaidBody
    roles: list[str]
    joined_at: datetime


class MeBody(msgspec.Struct):
    """Who calls, and with which roles. `user` and `memberships` are a person's; null and empty for a key or a link."""

    kind: CallerKind
    subject: str
    session_id: str | None
    tenant: TenantSaidBody
    roles: list[str]
    user: UserBody | None
    memberships: list[MembershipBody]


STRUCTS: list[type[Any]] = [
    *(SignUpBody, SignedUpBody, VerifyEmailBody, VerifiedBody, ForgotPasswordBody, AcceptedBody),
    *(ResetPasswordBody, ChangePasswordBody, BeginTotpBody, TotpBody, ConfirmTotpBody, RecoveryCodesBody),
    *(DisableTotpBody, RenameBody, EraseMeBody, MeBody),
]
