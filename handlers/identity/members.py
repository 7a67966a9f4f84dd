"""Members of a tenant, and who was invited to be one."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from contracts.identity import Grant
from handlers.identity.model import Actor, Invitation, Member, User


class Members:
    """Who belongs to a tenant and what they are granted."""

    async def list(self, tenant_id: UUID, *, after: str | None = None, limit: int = 100) -> Sequence[Member]:
        """Members by mail address, after the one with the address ``after``."""
        raise NotImplementedError

    async def get(self, tenant_id: UUID, user_id: UUID) -> Member:
        """Raises IdentityRefused: member_not_found."""
        raise NotImplementedError

    async def invitations(self, tenant_id: UUID) -> Sequence[Invitation]:
        """The open invitations, newest first."""
        raise NotImplementedError

    async def invite(self, tenant_id: UUID, *, email: str, grants: Iterable[Grant], by: Actor) -> Invitation:
        """Invite by mail. One who was invited already gets a new mail, and the one before no longer works.

        Raises IdentityRefused: email_malformed, member_already, grants_missing, role_unknown, grant_scope_wrong,
        not_allowed (to grant that), too_many_invitations, tenant_suspended.
        """
        raise NotImplementedError

    async def withdraw_invitation(self, tenant_id: UUID, invitation_id: UUID, *, by: Actor) -> None:
        """Raises IdentityRefused: invitation_not_found, not_allowed."""
        raise NotImplementedError

    async def accept(
        self,
        token: str,
        *,
        user_id: UUID | None = None,
        name: str | None = None,
        password: str | None = None,
    ) -> User:
        """Become a member, by the token of the mail: as the user who is logged in, or as somebody new with ``name`` and
        ``password`` (the mail has proven the address).

        Raises IdentityRefused: link_invalid, link_used, link_expired, invitation_of_another (logged in with another
        address), account_exists (log in, then accept), name_malformed, password_*, tenant_suspended.
        """
        raise NotImplementedError

    async def change_grants(
        self,
        tenant_id: UUID,
        user_id: UUID,
        grants: Iterable[Grant],
        *,
        by: Actor,
        expected_version: int | None = None,
    ) -> Member:
        """What a member is granted from now on, in place of what was. Raises IdentityRefused: member_not_found,
        grants_missing, role_unknown, grant_scope_wrong, not_allowed, last_owner; PreconditionFailed."""
        raise NotImplementedError

    async def remove(self, tenant_id: UUID, user_id: UUID, *, by: Actor) -> None:
        """No longer a member; the user's sessions in the tenant end. Members may remove themselves.

        Raises IdentityRefused: member_not_found, not_allowed, last_owner.
        """
        raise NotImplementedError
