"""What every use case of identity has at hand."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from contracts.identity import CallerKind, Grant, Principal
from domain.identity.errors import IdentityRefused
from domain.identity.passwords import normalised_password
from handlers.identity.model import AccessToken, Mail, MailKind, Tenant
from handlers.identity.ports import IdentityStore, OneTimeCodes, Passwords, Unit, Vault
from handlers.identity.rows import AccountRow
from handlers.identity.signing_keys import SigningKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """Store, clock and what computes."""

    store: IdentityStore
    passwords: Passwords
    vault: Vault
    codes: OneTimeCodes
    keys: SigningKeys
    clock: Callable[[], datetime]

    async def hashed(self, password: str, *about: str) -> str:
        """The hash of a new password. Raises IdentityRefused (password_…) if it is easily guessed."""
        await self.passwords.judge(password, about)
        return await self.passwords.hash(normalised_password(password))

    async def access_token(
        self,
        *,
        subject: UUID,
        tenant_id: UUID,
        grants: frozenset[Grant],
        kind: CallerKind,
        session_id: UUID,
        now: datetime,
        life: timedelta,
    ) -> AccessToken:
        """A signed token for a caller, as things were at ``now``."""
        expires_at = (now + life).replace(microsecond=0)
        principal = Principal(
            subject=str(subject),
            tenant_id=tenant_id,
            grants=grants,
            token_id=str(uuid4()),
            issued_at=now.timestamp(),
            expires_at=expires_at.timestamp(),
            kind=kind,
            session_id=str(session_id),
        )
        return AccessToken(token=await self.keys.issue(principal), principal=principal, expires_at=expires_at)


class Case:
    """A group of use cases."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit


async def post(
    kit: Kit,
    unit: Unit,
    kind: MailKind,
    account: AccountRow | tuple[str, str],
    *,
    token: str | None = None,
    expires_at: datetime | None = None,
    **data: str,
) -> None:
    """Put a mail into the outbox, to an account or to (address, name). Its token is kept encrypted."""
    to, name = (account.email, account.name) if isinstance(account, AccountRow) else account
    mail = Mail(
        id=uuid4(),
        kind=kind,
        to=to,
        name=name,
        token=None,
        data=data,
        created_at=kit.clock(),
        expires_at=expires_at,
        attempts=0,
    )
    await unit.add_mail(mail, kit.vault.seal(token.encode(), mail_secret(mail.id)) if token else None)


def mail_secret(mail_id: UUID) -> str:
    """What the token of a mail is sealed for."""
    return f"mail {mail_id}"


def found(row: AccountRow | None) -> AccountRow:
    """Raises IdentityRefused if there is no such account."""
    if row is None:
        raise IdentityRefused("user_not_found", "there is no such user")
    return row


def check_open(tenant: Tenant | None) -> Tenant:
    """Raises IdentityRefused for a tenant that is suspended, or not there."""
    if tenant is None:
        raise IdentityRefused("tenant_not_found", "there is no such league")
    if tenant.status == "suspended":
        raise suspended()
    return tenant


def suspended() -> IdentityRefused:
    return IdentityRefused("tenant_suspended", "the league is suspended; its owner can say why")


def refused_for_now(code: str, wait: timedelta) -> IdentityRefused:
    """Too much of something: to be tried again after ``wait``."""
    seconds = max(1, math.ceil(wait.total_seconds()))
    return IdentityRefused(code, f"too many attempts; try again in {seconds} s", retry_after=seconds)
