"""What listeners of a tournament are told while matches open and close, and the store is away now and then."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.live import kinds
from cli.event_stream import ServerSentEvent, events_of
from handlers.live import feed as feeds
from handlers.live.feed import KEPT
from handlers.live.hub import LiveHub
from handlers.live.places import write_place
from handlers.live.ports import Heard, LiveKind, TooManyListeners
from handlers.ports import StoreUnavailable
from tests.unit.handlers.live.listening import LEAGUE, Client, Streams, always, until

CUP = UUID(int=9)


@dataclass(frozen=True)
class Counted:
    """A stream of which nothing matters but its length, and which matches are in play."""

    version: int = 0
    within: tuple[UUID, ...] = ()
    ever: frozenset[UUID] = frozenset()


def _evolve(state: Counted, event: dict[str, str]) -> Counted:
    within, ever = state.within, state.ever
    if opened := event.get("opens"):
        within, ever = (*within, UUID(opened)), ever | {UUID(opened)}
    if closed := event.get("closes"):
        within = tuple(match for match in within if match != UUID(closed))
    return Counted(state.version + 1, within, ever)


def _said(id_: UUID, state: Counted) -> bytes:
    return json.dumps({"of": str(id_), "version": state.version}).encode()


COUNTED: LiveKind[Counted] = LiveKind(
    stream="match",
    initial=Counted,
    evolve=_evolve,
    decode=lambda type_, data, version: json.loads(data),
    tell=lambda id_, state, event, heard: _said(id_, state),
    snapshot=_said,
    ending=_said,
    over=lambda state: False,
    not_found=LookupError,
    within=lambda id_, state: state.within,
    known=lambda id_, state: state.ever,
)


class Cup(Streams):
    """The store with a tournament in it, and its matches. ``away_times``: so often it is away when it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.away_times = 0
        self.asked = asyncio.Event()
        """It was read while it was away."""
        self.answers = asyncio.Event()
        """It says now that it is away: until then it hangs, as in a failover."""

    def happens(self, **what: UUID) -> Heard:
        """Something in the tournament; ``opens`` or ``closes`` a match."""
        data = json.dumps({name: str(match) for name, match in what.items()})
        return self.put(CUP, "Happened", data, kind="tournament")

    def ball(self, match: UUID) -> Heard:
        return self.put(match, "Happened", "{}")

    async def load(
        self, tenant_id: UUID, stream_id: UUID, after_version: int = 0, limit: int | None = None
    ) -> Any:
        if self.away_times:
            self.away_times -= 1
            self.asked.set()
            await self.answers.wait()
            raise StoreUnavailable("away")
        return await super().load(tenant_id, stream_id, after_version, limit)


@asynccontextmanager
async def hub(streams: Any, most: int = 100) -> AsyncIterator[LiveHub]:
    made = LiveHub(
        store=streams,
        tails=streams,
        broadcaster=streams,
        match=COUNTED,
        tournament=replace(COUNTED, stream="tournament"),
        write=kinds.write_event,
        most_listeners=most,
        linger_seconds=0,
    )
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0)
    yield made
    made.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class Follower(Client):
    """Listens to the tournament."""

    def told(self, stream: UUID) -> list[int]:
        """The versions of a stream that it was told, in order."""
        said = [json.loads(one.data) for one in self.events if one.name != "snapshot"]
        return [one["version"] for one in said if one["of"] == str(stream)]

    async def follow(self, hub: LiveHub, last: str = "") -> None:
        listener = await hub.listen_to_tournament(LEAGUE, CUP)
        try:
            place = await listener.channel.place_of(last) if last else None
            async for event in events_of(self._lines(listener.channel.listen(place, always))):
                self.events.append(event)
        finally:
            listener.leave()

    @property
    def last(self) -> ServerSentEvent:
        return self.events[-1]


async def test_a_snapshot_is_shown_though_no_more_can_listen() -> None:
    """It is what a network of caches asks for, on behalf of all who found no place."""
    cup = Cup()
    cup.happens()
    async with hub(cup, most=0) as live:
        with pytest.raises(TooManyListeners):
            await live.listen_to_tournament(LEAGUE, CUP)
        assert await live.tournament_snapshot(LEAGUE, CUP)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("turn", ["opens", "closes"])
async def test_a_turn_that_fails_sends_away_who_is_just_resuming_too(turn: str) -> None:
    """The store fails over as a match opens or closes, and somebody comes again meanwhile: both listeners are sent
    away, and told the rest when they come again."""
    cup, match = Cup(), uuid4()
    first, second, again = Follower(), Follower(), Follower()
    for what in ({}, {}, {} if turn == "opens" else {"opens": match}):
        cup.happens(**what)
    cup.ball(match)
    async with hub(cup) as live:
        listening = asyncio.create_task(first.follow(live))
        await until(lambda: first.events)
        cup.away_times = 1
        cup.hear(cup.happens(**{turn: match}))
        await cup.asked.wait()
        resuming = asyncio.create_task(second.follow(live, "2"))
        await until(lambda: live.counts.listeners == 2)
        cup.answers.set()
        async with asyncio.timeout(5):
            await asyncio.gather(listening, resuming)
        following = asyncio.create_task(again.follow(live, "2"))
        await until(lambda: again.told(CUP)[-1:] == [4] and again.told(match))
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert (first.told(CUP), second.told(CUP)) == ([], [])
    assert (again.told(CUP), again.told(match)) == ([3, 4], [1])


class Scene:
    """A tournament with two matches in play and a hundred events in each, and people who come again to it, from
    wherever they had been. Things happen that are heard at once, or late, or not at all."""

    def __init__(self, hub: LiveHub, cup: Cup, random: Random) -> None:
        self.hub, self.cup, self.random = hub, cup, random
        self.first, self.second, self.third = uuid4(), uuid4(), uuid4()
        self.playing = [self.first, self.second]
        for match in self.playing:
            cup.happens(opens=match)
        for _ in range(100):
            for stream in self.playing:
                cup.ball(stream)
            cup.happens()
        self.unheard: list[Heard] = []
        self.came: list[tuple[Follower, dict[UUID, int]]] = []
        self.following: list[asyncio.Task[None]] = []

    def happens(self, **what: UUID) -> None:
        self.unheard.append(self.cup.happens(**what))
        self.playing = [match for match in self.playing if match != what.get("closes")]
        self.playing += [what["opens"]] if "opens" in what else []

    def ball(self) -> None:
        self.unheard.append(self.cup.ball(self.random.choice(self.playing)))

    def hear(self) -> None:
        for _ in range(self.random.randrange(len(self.unheard) + 1)):
            said = self.unheard.pop(0)
            if self.random.random() < 0.9:
                self.cup.hear(said)

    def come(self) -> None:
        version = self.random.randint(2, 102)
        matches = {match: self.random.randint(1, 100) for match in (self.first, self.second)}
        follower = Follower()
        self.following.append(asyncio.create_task(follower.follow(self.hub, write_place(version, matches))))
        self.came.append((follower, {CUP: version, **matches, self.third: 0}))

    async def end(self) -> None:
        """All is heard: the last event of a stream shows what was not."""
        for match in self.playing:
            self.unheard.append(self.cup.ball(match))
        self.happens()
        for said in self.unheard:
            self.cup.hear(said)
        await until(
            lambda: all(
                follower.told(stream)[-1:] == [self.total(stream)]
                for follower, _ in self.came
                for stream in (CUP, *self.playing)
            )
        )
        for task in self.following:
            task.cancel()
        await asyncio.gather(*self.following, return_exceptions=True)

    def total(self, stream: UUID) -> int:
        return sum(one.stream_id == stream for one in self.cup.stored)


@pytest.mark.parametrize("seed", range(8))
async def test_whoever_comes_from_wherever_is_told_every_version_once_and_in_order(seed: int) -> None:
    cup, random = Cup(), Random(seed)
    async with hub(cup) as live:
        scene = Scene(live, cup, random)
        scene.come()
        for step in range(120):
            if step == 40:
                scene.happens(opens=scene.third)
            elif step == 80:
                scene.happens(closes=scene.first)
            else:
                random.choice((scene.happens, scene.ball, scene.ball, scene.hear, scene.come))()
            for _ in range(random.randrange(6)):
                await asyncio.sleep(0)
        await scene.end()
        for follower, place in scene.came:
            for stream, heard_until in place.items():
                assert follower.told(stream) == list(range(heard_until + 1, scene.total(stream) + 1))


async def test_who_waits_for_what_is_not_heard_yet_does_not_ask_the_store_for_it_all_the_while() -> None:
    cup, near, far = Cup(), Follower(), Follower()
    for _ in range(100):
        cup.happens()
    async with hub(cup) as live:
        listening = [asyncio.create_task(near.follow(live))]
        await until(lambda: near.events)
        unheard, before = cup.happens(), cup.loads
        listening.append(asyncio.create_task(far.follow(live, "5")))
        await until(lambda: far.told(CUP))
        assert cup.loads == before + 1
        cup.hear(unheard)
        await until(lambda: far.told(CUP)[-1] == 101)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    assert far.told(CUP) == list(range(6, 102))


@pytest.mark.parametrize(
    ("kept_seconds", "who", "readings"),
    [(60.0, 10, 1), (0.05, 2, 2)],
    ids=["those who come at once share it", "it is not kept for long"],
)
async def test_a_reading_of_the_store_for_who_is_far_back(
    kept_seconds: float, who: int, readings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "SHARED_SECONDS", kept_seconds)
    cup, match, clients = Cup(), uuid4(), [Client() for _ in range(who)]
    for _ in range(1_200):
        cup.ball(match)
    async with hub(cup) as live:
        near = asyncio.create_task(Client().listen(live, match))
        await until(lambda: cup.loads == 1)
        await clients[0].listen(live, match, "5", until=1_195)
        await asyncio.sleep(0.1)
        await asyncio.gather(*(each.listen(live, match, "5", until=1_195) for each in clients[1:]))
        assert cup.loads == 1 + 3 * readings, "of three pages each"
        near.cancel()
        await asyncio.gather(near, return_exceptions=True)
    assert all(client.versions == list(range(6, 1_201)) for client in clients)


async def test_what_was_shared_is_read_again_when_more_has_happened_than_is_kept() -> None:
    cup, match, first, late = Cup(), uuid4(), Client(), Client()
    for _ in range(200):
        cup.ball(match)
    async with hub(cup) as live:
        near = asyncio.create_task(Client().listen(live, match))
        await until(lambda: live.counts.listeners == 1)
        await first.listen(live, match, "5", until=195)
        for _ in range(KEPT + 100):
            cup.hear(cup.ball(match))
        async with asyncio.timeout(5):
            await late.listen(live, match, "5", until=195 + KEPT + 100)
        near.cancel()
        await asyncio.gather(near, return_exceptions=True)
    assert late.versions == list(range(6, 201 + KEPT + 100))
