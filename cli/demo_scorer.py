"""The scorer of one match of the demo: asks the simulator what happens and sends it, an over at a time.

A scorer's device that has been out of reach sends its outbox like this. The match here, folded from what was
sent, is what the engine makes of it by itself.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import msgspec

from cli.client import PavilionClient
from cli.simulator import Simulator
from contracts.codec import decode
from domain.match import decide, evolve, initial
from domain.match.commands import CorrectBall, InterruptPlay, MatchCommand, RecordBall, ResumePlay
from domain.match.state import MatchState
from handlers.match import Ack

RAIN_AFTER_OVERS = 8
"""Of the chase."""
REVISION_SECONDS = 30.0
"""How long the session may take to have the target revised."""
WAIT_SECONDS = 0.03

Told = Callable[[Ack, int], None]


class NeverCame(Exception):
    """What had to follow from something did not follow in time."""


@dataclass(frozen=True, slots=True)
class Rain:
    """What it cost the chase, and the ``target`` revised for it."""

    overs_lost: int
    target: int


class Scorer:
    """``told`` is given each answer of the API, with the balls that it was about."""

    def __init__(
        self, client: PavilionClient, match_id: UUID, simulator: Simulator, over_seconds: float, told: Told
    ) -> None:
        self._client = client
        self._match_id = match_id
        self._simulator = simulator
        self._over_seconds = over_seconds
        self._told = told
        self._outbox: list[RecordBall] = []
        self._steps = count(1)
        self._due = 0.0
        self.state = initial()

    async def play(self, until: Callable[[MatchState], bool] = lambda _: False) -> None:
        """Play on until the match is decided, or ``until`` is true after an over. Raises ApiProblem."""
        if self.state.conditions is None:
            self.state = await self._read()
        self._due = time.perf_counter()
        while not until(self.state) and (command := self._simulator.next_command(self.state)) is not None:
            for event in decide(self.state, command, None):
                evolve(self.state, event)
            if isinstance(command, RecordBall):
                self._outbox.append(command)
            else:
                await self._send_outbox()
                await self._send(command)
            if self._over_is_complete():
                await self._send_outbox()
                await self._wait()
        await self._send_outbox()

    async def play_in_rain(self, seconds: float, rains: Callable[[], None]) -> Rain | None:
        """Play a match whose chase is interrupted for ``seconds``; None if it was over before it rained.

        The session counts the overs lost, and has the match find the target.
        """
        await self.play(until=_time_for_rain)
        if self.state.result is not None:
            return None
        before = self._length()
        await self._send(InterruptPlay(reason="rain"))
        rains()
        await asyncio.sleep(seconds)
        await self._send(ResumePlay())
        self.state = await self._revised()
        innings = self.state.current
        target = innings.target.runs if innings and innings.target else 0
        lost = before - self._length()
        await self.play()
        return Rain(lost // self.state.rules.balls_per_over, target)

    async def correct_last_ball(self, ball: RecordBall, reason: str) -> Ack:
        """The last ball was another one than recorded, as the pictures show afterwards."""
        last = [
            event for event in await self._client.events(self._match_id) if event["type"] == "BallRecorded"
        ]
        command = CorrectBall(ball=last[-1]["version"], delivery=ball, reason=reason)
        ack = await self._client.execute(self._match_id, command, key=f"demo/{self._match_id}/correction")
        self.state = await self._read()
        return ack

    def _length(self) -> int:
        innings = self.state.current
        return innings.length or 0 if innings else 0

    def _over_is_complete(self) -> bool:
        innings = self.state.current
        return innings is None or innings.bowler is None or self.state.result is not None

    async def _send_outbox(self) -> None:
        if not self._outbox:
            return
        balls, self._outbox = self._outbox, []
        key = f"demo/{self._match_id}/{next(self._steps)}"
        self._told(await self._client.record_balls(self._match_id, balls, key=key), len(balls))

    async def _send(self, command: MatchCommand) -> None:
        key = f"demo/{self._match_id}/{next(self._steps)}"
        self._told(await self._client.execute(self._match_id, command, key=key), 0)

    async def _wait(self) -> None:
        self._due += self._over_seconds
        await asyncio.sleep(max(0.0, self._due - time.perf_counter()))

    async def _revised(self) -> MatchState:
        deadline = time.monotonic() + REVISION_SECONDS
        while True:
            state = await self._read()
            innings = state.current
            if innings is not None and innings.target is not None and innings.target.method is not None:
                return state
            if time.monotonic() > deadline:
                raise NeverCame(
                    f"the target of match {self._match_id} was not revised in {REVISION_SECONDS:.0f} s"
                )
            await asyncio.sleep(WAIT_SECONDS)

    async def _read(self) -> MatchState:
        """The match, folded from its events."""
        state = initial()
        for event in await self._client.events(self._match_id):
            data = msgspec.json.encode(event["data"])
            evolve(state, decode(event["type"], data, event["schema_version"]))
        return state


def _time_for_rain(state: MatchState) -> bool:
    innings = state.current
    return innings is not None and innings.target is not None and innings.overs >= RAIN_AFTER_OVERS
