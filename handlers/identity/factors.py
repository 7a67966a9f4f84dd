"""Second factors and recovery codes, as they are presented."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.identity.totp import accepted_step, normalised_code
from handlers.identity.kit import Kit
from handlers.identity.ports import Unit
from handlers.identity.rows import AccountRow
from handlers.identity.secret import digest

SIX_DIGITS = 6


def totp_secret(user_id: UUID) -> str:
    """What the secret of an authenticator is sealed for."""
    return f"totp {user_id}"


def step_of(kit: Kit, account: AccountRow, code: str, now: datetime) -> int | None:
    """The time step whose code this is, None if it is none that counts."""
    if account.totp_sealed is None:
        return None
    secret = kit.vault.open(account.totp_sealed, totp_secret(account.id)).decode()
    return accepted_step(normalised_code(code), kit.codes.codes(secret, now), account.totp_step)


async def pass_factor(kit: Kit, unit: Unit, account: AccountRow, code: str, now: datetime) -> bool:
    """Does the code open? It is used up then: the account, which is locked, remembers. It may be a recovery code."""
    step = step_of(kit, account, code, now)
    if step is not None:
        await unit.put_account(replace(account, totp_step=step))
        return True
    normalised = normalised_code(code)
    if len(normalised) == SIX_DIGITS:
        return False
    return await unit.take_recovery_code(account.id, digest(normalised))
