"""Signing up: an account and a tenant, once the address was proven."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from contracts.identity import OWNER, Grant
from contracts.identity_events import PLATFORM_TENANT, AccountCreated, MemberJoined, TenantCreated
from domain.identity.accounts import normalised_email, proper_name, proper_slug
from domain.identity.errors import IdentityRefused
from domain.identity.links import SIGN_UP_LIFE, check_link
from handlers.identity import throttle
from handlers.identity.kit import Case, Kit, post
from handlers.identity.model import OPERATOR, Actor, Member, SignedUp, Tenant, User, Verified
from handlers.identity.ports import Taken, Unit
from handlers.identity.rows import AccountRow, MailedLink, MemberRow, PendingSignUp
from handlers.identity.secret import MAILED, matches, new_secret


class SigningUp(Case):
    """How accounts come to be."""

    async def sign_up(
        self,
        *,
        email: str,
        password: str,
        name: str,
        tenant_name: str,
        tenant_slug: str,
        address: str,
    ) -> SignedUp:
        """Ask for an account and a tenant. Neither is there before the address was proven (``verify_email``).

        The answer and the time it takes are the same for an address that has an account. ``address``: whence the
        request comes. Raises IdentityRefused: email_malformed, name_malformed, password_too_short, password_too_long,
        password_common, tenant_name_malformed, tenant_slug_malformed, tenant_slug_taken, too_many_attempts.
        """
        kit = self._kit
        asked = PendingSignUp(
            email=normalised_email(email),
            name=proper_name(name),
            password_hash="",
            tenant_name=proper_name(tenant_name, code="tenant_name_malformed", what="a league's name"),
            tenant_slug=proper_slug(tenant_slug),
        )
        await throttle.count_asking(kit, "sign_up", address)
        hash_ = await kit.hashed(password, asked.email, asked.name, asked.tenant_name)
        may_mail = await throttle.may_sign_up(kit, asked.email)
        now = kit.clock()
        async with kit.store.unit() as unit:
            if await unit.tenant(asked.tenant_slug) is not None:
                raise slug_taken()
            if may_mail:
                await _mail(kit, unit, replace(asked, password_hash=hash_), now)
        return SignedUp(
            email=asked.email,
            tenant_name=asked.tenant_name,
            tenant_slug=asked.tenant_slug,
            expires_at=now + SIGN_UP_LIFE,
        )

    async def verify_email(self, token: str, password: str, *, tenant_slug: str | None = None) -> Verified:
        """Make the account and the tenant that were asked for; who signed up is its owner.

        ``password``: the one of the sign-up. Who gets the mail need not be who signed up, and must not open an account
        to which somebody else has the password. ``tenant_slug``: another than was asked for, which somebody has
        meanwhile. Raises IdentityRefused: link_invalid, link_used, link_expired, credentials_wrong, too_many_attempts,
        tenant_slug_taken, tenant_slug_malformed.
        """
        kit = self._kit
        guess = await self._check_signed_up(token, password)
        now = kit.clock()
        try:
            async with kit.store.unit() as unit:
                link, asked = await _asked_for(unit, token, now)
                slug = asked.tenant_slug if tenant_slug is None else proper_slug(tenant_slug)
                await unit.put_mailed_link(
                    replace(link, used_at=now, sign_up=replace(asked, password_hash=""))
                )
                account = await unit.account_by_email(asked.email) or await add_account(
                    unit, email=asked.email, name=asked.name, hash_=asked.password_hash, now=now
                )
                by = Actor(subject=str(account.id))
                verified = await found_tenant(unit, account, uuid4(), asked.tenant_name, slug, now, by)
        except Taken as error:
            raise slug_taken() if error.what == "slug" else link_used() from error
        await throttle.settle(kit, forget=(guess,))
        return verified

    async def _check_signed_up(self, token: str, password: str) -> bytes:
        """What guesses at the password of this sign-up are counted under. Raises IdentityRefused."""
        kit = self._kit
        async with kit.store.unit() as unit:
            link, asked = await _asked_for(unit, token, kit.clock())
        key = await throttle.count_guess(kit, "verify", link.id)
        if not (await kit.passwords.verify(password, asked.password_hash)).right:
            raise IdentityRefused(
                "credentials_wrong", "this is not the password that was chosen at the sign-up"
            )
        return key

    async def provision(
        self,
        *,
        email: str,
        password: str,
        name: str,
        tenant_id: UUID,
        tenant_name: str,
        tenant_slug: str,
        by: Actor = OPERATOR,
    ) -> Verified:
        """Make an account and a tenant without a mail, for whoever runs the installation (development, the first
        league). What is there already is left as it is, the password too; the account is made an owner of the tenant.
        No API leads here. Raises IdentityRefused: email_malformed, name_malformed, tenant_*, not_allowed."""
        if not by.operator:
            raise IdentityRefused("not_allowed", "this is for whoever runs the installation")
        kit, address = self._kit, normalised_email(email)
        hash_ = await kit.passwords.hash(password)
        now = kit.clock()
        try:
            async with kit.store.unit() as unit:
                account = await unit.account_by_email(address) or await add_account(
                    unit, email=address, name=proper_name(name), hash_=hash_, now=now
                )
                tenant = await unit.tenant(tenant_id)
                if tenant is not None:
                    return await _made_owner(unit, account, tenant, now, by)
                wanted = proper_name(tenant_name, code="tenant_name_malformed", what="a league's name")
                return await found_tenant(unit, account, tenant_id, wanted, proper_slug(tenant_slug), now, by)
        except Taken as error:
            if error.what == "slug":
                raise slug_taken() from error
            # Another process has provisioned the same in this very moment.
            return await self.provision(
                email=email,
                password=password,
                name=name,
                tenant_id=tenant_id,
                tenant_name=tenant_name,
                tenant_slug=tenant_slug,
                by=by,
            )


async def _asked_for(unit: Unit, token: str, now: datetime) -> tuple[MailedLink, PendingSignUp]:
    link = await mailed_link(unit, token, "sign_up", now)
    if link.sign_up is None:
        raise link_invalid()
    return link, link.sign_up


async def mailed_link(unit: Unit, token: str, purpose: str, now: datetime) -> MailedLink:
    """The link of a mailed token, locked. Raises IdentityRefused: link_invalid, link_used, link_expired."""
    told = MAILED.read(token)
    link = await unit.mailed_link(told[0]) if told else None
    if told is None or link is None or link.purpose != purpose or not matches(told[1], link.secret_hash):
        raise link_invalid()
    check_link(expires_at=link.expires_at, used_at=link.used_at, now=now)
    return link


def link_invalid() -> IdentityRefused:
    return IdentityRefused("link_invalid", "this link is not valid; take care that it was copied as a whole")


def link_used() -> IdentityRefused:
    return IdentityRefused("link_used", "this link was used already")


def slug_taken() -> IdentityRefused:
    return IdentityRefused("tenant_slug_taken", "another league has this address; choose another")


async def add_account(unit: Unit, *, email: str, name: str, hash_: str, now: datetime) -> AccountRow:
    """A new account, whose address was proven. Raises Taken (email)."""
    account = AccountRow(id=uuid4(), email=email, name=name, password_hash=hash_, created_at=now)
    await unit.add_account(account)
    by = Actor(subject=str(account.id))
    event = AccountCreated(user_id=account.id, at=now)
    await unit.record(PLATFORM_TENANT, "account", account.id, 1, event, by)
    return account


async def found_tenant(
    unit: Unit, account: AccountRow, tenant_id: UUID, name: str, slug: str, now: datetime, by: Actor
) -> Verified:
    """A new tenant and its owner. Raises Taken (slug)."""
    await unit.enter(tenant_id)
    tenant = Tenant(id=tenant_id, name=name, slug=slug, status="active", created_at=now, version=1)
    await unit.put_tenant(tenant)
    created = TenantCreated(name=name, slug=slug, at=now)
    await unit.record(tenant_id, "tenant", tenant_id, 1, created, by)
    return Verified(
        user=await join(unit, account, tenant_id, frozenset({Grant(OWNER)}), None, now, by), tenant=tenant
    )


async def join(
    unit: Unit,
    account: AccountRow,
    tenant_id: UUID,
    grants: frozenset[Grant],
    invitation_id: UUID | None,
    now: datetime,
    by: Actor,
) -> User:
    """Make somebody a member of the tenant of this transaction, who is none."""
    before = await unit.member(tenant_id, account.id, lock=True)
    version = before.member.version + 1 if before else 1
    member = Member(
        user_id=account.id,
        tenant_id=tenant_id,
        email=account.email,
        name=account.name,
        grants=grants,
        joined_at=now,
        version=version,
    )
    await unit.put_member(MemberRow(member=member))
    said = tuple(sorted(str(grant) for grant in grants))
    event = MemberJoined(user_id=account.id, grants=said, invitation_id=invitation_id, at=now)
    await unit.record(tenant_id, "member", account.id, version, event, by)
    return as_user(account, tenant_id, grants)


def as_user(account: AccountRow, tenant_id: UUID, grants: frozenset[Grant]) -> User:
    """A person as a member of a tenant. Every account's address was proven before there was the account."""
    return User(
        id=account.id,
        email=account.email,
        name=account.name,
        tenant_id=tenant_id,
        grants=grants,
        verified=True,
        disabled=account.disabled_at is not None,
    )


async def _mail(kit: Kit, unit: Unit, asked: PendingSignUp, now: datetime) -> None:
    """To one who has an account: that somebody signed up with it. To one who has none: the link that makes it."""
    account = await unit.account_by_email(asked.email)
    if account is not None:
        await post(kit, unit, "already_signed_up", account, tenant_name=asked.tenant_name)
        return
    id_, expires_at = uuid4(), now + SIGN_UP_LIFE
    secret = new_secret(MAILED, id_)
    await unit.put_mailed_link(
        MailedLink(id=id_, purpose="sign_up", sign_up=asked, secret_hash=secret.hash, expires_at=expires_at)
    )
    await post(
        kit,
        unit,
        "verify_email",
        (asked.email, asked.name),
        token=secret.text,
        expires_at=expires_at,
        tenant_name=asked.tenant_name,
    )


async def _made_owner(unit: Unit, account: AccountRow, tenant: Tenant, now: datetime, by: Actor) -> Verified:
    await unit.enter(tenant.id)
    row = await unit.member(tenant.id, account.id, lock=True)
    if row is not None and row.is_member:
        return Verified(user=as_user(account, tenant.id, row.member.grants), tenant=tenant)
    user = await join(unit, account, tenant.id, frozenset({Grant(OWNER)}), None, now, by)
    return Verified(user=user, tenant=tenant)
