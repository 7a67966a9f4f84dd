"""Commands of aggregates as activities: what the workflows of tournaments and sessions stand on."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from temporalio import activity

from activities.refusals import answering
from contracts.work import NOT_BEGUN, Aggregate, CommandFor, Done, DuesOf, Progress, workflow_id
from domain.agenda import Due
from domain.clock import Clock
from domain.match.errors import CommandRefused
from handlers.errors import PreconditionFailed, StreamNotFound
from handlers.request import Caller
from handlers.stream import StreamHandler

DUES_AT_ONCE = 100
"""At most so many are carried out by one activity; what is left is still due after it."""
PUT_OFF = timedelta(minutes=5)
"""How long something due waits that could not be done; only a mistake in the rules brings that about."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKind:
    """What there is to know of one kind of aggregate that a workflow keeps.

    ``clock_of_new``: the clock of one that a command is about to create, None if the command does not.
    """

    handler: StreamHandler[Any, Any, Any, Any]
    command_of: Callable[[str, Mapping[str, Any]], Any]
    agenda: Callable[[Any], tuple[Due[Any], ...]]
    clock: Callable[[Any], Clock]
    progress: Callable[[UUID, Any], Progress]
    stream_id: Callable[[UUID], UUID] = lambda own: own
    clock_of_new: Callable[[Any], Clock | None] = lambda command: None


class _DueId(NamedTuple):
    name: str
    subject: str
    at: datetime


class AggregateActivities:
    """Serves every kind of aggregate it is given, by the kind's name."""

    def __init__(self, kinds: Mapping[str, KeptKind]) -> None:
        self._kinds = kinds

    @activity.defn
    async def execute(self, asked: CommandFor) -> Done:
        """Carry out a command. A refusal is final; a store that is away is tried again."""
        aggregate, wire = asked.aggregate, asked.command
        kind = self._kinds[aggregate.kind]
        with answering(aggregate):
            command = kind.command_of(wire.type, wire.data)
            clock = kind.clock_of_new(command) or await self.read(aggregate, kind.clock)
            ack = await kind.handler.execute(
                aggregate.tenant_id,
                kind.stream_id(aggregate.id),
                (command,),
                idempotency_key=wire.idempotency_key,
                now=clock.here(now()),
                expected_version=wire.expected_version,
                caller=Caller(subject=wire.subject, request_id=wire.request_id),
            )
            return Done(
                version=ack.version,
                first_version=ack.first_version,
                events=tuple(ack.events),
                repeated=ack.repeated,
                progress=await self.stand(aggregate),
            )

    @activity.defn
    async def progress(self, aggregate: Aggregate) -> Progress:
        """Where an aggregate stands by the store; NOT_BEGUN when there is none."""
        with answering(aggregate):
            try:
                return await self.stand(aggregate)
            except StreamNotFound:
                return NOT_BEGUN

    @activity.defn
    async def carry_out(self, asked: DuesOf) -> Progress:
        """Do what is due by now, in order. What was moved, met or closed meanwhile is not due any more.

        What is refused, or is still due afterwards, is put off, so that it holds up nothing else.
        """
        aggregate = asked.aggregate
        latest = max(due.due_at for due in asked.dues)
        tried: set[_DueId] = set()
        with answering(aggregate):
            for _ in range(DUES_AT_ONCE):
                if not await self._carry_out_next(aggregate, latest, tried):
                    break
            return _put_off(await self.stand(aggregate), tried)

    async def _carry_out_next(self, aggregate: Aggregate, latest: datetime, tried: set[_DueId]) -> bool:
        """Decided at the version it was found at, so a repeat after a crash finds it done, and one at the same
        time, with the same key, does it with this one."""
        kind = self._kinds[aggregate.kind]

        def find(state: Any) -> tuple[int, Due[Any] | None, datetime]:
            here = max(kind.clock(state).here(now()), latest)
            due = (each for each in kind.agenda(state) if each.at <= here and _id(each) not in tried)
            return state.version, next(due, None), here

        version, due, here = await self.read(aggregate, find)
        if due is None:
            return False
        key = f"{workflow_id(aggregate)}:{due.name}:{due.subject}:{due.at.isoformat()}:{version}"
        try:
            await kind.handler.execute(
                aggregate.tenant_id,
                kind.stream_id(aggregate.id),
                (due.command,),
                idempotency_key=key,
                now=here,
                expected_version=version,
            )
            tried.add(_id(due))
        except PreconditionFailed:
            pass  # a command came between: look again
        except CommandRefused as refusal:
            tried.add(_id(due))
            log.error("due.refused", workflow=workflow_id(aggregate), due=due.name, refusal=str(refusal))
        return True

    async def stand(self, aggregate: Aggregate) -> Progress:
        """Where an aggregate stands by the store. Raises StreamNotFound."""
        progress = self._kinds[aggregate.kind].progress
        return await self.read(aggregate, lambda state: progress(aggregate.id, state))

    def read(self, aggregate: Aggregate, render: Callable[[Any], Any]) -> Awaitable[Any]:
        """What ``render`` makes of the aggregate's state. Raises StreamNotFound."""
        kind = self._kinds[aggregate.kind]
        return kind.handler.read(aggregate.tenant_id, kind.stream_id(aggregate.id), render)


def now() -> datetime:
    """The time by Temporal's clock, which also runs the timers: no deadline is early by another clock."""
    return activity.info().started_time


def _id(due: Due[Any]) -> _DueId:
    return _DueId(due.name, due.subject, due.at)


def _put_off(progress: Progress, tried: Collection[_DueId]) -> Progress:
    later = now() + PUT_OFF
    dues = [
        replace(due, at=max(due.at, later)) if _DueId(due.name, due.subject, due.due_at) in tried else due
        for due in progress.dues
    ]
    return replace(progress, dues=tuple(sorted(dues, key=lambda due: due.at)))
