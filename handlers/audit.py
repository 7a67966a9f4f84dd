"""Who did what in a league: read off the event store, which nobody can change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are asked for; None: any. ``since`` is included, ``until`` is not.

    ``stream`` names what was done something to: with it, the balls of a match are entries too; without it they are
    left out, since they are most of what happens and each of them is the scorer's of the hour.
    """

    actor: str | None = None
    type: str | None = None
    kind: str | None = None
    stream: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Something that was done: ``actor`` (None: Pavilion itself, or nobody known) had ``type`` happen to a stream.

    ``position`` tells entries of one moment apart.
    """

    position: int
    event_id: UUID
    recorded_at: datetime
    actor: str | None
    type: str
    kind: str
    stream_id: UUID
    version: int
    request_id: str | None


class AuditLog(Protocol):
    """The entries of every tenant. May raise StoreUnavailable."""

    async def entries(
        self, tenant_id: UUID, which: AuditFilter, *, before: tuple[datetime, int] | None, limit: int
    ) -> list[AuditEntry]:
        """Entries, newest first, after the one that ``before`` names by time and position."""
        ...
