"""What the write side needs from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from contracts.events import NewEvent, StoredEvent


class VersionConflict(Exception):
    """The stream is not at the expected version: somebody else appended, or it is not this tenant's."""


class DuplicateEvent(Exception):
    """An event with this id is stored already: the request was served before."""


class StoreUnavailable(Exception):
    """The store cannot be reached. Whether what was under way took place is unknown: ask again."""


class EventStore(Protocol):
    """Streams of events, each of one tenant. Every method may raise StoreUnavailable."""

    async def load(
        self, tenant_id: UUID, stream_id: UUID, after_version: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        """The events of a stream after a version, in order; empty for a stream that is not the tenant's."""
        ...

    async def append(
        self,
        tenant_id: UUID,
        stream_kind: str,
        stream_id: UUID,
        expected_version: int,
        events: Sequence[NewEvent],
    ) -> list[int]:
        """Append all events or none, durably; their positions. Raises VersionConflict, DuplicateEvent."""
        ...

    async def find(self, tenant_id: UUID, event_id: UUID) -> StoredEvent | None:
        """The event with this id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """A match in a listing; ``summary`` is the projector's JSON."""

    match_id: UUID
    version: int
    created_at: datetime
    summary: dict[str, Any]


class MatchReadModel(Protocol):
    """What the projector keeps of matches. Every read may be behind the stream."""

    async def card(self, tenant_id: UUID, match_id: UUID) -> tuple[int, bytes] | None:
        """Version and JSON of the card."""
        ...

    async def matches(
        self, tenant_id: UUID, before: tuple[datetime, UUID] | None, limit: int
    ) -> list[MatchRow]:
        """Matches, newest first, after the one that ``before`` names by its creation time and id."""
        ...


class EntryPayment(Protocol):
    """What a place in a tournament costs."""

    def is_due(self, team: str) -> bool:
        """Must this team pay before its entry is confirmed? ``ConfirmEntry`` says so when it has."""
        ...


class FreeEntry:
    """Taking part costs nothing: entries are confirmed at once."""

    def is_due(self, team: str) -> bool:
        return False
