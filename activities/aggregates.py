"""Commands of aggregates as activities: what the workflows of tournaments and sessions stand on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.refusals import answering
from contracts.work import (
    NOT_BEGUN,
    Aggregate,
    CommandFor,
    Done,
    DuesOf,
    Progress,
    WireDue,
    workflow_id,
)
from domain.agenda import Due
from domain.clock import Clock
from domain.match.errors import CommandRefused
from handlers.errors import PreconditionFailed, StreamNotFound
from handlers.request import Caller
from handlers.stream import StreamHandler

ATTEMPTS = 5
"""How often something due is looked at anew because a command came between."""
CONTENDED = timedelta(seconds=0.2)
REPAIR = timedelta(minutes=1)
"""How long something due waits that could not be done; only a mistake in the rules brings that about."""


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


class AggregateActivities:
    """Serves every kind of aggregate it is given, by the kind's name."""

    def __init__(self, kinds: Mapping[str, KeptKind]) -> None:
        self._kinds = kinds

    @activity.defn
    async def execute(self, asked: CommandFor) -> Done:
        """Carry out a command. Refusals are not to be repeated; a store that is away is."""
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
        """Do what is due, unless what was decided meanwhile has made it needless (moved, met, closed)."""
        aggregate = asked.aggregate
        with answering(aggregate):
            for due in asked.dues:
                await self._carry_out(aggregate, due)
            progress = await self.stand(aggregate)
        if left := [due.name for due in asked.dues if due in progress.dues]:
            raise _still_due(f"done, and still due: {', '.join(left)}")
        return progress

    async def _carry_out(self, aggregate: Aggregate, due: WireDue) -> None:
        """Decided at the version it was looked up at. A repeat after a crash no longer finds it on the agenda;
        one that overlaps has the same key."""
        kind = self._kinds[aggregate.kind]

        def look_up(state: Any) -> tuple[int, Any, Clock]:
            found = (each.command for each in kind.agenda(state) if _is(each, due))
            return state.version, next(found, None), kind.clock(state)

        for _ in range(ATTEMPTS):
            version, command, clock = await self.read(aggregate, look_up)
            if command is None:
                return
            key = f"{workflow_id(aggregate)}:{due.name}:{due.subject}:{due.due_at.isoformat()}:{version}"
            try:
                await kind.handler.execute(
                    aggregate.tenant_id,
                    kind.stream_id(aggregate.id),
                    (command,),
                    idempotency_key=key,
                    now=max(clock.here(now()), due.due_at),
                    expected_version=version,
                )
            except PreconditionFailed:
                continue
            except CommandRefused as refusal:
                raise _still_due(f"{due.name}: {refusal}") from refusal
            return
        raise _still_due(f"{due.name}: others are changing this {aggregate.kind}", CONTENDED)

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


def _is(due: Due[Any], wire: WireDue) -> bool:
    return (due.name, due.subject, due.at) == (wire.name, wire.subject, wire.due_at)


def _still_due(said: str, wait: timedelta = REPAIR) -> ApplicationError:
    """Tried again, slowly and for an operator to see; it ends when the aggregate no longer has it due."""
    return ApplicationError(said, type="still_due", next_retry_delay=wait)
