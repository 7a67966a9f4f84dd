"""What listeners are told: every version once and in order, whatever was heard, by whoever."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from api.live import kinds
from domain.match import commands as c
from domain.match import decide, fold
from handlers.live.ports import heard
from tests.unit.handlers.live.listening import (
    LEAGUE,
    LONG_AGO,
    MATCH,
    Client,
    Streams,
    hub,
    played,
    until,
)


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


async def test_a_match_long_over_ends_at_once() -> None:
    streams, client = Streams(), Client()
    match = played(streams, len(MATCH), at=LONG_AGO - timedelta(days=1))
    async with hub(streams, linger=30) as live:
        await client.listen(live, match)
    assert [one.name for one in client.events] == ["snapshot", "end"]
