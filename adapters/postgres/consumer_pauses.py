"""Which consumers are to pause, for what reason, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

_POSITIONS = "select consumer, topic, partition, next_offset, updated_at from consumer_position"
_PAUSES = "select consumer, reason, paused_by, paused_at from consumer_pause"
_PAUSE = """
  insert into consumer_pause (consumer, reason, paused_by) values ($1, $2, $3)
  on conflict (consumer) do update set reason = excluded.reason, paused_by = excluded.paused_by
"""
_RESUME = "delete from consumer_pause where consumer = $1 returning consumer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Somebody has told a consumer to pause."""

    consumer: str
    reason: str
    paused_by: str
    paused_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerPosition:
    """How far a consumer has come in a partition."""

    consumer: str
    topic: str
    partition: int
    next_offset: int
    updated_at: datetime


async def is_paused(pool: Any, consumer: str) -> bool:
    """Is the consumer to pause?"""
    return await pool.fetchval("select exists (select from consumer_pause where consumer = $1)", consumer)


async def pause(connection: Any, consumer: str, *, by: str, reason: str) -> None:
    """Have every process of a consumer pause until ``resume``; it looks every second."""
    await connection.execute(_PAUSE, consumer, reason, by)


async def resume(connection: Any, consumer: str) -> bool:
    """Have it go on; False if it was not paused."""
    return await connection.fetchval(_RESUME, consumer) is not None


async def pauses(connection: Any) -> dict[str, Pause]:
    """The pauses by consumer."""
    return {row["consumer"]: Pause(**row) for row in await connection.fetch(_PAUSES)}


async def positions(connection: Any) -> list[ConsumerPosition]:
    """The positions of all consumers."""
    return [ConsumerPosition(**row) for row in await connection.fetch(_POSITIONS)]
