"""The write side of one kind of stream: load it, decide, append, answer.

A stream's state is kept between commands, so one command costs one round trip. What makes that safe is in
the store: a version can be taken once, and so can an event id, which is derived from the idempotency key.
So a stale state is found out when appending (or, if the domain refuses, by reading on before believing
the refusal), and a repeated request meets its own first events and is given their answer again.

What differs between kinds is an :class:`AggregateKind`; the mechanics are the same for all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from contracts import ids
from contracts.events import EventMetadata, NewEvent, StoredEvent
from domain.match.errors import CommandRefused
from domain.persons import PersonErased
from handlers.cache import CachedState, StateCache
from handlers.errors import (
    KeyInFlight,
    KeyReused,
    PreconditionFailed,
    StreamIdTaken,
    StreamNotFound,
    TooContended,
    VersionNotReached,
)
from handlers.ports import DuplicateEvent, EventStore, VersionConflict
from handlers.request import NOBODY, Caller, CommandRequest, fingerprint_of

ATTEMPTS = 8
"""How often a request is decided anew because somebody else appended first."""
PERSON_ERASED = PersonErased.__name__

_encoder = msgspec.json.Encoder()

State = TypeVar("State", bound=Any)
Command = TypeVar("Command")
Event = TypeVar("Event")
Answer = TypeVar("Answer")
Rendered = TypeVar("Rendered")
Summary = TypeVar("Summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAck(Generic[Summary]):
    """The answer to a command: what was appended, and what its kind says of the state after it."""

    stream_id: UUID
    version: int
    first_version: int
    events: tuple[str, ...]
    summary: Summary
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateKind(Generic[State, Command, Event, Answer]):
    """One kind of stream: its rules, its JSON and its answers.

    ``initial`` has ``version`` 0; ``evolve`` counts it up by one with each event and may change the state it
    is given. ``answer`` takes (stream id, first version, event type names, state, repeated).
    ``created_by``: the commands that an empty stream accepts.
    """

    name: str
    initial: Callable[[], State]
    decide: Callable[[State, Command, datetime], list[Event]]
    evolve: Callable[[State, Event], State]
    encode: Callable[[Event], bytes]
    decode: Callable[[str, str, int], Event]
    schema_versions: Mapping[str, int]
    answer: Callable[[UUID, int, Sequence[str], State, bool], Answer]
    encode_command: Callable[[Command], bytes]
    created_by: tuple[type[Any], ...] = ()
    check_caller: Callable[[State, CommandRequest[Command]], None] | None = None
    """Raises CommandRefused where who asks matters."""
    not_found: Callable[[UUID], StreamNotFound] = StreamNotFound
    id_taken: Callable[[UUID], StreamIdTaken] = StreamIdTaken


class StreamHandler(Generic[State, Command, Event, Answer]):
    """Serves commands and reads of one kind of stream. One per process; safe to call from many tasks."""

    def __init__(
        self,
        store: EventStore,
        kind: AggregateKind[State, Command, Event, Answer],
        *,
        cached_streams: int = 1000,
    ) -> None:
        self._store = store
        self._kind = kind
        self._cache: StateCache[State] = StateCache(cached_streams)
        self._in_flight: set[tuple[UUID, str, str]] = set()

    async def execute(
        self,
        tenant_id: UUID,
        stream_id: UUID,
        commands: Sequence[Command],
        *,
        idempotency_key: str,
        now: datetime,
        expected_version: int | None = None,
        caller: Caller = NOBODY,
    ) -> Answer:
        """Carry out all commands or none, durably, in one append.

        Raises CommandRefused (with ``index`` in its detail when there are several commands),
        StreamNotFound (the kind's own), PreconditionFailed, KeyReused, KeyInFlight, TooContended.
        """
        return await self.serve(
            CommandRequest(
                tenant_id=tenant_id,
                stream_id=stream_id,
                commands=commands,
                scope=str(stream_id),
                idempotency_key=idempotency_key,
                fingerprint=self._fingerprint(commands),
                now=now,
                expected_version=expected_version,
                caller=caller,
                creates=bool(commands) and type(commands[0]) in self._kind.created_by,
            )
        )

    async def first_answer(
        self, tenant_id: UUID, stream_id: UUID, commands: Sequence[Command], *, idempotency_key: str
    ) -> Answer | None:
        """The answer that these commands were given when they were carried out with this key; None if they never
        were. Raises KeyReused."""
        fingerprint = self._fingerprint(commands)
        return await self._answered(tenant_id, str(stream_id), idempotency_key, fingerprint)

    async def read(
        self,
        tenant_id: UUID,
        stream_id: UUID,
        render: Callable[[State], Rendered],
        at: int | datetime | None = None,
    ) -> Rendered:
        """What ``render`` makes of the state now, or as it was at a version or at a moment (by the store's clock).

        ``render`` must not keep the state: it goes on changing. Raises StreamNotFound (the kind's own; also
        where there was nothing yet), VersionNotReached.
        """
        kind = self._kind
        if isinstance(at, datetime):
            state = await self._fold_until(tenant_id, stream_id, at)
        elif at is not None:
            state = await self._fold(kind.initial(), tenant_id, stream_id, limit=at)
            if 0 < state.version < at:
                raise VersionNotReached(at, state.version, kind.name)
        else:
            cached = self._cache.of(tenant_id, stream_id)
            async with cached.lock:
                state, cached.state = cached.state or kind.initial(), None
                state = cached.state = await self._fold(state, tenant_id, stream_id)
        if state.version == 0:
            raise kind.not_found(stream_id)
        return render(state)

    async def serve(self, request: CommandRequest[Command]) -> Answer:
        """Carry out a request that the caller put together. Raises as ``execute``."""
        key = (request.tenant_id, request.scope, request.idempotency_key)
        if key in self._in_flight:
            raise KeyInFlight
        self._in_flight.add(key)
        try:
            cached = self._cache.of(request.tenant_id, request.stream_id)
            async with cached.lock:
                return await self._attempt(cached, request)
        finally:
            self._in_flight.discard(key)

    async def _attempt(self, cached: CachedState[State], request: CommandRequest[Command]) -> Answer:
        """Decide and append until it succeeds, or is refused by somebody who has seen the whole stream."""
        kind = self._kind
        for _ in range(ATTEMPTS):
            state = cached.state or await self._fold(kind.initial(), request.tenant_id, request.stream_id)
            # From here the state is out of the cache; it goes back only where it equals the stream.
            cached.state = None
            before = state.version
            try:
                events, decided = self._decide_all(state, request)
                if events:
                    await self._append(request, before, events, state)
                elif answer := await self._first_answer(request):
                    return answer
                elif await self._catch_up(cached, request, state, before):
                    continue
            except DuplicateEvent:
                if answer := await self._first_answer(request):
                    return answer
                raise
            except VersionConflict:
                # A version is taken and yet not to be seen: the stream is another tenant's.
                if not await self._catch_up(cached, request, state, before):
                    raise kind.id_taken(request.stream_id) from None
            except (CommandRefused, PreconditionFailed, StreamNotFound):
                if answer := await self._first_answer(request):
                    return answer
                if not await self._catch_up(cached, request, state, before):
                    raise
            else:
                if decided is None:
                    decided = state
                    for event in events:
                        decided = kind.evolve(decided, event)
                cached.state = decided
                names = [type(event).__name__ for event in events]
                return kind.answer(request.stream_id, before + 1, names, decided, False)
        raise TooContended(kind.name)

    def _decide_all(
        self, state: State, request: CommandRequest[Command]
    ) -> tuple[Sequence[Event], State | None]:
        """The events of all commands. With several, ``state`` is evolved on the way (also if one is refused)
        and given back; None after a single one, whose events it has not seen."""
        kind = self._kind
        if state.version == 0 and not request.creates:
            raise kind.not_found(request.stream_id)
        if request.expected_version is not None and request.expected_version != state.version:
            raise PreconditionFailed(request.expected_version, state.version, kind.name)
        if kind.check_caller is not None:
            kind.check_caller(state, request)
        if len(request.commands) == 1:
            return kind.decide(state, request.commands[0], request.now), None
        events: list[Event] = []
        for index, command in enumerate(request.commands):
            try:
                decided = kind.decide(state, command, request.now)
            except CommandRefused as refusal:
                refusal.detail = {**refusal.detail, "index": index}
                raise
            for event in decided:
                state = kind.evolve(state, event)
            events += decided
        return events, state

    async def _catch_up(
        self, cached: CachedState[State], request: CommandRequest[Command], state: State, before: int
    ) -> bool:
        """Read what others appended after ``before``; False if nothing. A batch leaves its state behind."""
        if len(request.commands) == 1:
            cached.state = await self._fold(state, request.tenant_id, request.stream_id)
            return cached.state.version > before
        return bool(await self._store.load(request.tenant_id, request.stream_id, before, 1))

    async def _append(
        self, request: CommandRequest[Command], version: int, events: Sequence[Event], state: State
    ) -> None:
        metadata = EventMetadata(
            actor=request.caller.subject,
            request_id=request.caller.request_id,
            idempotency_key=request.idempotency_key,
            fingerprint=request.fingerprint,
            first=version + 1,
            last=version + len(events),
        )
        metadata_json = _encoder.encode(metadata).decode()
        kind = self._kind
        event_ids = ids.event_ids(request.tenant_id, request.scope, request.idempotency_key, len(events))
        new = [
            NewEvent(
                event_id=event_id,
                type=(name := type(event).__name__),
                schema_version=kind.schema_versions[name],
                data=kind.encode(event).decode(),
                metadata=metadata_json,
            )
            for event_id, event in zip(event_ids, events, strict=True)
        ]
        await self.write(request, version, new, state, events)

    async def write(
        self,
        request: CommandRequest[Command],
        version: int,
        new: Sequence[NewEvent],
        state: State,
        events: Sequence[Event],
    ) -> None:
        """Append ``new``, which is ``events`` as they are stored. ``state`` is what they were decided on, with
        a batch of a kind that changes its state in place already what they have made of it."""
        await self._store.append(request.tenant_id, self._kind.name, request.stream_id, version, new)

    async def _first_answer(self, request: CommandRequest[Command]) -> Answer | None:
        """The answer that this request was given before, None if it never succeeded."""
        return await self._answered(
            request.tenant_id, request.scope, request.idempotency_key, request.fingerprint
        )

    async def _answered(self, tenant_id: UUID, scope: str, key: str, fingerprint: str) -> Answer | None:
        first = await self._store.find(tenant_id, ids.first_event_id(tenant_id, scope, key))
        if first is None:
            return None
        if first.metadata["fingerprint"] != fingerprint:
            raise KeyReused
        last: int = first.metadata["last"]
        stream = await self._store.load(tenant_id, first.stream_id, 0, last)
        state = self._fold_stored(self._kind.initial(), stream)
        names = [event.type for event in stream[first.version - 1 : last]]
        return self._kind.answer(first.stream_id, first.version, names, state, True)

    def _fingerprint(self, commands: Sequence[Command]) -> str:
        return fingerprint_of(commands, encode=self._kind.encode_command)

    async def _fold(self, state: State, tenant_id: UUID, stream_id: UUID, limit: int | None = None) -> State:
        """Fold what the stream has beyond ``state``. If a name was taken out of what is before, all of it anew."""
        stored = await self._store.load(tenant_id, stream_id, state.version, limit)
        if state.version and any(event.type == PERSON_ERASED for event in stored):
            state = self._kind.initial()
            stored = await self._store.load(tenant_id, stream_id, 0, limit)
        return self._fold_stored(state, stored)

    async def _fold_until(self, tenant_id: UUID, stream_id: UUID, moment: datetime) -> State:
        """The state after the last event that was recorded by ``moment``."""
        stream = await self._store.load(tenant_id, stream_id)
        until_then = takewhile(lambda stored: stored.recorded_at <= moment, stream)
        return self._fold_stored(self._kind.initial(), list(until_then))

    def _fold_stored(self, state: State, stream: Sequence[StoredEvent]) -> State:
        decode, evolve = self._kind.decode, self._kind.evolve
        for stored in stream:
            state = evolve(state, decode(stored.type, stored.data, stored.schema_version))
        return state
