"""The projector of one kind of read models: their events folded, and the rows that changed written."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import ConsumerRecord

from adapters.postgres.event_reader import read_tails
from adapters.postgres.read_model import Fold, ReadModel
from contracts.cloudevents import Envelope, MalformedEnvelope
from contracts.cloudevents import decode as decode_headers
from contracts.codec import decode_of
from domain.persons import PersonErased

REMEMBERED = 500
"""A T20 match of 250 balls takes about a quarter of a megabyte."""


class IncompleteStream(Exception):
    """An event came whose predecessors are neither remembered nor in the store."""


class StreamProjection:
    """Folds each stream in memory. One not remembered, or with a version missed, comes from the store."""

    def __init__(self, model: ReadModel, pool: asyncpg.Pool, *, remembered: int = REMEMBERED) -> None:
        self.name = model.consumer
        self.topics = (model.topic,)
        self._model = model
        self._pool = pool
        self._remembered = remembered
        self._versions = (
            f"select {model.key} as id, version from {model.head.name} where {model.key} = any($1::uuid[])"  # noqa: S608
        )
        self._folds: OrderedDict[UUID, Fold] = OrderedDict()

    def forget(self) -> None:
        self._folds.clear()

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        while len(self._folds) > self._remembered:
            self._folds.popitem(last=False)
        streams = _by_stream(records, self._model.kind)
        try:
            await self._recall(streams)
            touched = [self._advance(stream, events) for stream, events in streams.items()]
        except Exception:
            for stream in streams:
                self._folds.pop(stream, None)
            raise
        behind = [fold for fold in touched if fold.written_version < fold.version]

        async def write(connection: Any) -> None:
            if behind:
                await self._model.write(connection, (fold.changes() for fold in behind))
            for fold in behind:
                fold.keep()

        return write

    async def _recall(self, streams: "dict[UUID, list[_Event]]") -> None:
        """Have every stream as far as these events go, unless they go on from what is remembered. What a name was
        taken out of comes from the store in any case: what is remembered, and what Kafka has, still says it. No
        further, but for what stands in the tables: of what is yet to come, something may be unreadable."""
        erased = {stream for stream, events in streams.items() if any(map(_is_erasure, events))}
        for stream in erased:
            self._folds.pop(stream, None)
        unknown = [stream for stream in streams if stream not in self._folds]
        written: dict[UUID, int] = {}
        if unknown:
            rows = await self._pool.fetch(self._versions, unknown)
            written = {row["id"]: row["version"] for row in rows}
        for stream in unknown:
            self._folds[stream] = self._model.fold(streams[stream][0][0].tenant_id, stream)
        incomplete = {
            stream: self._folds[stream].version
            for stream, events in streams.items()
            if stream in erased or written.get(stream) or _has_gap(self._folds[stream].version, events)
        }
        if incomplete:
            until = {
                stream: max(written.get(stream, 0), *(envelope.version for envelope, _ in streams[stream]))
                for stream in incomplete
            }
            for event in await read_tails(self._pool, incomplete, until):
                fold = self._folds[event.stream_id]
                if event.version == fold.version + 1:
                    fold.apply(self._decode(event.type, event.data, event.schema_version), event.recorded_at)
                if fold.version == written.get(event.stream_id):
                    fold.keep()

    def _decode(self, type_name: str, data: bytes, schema_version: int) -> Any:
        return decode_of(self._model.kind, type_name, data, schema_version)

    def _advance(self, stream: UUID, events: "list[_Event]") -> Fold:
        fold = self._folds[stream]
        self._folds.move_to_end(stream)
        for envelope, data in events:
            if envelope.version > fold.version + 1:
                raise IncompleteStream(
                    f"{self._model.kind} {stream}: version {envelope.version} came, {fold.version} is the last known"
                )
            if envelope.version > fold.version:
                event = self._decode(envelope.type, data, envelope.schema_version)
                fold.apply(event, envelope.recorded_at)
        return fold


_Event = tuple[Envelope, bytes]


def _by_stream(records: Iterable[ConsumerRecord], kind: str) -> dict[UUID, list[_Event]]:
    streams: dict[UUID, list[_Event]] = {}
    for record in records:
        envelope = decode_headers(record.headers)
        if record.value is None:
            raise MalformedEnvelope("an event without its data")
        if envelope.stream_kind == kind:
            streams.setdefault(envelope.stream_id, []).append((envelope, record.value))
    return streams


def _is_erasure(event: _Event) -> bool:
    return event[0].type == PersonErased.__name__


def _has_gap(version: int, events: Iterable[_Event]) -> bool:
    """Is a version between the one known and the last of the events missing?"""
    for envelope, _ in events:
        if envelope.version > version + 1:
            return True
        version = max(version, envelope.version)
    return False
