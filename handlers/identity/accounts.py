"""Accounts: people, by their mail address, in whatever tenants."""

from dataclasses import replace
from uuid import UUID

from contracts.identity_events import PLATFORM_TENANT, AccountDisabled, AccountEnabled
from domain.identity.accounts import proper_name
from domain.identity.errors import IdentityRefused
from handlers.identity.family import end_sessions
from handlers.identity.kit import found
from handlers.identity.leaving import Leaving
from handlers.identity.model import OPERATOR, Account, Actor, User
from handlers.identity.passwords import PasswordCases
from handlers.identity.ports import Unit
from handlers.identity.rows import AccountRow
from handlers.identity.second_factor import SecondFactor
from handlers.identity.signing_up import SigningUp, as_user


class Accounts(SigningUp, PasswordCases, SecondFactor, Leaving):
    """Signing up, proving an address, passwords, second factors, leaving for good; and who somebody is."""

    async def rename(self, user_id: UUID, name: str) -> Account:
        """Call oneself something else. Raises IdentityRefused: name_malformed, user_not_found."""
        async with self._kit.store.unit(user_id=user_id) as unit:
            account = replace(found(await unit.account(user_id, lock=True)), name=proper_name(name))
            await unit.put_account(account)
            return await _shown(unit, account)

    async def account(self, user_id: UUID) -> Account:
        """The person with all memberships, suspended tenants too. Raises IdentityRefused: user_not_found."""
        async with self._kit.store.unit(user_id=user_id) as unit:
            return await _shown(unit, found(await unit.account(user_id)))

    async def user(self, tenant_id: UUID, user_id: UUID) -> User:
        """The person as a member of the tenant. Raises IdentityRefused: user_not_found, also for one who is no member."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            account = found(await unit.account(user_id))
            row = await unit.member(tenant_id, user_id)
        if row is None or not row.is_member:
            raise IdentityRefused("user_not_found", "there is no such user")
        return as_user(account, tenant_id, row.member.grants)

    async def disable(self, user_id: UUID, *, reason: str, by: Actor = OPERATOR) -> None:
        """Lock an account in all tenants; ends all sessions. Raises IdentityRefused: user_not_found, not_allowed."""
        _check_operator(by)
        now = self._kit.clock()
        async with self._kit.store.unit(user_id=user_id) as unit:
            account = found(await unit.account(user_id, lock=True))
            if account.disabled_at is None:
                version = account.version + 1
                await unit.put_account(replace(account, disabled_at=now, version=version))
                event = AccountDisabled(user_id=user_id, reason=reason, at=now)
                await unit.record(PLATFORM_TENANT, "account", user_id, version, event, by)
                await end_sessions(unit, await unit.sessions_of(user_id), "account_disabled", now, by)

    async def enable(self, user_id: UUID, *, by: Actor = OPERATOR) -> None:
        """Unlock an account. Raises IdentityRefused: user_not_found, not_allowed."""
        _check_operator(by)
        async with self._kit.store.unit() as unit:
            account = found(await unit.account(user_id, lock=True))
            if account.disabled_at is not None:
                version = account.version + 1
                await unit.put_account(replace(account, disabled_at=None, version=version))
                event = AccountEnabled(user_id=user_id, at=self._kit.clock())
                await unit.record(PLATFORM_TENANT, "account", user_id, version, event, by)


async def _shown(unit: Unit, account: AccountRow) -> Account:
    memberships = await unit.memberships(account.id)
    return account.shown(tuple(memberships), await unit.recovery_codes(account.id))


def _check_operator(by: Actor) -> None:
    if not by.operator:
        raise IdentityRefused("not_allowed", "this is for whoever runs the installation")
