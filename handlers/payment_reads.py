"""What is read of payments and payouts, beside the stream of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from handlers.ports import Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """Which payments or refunds are asked for; None: any. ``captain``: of teams whose captain is this person."""

    captain: str | None = None
    tournament: UUID | None = None
    team: str | None = None
    status: str | None = None


class PaymentReadModel(Protocol):
    """What the projector keeps of payments and payouts. Every read may be behind the stream, and may raise StoreUnavailable."""

    async def payments(
        self, tenant_id: UUID, which: PaymentFilter, *, before: tuple[datetime, UUID] | None, limit: int
    ) -> list[Listed]:
        """Payments, newest first, after the one that ``before`` names by creation time and id."""
        ...

    async def refunds(
        self,
        tenant_id: UUID,
        which: PaymentFilter,
        *,
        payment: UUID | None = None,
        before: tuple[datetime, UUID, str] | None,
        limit: int,
    ) -> list[Listed]:
        """Refunds, newest first, of one payment or of all, after the one named by time, payment and name."""
        ...

    async def payouts(
        self,
        tenant_id: UUID,
        *,
        tournament: UUID | None = None,
        status: str | None = None,
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Listed]:
        """Payouts, newest first, after the one that ``before`` names by creation time and id."""
        ...
