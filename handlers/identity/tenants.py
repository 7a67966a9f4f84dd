"""Tenants: the leagues."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4, uuid5

from contracts.identity import OWNER, Grant
from contracts.identity_events import IdentityEvent, TenantRenamed, TenantResumed, TenantSuspended
from domain.identity.accounts import proper_name, proper_slug
from domain.identity.errors import IdentityRefused
from domain.identity.links import MOST_TENANTS
from handlers.errors import KeyReused
from handlers.identity.granting import check_administers
from handlers.identity.kit import Case, found
from handlers.identity.model import Actor, Tenant
from handlers.identity.ports import Taken, Unit
from handlers.identity.signing_up import found_tenant, slug_taken

LONGEST_REASON = 500


class Tenants(Case):
    """What a league is called, and whether anybody gets in."""

    async def create(self, *, name: str, slug: str, owner: UUID, by: Actor) -> Tenant:
        """Another league of a user who has an account. A repeat with the same idempotency key answers the first.

        Raises IdentityRefused: tenant_name_malformed, tenant_slug_malformed, tenant_slug_taken, user_not_found,
        not_allowed (for somebody else), too_many_tenants; KeyReused.
        """
        if not by.operator and by.subject != str(owner):
            raise IdentityRefused("not_allowed", "everybody founds their own leagues")
        wanted, address = (
            proper_name(name, code="tenant_name_malformed", what="a league's name"),
            proper_slug(slug),
        )
        key = by.idempotency_key
        tenant_id = uuid5(owner, f"tenant/{key}") if key else uuid4()
        try:
            async with self._kit.store.unit(user_id=owner) as unit:
                account = found(await unit.account(owner, lock=True))
                first = await unit.tenant(tenant_id)
                if first is not None:
                    return _repeated(first, wanted, address)
                owned = [each for each in await unit.memberships(owner) if Grant(OWNER) in each.grants]
                if len(owned) >= MOST_TENANTS and not by.operator:
                    raise IdentityRefused(
                        "too_many_tenants", f"an account owns {MOST_TENANTS} leagues at the most"
                    )
                now = self._kit.clock()
                return (await found_tenant(unit, account, tenant_id, wanted, address, now, by)).tenant
        except Taken as error:
            raise slug_taken() from error

    async def get(self, tenant: UUID | str) -> Tenant:
        """By id or slug. Raises IdentityRefused: tenant_not_found."""
        async with self._kit.store.unit() as unit:
            return _found(await unit.tenant(tenant))

    async def list(self, *, after: str | None = None, limit: int = 100) -> Sequence[Tenant]:
        """All tenants by slug, for whoever runs the installation."""
        async with self._kit.store.unit() as unit:
            return await unit.tenants(after or "", limit)

    async def rename(self, tenant_id: UUID, name: str, *, by: Actor) -> Tenant:
        """Raises IdentityRefused: tenant_not_found, tenant_name_malformed, not_allowed."""
        check_administers(by)
        wanted = proper_name(name, code="tenant_name_malformed", what="a league's name")
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            tenant = _found(await unit.tenant(tenant_id, lock=True))
            if tenant.name == wanted:
                return tenant
            event = TenantRenamed(name=wanted, at=self._kit.clock())
            return await _change(unit, replace(tenant, name=wanted), event, by)

    async def suspend(self, tenant_id: UUID, reason: str, *, by: Actor) -> Tenant:
        """Nobody gets in until it is resumed; nothing happens if that is so. For operators alone: whoever belongs to it
        could not take it back. Raises IdentityRefused: tenant_not_found, reason_missing, not_allowed."""
        _check_operator(by)
        because = reason.strip()[:LONGEST_REASON]
        if not because:
            raise IdentityRefused("reason_missing", "a league is suspended for a reason; give it")
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            tenant = _found(await unit.tenant(tenant_id, lock=True))
            if tenant.status == "suspended":
                return tenant
            now = self._kit.clock()
            changed = replace(tenant, status="suspended", suspended_at=now, suspended_because=because)
            return await _change(unit, changed, TenantSuspended(reason=because, at=now), by)

    async def resume(self, tenant_id: UUID, *, by: Actor) -> Tenant:
        """Nothing happens if it is not suspended. Raises IdentityRefused: tenant_not_found, not_allowed."""
        _check_operator(by)
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            tenant = _found(await unit.tenant(tenant_id, lock=True))
            if tenant.status == "active":
                return tenant
            changed = replace(tenant, status="active", suspended_at=None, suspended_because=None)
            return await _change(unit, changed, TenantResumed(at=self._kit.clock()), by)


def _check_operator(by: Actor) -> None:
    if not by.operator:
        raise IdentityRefused("not_allowed", "this is for whoever runs the installation")


async def _change(unit: Unit, tenant: Tenant, event: IdentityEvent, by: Actor) -> Tenant:
    changed = replace(tenant, version=tenant.version + 1)
    await unit.put_tenant(changed)
    await unit.record(tenant.id, "tenant", tenant.id, changed.version, event, by)
    return changed


def _found(tenant: Tenant | None) -> Tenant:
    if tenant is None:
        raise IdentityRefused("tenant_not_found", "there is no such league")
    return tenant


def _repeated(first: Tenant, name: str, slug: str) -> Tenant:
    if (first.slug, first.name) != (slug, name):
        raise KeyReused
    return first
