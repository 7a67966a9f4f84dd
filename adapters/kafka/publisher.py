"""Events into Kafka in whole batches: one future for hundreds of records."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError
from aiokafka.partitioner import murmur2

from contracts.cloudevents import Header, event_headers, event_type, fixed_headers, stream_headers
from contracts.relay import PublisherLost, TailedEvent
from contracts.topics import CORRECTIONS, HOME_TOPICS, WICKET_EVENTS, WICKET_FALLEN, Topic, takes_wicket

BATCH_BYTES = 256 * 1024
CLOSE_SECONDS = 3.0
_STREAMS_REMEMBERED = 100_000


class UnroutedEvent(Exception):
    """An event of a stream kind that no topic is the home of."""


@dataclass(slots=True, eq=False)
class _Lane:
    """One partition of one topic, with the batch that is being filled for it."""

    topic: str
    partition: int
    batch: Any = None
    full: list[Any] = field(default_factory=list[Any])

    def take(self) -> list[Any]:
        """The batches to send, in order; the lane is empty then."""
        batches = self.full
        if self.batch is not None:
            batches.append(self.batch)
        self.batch, self.full = None, []
        for batch in batches:
            batch.close()
        return batches


@dataclass(slots=True, eq=False)
class _Route:
    """Where a stream's events go and the headers they share."""

    home: _Lane
    wickets: _Lane | None
    headers: tuple[Header, ...]


class EventPublisher:
    """Publishes tailed events to the topics they belong to, in order within each stream.

    ``prefix`` goes before every topic's name, where several installations share a broker.
    ``open`` before use, and again after PublisherLost: an idempotent producer that was fenced or has lost
    its sequence never recovers.
    """

    def __init__(self, bootstrap: str, *, prefix: str = "", batch_bytes: int = BATCH_BYTES) -> None:
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._batch_bytes = batch_bytes
        self._producer: AIOKafkaProducer | None = None
        self._lanes: dict[tuple[str, int], _Lane] = {}
        self._routes: dict[bytes, _Route] = {}

    async def open(self) -> None:
        """Connect a fresh producer. Raises PublisherLost when no broker answers."""
        await self.close()
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=self._batch_bytes,
        )
        try:
            await producer.start()
        except BaseException as error:
            await producer.stop()
            if not isinstance(error, KafkaError):
                raise
            raise PublisherLost(f"Kafka at {self._bootstrap}: {error!r}") from error
        self._producer = producer
        self._lanes.clear()
        self._routes.clear()

    async def close(self) -> None:
        """Wait a while for what is on its way, and disconnect.

        An idempotent producer never gives up by itself: without a broker it would keep its process from ending.
        """
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            await asyncio.wait_for(producer.stop(), CLOSE_SECONDS)
        except TimeoutError:
            sender = producer._sender.sender_task
            if sender is not None:
                sender.cancel()
            await producer.client.close()
            producer._message_accumulator.fail_all(KafkaTimeoutError())

    async def publish(self, events: Sequence[TailedEvent]) -> asyncio.Future[None]:
        """Hand the events to the producer; what is returned ends when Kafka has acknowledged all of them.

        Both raise PublisherLost.
        """
        producer = self._producer
        if producer is None:
            raise PublisherLost("the producer is not open")
        sent: list[Awaitable[Any]] = []
        try:
            for lane in self._pack(producer, events):
                for batch in lane.take():
                    acknowledged = await producer.send_batch(batch, lane.topic, partition=lane.partition)
                    sent.append(acknowledged)
        except KafkaError as error:
            await asyncio.gather(*sent, return_exceptions=True)
            raise PublisherLost(repr(error)) from error
        return asyncio.ensure_future(_all_acknowledged(sent))

    def _pack(self, producer: AIOKafkaProducer, events: Sequence[TailedEvent]) -> Iterable[_Lane]:
        """Fill the batches of the lanes the events belong to."""
        touched: dict[_Lane, None] = {}
        routes = self._routes
        for event in events:
            _, position, tenant, kind, stream, version, event_id, name, schema, data, at = event
            route = routes.get(stream) or self._route(kind, stream, tenant)
            own = (*route.headers, *event_headers(event_id, at, version, position))
            touched[route.home] = None
            headers = [*fixed_headers(kind, name, schema, event_type(name)), *own]
            _append(producer, route.home, stream, data, headers)
            if route.wickets is not None and (name in CORRECTIONS or takes_wicket(name, data)):
                filter_name = event_type(name) if name in CORRECTIONS else WICKET_FALLEN
                touched[route.wickets] = None
                headers = [*fixed_headers(kind, name, schema, filter_name), *own]
                _append(producer, route.wickets, stream, data, headers)
        return touched

    def _route(self, kind: str, stream: bytes, tenant: bytes) -> _Route:
        if kind not in HOME_TOPICS:
            raise UnroutedEvent(f"no topic is the home of {kind!r} streams")
        home = HOME_TOPICS[kind]
        if len(self._routes) >= _STREAMS_REMEMBERED:
            self._routes.clear()
        route = self._routes[stream] = _Route(
            home=self._lane(home, stream),
            wickets=self._lane(WICKET_EVENTS, stream) if kind == "match" else None,
            headers=stream_headers(stream, tenant),
        )
        return route

    def _lane(self, topic: Topic, stream: bytes) -> _Lane:
        """The lane of the partition that any Kafka client would choose for this key."""
        partition = (murmur2(stream) & 0x7FFFFFFF) % topic.partitions
        name = self._prefix + topic.name
        return self._lanes.setdefault((name, partition), _Lane(name, partition))


def _append(producer: AIOKafkaProducer, lane: _Lane, key: bytes, value: bytes, headers: list[Header]) -> None:
    batch = lane.batch
    if batch is None:
        batch = lane.batch = producer.create_batch()
    if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
        lane.full.append(batch)
        batch = lane.batch = producer.create_batch()
        batch.append(timestamp=None, key=key, value=value, headers=headers)


async def _all_acknowledged(sent: Sequence[Awaitable[Any]]) -> None:
    results = await asyncio.gather(*sent, return_exceptions=True)
    failed = next((result for result in results if isinstance(result, BaseException)), None)
    if failed is not None:
        raise PublisherLost(repr(failed)) from failed
