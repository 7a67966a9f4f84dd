"""What the write side needs from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from contracts.events import NewEvent, StoredEvent
from domain.tournament.lifecycle.officials import Booking


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


class OfficialBusy(Exception):
    """Another tournament of the tenant has an official at the time; ``what`` it is, as people call it."""

    def __init__(self, *, person: str, tournament_id: UUID, node: str, what: str) -> None:
        super().__init__(f"{person} is taken by {what}")
        self.person = person
        self.tournament_id = tournament_id
        self.node = node
        self.what = what


class OfficialsDiary(Protocol):
    """When officials are taken by the tournaments of a tenant. Every method may raise StoreUnavailable."""

    async def append(
        self,
        tenant_id: UUID,
        tournament_id: UUID,
        expected_version: int,
        events: Sequence[NewEvent],
        bookings: Sequence[Booking],
    ) -> list[int]:
        """Append events to a tournament's stream as the event store does, and with them have ``bookings`` be
        all of that tournament's: both or neither.

        Raises OfficialBusy if a new one overlaps one of another tournament; VersionConflict, DuplicateEvent.
        """
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document of a read model. ``place`` is where it stands in its list, to go on from; ``version`` that of
    the tournament it was made from."""

    document: dict[str, Any]
    place: tuple[Any, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureFilter:
    """Which fixtures are asked for; None: any. ``team`` is at home or away; ``day`` is one at the ground."""

    tournament: UUID | None = None
    team: str | None = None
    ground: str | None = None
    stage: str | None = None
    status: str | None = None
    day: date | None = None
    match: UUID | None = None


class TournamentReadModel(Protocol):
    """What the projector keeps of tournaments. Every read may be behind the stream.

    ``published``: only what anybody may see.
    """

    async def tournaments(
        self,
        tenant_id: UUID,
        *,
        published: bool,
        search: str | None = None,
        phase: str | None = None,
        before: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> list[Listed]:
        """Tournaments, newest first, after the one that ``before`` names by creation time and id."""
        ...

    async def view(
        self, tenant_id: UUID, tournament_id: UUID, name: str, *, published: bool
    ) -> tuple[int, bytes] | None:
        """Version and JSON of a page about a tournament (see ``projections.tournament_views.VIEWS``)."""
        ...

    async def entries(
        self,
        tenant_id: UUID,
        tournament_id: UUID,
        *,
        published: bool,
        status: str | None = None,
        search: str | None = None,
        after: int = 0,
        limit: int,
    ) -> list[Listed]:
        """Entries in the order they came, after the one with the number ``after``."""
        ...

    async def fixtures(
        self,
        tenant_id: UUID,
        which: FixtureFilter,
        *,
        published: bool,
        after: tuple[datetime | None, UUID, int] | None = None,
        limit: int,
    ) -> list[Listed]:
        """Fixtures by start, those without one last; after the one ``after`` names (start, tournament, number)."""
        ...


class EntryPayment(Protocol):
    """What a place in a tournament costs."""

    def is_due(self, team: str) -> bool:
        """Must this team pay before its entry is confirmed? ``ConfirmEntry`` says so when it has."""
        ...
