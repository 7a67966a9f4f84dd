"""Who is paid: the accounts at Stripe of teams."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """``id`` is the team's; ``account`` its account at Stripe, where what Stripe must know of it is kept."""

    id: str
    account: str
    email: str
    country: str
    created_at: datetime | None = None


class Payees(Protocol):
    """The payees of each tenant. Every method may raise StoreUnavailable."""

    async def find(self, tenant_id: UUID, payee: str) -> Payee | None:
        """The payee with this id."""
        ...

    async def add(self, tenant_id: UUID, payee: Payee) -> Payee:
        """Keep a payee; the one that is there already, if there is one."""
        ...

    async def replace(self, tenant_id: UUID, payee: Payee, closed: str) -> Payee:
        """Keep another account in place of the account ``closed``; what is there, if it is not that one."""
        ...

    async def page(self, tenant_id: UUID, after: str, limit: int) -> list[Payee]:
        """Payees by id, after ``after``."""
        ...
