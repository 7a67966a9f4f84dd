"""Events that are to be sent as webhooks: a delivery for each endpoint that wants one."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from aiokafka import ConsumerRecord

from adapters.postgres.deliveries import add_deliveries, endpoints_of, forget_answers
from contracts.cloudevents import Envelope
from contracts.cloudevents import decode as decode_headers
from contracts.codec import MATCH, PAYMENT, PAYOUT, SESSION, TOURNAMENT
from contracts.webhook_endpoints import NewDelivery, WebhookEndpoint
from contracts.webhook_events import TOPICS, leaves, names_of, type_of
from contracts.work import session_stream_id
from domain.notification.events import NoticeRaised
from domain.persons import PersonErased
from domain.webhook.filters import About

REMEMBERED = 20_000
_TOURNAMENT_IN: dict[str, tuple[str, ...]] = {
    MATCH: ("tournament",),
    SESSION: ("tournament",),
    PAYMENT: ("terms", "tournament"),
    PAYOUT: ("terms", "tournament"),
}
"""Where the first event of a stream says whose tournament's it is, by the stream's kind. That never changes."""
_FIRST = "select stream_id, data::text as data from event where stream_id = any ($1::uuid[]) and version = 1"


class WebhookMatching:
    """Records deliveries, in the transaction that moves the position. What comes again is recorded once."""

    name = "hooks"
    topics = TOPICS

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._tournaments: OrderedDict[UUID, UUID | None] = OrderedDict()

    def forget(self) -> None:
        self._tournaments.clear()

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        events = [_Event.of(record) for record in records]
        events = [each for each in events if leaves(each.envelope.stream_kind, each.envelope.type)]
        tenants = list({each.envelope.tenant_id for each in events})
        endpoints = await endpoints_of(self._pool, tenants) if tenants else []
        if any(each.filters.by_place for each in endpoints):
            await self._look_up(each.envelope for each in events)
        new = [
            delivery
            for endpoint in endpoints
            for delivery in self._wanted(endpoint, [e for e in events if _concerns(endpoint, e.envelope)])
        ]

        erased = {each.envelope.tenant_id for each in events if each.envelope.type == PersonErased.__name__}

        async def write(connection: Any) -> None:
            if new:
                await add_deliveries(connection, new)
            if erased:
                await forget_answers(connection, list(erased))

        return write

    def _wanted(self, endpoint: WebhookEndpoint, events: "Iterable[_Event]") -> Iterable[NewDelivery]:
        filters = endpoint.filters
        days = {session_stream_id(match): match for match in endpoint.matches}
        for event in events:
            envelope = event.envelope
            stream = envelope.stream_id
            about = About(
                types=event.names,
                tournament=event.tournament or self._tournaments.get(stream),
                match=event.match or days.get(stream, stream),
            )
            if filters.let(about):
                yield NewDelivery(
                    tenant_id=endpoint.tenant_id,
                    endpoint_id=endpoint.id,
                    event_id=UUID(envelope.event_id),
                    event_type=type_of(envelope.stream_kind, envelope.type),
                    stream_id=stream,
                    stream_version=envelope.version,
                )

    async def _look_up(self, envelopes: Iterable[Envelope]) -> None:
        """Have the tournaments of these streams at hand."""
        while len(self._tournaments) > REMEMBERED:
            self._tournaments.popitem(last=False)
        asked = {
            each.stream_id: each.stream_kind
            for each in envelopes
            if each.stream_kind in _TOURNAMENT_IN and each.stream_id not in self._tournaments
        }
        if asked:
            for row in await self._pool.fetch(_FIRST, list(asked)):
                kind = asked[row["stream_id"]]
                self._tournaments[row["stream_id"]] = _tournament(kind, row["data"])


@dataclass(frozen=True, slots=True)
class _Event:
    """``tournament`` and ``match``: where the event itself says that it belongs."""

    envelope: Envelope
    names: tuple[str, ...]
    tournament: UUID | None = None
    match: UUID | None = None

    @classmethod
    def of(cls, record: ConsumerRecord) -> "_Event":
        envelope, value = decode_headers(record.headers), record.value or b""
        names = names_of(envelope.stream_kind, envelope.type, value)
        if envelope.stream_kind == TOURNAMENT:
            return cls(envelope, names, tournament=envelope.stream_id)
        if envelope.type == NoticeRaised.__name__:
            about = dict(each.split(":", 1) for each in msgspec.json.decode(value)["about"])
            return cls(envelope, names, _uuid(about.get("tournament")), _uuid(about.get("match")))
        return cls(envelope, names)


def _concerns(endpoint: WebhookEndpoint, envelope: Envelope) -> bool:
    """An endpoint hears of its own league, from the moment on when it was made."""
    return endpoint.tenant_id == envelope.tenant_id and envelope.recorded_at >= endpoint.created_at


def _tournament(kind: str, data: str) -> UUID | None:
    said: Any = msgspec.json.decode(data)
    for name in _TOURNAMENT_IN[kind]:
        said = said.get(name) if isinstance(said, dict) else None
    return _uuid(said)


def _uuid(said: Any) -> UUID | None:
    try:
        return UUID(said)
    except (TypeError, ValueError):
        return None
