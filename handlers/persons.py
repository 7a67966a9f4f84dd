"""A person of a league: what is known of them, and taking their name out of it.

An erasure goes through the streams that name the person. In one transaction an event is appended to each that says so,
and the name is replaced in the events before it: whoever has folded the stream hears of it as of anything, and reads it
anew. An erasure that is broken off goes on where it was when it is asked for again, and one that is done finds nothing
more.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid5

import msgspec

from contracts import codec, ids
from contracts.events import EventMetadata, NewEvent, StoredEvent
from domain.persons import Erasure, PersonErased, names_of
from handlers.ports import EventStore, VersionConflict
from handlers.register import Registered, RegisterHandler, Wish
from handlers.request import Caller

PLAYER = "player"
"""Of the registers the one of persons."""
FOLDED = frozenset({codec.MATCH, codec.SESSION, codec.TOURNAMENT})
"""Kinds of streams that name persons and are folded; the register of players is not."""
ATTEMPTS = 8
_encoder = msgspec.json.Encoder()


class PersonNotFound(Exception):
    """Nothing in the league names a person with this id."""

    def __init__(self, person: str) -> None:
        super().__init__(f"nothing here names a person {person[:64]!r}")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An event of a stream as it is to stand from now on."""

    version: int
    schema_version: int
    data: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as far as it was read."""

    kind: str
    id: UUID
    version: int


class PersonalData(Protocol):
    """The events of a league, looked through and rewritten. Every method may raise StoreUnavailable."""

    async def streams_saying(self, tenant_id: UUID, texts: Sequence[str]) -> list[tuple[str, UUID]]:
        """Kind and id of every stream with an event that has one of the texts, the oldest first."""
        ...

    async def rewrite(
        self, tenant_id: UUID, stream: Stream, events: Sequence[Rewritten], said: NewEvent | None
    ) -> None:
        """Replace what events say, and append ``said``, at once. What else is known of them, and every other event,
        stays. Raises VersionConflict."""
        ...

    def events(self, tenant_id: UUID) -> AsyncIterator[StoredEvent]:
        """Every event of the league, in the order of the store."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure came to. ``streams`` were still naming the person, in ``events``."""

    person: str
    name: str
    streams: int
    events: int


class PersonHandler:
    """Serves what persons may ask of a league."""

    def __init__(self, store: EventStore, data: PersonalData, registers: RegisterHandler) -> None:
        self._store = store
        self._data = data
        self._registers = registers

    async def known(self, tenant_id: UUID, person: str) -> AsyncIterator[dict[str, Any]]:
        """All that the league has about a person, one thing at a time. Raises PersonNotFound."""
        row = await self._row(tenant_id, person)
        streams = await self._data.streams_saying(tenant_id, [_quoted(person)])
        if row is None and not await self._names(tenant_id, person, streams):
            raise PersonNotFound(person)
        return self._known(tenant_id, person, row, streams)

    async def _known(
        self, tenant_id: UUID, person: str, row: Registered | None, streams: Sequence[tuple[str, UUID]]
    ) -> AsyncIterator[dict[str, Any]]:
        if row is not None:
            yield {"what": "register", "kind": PLAYER, "entry": row.entry, "archived_at": row.archived_at}
        said = _quoted(person)
        for kind, stream_id in streams:
            for event in await self._store.load(tenant_id, stream_id):
                if said in event.data:
                    yield exported(event, kind)

    async def erase(
        self, tenant_id: UUID, person: str, *, texts: Sequence[str] = (), key: str, caller: Caller
    ) -> Erased:
        """Have the person called by a name that says nothing. ``texts``: spellings and addresses to look for too.

        Raises PersonNotFound, VersionConflict where others go on writing to a stream all the time.
        """
        row, name = await self._row(tenant_id, person), name_instead(tenant_id, person)
        naming = await self._data.streams_saying(tenant_id, [_quoted(person)])
        found = await self._names(tenant_id, person, naming)
        if row is None and not found:
            raise PersonNotFound(person)
        known = (found | frozenset(texts) | ({str(row.entry["name"])} if row else frozenset())) - {name}
        streams = await self._data.streams_saying(tenant_id, [_quoted(person), *map(_in_json, known)])
        if row is not None:
            await self._in_register(tenant_id, row, name, key, caller)
        erasure = Erasure(person=person, name=name, texts=known)
        counts = [await self._in_stream(tenant_id, stream, erasure, key, caller) for stream in streams]
        return Erased(person=person, name=name, streams=sum(map(bool, counts)), events=sum(counts))

    async def _row(self, tenant_id: UUID, person: str) -> Registered | None:
        return (await self._registers.store.rows(tenant_id, PLAYER, [person])).get(person)

    async def _names(
        self, tenant_id: UUID, person: str, streams: Sequence[tuple[str, UUID]]
    ) -> frozenset[str]:
        """What the person is called in these streams."""
        found, said = set[str](), _quoted(person)
        for kind, stream_id in streams:
            for event in await self._store.load(tenant_id, stream_id):
                if kind in FOLDED and said in event.data:
                    read = codec.decode_of(kind, event.type, event.data, event.schema_version)
                    found.update(names_of(read, person))
                elif kind == PLAYER and msgspec.json.decode(event.data).get("id") == person:
                    found.add(str(msgspec.json.decode(event.data)["name"]))
        return frozenset(found)

    async def _in_register(
        self, tenant_id: UUID, row: Registered, name: str, key: str, caller: Caller
    ) -> None:
        entry = {**row.entry, "name": name, **({"born": None} if "born" in row.entry else {})}
        if entry == row.entry:
            return
        away = row.archived_at is not None
        steps = [*(["restore"] if away else []), "put", *(["archive"] if away else [])]
        for step in steps:
            wish = Wish(id=row.id, how=step, entry=entry if step == "put" else {})  # type: ignore[arg-type]
            await self._registers.fulfil(
                tenant_id, PLAYER, [wish], idempotency_key=f"{key}/{step}", scope=f"erase/{row.id}",
                expected_version=None, caller=caller,
            )  # fmt: skip

    async def _in_stream(
        self, tenant_id: UUID, stream: tuple[str, UUID], erasure: Erasure, key: str, caller: Caller
    ) -> int:
        """How many events had to be rewritten."""
        kind, stream_id = stream
        for _ in range(ATTEMPTS):
            events = await self._store.load(tenant_id, stream_id)
            rewritten = [new for event in events if (new := without(kind, event, erasure)) is not None]
            if not rewritten:
                return 0
            read = Stream(kind, stream_id, len(events))
            said = announced(tenant_id, read, erasure, key, caller) if kind in FOLDED else None
            try:
                await self._data.rewrite(tenant_id, read, rewritten, said)
            except VersionConflict:
                continue
            return len(rewritten)
        raise VersionConflict(f"{stream_id} is written to all the time")


def name_instead(tenant_id: UUID, person: str) -> str:
    """What an erased person is called: the same in all of a league, another for everybody, for cards tell them apart."""
    return f"Player {uuid5(tenant_id, f'erased/{person}').hex[:8]}"


def without(kind: str, event: StoredEvent, erasure: Erasure) -> Rewritten | None:
    """An event without the person's name; None if it has none."""
    if kind == PLAYER:
        entry = msgspec.json.decode(event.data)
        if entry.get("id") != erasure.person or entry.get("name") == erasure.name:
            return None
        made = {**entry, "name": erasure.name, **({"born": None} if "born" in entry else {})}
        return Rewritten(event.version, event.schema_version, _encoder.encode(made).decode())
    if kind not in FOLDED:
        return None
    before = codec.decode_of(kind, event.type, event.data, event.schema_version)
    after = erasure.of(before)
    if after is before:
        return None
    data = codec.encode_of(kind, after)
    schema_version = codec.SCHEMA_VERSIONS_OF[kind][codec.type_name(after)]
    return Rewritten(event.version, schema_version, data.decode())


def exported(event: StoredEvent, kind: str) -> dict[str, Any]:
    """An event as an export has it."""
    return {
        "what": "event",
        "kind": kind,
        "stream_id": event.stream_id,
        "version": event.version,
        "type": event.type,
        "schema_version": event.schema_version,
        "recorded_at": event.recorded_at,
        "data": msgspec.Raw(event.data.encode()),
    }


def announced(tenant_id: UUID, read: Stream, erasure: Erasure, key: str, caller: Caller) -> NewEvent:
    """The event that says so to a stream that is folded."""
    version = read.version + 1
    (event_id,) = ids.event_ids(tenant_id, f"erase/{erasure.person}/{read.id}/{version}", key, 1)
    metadata = EventMetadata(
        actor=caller.subject,
        request_id=caller.request_id,
        idempotency_key=key,
        fingerprint="",
        first=version,
        last=version,
    )
    event = PersonErased(person=erasure.person, name=erasure.name)
    return NewEvent(
        event_id=event_id,
        type=PersonErased.__name__,
        schema_version=codec.SCHEMA_VERSIONS_OF[read.kind][PersonErased.__name__],
        data=codec.encode_of(read.kind, event).decode(),
        metadata=_encoder.encode(metadata).decode(),
    )


def _quoted(person: str) -> str:
    """The id as JSON has it."""
    return _encoder.encode(person).decode()


def _in_json(text: str) -> str:
    """A part of a sentence as JSON has it: quotation marks in it are escaped."""
    return _quoted(text)[1:-1]
