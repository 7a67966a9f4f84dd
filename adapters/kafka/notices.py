"""From the events of matches, tournaments, match days and payments to notices: what the consumer ``notifier`` does."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg
from aiokafka import ConsumerRecord

from adapters.postgres.event_reader import read_tails
from adapters.postgres.notices import add_notices, forget_notices
from adapters.postgres.stream_projection import IncompleteStream
from contracts.cloudevents import Envelope, MalformedEnvelope
from contracts.cloudevents import decode as decode_headers
from contracts.codec import MATCH, PAYMENT, SESSION, TOURNAMENT, WEBHOOK, decode_of
from contracts.notifications import NOTIFIER
from contracts.topics import BALL_EVENTS, NOTIFICATIONS, PAYMENT_EVENTS, TOURNAMENT_EVENTS
from contracts.work import match_id_of, session_stream_id
from domain.notification.match_notices import MatchNotices
from domain.notification.notice import Notice
from domain.notification.other_notices import (
    PaymentNotices,
    SessionNotices,
    TournamentNotices,
    WebhookEndpointNotices,
)
from domain.persons import PersonErased

REMEMBERED = 500
REPLAYS = 20
"""How often a match can have been ordered to be played again for its match day to be known as its own."""
_TOURNAMENT_OF = (
    "select data ->> 'tournament' from event where stream_id = $1 and version = 1 and type = 'SessionOpened'"
)


_Found = tuple[UUID, Notice, datetime]
"""A notice of a league, and when it was made."""


class _Fold(Protocol):
    @property
    def version(self) -> int: ...

    def apply(self, event: Any, at: datetime) -> Sequence[Notice]: ...


class _Match:
    """A match's fold, told as the others are."""

    def __init__(self, match_id: UUID, tournament: str | None) -> None:
        self._notices = MatchNotices(str(match_id), tournament)

    @property
    def version(self) -> int:
        return self._notices.version

    def apply(self, event: Any, at: datetime) -> Sequence[Notice]:
        return self._notices.apply(event)


class NoticeProjection:
    """Folds each stream in memory and keeps the notices its events make, in the transaction of the position.

    A stream not remembered comes from the store up to the first of its events at hand: what it made people be told
    before was kept then. A notice found again meets its subject. One that is worth nothing any more is not kept, so
    who begins to listen, or was away for long, tells nobody of long ago. Where a person's name was taken out of
    a stream, what was told of it is forgotten: the name may stand there.
    """

    name = NOTIFIER
    topics = (BALL_EVENTS.name, TOURNAMENT_EVENTS.name, PAYMENT_EVENTS.name, NOTIFICATIONS.name)

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        *,
        remembered: int = REMEMBERED,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._remembered = remembered
        self._clock = clock
        self._folds: OrderedDict[UUID, _Fold] = OrderedDict()

    def forget(self) -> None:
        self._folds.clear()

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        while len(self._folds) > self._remembered:
            self._folds.popitem(last=False)
        found: list[_Found] = []
        erased: list[str] = []
        for stream, events in _by_stream(records).items():
            try:
                of_stream, erases = await self._find(stream, events)
            except BaseException:  # what it had found so far is found again
                self._folds.pop(stream, None)
                raise
            found += of_stream
            erased += erases
        fresh = [each for each in found if self._is_fresh(*each)]

        async def write(connection: Any) -> None:
            if erased:
                await forget_notices(connection, erased)
            if fresh:
                await add_notices(connection, fresh)

        return write

    async def _find(self, stream: UUID, events: "list[_Event]") -> tuple[list[_Found], list[str]]:
        """What the events of a stream have to tell, and the subjects that are forgotten before that is kept."""
        fold = await self._fold_before(stream, events)
        self._folds.move_to_end(stream)
        found: list[_Found] = []
        erased: list[str] = []
        for envelope, data in events:
            if envelope.type == PersonErased.__name__:
                found, erased = [], [f"{envelope.stream_kind}/{stream}/"]
            found += self._apply(fold, envelope, data)
        return found, erased

    def _apply(self, fold: _Fold, envelope: Envelope, data: bytes) -> list[_Found]:
        if envelope.version <= fold.version:
            return []
        if envelope.version > fold.version + 1:
            raise IncompleteStream(
                f"{envelope.stream_kind} {envelope.stream_id}: version {envelope.version} came, {fold.version} "
                "is the last known"
            )
        event = decode_of(envelope.stream_kind, envelope.type, data, envelope.schema_version)
        at = envelope.recorded_at
        return [(envelope.tenant_id, notice, at) for notice in fold.apply(event, at)]

    def _is_fresh(self, tenant_id: UUID, notice: Notice, at: datetime) -> bool:
        expires_at = notice.expiry(at)
        return expires_at is None or expires_at > self._clock()

    async def _fold_before(self, stream: UUID, events: "list[_Event]") -> _Fold:
        """The fold of a stream up to the first of these events, or as far as it is known beyond that."""
        first = events[0][0]
        fold = self._folds.get(stream)
        if fold is None:
            fold = self._folds[stream] = await self._new_fold(first.stream_kind, stream)
        if fold.version < first.version - 1:
            before = {stream: first.version - 1}
            for event in await read_tails(self._pool, {stream: fold.version}, before):
                decoded = decode_of(first.stream_kind, event.type, event.data, event.schema_version)
                fold.apply(decoded, event.recorded_at)
        return fold

    async def _new_fold(self, kind: str, stream: UUID) -> _Fold:
        if kind == MATCH:
            return _Match(
                stream, await self._pool.fetchval(_TOURNAMENT_OF, session_stream_id(stream)) or None
            )
        return _FOLDS[kind](stream)


def _session(stream: UUID) -> SessionNotices:
    """A match's id cannot be read off its match day's, but the other way round it can."""

    def match_of(tournament: str, node: str) -> str | None:
        candidates = (match_id_of(UUID(tournament), node, replay) for replay in range(REPLAYS))
        return next((str(each) for each in candidates if session_stream_id(each) == stream), None)

    return SessionNotices(str(stream), match_of)


_FOLDS: dict[str, Callable[[UUID], _Fold]] = {
    TOURNAMENT: lambda stream: TournamentNotices(
        str(stream), lambda node, replay: str(match_id_of(stream, node, replay))
    ),
    SESSION: _session,
    PAYMENT: lambda stream: PaymentNotices(str(stream)),
    WEBHOOK: lambda stream: WebhookEndpointNotices(str(stream)),
}
_KINDS = frozenset({MATCH, *_FOLDS})

_Event = tuple[Envelope, bytes]


def _by_stream(records: Iterable[ConsumerRecord]) -> dict[UUID, list[_Event]]:
    streams: dict[UUID, list[_Event]] = {}
    for record in records:
        envelope = decode_headers(record.headers)
        if record.value is None:
            raise MalformedEnvelope("an event without its data")
        if envelope.stream_kind in _KINDS:
            streams.setdefault(envelope.stream_id, []).append((envelope, record.value))
    return streams
