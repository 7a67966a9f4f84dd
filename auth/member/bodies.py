"""What is asked and answered about members and invitations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from auth.account.bodies import Email, Name, Password, Token
from auth.requests import MOST_ROLES, roles_of
from handlers.identity import Invitation, Member

Role = Annotated[str, Meta(min_length=1, max_length=250)]
Roles = Annotated[list[Role], Meta(min_length=1, max_length=MOST_ROLES)]
"""`scorer` in the whole league, `scorer@match:<id>` in one match; so too `@tournament:` and `@team:`."""


class MemberBody(msgspec.Struct):
    """Somebody who belongs to the league."""

    user_id: UUID
    email: str
    name: str
    roles: list[str]
    joined_at: datetime
    version: int


class MemberPageBody(msgspec.Struct):
    """A page of members."""

    members: list[MemberBody]
    next: str | None


class ChangeMemberBody(msgspec.Struct, forbid_unknown_fields=True):
    """All that the member may from now on."""

    roles: Roles


class InviteBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to invite, and to what."""

    email: Email
    roles: Roles


class InvitationBody(msgspec.Struct):
    """An invitation that is open. Its token is in the mail alone."""

    id: UUID
    email: str
    roles: list[str]
    invited_by: str | None
    created_at: datetime
    expires_at: datetime


class InvitationPageBody(msgspec.Struct):
    """A page of invitations."""

    invitations: list[InvitationBody]
    next: str | None


class AcceptBody(msgspec.Struct, forbid_unknown_fields=True):
    """The token of the mail. Who is new says a name and a password; who has an account sends its access token."""

    token: Token
    name: Name | None = None
    password: Password | None = None


class JoinedBody(msgspec.Struct):
    """The member that one is now: log in."""

    user_id: UUID
    tenant_id: UUID
    email: str
    roles: list[str]


STRUCTS: list[type[Any]] = [
    *(MemberBody, MemberPageBody, ChangeMemberBody, InviteBody, InvitationBody, InvitationPageBody),
    *(AcceptBody, JoinedBody),
]


def member_said(member: Member) -> MemberBody:
    """A member as it is shown."""
    return MemberBody(
        user_id=member.user_id,
        email=member.email,
        name=member.name,
        roles=roles_of(member.grants),
        joined_at=member.joined_at,
        version=member.version,
    )


def invitation_said(invitation: Invitation) -> InvitationBody:
    """An invitation as it is shown."""
    return InvitationBody(
        id=invitation.id,
        email=invitation.email,
        roles=roles_of(invitation.grants),
        invited_by=invitation.invited_by,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )
