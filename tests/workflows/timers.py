"""Every timer both ways: what is due is met before its time, or it passes; and it can be moved while it runs."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.work import TOURNAMENT, Aggregate, WireDue, session_stream_id
from tests.workflows.world import MINUTE, SOON, World

Step = Callable[[World], Awaitable[object]]
Move = Callable[[World, datetime], Awaitable[datetime]]


@dataclass(frozen=True, kw_only=True)
class Timer:
    """``arrange`` brings it onto the agenda. Past its time it makes the ``event``, which the ``fields`` tell
    from others of its type. ``meet``: what people do in time, so that it need not. ``move`` has it fall at
    another time, and answers which; None: it follows from something that has happened."""

    arrange: Step
    event: str
    meet: Step
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    move: Move | None = None


class Watched:
    """A timer that runs: of the tournament, or of its first match's session."""

    def __init__(self, here: World, name: str, timer: Timer, aggregate: Aggregate) -> None:
        self.here = here
        self._name = name
        self._timer = timer
        self._aggregate = aggregate

    async def due(self) -> WireDue | None:
        """The next of this name, as the workflow knows it."""
        progress = await self.here.workflows.progress(self._aggregate)
        return next((due for due in progress.dues if due.name == self._name), None)

    async def running(self) -> datetime:
        """When it falls; it has not yet."""
        due = await self.due()
        assert due is not None, f"{self._name} is not on the agenda"
        assert due.at > await self.here.now()
        return due.at

    def passed(self) -> int:
        """How often it has passed."""
        stored = (each for each in self.here.store.events if each.stream_id == self._stream())
        return sum(each.type == self._timer.event and self._is_it(json.loads(each.data)) for each in stored)

    def _is_it(self, data: Mapping[str, Any]) -> bool:
        return all(data.get(name) == value for name, value in self._timer.fields.items())

    def _stream(self) -> UUID:
        own = self._aggregate.id
        return own if self._aggregate.kind == TOURNAMENT else session_stream_id(own)


async def missed(here: World, watched: Watched) -> None:
    """Nobody does anything: it passes at its time, once, and not before."""
    at = await watched.running()
    before = watched.passed()
    await here.wait_until(at - MINUTE)
    assert watched.passed() == before
    await here.wait_until(at)
    assert watched.passed() == before + 1


async def met(here: World, watched: Watched, meet: Step) -> None:
    """Done in time, it does not pass any more."""
    at = await watched.running()
    await meet(here)
    await here.wait(SOON)
    before = watched.passed()
    left = await watched.due()
    assert left is None or left.at != at
    await here.wait_until(at + MINUTE)
    assert watched.passed() == before


async def moved(here: World, watched: Watched, move: Move) -> None:
    """It passes at its new time, and not at its old one."""
    at = await watched.running()
    later = await move(here, at)
    assert later > at
    before = watched.passed()
    await here.wait_until(max(at, later - MINUTE))
    assert watched.passed() == before
    await here.wait_until(later)
    assert watched.passed() == before + 1
