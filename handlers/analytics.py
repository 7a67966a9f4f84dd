"""Reading analytics."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from uuid import UUID


class Place(NamedTuple):
    """Where a row stands in its list: two keys, and what separates rows that have the same."""

    first: Decimal
    second: Decimal
    label: str
    id: str


class Figures(NamedTuple):
    """A row of a list; ``document`` has its sums."""

    place: Place
    document: dict[str, Any]


class AnalyticsReads(Protocol):
    """Figures of one tenant. A ``which`` without an entry does not restrict by it. Raises StoreUnavailable."""

    async def figures(
        self,
        tenant_id: UUID,
        table: str,
        which: Mapping[str, str | int],
        *,
        sort: str = "",
        after: Place | None = None,
        limit: int,
    ) -> list[Figures]:
        """The next rows of a list: batting, bowling, mvp, match_ups, partnerships, phases, venues, teams."""
        ...

    async def records(
        self, tenant_id: UUID, which: Mapping[str, str | int], kinds: Sequence[str], limit: int
    ) -> dict[str, list[dict[str, Any]]]:
        """The first rows of each kind of record."""
        ...
