"""The milestones of matches, on their way to the sessions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord

from contracts.cloudevents import decode as decode_headers
from contracts.codec import MATCH
from contracts.milestones import MILESTONES
from contracts.topics import BALL_EVENTS

HINTS_AT_ONCE = 16

Hint = Callable[[UUID, UUID, int], Awaitable[None]]
"""Takes tenant, match, and the version the match has reached. Raises OSError when it can't be told now."""


class MilestoneProjection:
    """Tells of each match that passed a milestone, once for a batch of records.

    It is told outside of the transaction, which would hold the relay up as long as it lasts. Should the
    position not be moved afterwards, it is told again, which does no harm.
    """

    name = "sessions"
    topics = (BALL_EVENTS.name,)

    def __init__(self, hint: Hint) -> None:
        self._hint = hint

    def forget(self) -> None:
        """Nothing is remembered."""

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        reached: dict[tuple[UUID, UUID], int] = {}
        for record in records:
            envelope = decode_headers(record.headers)
            if envelope.stream_kind == MATCH and envelope.type in MILESTONES:
                match = (envelope.tenant_id, envelope.stream_id)
                reached[match] = max(reached.get(match, 0), envelope.version)
        free = asyncio.Semaphore(HINTS_AT_ONCE)

        async def tell(tenant_id: UUID, match_id: UUID, version: int) -> None:
            async with free:
                await self._hint(tenant_id, match_id, version)

        await asyncio.gather(*(tell(*match, version) for match, version in reached.items()))
        return _nothing


async def _nothing(connection: Any) -> None:
    """The effect is not in Postgres."""
