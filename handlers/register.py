"""The write side of the registers: what somebody wants to stand there becomes rows and events, together.

A register is not event-sourced: its row is the truth, and is written in the transaction that appends the event
saying so. The row's version is that of its stream, so the store's own check keeps two writers apart, and a
repeated request meets its own first events, as with a match.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID, uuid5

import msgspec

from contracts import ids
from contracts.events import EventMetadata, NewEvent, StoredEvent
from domain.match.errors import CommandRefused
from domain.registry.events import Happening, event_name
from handlers.errors import KeyReused, PreconditionFailed, TooContended
from handlers.ports import DuplicateEvent, VersionConflict
from handlers.request import NOBODY, Caller

ATTEMPTS = 8
How = Literal["register", "put", "archive", "restore"]
Status = Literal["registered", "changed", "archived", "restored", "unchanged"]
_HAPPENINGS: dict[Status, Happening] = {
    "registered": "Registered",
    "changed": "Changed",
    "archived": "Archived",
    "restored": "Restored",
}
_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A row of a register. ``entry`` is the team, player or venue as JSON has it."""

    id: str
    version: int
    entry: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants of one entry. ``register`` is refused for one that is there, ``put`` is not."""

    id: str
    how: How
    entry: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a wish makes of an entry: its row at ``expected_version`` + 1, and the event that says so."""

    id: str
    name: str
    entry: dict[str, Any]
    archived: bool
    stream_id: UUID
    expected_version: int
    event: NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one wish."""

    status: Status
    row: Registered
    repeated: bool = False


class WishesRefused(Exception):
    """Some of many wishes cannot be fulfilled, so none was. ``refusals`` by their index."""

    def __init__(self, refusals: Mapping[int, CommandRefused]) -> None:
        super().__init__(f"{len(refusals)} lines were refused")
        self.refusals = dict(refusals)


class RegisterStore(Protocol):
    """Rows of registers with their events. Every method may raise StoreUnavailable."""

    async def rows(self, tenant_id: UUID, kind: str, ids: Sequence[str]) -> dict[str, Registered]:
        """The rows with these ids, those that there are."""
        ...

    async def page(
        self,
        tenant_id: UUID,
        kind: str,
        *,
        search: str | None,
        archived: bool,
        after: tuple[str, str] | None,
        limit: int,
    ) -> list[Registered]:
        """Rows by name then id, after the one that ``after`` names; ``search`` is a part of the name or id."""
        ...

    async def write(self, tenant_id: UUID, kind: str, changes: Sequence[Change]) -> dict[str, Registered]:
        """Write all or none, durably. Raises VersionConflict, DuplicateEvent."""
        ...

    async def events(self, tenant_id: UUID, event_ids: Sequence[UUID]) -> list[StoredEvent]:
        """The events with these ids, those that there are."""
        ...


def stream_of(tenant_id: UUID, kind: str, id_: str) -> UUID:
    """The stream of an entry."""
    return uuid5(tenant_id, f"{kind}/{id_}")


def decide(known: Registered | None, wish: Wish) -> Status:
    """What a wish comes to, with the entry as it stands. Raises CommandRefused."""
    if wish.how == "register" and known is not None:
        raise CommandRefused("already_registered", f"{wish.id} is in the register already")
    if wish.how in ("register", "put"):
        if known is None:
            return "registered"
        if known.archived_at is not None:
            raise CommandRefused("entry_archived", f"{wish.id} is archived; restore it first")
        return "unchanged" if known.entry == wish.entry else "changed"
    if known is None:
        raise CommandRefused("entry_not_found", f"{wish.id} is not in the register")
    if (known.archived_at is not None) == (wish.how == "archive"):
        return "unchanged"
    return "archived" if wish.how == "archive" else "restored"


class RegisterHandler:
    """Serves writes and reads of the registers. Keeps nothing between two requests."""

    def __init__(self, store: RegisterStore) -> None:
        self.store = store

    async def fulfil(
        self,
        tenant_id: UUID,
        kind: str,
        wishes: Sequence[Wish],
        *,
        idempotency_key: str,
        scope: str,
        expected_version: int | None = None,
        caller: Caller = NOBODY,
    ) -> list[Outcome]:
        """Fulfil all wishes or none; their outcomes in order. The ids of the wishes must differ.

        ``scope`` is what the idempotency key is unique within. Raises CommandRefused for a single wish,
        WishesRefused for several, PreconditionFailed, KeyReused, TooContended.
        """
        request = _Request(tenant_id, kind, wishes, idempotency_key, scope, expected_version, caller)
        for _ in range(ATTEMPTS):
            known = await self.store.rows(tenant_id, kind, [wish.id for wish in wishes])
            try:
                statuses = _decide_all(known, request)
            except (CommandRefused, WishesRefused, PreconditionFailed):
                if answer := await self._first_answer(request, known):
                    return answer
                raise
            changes = request.changes(known, statuses)
            if not changes and (answer := await self._first_answer(request, known)):
                return answer
            try:
                rows = {**known, **(await self.store.write(tenant_id, kind, changes) if changes else {})}
            except DuplicateEvent:
                if answer := await self._first_answer(request, known):
                    return answer
                raise
            except VersionConflict:
                continue
            return [
                Outcome(status=status, row=rows[wish.id])
                for wish, status in zip(wishes, statuses, strict=True)
            ]
        raise TooContended

    async def refusals(
        self, tenant_id: UUID, kind: str, wishes: Sequence[Wish]
    ) -> Mapping[int, CommandRefused]:
        """What would be refused of these wishes, by index; nothing is changed."""
        known = await self.store.rows(tenant_id, kind, [wish.id for wish in wishes])
        return _decide_each(known, wishes)[1]

    async def _first_answer(
        self, request: "_Request", known: Mapping[str, Registered]
    ) -> list[Outcome] | None:
        """The answer that this request was given before, None if it never changed anything."""
        stored = await self.store.events(request.tenant_id, request.event_ids())
        if not stored:
            return None
        if any(event.metadata["fingerprint"] != request.fingerprint for event in stored):
            raise KeyReused
        written = {event.stream_id: event for event in stored}
        outcomes: list[Outcome] = []
        for wish in request.wishes:
            event = written.get(stream_of(request.tenant_id, request.kind, wish.id))
            outcomes.append(_repeated(wish, known[wish.id], event))
        return outcomes


@dataclass(frozen=True, slots=True)
class _Request:
    tenant_id: UUID
    kind: str
    wishes: Sequence[Wish]
    idempotency_key: str
    scope: str
    expected_version: int | None
    caller: Caller

    @property
    def fingerprint(self) -> str:
        return hashlib.blake2b(_encoder.encode(self.wishes), digest_size=16).hexdigest()

    def event_ids(self) -> list[UUID]:
        return ids.event_ids(self.tenant_id, self.scope, self.idempotency_key, len(self.wishes))

    def changes(self, known: Mapping[str, Registered], statuses: Sequence[Status]) -> list[Change]:
        """What is to be written; the wishes that change nothing are left out."""
        wanted: list[tuple[Wish, Status]] = [
            (wish, status)
            for wish, status in zip(self.wishes, statuses, strict=True)
            if status != "unchanged"
        ]
        fingerprint = self.fingerprint
        return [
            self._change(known.get(wish.id), wish, status, event_id, fingerprint)
            for (wish, status), event_id in zip(wanted, self.event_ids(), strict=False)
        ]

    def _change(
        self, known: Registered | None, wish: Wish, status: Status, event_id: UUID, fingerprint: str
    ) -> Change:
        version = known.version if known else 0
        entry = wish.entry if status in ("registered", "changed") or known is None else known.entry
        metadata = EventMetadata(
            actor=self.caller.subject,
            request_id=self.caller.request_id,
            idempotency_key=self.idempotency_key,
            fingerprint=fingerprint,
            first=version + 1,
            last=version + 1,
        )
        event = NewEvent(
            event_id=event_id,
            type=event_name(self.kind, _HAPPENINGS[status]),
            schema_version=1,
            data=_encoder.encode(entry).decode(),
            metadata=_encoder.encode(metadata).decode(),
        )
        return Change(
            id=wish.id,
            name=entry["name"],
            entry=entry,
            archived=status == "archived",
            stream_id=stream_of(self.tenant_id, self.kind, wish.id),
            expected_version=version,
            event=event,
        )


def _decide_all(known: Mapping[str, Registered], request: _Request) -> list[Status]:
    if request.expected_version is not None:
        row = known.get(request.wishes[0].id)
        current = row.version if row else 0
        if current != request.expected_version:
            raise PreconditionFailed(request.expected_version, current)
    statuses, refusals = _decide_each(known, request.wishes)
    if refusals and len(request.wishes) == 1:
        raise refusals[0]
    if refusals:
        raise WishesRefused(refusals)
    return statuses


def _decide_each(
    known: Mapping[str, Registered], wishes: Sequence[Wish]
) -> tuple[list[Status], dict[int, CommandRefused]]:
    """What the wishes come to, and what is refused of them by index."""
    statuses: list[Status] = []
    refusals: dict[int, CommandRefused] = {}
    for index, wish in enumerate(wishes):
        try:
            statuses.append(decide(known.get(wish.id), wish))
        except CommandRefused as refusal:
            refusals[index] = refusal
    return statuses, refusals


def _repeated(wish: Wish, row: Registered, event: StoredEvent | None) -> Outcome:
    if event is None:
        return Outcome(status="unchanged", row=row, repeated=True)
    status: Status = next(status for status, name in _HAPPENINGS.items() if event.type.endswith(name))
    then = Registered(
        id=wish.id,
        version=event.version,
        entry=msgspec.json.decode(event.data),
        created_at=row.created_at,
        updated_at=event.recorded_at,
        archived_at=event.recorded_at if status == "archived" else None,
    )
    return Outcome(status=status, row=then, repeated=True)
