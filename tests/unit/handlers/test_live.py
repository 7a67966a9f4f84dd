"""What listeners are told: every version once and in order, whatever was heard, by whoever, however slowly."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.live import kinds
from benchmarks.matches import t20_match
from cli.event_stream import ServerSentEvent, events_of
from contracts import codec
from contracts.events import StoredEvent
from domain.match import commands as c
from domain.match import decide, fold
from handlers.errors import MatchNotFound, TournamentNotFound, VersionNotReached
from handlers.live import channel as channels
from handlers.live.feed import KEPT, TOLD_AT_OPEN
from handlers.live.hub import LiveHub
from handlers.live.places import read_place, write_place
from handlers.live.ports import Heard, MalformedPlace, TooManyListeners, heard
from handlers.ports import StoreUnavailable

LEAGUE, OTHER = UUID(int=1), UUID(int=2)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def always() -> bool:
    """Who listens may do so."""
    return True


class Streams:
    """The store, the ends of its streams, and a broadcaster that says only what a test has it say."""

    def __init__(self) -> None:
        self.stored: list[StoredEvent] = []
        self.following = True
        self.away = False
        self.loads = 0
        self.hear: Any = None

    def append(self, match: UUID, event: Any, *, at: datetime | None = None, tenant: UUID = LEAGUE) -> Heard:
        return self.put(match, type(event).__name__, codec.encode(event).decode(), at=at, tenant=tenant)

    def put(
        self,
        stream: UUID,
        type_: str,
        data: str,
        *,
        kind: str = "match",
        at: datetime | None = None,
        tenant: UUID = LEAGUE,
    ) -> Heard:
        version = sum(one.stream_id == stream for one in self.stored) + 1
        stored = StoredEvent(
            position=len(self.stored) + 1,
            tenant_id=tenant,
            stream_kind=kind,
            stream_id=stream,
            version=version,
            event_id=uuid4(),
            type=type_,
            schema_version=1,
            data=data,
            metadata={},
            recorded_at=at or datetime.now(UTC),
        )
        self.stored.append(stored)
        return heard(stored)

    async def load(
        self, tenant_id: UUID, stream_id: UUID, after_version: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        await asyncio.sleep(0)
        self.loads += 1
        return (await self.tails(tenant_id, {stream_id: after_version}))[:limit]

    async def tails(self, tenant_id: UUID, after: Any) -> list[StoredEvent]:
        if self.away:
            raise StoreUnavailable("away")
        return [
            one
            for one in self.stored
            if one.tenant_id == tenant_id and one.version > after.get(one.stream_id, 1_000_000)
        ]

    async def follow(self, wanted: Container[bytes], hear: Any) -> None:
        self.hear = hear
        await asyncio.Event().wait()


@asynccontextmanager
async def hub(streams: Any, *, most: int = 2_000, linger: float = 0) -> AsyncIterator[LiveHub]:
    """A hub that runs beside the test."""
    made = LiveHub(
        store=streams,
        tails=streams,
        broadcaster=streams,
        match=kinds.MATCH,
        tournament=kinds.TOURNAMENT,
        write=kinds.write_event,
        most_listeners=most,
        linger_seconds=linger,
    )
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0)
    yield made
    made.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class Client:
    """Listens, and keeps what it was sent."""

    def __init__(self) -> None:
        self.events: list[ServerSentEvent] = []
        self.raw = b""

    @property
    def versions(self) -> list[int]:
        return [json.loads(one.data)["version"] for one in self.events if one.name == "event"]

    async def listen(self, hub: LiveHub, match: UUID, last: str = "", *, until: int = 0) -> None:
        """Until the stream ends, or ``until`` events are there."""
        listener = await hub.listen_to_match(LEAGUE, match)
        try:
            place = await listener.channel.place_of(last) if last else None
            async for event in events_of(self._lines(listener.channel.listen(place, always))):
                self.events.append(event)
                if until and len(self.events) >= until:
                    return
        finally:
            listener.leave()

    async def _lines(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.raw += chunk
            for line in chunk.splitlines():
                yield line


MATCH = list(t20_match(1))


def played(streams: Streams, events: int, *, at: datetime | None = None) -> UUID:
    """A match with so many events in the store."""
    match = uuid4()
    for event in MATCH[:events]:
        streams.append(match, event, at=at)
    return match


async def until(done: Any) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.01)


async def test_first_a_snapshot_then_every_event_with_the_score_after_it() -> None:
    streams, client = Streams(), Client()
    match = played(streams, 20)
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match, until=31))
        await until(lambda: client.events)
        for event in MATCH[20:50]:
            streams.hear(streams.append(match, event))
        await listening
    snapshot, *told = client.events
    assert (snapshot.name, snapshot.id) == ("snapshot", "20")
    assert client.versions == list(range(21, 51))
    assert client.raw.startswith(b"retry: 2000\n\n")
    for event in told:
        said = json.loads(event.data)
        score = kinds.MATCH.snapshot(match, fold(MATCH[: said["version"]]))
        assert said["summary"] == json.loads(score)["summary"]
        assert event.id == str(said["version"])


async def test_what_is_heard_twice_or_out_of_order_or_not_at_all_is_told_once() -> None:
    streams, client = Streams(), Client()
    match = played(streams, 10)
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match, until=22))
        await until(lambda: client.events)
        said = [streams.append(match, event) for event in MATCH[10:31]]
        for number in (0, 0, 1, 3, 2, 2, 9, 4, 5, 20, 20):
            streams.hear(said[number])
            await asyncio.sleep(0.01)
        await listening
        assert live.counts.holes > 0
    assert client.versions == list(range(11, 32))


async def test_without_a_broadcaster_the_store_is_asked() -> None:
    streams, client = Streams(), Client()
    streams.following = False
    match = played(streams, 10)
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match, until=4))
        await until(lambda: client.events)
        streams.away = True
        for event in MATCH[10:13]:
            streams.append(match, event)
        await asyncio.sleep(0.3)
        assert len(client.events) == 1
        streams.away = False
        await listening
        assert live.counts.from_store == 3
    assert client.versions == [11, 12, 13]


async def test_what_the_broadcaster_keeps_to_itself_comes_from_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handlers.live.hub.CHECK_SECONDS", 0.0)
    streams, client = Streams(), Client()
    match = played(streams, 10)
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match, until=3))
        await until(lambda: client.events)
        streams.append(match, MATCH[10])
        await until(lambda: len(client.events) == 2)
        late = streams.append(match, MATCH[11])
        streams.hear(late)
        await listening
    assert client.versions == [11, 12]


@pytest.mark.parametrize("heard_until", [1, 200 - TOLD_AT_OPEN // 2, 199])
async def test_who_comes_again_is_told_what_was_missed_and_no_snapshot(heard_until: int) -> None:
    streams, client = Streams(), Client()
    match = played(streams, 200)
    async with hub(streams) as live:
        await client.listen(live, match, str(heard_until), until=200 - heard_until)
    assert client.versions == list(range(heard_until + 1, 201))
    assert {one.name for one in client.events} == {"event"}


async def test_what_the_store_has_and_nobody_has_heard_yet_is_told_once_to_who_comes_from_far_back() -> None:
    streams, near, far = Streams(), Client(), Client()
    match = played(streams, 120)
    async with hub(streams) as live:
        listening = [asyncio.create_task(near.listen(live, match, until=5))]
        await until(lambda: near.events)
        said = [streams.append(match, event) for event in MATCH[120:123]]
        listening.append(asyncio.create_task(far.listen(live, match, "5", until=119)))
        await until(lambda: far.events)
        for heard_late in said:
            streams.hear(heard_late)
        streams.hear(streams.append(match, MATCH[123]))
        await asyncio.gather(*listening)
    assert far.versions == list(range(6, 125))
    assert near.versions == [121, 122, 123, 124]


async def test_who_was_told_more_by_another_process_is_not_told_it_again() -> None:
    streams, first, client = Streams(), Client(), Client()
    match = played(streams, 20)
    async with hub(streams) as live:
        waiting = asyncio.create_task(first.listen(live, match, until=3))
        await until(lambda: first.events)
        streams.append(match, MATCH[20])
        listening = asyncio.create_task(client.listen(live, match, "21", until=1))
        await until(lambda: live.counts.listeners == 2)
        streams.hear(streams.append(match, MATCH[21]))
        await asyncio.gather(listening, waiting)
    assert client.versions == [22]
    assert first.versions == [21, 22]


@pytest.mark.parametrize("said", ["x", "-1", "1.5", "²", "9" * 10, "12~a"])
async def test_what_is_no_place_is_said_to_be_none(said: str) -> None:
    streams = Streams()
    match = played(streams, 20)
    async with hub(streams) as live:
        with pytest.raises(MalformedPlace):
            await Client().listen(live, match, said)
        with pytest.raises(VersionNotReached):
            await Client().listen(live, match, "21")
        assert live.counts.listeners == live.counts.streams == 0


async def test_a_match_of_another_league_is_no_match() -> None:
    streams = Streams()
    match = played(streams, 20)
    async with hub(streams) as live:
        for tenant, id_ in ((OTHER, match), (LEAGUE, uuid4())):
            with pytest.raises(MatchNotFound):
                await live.listen_to_match(tenant, id_)
        assert live.counts.listeners == live.counts.streams == 0


@pytest.mark.parametrize("followed", [True, False], ids=["while it is followed", "while nobody follows it"])
async def test_a_match_is_no_tournament_and_a_tournament_no_match(followed: bool) -> None:
    streams, client = Streams(), Client()
    match, tournament = played(streams, 20), uuid4()
    streams.put(tournament, "TournamentCreated", "{}", kind="tournament")
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match, until=2))
        if followed:
            await until(lambda: client.events)
        with pytest.raises(TournamentNotFound):
            await live.listen_to_tournament(LEAGUE, match)
        with pytest.raises(MatchNotFound):
            await live.listen_to_match(LEAGUE, tournament)
        await until(lambda: client.events)
        streams.hear(streams.append(match, MATCH[20]))
        await listening
        assert live.counts.listeners == live.counts.streams == 0
    assert client.versions == [21]


async def test_what_another_league_calls_the_same_is_not_told() -> None:
    streams, client = Streams(), Client()
    match = played(streams, 20)
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match, until=2))
        await until(lambda: client.events)
        mine = streams.append(match, MATCH[20])
        streams.hear(replace(mine, tenant_id=OTHER))
        await asyncio.sleep(0.02)
        assert len(client.events) == 1
        streams.hear(mine)
        await listening


async def test_a_thousand_listeners_are_written_to_once() -> None:
    streams, clients = Streams(), [Client() for _ in range(1_000)]
    match = played(streams, 20)
    async with hub(streams) as live:
        listening = [asyncio.create_task(client.listen(live, match, until=11)) for client in clients]
        await until(lambda: all(client.events for client in clients))
        for event in MATCH[20:30]:
            streams.hear(streams.append(match, event))
        await asyncio.gather(*listening)
        assert live.counts.told == 1 + 10, "a snapshot and ten events"
        assert streams.loads == 1
    assert all(client.raw == clients[0].raw for client in clients)


async def test_who_is_slow_is_cut_off_and_resumes() -> None:
    streams = Streams()
    match = played(streams, 5)
    async with hub(streams) as live:
        listener = await live.listen_to_match(LEAGUE, match)
        chunks = listener.channel.listen(None, always)
        read = [await anext(chunks), await anext(chunks)]
        for _ in range(KEPT + 50):
            listener.channel.append(b"x")
        read += [chunk async for chunk in chunks]
        assert len(read) == 2, "it is given no part of what it missed"
        assert live.counts.cut_off == 1, "though nobody has left yet"
        listener.leave()
        assert live.counts.cut_off == 1
        client = Client()
        streams.append(match, MATCH[5])
        await client.listen(live, match, "5", until=1)
        assert client.versions == [6]


async def test_a_result_ends_the_stream_once_it_has_lasted() -> None:
    streams, client, late, again = Streams(), Client(), Client(), Client()
    match = played(streams, len(MATCH) - 3)
    async with hub(streams, linger=0.6) as live:
        listening = asyncio.create_task(client.listen(live, match))
        await until(lambda: client.events)
        for event in MATCH[-3:]:
            streams.hear(streams.append(match, event))
        await asyncio.sleep(0.1)
        assert not listening.done()
        undone = decide(fold(MATCH), c.Undo(reason="dead ball"), None)
        for event in undone:
            streams.hear(streams.append(match, event))
        await asyncio.sleep(0.7)
        assert not listening.done(), "the result was taken back"
        replayed = list(decide(fold([*MATCH, *undone]), c.AbandonMatch(reason="rain"), None))
        for event in replayed:
            streams.hear(streams.append(match, event))
        await listening
        everything = len(MATCH) + len(undone) + len(replayed)
        assert client.versions == list(range(len(MATCH) - 2, everything + 1))
        assert client.events[-1].name == "end"
        assert json.loads(client.events[-1].data)["result"]["outcome"] == "no result"
        await late.listen(live, match)
        assert [one.name for one in late.events] == ["snapshot", "end"]
        await again.listen(live, match, str(everything - 1))
        assert [one.name for one in again.events] == ["event", "end"]
        listener = await live.listen_to_match(LEAGUE, match)
        assert listener.channel.has_heard_all(await listener.channel.place_of(str(everything)))
        listener.leave()


async def test_a_line_that_stands_is_shown_to_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "PING_SECONDS", 0.1)
    streams, client = Streams(), Client()
    match = played(streams, 5)
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match))
        await until(lambda: client.raw.endswith(b": ping\n\n: ping\n\n"))
        live.close()
        await listening
    assert [one.name for one in client.events] == ["snapshot"]


async def test_no_more_come_in_than_there_are_places_for() -> None:
    streams = Streams()
    match = played(streams, 5)
    async with hub(streams, most=2) as live:
        first, second = [await live.listen_to_match(LEAGUE, match) for _ in range(2)]
        with pytest.raises(TooManyListeners):
            await live.listen_to_match(LEAGUE, match)
        first.leave()
        first.leave()
        third = await live.listen_to_match(LEAGUE, match)
        live.close()
        with pytest.raises(TooManyListeners):
            await live.listen_to_match(LEAGUE, match)
        for listener in (second, third):
            assert [chunk async for chunk in listener.channel.listen({match: 5}, always)]
            listener.leave()
        assert live.counts.turned_away == 2


async def test_nobody_listens_longer_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nothing happens, and others go on."""
    monkeypatch.setattr(channels, "ASK_SECONDS", 0.0)
    streams, client = Streams(), Client()
    match = played(streams, 5)
    async with hub(streams) as live:
        going_on = asyncio.create_task(client.listen(live, match, until=2))
        listener = await live.listen_to_match(LEAGUE, match)
        until_then = time.monotonic() + 0.3
        async with asyncio.timeout(5):
            chunks = [
                chunk async for chunk in listener.channel.listen(None, lambda: time.monotonic() < until_then)
            ]
        listener.leave()
        streams.hear(streams.append(match, MATCH[5]))
        await going_on
    assert [chunk.partition(b":")[0] for chunk in chunks] == [b"retry", b"event"]
    assert time.monotonic() - until_then < 2


async def test_who_may_not_listen_any_more_is_not_told_what_happens_next() -> None:
    streams = Streams()
    match = played(streams, 5)
    allowed = True
    async with hub(streams) as live:
        listener = await live.listen_to_match(LEAGUE, match)
        chunks = listener.channel.listen(None, lambda: allowed)
        assert [await anext(chunks) for _ in range(2)][1].startswith(b"event: snapshot")
        allowed = False
        streams.hear(streams.append(match, MATCH[5]))
        assert [chunk async for chunk in chunks] == []
        listener.leave()


async def test_an_event_that_cannot_be_read_ends_its_match_alone() -> None:
    streams, spoiled, healthy = Streams(), Client(), Client()
    one, other = played(streams, 5), played(streams, 5)
    async with hub(streams) as live:
        ending = asyncio.create_task(spoiled.listen(live, one))
        going_on = asyncio.create_task(healthy.listen(live, other, until=2))
        await until(lambda: spoiled.events and healthy.events)
        streams.hear(replace(heard(streams.stored[4]), stream_id=one, version=6, schema_version=99))
        streams.hear(streams.append(other, MATCH[5]))
        await asyncio.gather(ending, going_on)
    assert (spoiled.versions, healthy.versions) == ([], [6])


@pytest.mark.parametrize("heard_first", [True, False])
async def test_a_name_that_was_taken_out_is_not_told_to_who_comes_again(heard_first: bool) -> None:
    """Whoever listens is sent away, and from then on what was kept is read anew from the store, which says it no more."""
    streams, before, after, new = Streams(), Client(), Client(), Client()
    match = played(streams, 20)
    async with hub(streams) as live:
        listening = asyncio.create_task(before.listen(live, match))
        await until(lambda: before.events)
        for event in MATCH[20:23]:
            streams.hear(streams.append(match, event))
        await until(lambda: len(before.events) == 4)
        named = streams.stored[21]
        streams.stored[21] = replace(
            named, data=named.data.replace('"delivery":{', '"delivery":{"commentary":"clean",')
        )
        assert streams.stored[21] != named
        said = streams.put(match, "PersonErased", '{"person":"p1","name":"Player 1"}')
        if heard_first:
            streams.hear(said)
        await listening  # the store says it, if nobody else does
        await after.listen(live, match, before.events[0].id, until=4)
        await new.listen(live, match, until=1)
    assert (before.versions, after.versions) == ([21, 22, 23], [21, 22, 23, 24])
    assert "clean" in after.events[1].data
    assert "clean" not in before.events[2].data
    assert new.events[0].id == "24"


async def test_what_is_nobodys_business_is_not_told() -> None:
    streams, client = Streams(), Client()
    match = played(streams, 5)
    async with hub(streams) as live:
        listening = asyncio.create_task(client.listen(live, match, until=3))
        await until(lambda: client.events)
        appointed = decide(fold(MATCH[:5]), c.AppointScorer(scorer="user-17"), None)
        noted = decide(fold(MATCH[:5]), c.InterruptPlay(reason="rain"), None)
        for event in [*appointed, *noted]:
            streams.hear(streams.append(match, event))
        await listening
    assert "user-17" not in client.raw.decode()
    assert json.loads(client.events[2].data)["data"] == {"reason": "rain"}


def test_a_place_in_a_tournament_is_read_as_it_was_written() -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    place = write_place(31, {first: 7, second: 0, third: 250})
    assert read_place(place) == (31, {first: 7, third: 250})
    assert place.isascii()
    assert not set(place) & set(" \n\r&+#%")
    for wrong in ("", "31~", "31~x.7", f"31~{place[3:10]}.1", "31~~", "a~b", place + "x"):
        with pytest.raises(MalformedPlace):
            read_place(wrong)


async def test_a_match_long_over_ends_at_once() -> None:
    streams, client = Streams(), Client()
    match = played(streams, len(MATCH), at=LONG_AGO - timedelta(days=1))
    async with hub(streams, linger=30) as live:
        await client.listen(live, match)
    assert [one.name for one in client.events] == ["snapshot", "end"]
