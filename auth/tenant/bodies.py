"""What is asked and answered about leagues."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from auth.account.bodies import Name
from handlers.identity import Tenant


class TenantBody(msgspec.Struct):
    """A league. `slug` is its address, and stays."""

    id: UUID
    name: str
    slug: str
    status: Literal["active", "suspended"]
    created_at: datetime
    version: int


class CreateTenantBody(msgspec.Struct, forbid_unknown_fields=True):
    """What another league is called, and its address."""

    name: Name
    slug: Name


class RenameTenantBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the league is called from now on."""

    name: Name


STRUCTS: list[type[Any]] = [TenantBody, CreateTenantBody, RenameTenantBody]


def tenant_body(tenant: Tenant) -> TenantBody:
    """A league as its members see it."""
    return TenantBody(tenant.id, tenant.name, tenant.slug, tenant.status, tenant.created_at, tenant.version)
