"""What listeners of a tournament are told while matches open and close, and the store is away now and then."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.live import kinds
from cli.event_stream import ServerSentEvent, events_of
from handlers.live.hub import LiveHub
from handlers.live.ports import Heard, LiveKind
from handlers.ports import StoreUnavailable
from tests.unit.handlers.test_live import FOREVER, LEAGUE, Client, Streams, until

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
async def hub(streams: Any) -> AsyncIterator[LiveHub]:
    made = LiveHub(
        store=streams,
        tails=streams,
        broadcaster=streams,
        match=COUNTED,
        tournament=COUNTED,
        write=kinds.write_event,
        most_listeners=100,
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
            async for event in events_of(self._lines(listener.channel.listen(place, FOREVER))):
                self.events.append(event)
        finally:
            listener.leave()

    @property
    def last(self) -> ServerSentEvent:
        return self.events[-1]


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
