"""Passwords: changed by those who know them, reset by those who get the account's mail."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from contracts.identity_events import PLATFORM_TENANT, PasswordChanged
from domain.identity.accounts import normalised_email
from domain.identity.errors import IdentityRefused
from domain.identity.links import RESET_LIFE
from handlers.identity import throttle
from handlers.identity.family import end_sessions
from handlers.identity.kit import Case, Kit, found, post
from handlers.identity.model import Actor
from handlers.identity.ports import Unit
from handlers.identity.rows import AccountRow, MailedLink
from handlers.identity.secret import MAILED, new_secret
from handlers.identity.signing_up import link_invalid, mailed_link


class PasswordCases(Case):
    """How passwords are changed."""

    async def ask_reset(self, email: str, *, address: str) -> None:
        """Send a mail that resets the password. Nothing tells whether there is such an account.

        Raises IdentityRefused: email_malformed, too_many_attempts (by ``address`` only).
        """
        kit, to = self._kit, normalised_email(email)
        await throttle.count_asking(kit, "reset", address)
        if not await throttle.may_reset(kit, to, address):
            return
        now = kit.clock()
        id_, expires_at = uuid4(), now + RESET_LIFE
        secret = new_secret(MAILED, id_)
        async with kit.store.unit() as unit:
            account = await unit.account_by_email(to)
            if account is None or account.disabled_at is not None:
                await throttle.write_anyway(unit, to, address)
                return
            link = MailedLink(
                id=id_, purpose="reset", user_id=account.id, secret_hash=secret.hash, expires_at=expires_at
            )
            await unit.put_mailed_link(link)
            await post(kit, unit, "reset_password", account, token=secret.text, expires_at=expires_at)

    async def reset_password(self, token: str, password: str) -> None:
        """Set a password by a mailed token. Ends all sessions; the second factor stays.

        Raises IdentityRefused: link_invalid, link_used, link_expired, password_*.
        """
        kit = self._kit
        # Before anything is worked out for somebody who has no link.
        async with kit.store.unit() as unit:
            link = await mailed_link(unit, token, "reset", kit.clock())
            account = await _owner(unit, link)
        hash_ = await kit.hashed(password, account.email, account.name)
        now = kit.clock()
        async with kit.store.unit(user_id=account.id) as unit:
            link = await mailed_link(unit, token, "reset", now)
            await unit.put_mailed_link(replace(link, used_at=now))
            account = found(await unit.account(account.id, lock=True))
            await _set(kit, unit, account, hash_, now, reset=True, but=None)
        await throttle.settle(kit, forget=(throttle.key_of("account", account.email),))

    async def change_password(
        self, user_id: UUID, *, old: str, new: str, session_id: UUID | None = None
    ) -> None:
        """Set another password; ends all sessions but ``session_id``.

        Raises IdentityRefused: credentials_wrong, too_many_attempts, password_*, user_not_found.
        """
        kit = self._kit
        account = await known_by_password(kit, user_id, old)
        hash_ = await kit.hashed(new, account.email, account.name)
        async with kit.store.unit(user_id=user_id) as unit:
            present = found(await unit.account(user_id, lock=True))
            if present.version != account.version:
                raise _wrong()  # it was changed by another request meanwhile
            await _set(kit, unit, present, hash_, kit.clock(), reset=False, but=session_id)


async def known_by_password(kit: Kit, user_id: UUID, password: str) -> AccountRow:
    """The account of somebody who is logged in and says the password again. Raises IdentityRefused:
    credentials_wrong, too_many_attempts, user_not_found."""
    key = await throttle.count_guess(kit, "password", user_id)
    async with kit.store.unit() as unit:
        account = found(await unit.account(user_id))
    if not (await kit.passwords.verify(password, account.password_hash)).right:
        raise _wrong()
    await throttle.settle(kit, forget=(key,))
    return account


async def _set(
    kit: Kit, unit: Unit, account: AccountRow, hash_: str, now: datetime, *, reset: bool, but: UUID | None
) -> None:
    by = Actor(subject=str(account.id))
    version = account.version + 1
    await unit.put_account(replace(account, password_hash=hash_, version=version))
    await unit.withdraw_resets(account.id)
    event = PasswordChanged(user_id=account.id, reset=reset, at=now)
    await unit.record(PLATFORM_TENANT, "account", account.id, version, event, by)
    await end_sessions(unit, await unit.sessions_of(account.id), "password_changed", now, by, but)
    await post(kit, unit, "password_changed", account)


async def _owner(unit: Unit, link: MailedLink) -> AccountRow:
    account = await unit.account(link.user_id) if link.user_id else None
    if account is None or account.disabled_at is not None:
        raise link_invalid()
    return account


def _wrong() -> IdentityRefused:
    return IdentityRefused("credentials_wrong", "the password is wrong")
