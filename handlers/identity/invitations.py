"""Invitations: how people become members."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from contracts.identity import Grant
from contracts.identity_events import InvitationWithdrawn, MemberInvited
from contracts.ids import first_event_id
from domain.identity.accounts import normalised_email, proper_name
from domain.identity.errors import IdentityRefused
from domain.identity.links import INVITATION_LIFE, MOST_OPEN_INVITATIONS, check_link
from handlers.errors import KeyReused
from handlers.identity import throttle
from handlers.identity.granting import check_may_grant, checked_grants, may_grant
from handlers.identity.kit import Case, check_open, found, post
from handlers.identity.model import Actor, Invitation, User
from handlers.identity.ports import Taken, Unit
from handlers.identity.rows import AccountRow, InvitationRow
from handlers.identity.secret import INVITATION, matches, new_secret
from handlers.identity.signing_up import add_account, join, link_invalid
from handlers.ports import DuplicateEvent


class Invitations(Case):
    """Who was invited to be a member of a tenant."""

    async def invitations(self, tenant_id: UUID) -> Sequence[Invitation]:
        """The open invitations, newest first."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            return await unit.invitations(tenant_id, self._kit.clock())

    async def invite(self, tenant_id: UUID, *, email: str, grants: Iterable[Grant], by: Actor) -> Invitation:
        """Invite by mail. One who was invited already gets a new mail, and the one before no longer works. A repeat with
        the same idempotency key sends no second one.

        Raises IdentityRefused: email_malformed, member_already, grants_missing, role_unknown, grant_scope_wrong,
        not_allowed (to grant that, or to take what was offered before), too_many_invitations, too_many_attempts (at
        this address), tenant_suspended; KeyReused.
        """
        to, wanted = normalised_email(email), checked_grants(grants)
        check_may_grant(by, wanted)
        try:
            return await self._invite(tenant_id, to, wanted, by)
        except DuplicateEvent:
            async with self._kit.store.unit(tenant_id=tenant_id) as unit:
                first = await unit.open_invitation(tenant_id, to)
            if first is None or first.invitation.grants != wanted:
                raise KeyReused from None
            return first.invitation

    async def _invite(self, tenant_id: UUID, to: str, wanted: frozenset[Grant], by: Actor) -> Invitation:
        key = by.idempotency_key
        event_id = first_event_id(tenant_id, "invitations", key) if key else uuid4()
        await throttle.count_invitation(self._kit, tenant_id, to)
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            tenant = check_open(await unit.tenant(tenant_id, lock=True))
            await _check_no_member(unit, tenant_id, to)
            row, secret = await self._offer(unit, tenant_id, to, wanted, by)
            invitation = row.invitation
            await unit.put_invitation(row)
            said = tuple(sorted(map(str, wanted)))
            event = MemberInvited(
                invitation_id=invitation.id,
                grants=said,
                expires_at=invitation.expires_at,
                at=invitation.created_at,
            )
            await unit.record(tenant_id, "invitation", invitation.id, row.version, event, by, event_id)
            await post(
                self._kit,
                unit,
                "invitation",
                (to, ""),
                token=secret,
                expires_at=invitation.expires_at,
                tenant_name=tenant.name,
                invited_by=await _name_of(unit, by),
                grants=", ".join(said),
            )
            return invitation

    async def withdraw_invitation(self, tenant_id: UUID, invitation_id: UUID, *, by: Actor) -> None:
        """Raises IdentityRefused: invitation_not_found (also one that was accepted), not_allowed."""
        now = self._kit.clock()
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            row = await unit.invitation(invitation_id, lock=True)
            if row is None or row.accepted_at or row.withdrawn_at:
                raise IdentityRefused("invitation_not_found", "there is no such invitation")
            check_may_grant(by, row.invitation.grants)
            version = row.version + 1
            await unit.put_invitation(replace(row, withdrawn_at=now, version=version))
            event = InvitationWithdrawn(invitation_id=invitation_id, at=now)
            await unit.record(tenant_id, "invitation", invitation_id, version, event, by)

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

        Raises IdentityRefused: link_invalid (also where who invited may not grant that any more), link_used,
        link_expired, invitation_of_another (logged in with another
        address), account_exists (log in, then accept), name_malformed, password_*, tenant_suspended.
        """
        kit = self._kit
        invitation = await self._offered(token)
        hash_, called = "", ""
        if user_id is None:
            called = proper_name(name or "")
            hash_ = await kit.hashed(password or "", invitation.email, called)
        now = kit.clock()
        try:
            async with kit.store.unit(tenant_id=invitation.tenant_id) as unit:
                row = await _open_offer(unit, token, now)
                await _check_inviter(unit, row.invitation, now)
                tenant = check_open(await unit.tenant(invitation.tenant_id))
                account = await _who_accepts(unit, row.invitation, user_id, called, hash_, now)
                await unit.put_invitation(replace(row, accepted_at=now, version=row.version + 1))
                by = Actor(subject=str(account.id))
                before = await unit.member(tenant.id, account.id, lock=True)
                if before is not None and before.is_member:
                    raise _member_already()
                return await join(unit, account, tenant.id, row.invitation.grants, row.invitation.id, now, by)
        except Taken as error:
            raise _account_exists() from error

    async def _offered(self, token: str) -> Invitation:
        """What the token of a mail offers: found by its id alone, since it names no tenant."""
        told = INVITATION.read(token)
        if told is None:
            raise link_invalid()
        async with self._kit.store.unit(credential_id=told[0]) as unit:
            return (await _open_offer(unit, token, self._kit.clock(), lock=False)).invitation

    async def _offer(
        self, unit: Unit, tenant_id: UUID, to: str, wanted: frozenset[Grant], by: Actor
    ) -> tuple[InvitationRow, str]:
        """The invitation with a new secret: the open one anew, or another."""
        now = self._kit.clock()
        before = await unit.open_invitation(tenant_id, to)
        if before is not None:
            check_may_grant(by, before.invitation.grants)
        elif len(await unit.invitations(tenant_id, now)) >= MOST_OPEN_INVITATIONS:
            raise IdentityRefused(
                "too_many_invitations", f"{MOST_OPEN_INVITATIONS} invitations are open; withdraw some"
            )
        id_ = before.invitation.id if before else uuid4()
        secret = new_secret(INVITATION, id_)
        invitation = Invitation(
            id=id_,
            tenant_id=tenant_id,
            email=to,
            grants=wanted,
            invited_by=by.subject,
            created_at=now,
            expires_at=now + INVITATION_LIFE,
        )
        version = before.version + 1 if before else 1
        return InvitationRow(invitation=invitation, secret_hash=secret.hash, version=version), secret.text


async def _open_offer(unit: Unit, token: str, now: datetime, *, lock: bool = True) -> InvitationRow:
    told = INVITATION.read(token)
    row = await unit.invitation(told[0], lock=lock) if told else None
    if told is None or row is None or row.withdrawn_at or not matches(told[1], row.secret_hash):
        raise link_invalid()
    check_link(expires_at=row.invitation.expires_at, used_at=row.accepted_at, now=now)
    return row


async def _check_inviter(unit: Unit, invitation: Invitation, now: datetime) -> None:
    """Raises IdentityRefused unless who invites may grant that still: a member who is removed or granted less does not
    come back by an invitation of their own."""
    if invitation.invited_by is None:
        return  # whoever runs the installation
    by = Actor(subject=invitation.invited_by, grants=await _held(unit, invitation, now))
    if not all(may_grant(by, grant) for grant in invitation.grants):
        raise IdentityRefused("link_invalid", "who sent this may not grant that any more; ask for another")


async def _held(unit: Unit, invitation: Invitation, now: datetime) -> frozenset[Grant]:
    """What the member or API key holds that invites. A member's grants stay so until the transaction ends."""
    tenant_id = invitation.tenant_id
    try:
        inviter = UUID(invitation.invited_by or "")
    except ValueError:
        return frozenset()
    if await unit.hold_member(tenant_id, inviter):
        row, account = await unit.member(tenant_id, inviter), await unit.account(inviter)
        disabled = account is None or account.disabled_at is not None
        return frozenset() if row is None or disabled else row.member.grants
    held = await unit.api_key(tenant_id, inviter)
    return held.key.grants if held is not None and held.key.opens(now) else frozenset()


async def _who_accepts(
    unit: Unit, invitation: Invitation, user_id: UUID | None, name: str, hash_: str, now: datetime
) -> AccountRow:
    if user_id is None:
        if await unit.account_by_email(invitation.email) is not None:
            raise _account_exists()
        return await add_account(unit, email=invitation.email, name=name, hash_=hash_, now=now)
    account = found(await unit.account(user_id))
    if account.email != invitation.email:
        raise IdentityRefused("invitation_of_another", "somebody with another e-mail address was invited")
    return account


async def _check_no_member(unit: Unit, tenant_id: UUID, email: str) -> None:
    account = await unit.account_by_email(email)
    row = await unit.member(tenant_id, account.id) if account else None
    if row is not None and row.is_member:
        raise _member_already()


def _member_already() -> IdentityRefused:
    return IdentityRefused(
        "member_already", "they are a member already; change what they are granted instead"
    )


def _account_exists() -> IdentityRefused:
    return IdentityRefused("account_exists", "there is an account with this address; log in, then accept")


async def _name_of(unit: Unit, by: Actor) -> str:
    """What the one who invites is called; a key or an operator has no name."""
    try:
        account = await unit.account(UUID(by.subject or ""))
    except ValueError:
        return ""
    return account.name if account else ""
