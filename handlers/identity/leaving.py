"""Accounts that go: who leaves takes along all that tells who they were."""

from uuid import UUID

from contracts.identity import OWNER, Grant
from contracts.identity_events import PLATFORM_TENANT, AccountErased, MemberRemoved
from domain.identity.errors import IdentityRefused
from handlers.identity import throttle
from handlers.identity.factors import pass_factor
from handlers.identity.family import end_sessions
from handlers.identity.kit import Case, Kit, found
from handlers.identity.model import Actor, Membership
from handlers.identity.passwords import known_by_password
from handlers.identity.ports import Unit
from handlers.identity.rows import AccountRow

REASON = "account_erased"


class Leaving(Case):
    """How accounts end."""

    async def erase(self, user_id: UUID, *, password: str, code: str | None = None, by: Actor) -> None:
        """Delete a person's account in all tenants: address, name, credentials, memberships, sessions. What they did is
        known by their id alone from then on, and the address can sign up anew. ``code``: of the second factor, or a
        recovery code; needed by who has one.

        Raises IdentityRefused: credentials_wrong, totp_missing, totp_wrong, too_many_attempts, user_not_found;
        last_owner (``detail`` has ``tenants``: {id, name, slug} of those that would have no owner).
        """
        kit = self._kit
        known = await known_by_password(kit, user_id, password)
        guess = await throttle.count_guess(kit, "totp", user_id) if known.totp_enabled else None
        async with kit.store.unit(user_id=user_id) as unit:
            account = found(await unit.account(user_id, lock=True))
            if account.version != known.version:
                raise IdentityRefused("credentials_wrong", "the account was changed meanwhile; ask again")
            await _pass(kit, unit, account, code)
            await _leave_all(kit, unit, account, by)
            # After the locks: every token of theirs was issued earlier.
            now = kit.clock()
            await end_sessions(unit, await unit.sessions_of(user_id), REASON, now, by)
            event = AccountErased(user_id=user_id, at=now)
            await unit.record(PLATFORM_TENANT, "account", user_id, account.version + 1, event, by)
            await unit.erase_account(account)
        await throttle.settle(kit, forget=(guess,) if guess else ())


async def _pass(kit: Kit, unit: Unit, account: AccountRow, code: str | None) -> None:
    if not account.totp_enabled:
        return
    if not code:
        raise IdentityRefused("totp_missing", "send a code of your authenticator, or a recovery code, too")
    if not await pass_factor(kit, unit, account, code, kit.clock()):
        raise IdentityRefused("totp_wrong", "this code is wrong, has expired or was used already")


async def _leave_all(kit: Kit, unit: Unit, account: AccountRow, by: Actor) -> None:
    """Leave every tenant, each locked as whoever removes a member locks it: of two owners who leave one is the last."""
    alone: list[Membership] = []
    for each in sorted(await unit.memberships(account.id), key=lambda one: one.tenant.id):
        tenant = each.tenant
        await unit.enter(tenant.id)
        await unit.tenant(tenant.id, lock=True)
        row = await unit.member(tenant.id, account.id, lock=True)
        if row is None or not row.is_member:
            continue  # removed meanwhile
        if Grant(OWNER) in row.member.grants and not await unit.has_other_owner(tenant.id, account.id):
            alone.append(each)
            continue
        event = MemberRemoved(user_id=account.id, at=kit.clock())
        await unit.record(tenant.id, "member", account.id, row.member.version + 1, event, by)
    if alone:
        raise IdentityRefused(
            "last_owner",
            "these leagues would have no owner; make somebody else one first, or have them erased",
            detail={
                "tenants": [
                    {"id": str(each.tenant.id), "name": each.tenant.name, "slug": each.tenant.slug}
                    for each in alone
                ]
            },
        )
