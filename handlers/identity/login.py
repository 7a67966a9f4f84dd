"""Logging in: what is asked of whom, in an order that tells nothing to those who guess."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from contracts.identity import Grant
from domain.identity.accounts import normalised_email
from domain.identity.errors import IdentityRefused
from handlers.identity import throttle
from handlers.identity.factors import pass_factor
from handlers.identity.family import device, open_session, tokens_of
from handlers.identity.kit import Kit, found, post, suspended
from handlers.identity.model import Actor, Membership, Session, SessionTokens
from handlers.identity.ports import Unit
from handlers.identity.rows import AccountRow

UNKNOWN_EMAIL = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody who wants in."""

    email: str
    password: str = field(repr=False)
    totp: str | None = field(repr=False)
    tenant: UUID | str | None
    address: str
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class _Opened:
    session: Session
    refresh_token: str = field(repr=False)
    grants: frozenset[Grant]
    issued_at: datetime


async def log_in(kit: Kit, attempt: Attempt) -> SessionTokens:
    """See :meth:`handlers.identity.sessions.Sessions.create`."""
    email = _email_or_none(attempt.email)
    # An account that nobody can have is throttled and hashed for as any other.
    keys = throttle.login_keys(email or f"{UNKNOWN_EMAIL}{attempt.email[:300]}", attempt.address)
    counted = await throttle.count_login(kit, keys)
    try:
        account, rehashed = await _with_password(kit, email, attempt.password)
        now = kit.clock()
        async with kit.store.unit(user_id=account.id) as unit:
            opened = await _open(kit, unit, account, attempt, rehashed, now)
    except IdentityRefused as refusal:
        if refusal.code not in ("credentials_wrong", "totp_wrong"):
            await throttle.settle(kit, give_back=counted)  # it was no guess
        raise
    await throttle.settle(
        kit,
        forget=(keys["pair"], keys["account"]),
        give_back=(keys["address"],),
        know=(keys["known"],),
    )
    return await tokens_of(kit, opened.session, opened.refresh_token, opened.grants, opened.issued_at)


async def _with_password(kit: Kit, email: str | None, password: str) -> tuple[AccountRow, str | None]:
    """The account whose password this is, and its new hash if it needs one."""
    account = None
    if email is not None:
        async with kit.store.unit() as unit:
            account = await unit.account_by_email(email)
    check = await kit.passwords.verify(password, account.password_hash if account else None)
    if account is None or not check.right:
        raise _wrong()
    return account, check.rehashed


async def _open(
    kit: Kit, unit: Unit, verified: AccountRow, attempt: Attempt, rehashed: str | None, now: datetime
) -> _Opened:
    account = found(await unit.account(verified.id, lock=True))
    same_hash = account.password_hash == verified.password_hash
    if not same_hash and account.version != verified.version:
        raise _wrong()  # it was changed while it was verified, and not only hashed anew by another login
    if account.disabled_at is not None:
        raise IdentityRefused("account_disabled", "this account is locked; ask whoever runs the installation")
    if account.totp_enabled:
        await _second_factor(kit, unit, account, attempt.totp, now)
    membership = _choose(await unit.memberships(account.id), attempt.tenant)
    tenant = membership.tenant
    if rehashed is not None and same_hash:
        account = found(await unit.account(account.id))  # the second factor has noted its code there
        await unit.put_account(replace(account, password_hash=rehashed))
    agent = device(attempt.user_agent)
    known = await unit.known_device(account.id, agent)
    await unit.enter(tenant.id)
    if not await unit.hold_member(tenant.id, account.id):
        raise _no_member()
    # Not before the lock, as in a refresh: what is issued now has what is granted now.
    now, membership = kit.clock(), _choose(await unit.memberships(account.id), tenant.id)
    session, refresh_token = await open_session(
        unit,
        tenant_id=tenant.id,
        session_id=uuid4(),
        kind="user",
        user_id=account.id,
        now=now,
        address=attempt.address,
        user_agent=agent,
        by=Actor(subject=str(account.id)),
    )
    if not known:
        await post(
            kit,
            unit,
            "new_device",
            account,
            tenant_name=tenant.name,
            address=attempt.address,
            user_agent=agent or "",
            at=now.isoformat(),
        )
    return _Opened(session, refresh_token, membership.grants, now)


async def _second_factor(kit: Kit, unit: Unit, account: AccountRow, code: str | None, now: datetime) -> None:
    if not code:
        raise IdentityRefused("totp_missing", "send a code of your authenticator, or a recovery code, too")
    if not await pass_factor(kit, unit, account, code, now):
        raise IdentityRefused("totp_wrong", "this code is wrong, has expired or was used already")


def _choose(memberships: list[Membership], wanted: UUID | str | None) -> Membership:
    if wanted is not None:
        memberships = [each for each in memberships if wanted in (each.tenant.id, each.tenant.slug)]
    if not memberships:
        raise _no_member()
    if len(memberships) > 1:
        tenants = [
            {"id": str(each.tenant.id), "name": each.tenant.name, "slug": each.tenant.slug}
            for each in memberships
        ]
        raise IdentityRefused("tenant_missing", "say which league", detail={"tenants": tenants})
    if memberships[0].tenant.status == "suspended":
        raise suspended()
    return memberships[0]


def _wrong() -> IdentityRefused:
    return IdentityRefused("credentials_wrong", "the e-mail address or the password is wrong")


def _no_member() -> IdentityRefused:
    return IdentityRefused("no_membership", "this account belongs to no such league")


def _email_or_none(text: str) -> str | None:
    try:
        return normalised_email(text)
    except IdentityRefused:
        return None
