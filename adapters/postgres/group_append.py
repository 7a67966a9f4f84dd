"""Appends of one event, sent together while others are under way.

A commit waits for the disk, and a call costs both sides more than the row it inserts. So at most FLIGHTS
calls are under way; what arrives meanwhile is collected and goes with the next as one transaction. Nobody
waits for company: with nothing under way an append goes at once, alone.

If one append of a group fails, the transaction does nothing, and each is sent again alone and gets the
answer that is its own.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY
from contracts.events import NewEvent

FLIGHTS = 2
LARGEST_GROUP = 64

_ONE = "select append_event($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_GROUP = (
    "select append_group($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[], "
    "$7::smallint[], $8::jsonb[], $9::jsonb[])"
)


@dataclass(slots=True, eq=False)
class _Append:
    arguments: tuple[Any, ...]
    position: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class GroupAppend:
    """Appends single events through a pool. One per process and pool."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._waiting: list[_Append] = []
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def append(
        self, tenant_id: UUID, stream_kind: str, stream_id: UUID, expected_version: int, event: NewEvent
    ) -> int:
        """The position of the event. Raises what asyncpg raises for this append."""
        arguments = (
            tenant_id,
            stream_kind,
            stream_id,
            expected_version,
            event.event_id,
            event.type,
            event.schema_version,
            event.data,
            event.metadata,
        )
        if self._under_way >= FLIGHTS:
            waiting = _Append(arguments)
            self._waiting.append(waiting)
            return await waiting.position
        self._under_way += 1
        try:
            return await self._pool.fetchval(_ONE, *arguments)
        finally:
            self._land()

    def _land(self) -> None:
        """A call has ended: the next takes along who waited."""
        self._under_way -= 1
        # Who gave up waiting is left behind: nothing of it was sent.
        self._waiting = [each for each in self._waiting if not each.position.done()]
        if self._waiting:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            self._under_way += 1
            task = asyncio.create_task(self._fly(group))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _fly(self, group: list[_Append]) -> None:
        # In the order of the streams, so that two groups never wait for each other.
        group.sort(key=lambda each: each.arguments[2].int)
        columns = [list(column) for column in zip(*(each.arguments for each in group), strict=True)]
        try:
            positions = await self._pool.fetchval(_GROUP, *columns)
            for each, position in zip(group, positions, strict=True):
                _answer(each, position)
        except AWAY as error:
            for each in group:
                _fail(each, error)
        except asyncpg.PostgresError:
            for each in group:
                await self._alone(each)
        finally:
            for each in group:
                each.position.cancel()  # does nothing to those that have an answer
            self._land()

    async def _alone(self, append: _Append) -> None:
        try:
            _answer(append, await self._pool.fetchval(_ONE, *append.arguments))
        except (*AWAY, asyncpg.PostgresError) as error:
            _fail(append, error)


def _answer(append: _Append, position: int) -> None:
    if not append.position.done():  # its caller may have gone
        append.position.set_result(position)


def _fail(append: _Append, error: Exception) -> None:
    if not append.position.done():
        append.position.set_exception(error)
