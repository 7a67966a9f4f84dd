"""The projector of matches: their events folded, and the rows that changed written."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import ConsumerRecord

from adapters.postgres.event_reader import read_tails
from adapters.postgres.match_tables import (
    BALLS,
    CARDS,
    DELETE_DETAILS,
    FALLS,
    MATCHES,
    OVERS,
    PARTNERSHIPS,
    WRITE_ALL,
    Table,
)
from contracts.cloudevents import Envelope, MalformedEnvelope
from contracts.cloudevents import decode as decode_headers
from contracts.codec import MATCH, decode
from contracts.topics import BALL_EVENTS
from projections.match import MatchFold
from projections.match_rows import MatchChanges

MATCHES_REMEMBERED = 500
"""A T20 match of 250 balls takes about a quarter of a megabyte."""

_VERSIONS = "select match_id, version from rm_match where match_id = any($1::uuid[])"


class IncompleteStream(Exception):
    """An event came whose predecessors are neither remembered nor in the store."""


class MatchProjection:
    """Folds each match in memory. A match not remembered, or with a version missed, comes from the store."""

    name = "projector"
    topics = (BALL_EVENTS.name,)

    def __init__(self, pool: asyncpg.Pool, *, remembered: int = MATCHES_REMEMBERED) -> None:
        self._pool = pool
        self._remembered = remembered
        self._folds: OrderedDict[UUID, MatchFold] = OrderedDict()

    def forget(self) -> None:
        self._folds.clear()

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        while len(self._folds) > self._remembered:
            self._folds.popitem(last=False)
        matches = _by_match(records)
        await self._recall(matches)
        touched = [self._advance(match, events) for match, events in matches.items()]
        behind = [fold for fold in touched if fold.written_version < fold.version]
        changes = [fold.changes() for fold in behind]

        async def write(connection: Any) -> None:
            if changes:
                await write_changes(connection, changes)
            for fold in behind:
                fold.keep()

        return write

    async def _recall(self, matches: "dict[UUID, list[_Event]]") -> None:
        """Have every match as far as the store has it, unless its events go on from what is remembered."""
        unknown = [match for match in matches if match not in self._folds]
        written: dict[UUID, int] = {}
        if unknown:
            rows = await self._pool.fetch(_VERSIONS, unknown)
            written = {row["match_id"]: row["version"] for row in rows}
        for match in unknown:
            self._folds[match] = MatchFold(matches[match][0][0].tenant_id, match)
        incomplete = {
            match: self._folds[match].version
            for match, events in matches.items()
            if written.get(match) or _has_gap(self._folds[match].version, events)
        }
        if incomplete:
            for event in await read_tails(self._pool, incomplete):
                fold = self._folds[event.stream_id]
                if event.version == fold.version + 1:
                    fold.apply(decode(event.type, event.data, event.schema_version), event.recorded_at)
                if fold.version == written.get(event.stream_id):
                    fold.keep()

    def _advance(self, match: UUID, events: "list[_Event]") -> MatchFold:
        fold = self._folds[match]
        self._folds.move_to_end(match)
        for envelope, data in events:
            if envelope.version > fold.version + 1:
                raise IncompleteStream(
                    f"match {match}: version {envelope.version} came, {fold.version} is the last known"
                )
            if envelope.version > fold.version:
                event = decode(envelope.type, data, envelope.schema_version)
                fold.apply(event, envelope.recorded_at)
        return fold


_Event = tuple[Envelope, bytes]


def _by_match(records: Iterable[ConsumerRecord]) -> dict[UUID, list[_Event]]:
    matches: dict[UUID, list[_Event]] = {}
    for record in records:
        envelope = decode_headers(record.headers)
        if record.value is None:
            raise MalformedEnvelope("an event without its data")
        if envelope.stream_kind == MATCH:
            matches.setdefault(envelope.stream_id, []).append((envelope, record.value))
    return matches


def _has_gap(version: int, events: Iterable[_Event]) -> bool:
    """Is a version between the one known and the last of the events missing?"""
    for envelope, _ in events:
        if envelope.version > version + 1:
            return True
        version = max(version, envelope.version)
    return False


async def write_changes(connection: Any, changes: Sequence[MatchChanges]) -> None:
    """Write the rows of many matches."""
    replaced = [change.match.match_id for change in changes if change.whole]
    if replaced:
        for statement in DELETE_DETAILS:
            await connection.execute(statement, replaced)
    columns: list[Sequence[Any]] = []
    for table, rows in rows_by_table(changes).items():
        columns += zip(*rows, strict=True) if rows else [()] * len(table.columns)
    await connection.execute(WRITE_ALL, *columns)


def rows_by_table(changes: Sequence[MatchChanges]) -> dict[Table, list[tuple[Any, ...]]]:
    """The rows of all changes, by the table they belong to, in the order of TABLES."""
    return {
        MATCHES: [change.match for change in changes],
        CARDS: [change.card for change in changes],
        BALLS: [row for change in changes for row in change.balls],
        OVERS: [row for change in changes for row in change.overs],
        FALLS: [row for change in changes for row in change.falls],
        PARTNERSHIPS: [row for change in changes for row in change.partnerships],
    }
