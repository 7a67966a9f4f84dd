"""The relay's loop, on a store and a broker kept in memory."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from activities import event_relay
from activities.event_relay import Relay
from activities.relay_metrics import BarrierAge
from contracts.relay import START, Cursor, Fenced, PublisherLost, TailedEvent

STREAM, OTHER = b"stream", b"other"


def event(txid: int, position: int, version: int, stream: bytes = STREAM) -> TailedEvent:
    return TailedEvent(
        txid=txid,
        position=position,
        tenant_id=b"t",
        stream_kind="match",
        stream_id=stream,
        version=version,
        event_id=b"e%d" % position,
        type="TossMade",
        schema_version=1,
        data=b"{}",
        recorded_at=b"2026-01-01T00:00:00Z",
    )


class MemoryTail:
    """A store of one shard, in the order of the tail."""

    def __init__(self, events: Sequence[TailedEvent], elsewhere: Sequence[TailedEvent] = ()) -> None:
        self.events = list(events)
        self.elsewhere = list(elsewhere)
        self.saved = START
        self.owner = 0

    async def claim(self) -> Cursor:
        self.owner += 1
        self.mine = self.owner
        return self.saved

    async def read(self, after: Cursor, limit: int) -> Sequence[TailedEvent]:
        return [each for each in self.events if Cursor(each.txid, each.position) > after][:limit]

    async def read_stream(self, stream_id: bytes, first: int, last: int) -> Sequence[TailedEvent]:
        of_stream = [each for each in self.events + self.elsewhere if each.stream_id == stream_id]
        return sorted(
            (each for each in of_stream if first <= each.version <= last), key=lambda each: each.version
        )

    async def advance(self, cursor: Cursor) -> None:
        if self.owner != self.mine:
            raise Fenced("taken over")
        self.saved = cursor

    async def state(self, cursor: Cursor) -> tuple[int, int, int, float]:
        return 10, 10, 0, 0.0


class MemoryBroker:
    """Keeps what is published. ``fail`` says of which calls the acknowledgement is lost."""

    def __init__(self, fail: Callable[[int], bool] = lambda call: False) -> None:
        self.published: list[TailedEvent] = []
        self.opened = self.calls = 0
        self.fail = fail

    async def open(self) -> None:
        self.opened += 1

    async def close(self) -> None:
        pass

    async def publish(self, events: Sequence[TailedEvent]) -> asyncio.Future[None]:
        self.calls += 1
        acknowledged = asyncio.get_running_loop().create_future()
        if self.fail(self.calls):
            acknowledged.set_exception(PublisherLost("OutOfOrderSequenceNumber"))
        else:
            self.published += events
            acknowledged.set_result(None)
        return acknowledged


async def relay_until(relay: Relay, done: Callable[[], bool]) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    async with asyncio.timeout(60):
        while not done() and not running.done():
            await asyncio.sleep(0.001)
    stop.set()
    await running


async def test_all_events_go_out_in_order_and_the_cursor_follows() -> None:
    tail, broker = MemoryTail([event(1, n, n) for n in range(1, 26)]), MemoryBroker()
    await relay_until(Relay(tail, broker, chunk=4), lambda: len(broker.published) == 25)
    assert [each.position for each in broker.published] == list(range(1, 26))
    assert tail.saved == Cursor(1, 25)


async def test_it_goes_on_from_the_cursor() -> None:
    tail, broker = MemoryTail([event(1, n, n) for n in range(1, 11)]), MemoryBroker()
    tail.saved = Cursor(1, 7)
    await relay_until(Relay(tail, broker), lambda: len(broker.published) == 3)
    assert [each.position for each in broker.published] == [8, 9, 10]


async def test_a_lost_producer_is_made_anew_and_nothing_is_skipped() -> None:
    tail = MemoryTail([event(1, n, n) for n in range(1, 21)])
    broker = MemoryBroker(fail=lambda call: call == 3)
    await relay_until(Relay(tail, broker, chunk=4), lambda: tail.saved == Cursor(1, 20))
    assert broker.opened == 2
    first_seen = list(dict.fromkeys(each.position for each in broker.published))
    assert sorted(first_seen) == list(range(1, 21))
    delivered = [each.position for each in broker.published]
    assert delivered[-1] == 20


async def test_a_producer_that_never_gets_anywhere_ends_the_relay() -> None:
    tail, broker = MemoryTail([event(1, 1, 1)]), MemoryBroker(fail=lambda call: True)
    with pytest.raises(PublisherLost):
        await relay_until(Relay(tail, broker), lambda: False)
    assert tail.saved == START


async def test_a_relay_that_was_taken_over_stops() -> None:
    tail, broker = MemoryTail([event(1, 1, 1)]), MemoryBroker()
    relay = Relay(tail, broker)
    stop = asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    async with asyncio.timeout(60):
        while not broker.published:
            await asyncio.sleep(0.001)
    tail.owner += 1
    tail.events.append(event(2, 2, 2))
    with pytest.raises(Fenced):
        await asyncio.wait_for(running, 60)


async def test_a_version_missing_from_the_tail_is_read_from_its_stream() -> None:
    late = event(1, 2, 2)
    tail = MemoryTail([event(2, 1, 1), event(2, 3, 3), event(2, 4, 1, OTHER)], elsewhere=[late])
    broker = MemoryBroker()
    await relay_until(Relay(tail, broker), lambda: len(broker.published) == 4)
    assert [each.version for each in broker.published if each.stream_id == STREAM] == [1, 2, 3]


def test_the_pause_grows_while_nothing_comes_and_ends_with_a_backlog() -> None:
    pause, pauses = 0.0, []
    for _ in range(6):
        pause = event_relay._pause(pause, 0, 100)
        pauses.append(pause)
    assert pauses == [0.01, 0.02, 0.025, 0.025, 0.025, 0.025]
    assert event_relay._pause(pause, 7, 100) == event_relay.FASTEST_POLL_SECONDS
    assert event_relay._pause(pause, 100, 100) == 0.0


def test_the_places_of_a_row_are_those_of_a_tailed_event() -> None:
    assert TailedEvent._fields[event_relay._STREAM_ID] == "stream_id"
    assert TailedEvent._fields[event_relay._VERSION] == "version"


def test_the_barrier_ages_only_while_it_stands_still_behind_others() -> None:
    barrier = BarrierAge()
    assert barrier.seconds(10, 10, now=100.0) == 0
    assert barrier.seconds(10, 14, now=101.0) == 1
    assert barrier.seconds(10, 19, now=103.0) == 3
    assert barrier.seconds(12, 19, now=104.0) == 0
    assert barrier.seconds(19, 19, now=109.0) == 0
