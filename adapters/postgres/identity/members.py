"""Tenants, who belongs to them and who was invited."""

from datetime import datetime
from uuid import UUID

import asyncpg

from adapters.postgres.identity.connected import Connected, as_grants, as_texts, locked, put
from contracts.identity import OWNER
from handlers.identity.model import Invitation, Member, Membership, Tenant
from handlers.identity.rows import InvitationRow, MemberRow

_TENANT = (
    *("tenant_id", "slug", "name", "status", "created_at"),
    *("suspended_at", "suspended_because", "version"),
)
_TENANT_FIELDS = ("id", *_TENANT[1:])
_TENANT_SELECT = f"select {', '.join(_TENANT)} from tenant"  # noqa: S608
_TENANT_PUT = put("tenant", _TENANT, ("tenant_id",))
_MEMBERSHIPS = f"""
select m.grants, m.joined_at, {", ".join(f"t.{name}" for name in _TENANT)}
from membership m join tenant t using (tenant_id)
where m.user_id = $1 and m.removed_at is null order by lower(t.name), t.tenant_id
"""  # noqa: S608
_MEMBER = """
select m.user_id, m.tenant_id, a.email, a.name, m.grants, m.joined_at, m.version, m.removed_at
from membership m join account a using (user_id)
"""
_MEMBER_PUT = put(
    "membership",
    ("tenant_id", "user_id", "grants", "joined_at", "removed_at", "version"),
    ("tenant_id", "user_id"),
)
_INVITED = ("id", "tenant_id", "email", "grants", "invited_by", "created_at", "expires_at")
_INVITATION = (*_INVITED, "secret_hash", "accepted_at", "withdrawn_at", "version")
_INVITATION_SELECT = f"select {', '.join(_INVITATION)} from invitation"  # noqa: S608
_INVITATION_PUT = put("invitation", _INVITATION)
_OPEN = "tenant_id = $1 and accepted_at is null and withdrawn_at is null"
_OTHER_OWNER = """
select exists (select from membership m join account a using (user_id)
  where m.tenant_id = $1 and m.user_id <> $2 and m.removed_at is null and $3 = any (m.grants)
    and a.disabled_at is null)
"""


class MemberRows(Connected):
    async def tenant(self, tenant: UUID | str, *, lock: bool = False) -> Tenant | None:
        column = "tenant_id" if isinstance(tenant, UUID) else "slug"
        row = await self._row(locked(f"{_TENANT_SELECT} where {column} = $1", lock), tenant)
        return None if row is None else _tenant(row)

    async def tenants(self, after: str, limit: int) -> list[Tenant]:
        query = f"{_TENANT_SELECT} where slug > $1 order by slug limit $2"
        return [_tenant(row) for row in await self._rows(query, after, limit)]

    async def put_tenant(self, tenant: Tenant) -> None:
        await self._do(_TENANT_PUT, *(getattr(tenant, name) for name in _TENANT_FIELDS))

    async def memberships(self, user_id: UUID) -> list[Membership]:
        return [
            Membership(tenant=_tenant(row), grants=as_grants(row["grants"]), joined_at=row["joined_at"])
            for row in await self._rows(_MEMBERSHIPS, user_id)
        ]

    async def member(self, tenant_id: UUID, user_id: UUID, *, lock: bool = False) -> MemberRow | None:
        query = f"{_MEMBER} where m.tenant_id = $1 and m.user_id = $2"
        row = await self._row(f"{query} for no key update of m" if lock else query, tenant_id, user_id)
        return None if row is None else MemberRow(member=_member(row), removed_at=row["removed_at"])

    async def hold_member(self, tenant_id: UUID, user_id: UUID) -> bool:
        query = (
            "select 1 from membership where tenant_id = $1 and user_id = $2 and removed_at is null for share"
        )
        return await self._value(query, tenant_id, user_id) is not None

    async def members(self, tenant_id: UUID, after: str, limit: int) -> list[Member]:
        query = f"{_MEMBER} where m.tenant_id = $1 and m.removed_at is null and a.email > $2 order by a.email limit $3"
        return [_member(row) for row in await self._rows(query, tenant_id, after, limit)]

    async def put_member(self, row: MemberRow) -> None:
        member = row.member
        said = (member.tenant_id, member.user_id, as_texts(member.grants), member.joined_at)
        await self._do(_MEMBER_PUT, *said, row.removed_at, member.version)

    async def has_other_owner(self, tenant_id: UUID, user_id: UUID) -> bool:
        return await self._value(_OTHER_OWNER, tenant_id, user_id, OWNER)

    async def invitation(self, id_: UUID, *, lock: bool = False) -> InvitationRow | None:
        return _invitation(await self._row(locked(f"{_INVITATION_SELECT} where id = $1", lock), id_))

    async def open_invitation(self, tenant_id: UUID, email: str) -> InvitationRow | None:
        query = f"{_INVITATION_SELECT} where {_OPEN} and email = $2 for no key update"
        return _invitation(await self._row(query, tenant_id, email))

    async def invitations(self, tenant_id: UUID, now: datetime) -> list[Invitation]:
        query = f"{_INVITATION_SELECT} where {_OPEN} and expires_at > $2 order by created_at desc, id"
        found = [_invitation(row) for row in await self._rows(query, tenant_id, now)]
        return [row.invitation for row in found if row is not None]

    async def put_invitation(self, row: InvitationRow) -> None:
        invitation = row.invitation
        said = [getattr(invitation, name) for name in _INVITED]
        said[_INVITED.index("grants")] = as_texts(invitation.grants)
        await self._do(
            _INVITATION_PUT, *said, row.secret_hash, row.accepted_at, row.withdrawn_at, row.version
        )


def _tenant(row: asyncpg.Record) -> Tenant:
    return Tenant(**{field: row[name] for field, name in zip(_TENANT_FIELDS, _TENANT, strict=True)})


def _member(row: asyncpg.Record) -> Member:
    fields = {name: value for name, value in row.items() if name != "removed_at"}
    return Member(**{**fields, "grants": as_grants(row["grants"])})


def _invitation(row: asyncpg.Record | None) -> InvitationRow | None:
    if row is None:
        return None
    said = {name: row[name] for name in _INVITED}
    return InvitationRow(
        invitation=Invitation(**{**said, "grants": as_grants(row["grants"])}),
        secret_hash=row["secret_hash"],
        accepted_at=row["accepted_at"],
        withdrawn_at=row["withdrawn_at"],
        version=row["version"],
    )
