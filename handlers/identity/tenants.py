"""Tenants: the leagues."""

from collections.abc import Sequence
from uuid import UUID

from handlers.identity.model import Actor, Tenant


class Tenants:
    """What a league is called, and whether anybody gets in."""

    async def create(self, *, name: str, slug: str, owner: UUID, by: Actor) -> Tenant:
        """Another league of a user who has an account. Raises IdentityRefused: tenant_name_malformed,
        tenant_slug_malformed, tenant_slug_taken, user_not_found, too_many_tenants."""
        raise NotImplementedError

    async def get(self, tenant: UUID | str) -> Tenant:
        """By id or slug. Raises IdentityRefused: tenant_not_found."""
        raise NotImplementedError

    async def list(self, *, after: str | None = None, limit: int = 100) -> Sequence[Tenant]:
        """All tenants by slug, for whoever runs the installation."""
        raise NotImplementedError

    async def rename(self, tenant_id: UUID, name: str, *, by: Actor) -> Tenant:
        """Raises IdentityRefused: tenant_not_found, tenant_name_malformed, not_allowed."""
        raise NotImplementedError

    async def suspend(self, tenant_id: UUID, reason: str, *, by: Actor) -> Tenant:
        """Nobody gets in until it is resumed. Owners and operators may; only operators resume.

        Raises IdentityRefused: tenant_not_found, reason_missing, not_allowed.
        """
        raise NotImplementedError

    async def resume(self, tenant_id: UUID, *, by: Actor) -> Tenant:
        """Raises IdentityRefused: tenant_not_found, not_allowed."""
        raise NotImplementedError
