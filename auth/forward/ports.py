"""What the door needs from outside."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from auth.forward.quotas import Decision, Plan


class QuotasUnavailable(Exception):
    """The quotas that all gateways share cannot be asked."""


class SharedQuotas(Protocol):
    """The quotas of all gateways together."""

    async def take(self, caller: str, plan: Plan) -> Decision:
        """Let a request of ``caller`` through and count it, or refuse it. Raises QuotasUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan that an operator gave to a league, or to one caller of it (``subject``)."""

    tenant_id: UUID
    subject: str | None
    plan: Plan


class PlanSource(Protocol):
    """Where plans are written down."""

    async def plans(self, tenant_id: UUID) -> list[PlanRow]:
        """Those of one league. Raises StoreUnavailable."""
        ...


class KeyExchange(Protocol):
    """Turns what a machine holds into what services understand."""

    async def exchange(self, key: str) -> str:
        """A short access token for an API key. Raises Problem (401; 503 where nobody can tell)."""
        ...
