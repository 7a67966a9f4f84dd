"""An event store in memory, which keeps what the real one promises: versions and event ids are taken once.

Every event that is put into it is held to its committed schema.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from contracts.events import NewEvent, StoredEvent
from domain.tournament.fixtures.overlap import overlap
from domain.tournament.lifecycle.officials import Booking
from handlers.ports import DuplicateEvent, EventStore, OfficialBusy, StoreUnavailable, VersionConflict
from tests.event_schemas import faults, is_known


class MemoryStore:
    """``away``: as if the server could not be reached; ``out_of_reach``: for these streams only."""

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.away = False
        self.out_of_reach: set[UUID] = set()

    async def load(
        self, tenant_id: UUID, stream_id: UUID, after_version: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        self._reach(stream_id)
        found = [
            each
            for each in self.events
            if (each.tenant_id, each.stream_id) == (tenant_id, stream_id) and each.version > after_version
        ]
        return found[:limit]

    async def append(
        self,
        tenant_id: UUID,
        stream_kind: str,
        stream_id: UUID,
        expected_version: int,
        events: Sequence[NewEvent],
    ) -> list[int]:
        self._reach(stream_id)
        ours = [new for new in events if is_known(stream_kind, new.type)]
        wrong = [fault for new in ours for fault in faults(stream_kind, new.type, new.data)]
        assert wrong == [], wrong
        known = {(each.tenant_id, each.event_id) for each in self.events}
        if any((tenant_id, new.event_id) in known for new in events):
            raise DuplicateEvent(str(events[0].event_id))
        version = max((each.version for each in self.events if each.stream_id == stream_id), default=0)
        if version != expected_version:
            raise VersionConflict(f"{stream_id} is at version {version}")
        positions = range(len(self.events) + 1, len(self.events) + 1 + len(events))
        self.events += [
            StoredEvent(
                position=position,
                tenant_id=tenant_id,
                stream_kind=stream_kind,
                stream_id=stream_id,
                version=version + number,
                event_id=new.event_id,
                type=new.type,
                schema_version=new.schema_version,
                data=new.data,
                metadata=json.loads(new.metadata),
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            for number, (position, new) in enumerate(zip(positions, events, strict=True), 1)
        ]
        return list(positions)

    async def find(self, tenant_id: UUID, event_id: UUID) -> StoredEvent | None:
        self._reach()
        return next(
            (each for each in self.events if (each.tenant_id, each.event_id) == (tenant_id, event_id)), None
        )

    def types(self, stream_id: UUID) -> list[str]:
        """The event types of a stream, in order."""
        return [each.type for each in self.events if each.stream_id == stream_id]

    def _reach(self, stream_id: UUID | None = None) -> None:
        if self.away or stream_id in self.out_of_reach:
            raise StoreUnavailable("the database cannot be reached at the moment")


class MemoryDiary:
    """The officials' diary of one league, beside a store."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._bookings: dict[UUID, Sequence[Booking]] = {}

    async def append(
        self,
        tenant_id: UUID,
        tournament_id: UUID,
        expected_version: int,
        events: Sequence[NewEvent],
        bookings: Sequence[Booking],
    ) -> list[int]:
        for other, taken in self._bookings.items():
            for one in taken if other != tournament_id else ():
                if any(one.person == mine.person and overlap(one, mine) for mine in bookings):
                    raise OfficialBusy(person=one.person, tournament_id=other, node=one.node, what=one.what)
        positions = await self._store.append(tenant_id, "tournament", tournament_id, expected_version, events)
        self._bookings[tournament_id] = bookings
        return positions
