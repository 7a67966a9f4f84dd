"""Second factors: set up, confirmed, given up."""

from dataclasses import replace
from uuid import UUID

from contracts.identity_events import PLATFORM_TENANT, TotpDisabled, TotpEnabled
from domain.identity.errors import IdentityRefused
from domain.identity.totp import RECOVERY_CODES, normalised_code
from handlers.identity import throttle
from handlers.identity.factors import pass_factor, step_of, totp_secret
from handlers.identity.kit import Case, found, post
from handlers.identity.model import Actor, TotpEnrolment
from handlers.identity.passwords import known_by_password
from handlers.identity.secret import digest, recovery_code


class SecondFactor(Case):
    """How authenticators come and go."""

    async def begin_totp(self, user_id: UUID, *, password: str) -> TotpEnrolment:
        """Begin to set up a second factor; it counts once a code was confirmed. Raises IdentityRefused:
        credentials_wrong, too_many_attempts, totp_enabled_already."""
        kit = self._kit
        await known_by_password(kit, user_id, password)
        secret = kit.codes.new_secret()
        async with kit.store.unit() as unit:
            account = found(await unit.account(user_id, lock=True))
            if account.totp_enabled:
                raise _enabled_already()
            sealed = kit.vault.seal(secret.encode(), totp_secret(user_id))
            await unit.put_account(replace(account, totp_sealed=sealed, totp_step=0))
        return TotpEnrolment(secret_uri=kit.codes.uri(secret, account.email), secret=secret)

    async def confirm_totp(self, user_id: UUID, code: str) -> tuple[str, ...]:
        """The second factor counts from now on. The recovery codes, shown this once. Raises IdentityRefused:
        totp_wrong, totp_not_begun, totp_enabled_already, too_many_attempts."""
        kit = self._kit
        guess = await throttle.count_guess(kit, "totp", user_id)
        now = kit.clock()
        codes = tuple(recovery_code() for _ in range(RECOVERY_CODES))
        async with kit.store.unit() as unit:
            account = found(await unit.account(user_id, lock=True))
            if account.totp_enabled:
                raise _enabled_already()
            if account.totp_sealed is None:
                raise IdentityRefused("totp_not_begun", "begin to set up the second factor first")
            step = step_of(kit, account, code, now)
            if step is None:
                raise _wrong()
            version = account.version + 1
            await unit.put_account(replace(account, totp_confirmed_at=now, totp_step=step, version=version))
            await unit.put_recovery_codes(user_id, [digest(normalised_code(each)) for each in codes])
            event = TotpEnabled(user_id=user_id, at=now)
            by = Actor(subject=str(user_id))
            await unit.record(PLATFORM_TENANT, "account", user_id, version, event, by)
            await post(kit, unit, "totp_enabled", account)
        await throttle.settle(kit, forget=(guess,))
        return codes

    async def disable_totp(self, user_id: UUID, *, password: str, code: str) -> None:
        """Do without a second factor; ``code`` may be a recovery code. Raises IdentityRefused: credentials_wrong,
        totp_wrong, totp_not_enabled, too_many_attempts."""
        kit = self._kit
        await known_by_password(kit, user_id, password)
        guess = await throttle.count_guess(kit, "totp", user_id)
        now = kit.clock()
        async with kit.store.unit() as unit:
            account = found(await unit.account(user_id, lock=True))
            if not account.totp_enabled:
                raise IdentityRefused("totp_not_enabled", "there is no second factor")
            if not await pass_factor(kit, unit, account, code, now):
                raise _wrong()
            version = account.version + 1
            without = replace(account, totp_sealed=None, totp_confirmed_at=None, totp_step=0, version=version)
            await unit.put_account(without)
            await unit.put_recovery_codes(user_id, [])
            event = TotpDisabled(user_id=user_id, at=now)
            by = Actor(subject=str(user_id))
            await unit.record(PLATFORM_TENANT, "account", user_id, version, event, by)
            await post(kit, unit, "totp_disabled", account)
        await throttle.settle(kit, forget=(guess,))


def _enabled_already() -> IdentityRefused:
    return IdentityRefused("totp_enabled_already", "there is a second factor; give it up first")


def _wrong() -> IdentityRefused:
    return IdentityRefused("totp_wrong", "this code is wrong, has expired or was used already")
