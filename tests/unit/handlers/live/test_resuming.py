"""Who comes again is told what was missed, once, whatever it says it has heard."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from handlers.errors import MatchNotFound, TournamentNotFound, VersionNotReached
from handlers.live.feed import TOLD_AT_OPEN
from handlers.live.places import read_place, write_place
from handlers.live.ports import MalformedPlace
from tests.unit.handlers.live.listening import (
    LEAGUE,
    MATCH,
    OTHER,
    Client,
    Streams,
    hub,
    played,
    until,
)


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


def test_a_place_in_a_tournament_is_read_as_it_was_written() -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    place = write_place(31, {first: 7, second: 0, third: 250})
    assert read_place(place) == (31, {first: 7, third: 250})
    assert place.isascii()
    assert not set(place) & set(" \n\r&+#%")
    for wrong in ("", "31~", "31~x.7", f"31~{place[3:10]}.1", "31~~", "a~b", place + "x"):
        with pytest.raises(MalformedPlace):
            read_place(wrong)
