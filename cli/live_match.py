"""A match sent to the API at the pace of a broadcast, while somebody watches the read model."""

import asyncio
import time

import msgspec

from cli.client import PavilionClient
from cli.scoreboard import Scoreboard
from cli.script import Script, new_match_id
from domain.match.card_lines import Card
from domain.match.commands import RecordBall
from handlers.match import Ack

MATCH_SECONDS = 25.0
"""How long the match takes unless a speed is given."""
CARD_SECONDS = 30.0
"""How long the last card may take to come out of Kafka."""
LOOK_SECONDS = 0.08

_card = msgspec.json.Decoder(Card)


class LiveMatch:
    """``id`` is the match's."""

    def __init__(self, client: PavilionClient, script: Script) -> None:
        self.id = new_match_id()
        self._client = client
        self._script = script

    async def play(self, board: Scoreboard, balls_per_second: float | None = None) -> Card | None:
        """Send it all; the card of the whole match from the read model, None if that does not come.

        Raises ApiProblem, ApiUnreachable.
        """
        await self._client.require()
        ack = await self._client.create(self.id, self._script.creation, key=f"demo/{self.id}")
        following = asyncio.create_task(self._follow(board))
        try:
            ack = await self._send(ack, board, self._seconds_a_ball(balls_per_second))
            found = await self._client.projected_card(self.id, ack.version, seconds=CARD_SECONDS)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        if found is None:
            return None
        card = _card.decode(found.json)
        board.read(card)
        return card

    def _seconds_a_ball(self, balls_per_second: float | None) -> float:
        if balls_per_second is None:
            return MATCH_SECONDS / max(1, self._script.balls)
        return 1 / balls_per_second if balls_per_second else 0.0

    async def _send(self, ack: Ack, board: Scoreboard, seconds_a_ball: float) -> Ack:
        """Send what follows the creation at its pace; the answer to the last."""
        due = time.perf_counter()
        for step, command in enumerate(self._script.commands, 1):
            ball = isinstance(command, RecordBall)
            if ball:
                due += seconds_a_ball
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            started = time.perf_counter()
            ack = await self._client.execute(self.id, command, key=f"demo/{self.id}/{step}")
            board.recorded(ack, 1000 * (time.perf_counter() - started) if ball else None)
        return ack

    async def _follow(self, board: Scoreboard) -> None:
        seen = 0
        while True:
            found = await self._client.card(self.id)
            if found.projected and found.version > seen:
                seen = found.version
                board.read(_card.decode(found.json))
            await asyncio.sleep(LOOK_SECONDS)
