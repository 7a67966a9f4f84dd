"""Who is let in, who is slow, who may not listen any more, and how many there may be."""

import asyncio
import time

import pytest

from handlers.live import channel as channels
from handlers.live.feed import KEPT, SENT_TOGETHER
from handlers.live.ports import TooManyListeners
from tests.unit.handlers.live.listening import (
    LEAGUE,
    MATCH,
    Client,
    Streams,
    always,
    hub,
    played,
    until,
)


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


async def test_what_is_on_its_way_to_who_is_slow_is_a_little_at_a_time() -> None:
    """Thousands of them would else hold hundreds of entries each."""
    streams = Streams()
    match = played(streams, 5)
    async with hub(streams) as live:
        listener = await live.listen_to_match(LEAGUE, match)
        chunks = listener.channel.listen({match: 5}, always)
        await anext(chunks)
        first = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        entries = [b"%d\n" % number for number in range(KEPT)]
        for entry in entries:
            listener.channel.append(entry)
        parts = [await first]
        while sum(part.count(b"\n") for part in parts) < KEPT:
            parts.append(await anext(chunks))
        listener.leave()
    assert max(part.count(b"\n") for part in parts) <= SENT_TOGETHER
    assert b"".join(parts) == b"".join(entries)


async def test_what_was_missed_comes_a_little_at_a_time() -> None:
    streams = Streams()
    match = played(streams, 5)
    async with hub(streams) as live:
        first = await live.listen_to_match(LEAGUE, match)
        for event in MATCH[5:205]:
            streams.hear(streams.append(match, event))
        second = await live.listen_to_match(LEAGUE, match)
        parts: list[bytes] = []
        async for part in second.channel.listen({match: 5}, always):
            parts.append(part)
            if b"id: 205" in part:
                break
        first.leave()
        second.leave()
    assert max(part.count(b"event: event") for part in parts) <= SENT_TOGETHER
    assert sum(part.count(b"event: event") for part in parts) == 200
