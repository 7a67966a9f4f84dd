"""The write side of a match: load the stream, decide, append, answer.

A match's state is kept between commands, so one command costs one round trip. What makes that safe is in
the store: a version can be taken once, and so can an event id, which is derived from the idempotency key.
So a stale state is found out when appending (or, if the domain refuses, by reading on before believing
the refusal), and a repeated request meets its own first events and is given their answer again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from contracts import codec, ids
from contracts.events import EventMetadata, NewEvent, StoredEvent
from domain.match import decide, evolve, initial
from domain.match.commands import CreateMatch, MatchCommand
from domain.match.errors import CommandRefused
from domain.match.events import MatchEvent
from domain.match.scoring import refuse_other_scorers
from domain.match.state import MatchState
from domain.match.summary import Summary, summarise
from handlers.cache import CachedMatch, MatchCache
from handlers.errors import (
    KeyInFlight,
    KeyReused,
    MatchIdTaken,
    MatchNotFound,
    PreconditionFailed,
    TooContended,
    VersionNotReached,
)
from handlers.ports import DuplicateEvent, EventStore, VersionConflict
from handlers.request import CREATION_SCOPE, NOBODY, Caller, CommandRequest, fingerprint_of

ATTEMPTS = 8
"""How often a request is decided anew because somebody else appended first."""

_encoder = msgspec.json.Encoder()
Rendered = TypeVar("Rendered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """The answer to a command: what was appended, and where the match stands after it.

    A correction names a ball by the version of its event: ``first_version``, for a single ball.
    """

    match_id: UUID
    version: int
    first_version: int
    events: tuple[str, ...]
    summary: Summary
    repeated: bool = False


class MatchHandler:
    """Serves commands and reads of matches. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_matches: int = 1000) -> None:
        self._store = store
        self._cache = MatchCache(cached_matches)
        self._in_flight: set[tuple[UUID, str, str]] = set()

    async def create(
        self,
        tenant_id: UUID,
        command: CreateMatch,
        *,
        idempotency_key: str,
        now: datetime,
        match_id: UUID,
        id_given: bool = False,
        caller: Caller = NOBODY,
    ) -> Ack:
        """Create a match under ``match_id``; a repeat answers with the id of the first time.

        ``id_given``: the client chose the id, so it is part of what a repeat must have the same.
        Raises as ``execute``, and MatchIdTaken.
        """
        given = str(match_id) if id_given else ""
        request = CommandRequest(
            tenant_id=tenant_id,
            match_id=match_id,
            commands=(command,),
            scope=CREATION_SCOPE,
            idempotency_key=idempotency_key,
            fingerprint=fingerprint_of((command,), given),
            now=now,
            expected_version=None,
            caller=caller,
        )
        return await self._serve(request)

    async def execute(
        self,
        tenant_id: UUID,
        match_id: UUID,
        commands: Sequence[MatchCommand],
        *,
        idempotency_key: str,
        now: datetime,
        expected_version: int | None = None,
        caller: Caller = NOBODY,
    ) -> Ack:
        """Carry out all commands or none, durably, in one append.

        Raises CommandRefused (with ``index`` in its detail when there are several commands),
        MatchNotFound, PreconditionFailed, KeyReused, KeyInFlight, TooContended.
        """
        request = CommandRequest(
            tenant_id=tenant_id,
            match_id=match_id,
            commands=commands,
            scope=str(match_id),
            idempotency_key=idempotency_key,
            fingerprint=fingerprint_of(commands),
            now=now,
            expected_version=expected_version,
            caller=caller,
        )
        return await self._serve(request)

    async def read(
        self,
        tenant_id: UUID,
        match_id: UUID,
        render: Callable[[MatchState], Rendered],
        at_version: int | None = None,
    ) -> Rendered:
        """What ``render`` makes of the state now, or as it was at a version.

        ``render`` must not keep the state: it goes on changing. Raises MatchNotFound, VersionNotReached.
        """
        if at_version is not None:
            state = await self._fold(initial(), tenant_id, match_id, limit=at_version)
            if 0 < state.version < at_version:
                raise VersionNotReached(at_version, state.version)
        else:
            cached = self._cache.of(tenant_id, match_id)
            async with cached.lock:
                state, cached.state = cached.state or initial(), None
                state = cached.state = await self._fold(state, tenant_id, match_id)
        if state.version == 0:
            raise MatchNotFound(match_id)
        return render(state)

    async def _serve(self, request: CommandRequest) -> Ack:
        key = (request.tenant_id, request.scope, request.idempotency_key)
        if key in self._in_flight:
            raise KeyInFlight
        self._in_flight.add(key)
        try:
            cached = self._cache.of(request.tenant_id, request.match_id)
            async with cached.lock:
                return await self._attempt(cached, request)
        finally:
            self._in_flight.discard(key)

    async def _attempt(self, cached: CachedMatch, request: CommandRequest) -> Ack:
        """Decide and append until it succeeds, or is refused by somebody who has seen the whole stream."""
        for _ in range(ATTEMPTS):
            state = cached.state or await self._fold(initial(), request.tenant_id, request.match_id)
            # From here the state is out of the cache; it goes back only where it equals the stream.
            cached.state = None
            before = state.version
            try:
                events = _decide_all(state, request)
                await self._append(request, before, events)
            except DuplicateEvent:
                if answer := await self._first_answer(request):
                    return answer
                raise
            except VersionConflict:
                # A version is taken and yet not to be seen: the stream is another tenant's.
                if not await self._catch_up(cached, request, state, before):
                    raise MatchIdTaken(request.match_id) from None
            except (CommandRefused, PreconditionFailed, MatchNotFound):
                if answer := await self._first_answer(request):
                    return answer
                if not await self._catch_up(cached, request, state, before):
                    raise
            else:
                if len(request.commands) == 1:
                    for event in events:
                        state = evolve(state, event)
                cached.state = state
                return _ack(request.match_id, before + 1, [codec.type_name(event) for event in events], state)
        raise TooContended

    async def _catch_up(
        self, cached: CachedMatch, request: CommandRequest, state: MatchState, before: int
    ) -> bool:
        """Read what others appended after ``before``; False if nothing. A batch leaves its state behind."""
        if len(request.commands) == 1:
            cached.state = await self._fold(state, request.tenant_id, request.match_id)
            return cached.state.version > before
        return bool(await self._store.load(request.tenant_id, request.match_id, before, 1))

    async def _append(self, request: CommandRequest, version: int, events: Sequence[MatchEvent]) -> None:
        metadata = EventMetadata(
            actor=request.caller.subject,
            request_id=request.caller.request_id,
            idempotency_key=request.idempotency_key,
            fingerprint=request.fingerprint,
            first=version + 1,
            last=version + len(events),
        )
        metadata_json = _encoder.encode(metadata).decode()
        event_ids = ids.event_ids(request.tenant_id, request.scope, request.idempotency_key, len(events))
        new = [
            NewEvent(
                event_id=event_id,
                type=(name := codec.type_name(event)),
                schema_version=codec.SCHEMA_VERSIONS[name],
                data=codec.encode(event).decode(),
                metadata=metadata_json,
            )
            for event_id, event in zip(event_ids, events, strict=True)
        ]
        await self._store.append(request.tenant_id, codec.MATCH, request.match_id, version, new)

    async def _first_answer(self, request: CommandRequest) -> Ack | None:
        """The answer that this request was given before, None if it never succeeded."""
        event_id = ids.first_event_id(request.tenant_id, request.scope, request.idempotency_key)
        first = await self._store.find(request.tenant_id, event_id)
        if first is None:
            return None
        if first.metadata["fingerprint"] != request.fingerprint:
            raise KeyReused
        last: int = first.metadata["last"]
        stream = await self._store.load(request.tenant_id, first.stream_id, 0, last)
        state = _fold_stored(initial(), stream)
        names = [event.type for event in stream[first.version - 1 : last]]
        return _ack(first.stream_id, first.version, names, state, repeated=True)

    async def _fold(
        self, state: MatchState, tenant_id: UUID, match_id: UUID, limit: int | None = None
    ) -> MatchState:
        """Fold what the stream has beyond ``state``."""
        return _fold_stored(state, await self._store.load(tenant_id, match_id, state.version, limit))


def _decide_all(state: MatchState, request: CommandRequest) -> list[MatchEvent]:
    """The events of all commands. With several, ``state`` is evolved on the way (also if one is refused)."""
    if state.version == 0 and not request.creates:
        raise MatchNotFound(request.match_id)
    if request.expected_version is not None and request.expected_version != state.version:
        raise PreconditionFailed(request.expected_version, state.version)
    if state.scorer is not None and not request.caller.may_override:
        refuse_other_scorers(state, request.commands, request.caller.subject)
    if len(request.commands) == 1:
        return decide(state, request.commands[0], request.now)
    events: list[MatchEvent] = []
    for index, command in enumerate(request.commands):
        try:
            decided = decide(state, command, request.now)
        except CommandRefused as refusal:
            refusal.detail = {**refusal.detail, "index": index}
            raise
        for event in decided:
            state = evolve(state, event)
        events += decided
    return events


def _fold_stored(state: MatchState, stream: Sequence[StoredEvent]) -> MatchState:
    for stored in stream:
        state = evolve(state, codec.decode(stored.type, stored.data, stored.schema_version))
    return state


def _ack(
    match_id: UUID, first: int, names: Sequence[str], state: MatchState, *, repeated: bool = False
) -> Ack:
    return Ack(
        match_id=match_id,
        version=state.version,
        first_version=first,
        events=tuple(names),
        summary=summarise(state),
        repeated=repeated,
    )
