"""The cases of reconciliation, and how far Stripe was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.money.reconciliation import Case

CasePlace = tuple[datetime, str, str]
"""Where a case stands in its list: when it was opened, its subject, its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """A case; ``closed_at`` None: it is open. ``closed_by``: the person who has, for a ``reason``, and by which
    transaction of the books it is explained; None: it was found to match."""

    kind: str
    subject: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    reason: str | None = None
    explained_by: str | None = None


class Cases(Protocol):
    """The cases of each tenant. Every method may raise StoreUnavailable."""

    async def leagues(self) -> list[UUID]:
        """Tenants with an open case, or with an account of debts in their books, paid or not."""
        ...

    async def open(self, tenant_id: UUID, cases: Sequence[Case]) -> frozenset[tuple[str, str]]:
        """Open cases; kind and subject of those that were not open before."""
        ...

    async def close(self, tenant_id: UUID, subjects: Sequence[str]) -> frozenset[str]:
        """Close whatever is open about these; the subjects of which something was."""
        ...

    async def settle(
        self, tenant_id: UUID, kind: str, subject: str, *, person: str, reason: str, explained_by: str | None
    ) -> KeptCase | None:
        """Close a case for good, unless it is closed already; the case as it is then, None if there is none."""
        ...

    async def cases(
        self, tenant_id: UUID, *, is_open: bool | None = None, before: CasePlace | None = None, limit: int
    ) -> list[KeptCase]:
        """Cases, the newest first, after the one at ``before``."""
        ...

    async def read_to(self, tenant_id: UUID, to: datetime | None = None) -> datetime | None:
        """How far Stripe was read, None if never; ``to``: it was read so far now."""
        ...
