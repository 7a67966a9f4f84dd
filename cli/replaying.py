"""Replaying matches through the running API, and checking what comes out at the other end."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from cli.client import ApiProblem, PavilionClient
from cli.script import Script
from domain.match.card_lines import Card
from domain.match.commands import RecordBall
from handlers.match import Ack
from projections.card_score import card_score, differences

CARD_SECONDS = 60.0
"""How long after its last ball a match's card may take to come through Kafka and the projector."""

_card = msgspec.json.Decoder(Card)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What came out otherwise than it went in: ``where`` in ``match``."""

    match: str
    where: str
    expected: Any
    got: Any


@dataclass(slots=True)
class Report:
    """What a replay did. ``milliseconds`` are the times of the ball requests, as the caller saw them."""

    matches: int = 0
    balls: int = 0
    seconds: float = 0.0
    checked: int = 0
    milliseconds: list[float] = field(default_factory=list[float])
    mismatches: list[Mismatch] = field(default_factory=list[Mismatch])
    sent_again: int = 0
    repeated: int = 0

    def percentile(self, percent: float) -> float | None:
        """The time that so many percent of the ball requests kept within; None without a ball."""
        if not self.milliseconds:
            return None
        ranked = sorted(self.milliseconds)
        return round(ranked[math.ceil(percent / 100 * len(ranked)) - 1], 2)


class Replay:
    """Replays scripts, ``concurrency`` at once. ``moved`` is called after each ball and each card."""

    def __init__(self, client: PavilionClient, concurrency: int, moved: Callable[[Report], None]) -> None:
        self._client = client
        self._slots = asyncio.Semaphore(concurrency)
        self._moved = moved
        self.report = Report()

    async def run(self, matches: Iterable[tuple[UUID, Script]]) -> Report:
        """Replay all of them. Raises ApiUnreachable when the API stays away."""
        started = time.perf_counter()
        try:
            async with asyncio.TaskGroup() as tasks:
                for match_id, script in matches:
                    tasks.create_task(self._one(match_id, script))
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            self.report.seconds = time.perf_counter() - started
            self.report.sent_again = self._client.counts.again
            self.report.repeated = self._client.counts.repeated
        return self.report

    async def _one(self, match_id: UUID, script: Script) -> None:
        try:
            async with self._slots:
                ack = await self.play(match_id, script)
            if ack.version != script.version:
                self._mismatch(script, "version", script.version, ack.version)
            await self.check(match_id, script, ack.version)
        except ApiProblem as problem:
            self._mismatch(script, problem.members.get("instance", "request"), "accepted", str(problem))
        self.report.checked += 1
        self._moved(self.report)

    async def play(self, match_id: UUID, script: Script) -> Ack:
        """Create a match and send it; the answer to the last command."""
        ack = await self._client.create(match_id, script.creation, key=f"replay/{match_id}")
        return await self.send(match_id, script) or ack

    async def send(self, match_id: UUID, script: Script) -> Ack | None:
        """Send what follows the creation, one command a request; the answer to the last."""
        self.report.matches += 1
        ack: Ack | None = None
        for step, command in enumerate(script.commands, 1):
            started = time.perf_counter()
            ack = await self._client.execute(match_id, command, key=f"replay/{match_id}/{step}")
            if isinstance(command, RecordBall):
                self.report.milliseconds.append(1000 * (time.perf_counter() - started))
                self.report.balls += 1
                self._moved(self.report)
        return ack

    async def check(self, match_id: UUID, script: Script, at_least: int) -> None:
        """Hold the projector's card, of this version or a later one, against the script."""
        found = await self._client.projected_card(match_id, at_least, seconds=CARD_SECONDS)
        if found is None:
            self._mismatch(script, "card", f"in the read model after {CARD_SECONDS:.0f} s", "not there")
            return
        score = card_score(_card.decode(found.json), script.name)
        for each in differences(script.score, score):
            self._mismatch(script, each.where, each.expected, each.got)

    def _mismatch(self, script: Script, where: str, expected: Any, got: Any) -> None:
        self.report.mismatches.append(Mismatch(script.name, where, expected, got))
