"""Members of a tenant: what they are granted, and that they go."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from contracts.identity import OWNER, Grant
from contracts.identity_events import MemberGrantsChanged, MemberRemoved
from domain.identity.errors import IdentityRefused
from handlers.errors import PreconditionFailed
from handlers.identity.family import end_sessions
from handlers.identity.granting import check_may_grant, checked_grants
from handlers.identity.invitations import Invitations
from handlers.identity.model import Actor, Member
from handlers.identity.ports import Unit
from handlers.identity.rows import MemberRow


class Members(Invitations):
    """Who belongs to a tenant and what they are granted."""

    async def list(self, tenant_id: UUID, *, after: str | None = None, limit: int = 100) -> Sequence[Member]:
        """Members by mail address, after the one with the address ``after``."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            return await unit.members(tenant_id, after or "", limit)

    async def get(self, tenant_id: UUID, user_id: UUID) -> Member:
        """Raises IdentityRefused: member_not_found."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            return _member(await unit.member(tenant_id, user_id))

    async def change_grants(
        self,
        tenant_id: UUID,
        user_id: UUID,
        grants: Iterable[Grant],
        *,
        by: Actor,
        expected_version: int | None = None,
    ) -> Member:
        """What a member is granted from now on, in place of what was. Who changes it must be one who may give what is
        added and take what is not there any more, and of somebody else all that was there: nobody does anything to
        those above them.

        Raises IdentityRefused: member_not_found, grants_missing, role_unknown, grant_scope_wrong, too_many_grants,
        not_allowed, last_owner; PreconditionFailed.
        """
        wanted = checked_grants(grants)
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            member = await _locked(unit, tenant_id, user_id)
            if expected_version is not None and member.version != expected_version:
                raise PreconditionFailed(expected_version, member.version, "member")
            changed = member.grants ^ wanted
            check_may_grant(by, changed if by.subject == str(user_id) else member.grants | wanted)
            if not changed:
                return member
            await _keep_an_owner(unit, member, wanted)
            member = replace(member, grants=wanted, version=member.version + 1)
            await unit.put_member(MemberRow(member=member))
            # After the locks: every token with the grants of before was issued earlier.
            event = MemberGrantsChanged(
                user_id=user_id, grants=tuple(sorted(map(str, wanted))), at=self._kit.clock()
            )
            await unit.record(tenant_id, "member", user_id, member.version, event, by)
            return member

    async def remove(self, tenant_id: UUID, user_id: UUID, *, by: Actor) -> None:
        """No longer a member; the user's sessions in the tenant end. Members may remove themselves.

        Raises IdentityRefused: member_not_found, not_allowed, last_owner.
        """
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            member = await _locked(unit, tenant_id, user_id)
            if by.subject != str(user_id):
                check_may_grant(by, member.grants)
            await _keep_an_owner(unit, member, frozenset())
            now = self._kit.clock()
            member = replace(member, version=member.version + 1)
            await unit.put_member(MemberRow(member=member, removed_at=now))
            event = MemberRemoved(user_id=user_id, at=now)
            await unit.record(tenant_id, "member", user_id, member.version, event, by)
            await end_sessions(unit, await unit.sessions_of(user_id, tenant_id), "member_removed", now, by)


async def _locked(unit: Unit, tenant_id: UUID, user_id: UUID) -> Member:
    """The member; the tenant is locked too, so that two owners who remove each other take turns."""
    await unit.tenant(tenant_id, lock=True)
    return _member(await unit.member(tenant_id, user_id, lock=True))


def _member(row: MemberRow | None) -> Member:
    if row is None or not row.is_member:
        raise IdentityRefused("member_not_found", "there is no such member")
    return row.member


async def _keep_an_owner(unit: Unit, member: Member, grants: frozenset[Grant]) -> None:
    gives_up = Grant(OWNER) in member.grants and Grant(OWNER) not in grants
    if gives_up and not await unit.has_other_owner(member.tenant_id, member.user_id):
        raise IdentityRefused("last_owner", "the league would have no owner; make somebody else one first")
