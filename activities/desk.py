"""What the activities of both sagas of money have in common: a stream that is told and read, and a step being taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.aggregates import now
from contracts import codec
from contracts.payments import (
    METADATA_PAYMENT,
    METADATA_STEP,
    METADATA_TENANT,
    METADATA_TOURNAMENT,
    Metadata,
)
from contracts.work import Aggregate, workflow_id
from domain.clock import Clock
from domain.money.steps import KeepBooks, Step
from handlers.errors import PreconditionFailed, StreamNotFound
from handlers.ports import EventStore
from handlers.stream import StreamAck, StreamHandler

LOOK_FIRST_AFTER = timedelta(hours=20)
"""Stripe forgets an idempotency key after 24 hours and would act again. A step that may have been tried so
long ago looks what came of it first."""
FOUND_AFTER = timedelta(minutes=1)
"""What was made a moment ago may not be found by a search yet."""
TRIES_AT_ONCE = 8
"""How often one command is put to a stream while others write to it."""


class Kept(Protocol):
    """The state of a payment or a payout."""

    @property
    def version(self) -> int: ...

    @property
    def clock(self) -> Clock: ...


State = TypeVar("State", bound=Kept)
Command = TypeVar("Command")
Does = TypeVar("Does")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking(Generic[State, Does]):
    """A step being taken, and what the aggregate was when it was found to be wanted. ``stream``: the payment's or
    payout's own id; ``tournament``: whose it is."""

    aggregate: Aggregate
    stream: UUID
    tournament: UUID
    step: Step[Does]
    state: State

    @property
    def key(self) -> str:
        """The idempotency key: the same for every repetition of the step."""
        attempt = f"/{self.step.attempt}" if self.step.attempt else ""
        return f"{workflow_id(self.aggregate)}:{self.step.name}{attempt}"

    @property
    def metadata(self) -> Metadata:
        """What Stripe is to keep with what the step makes there."""
        return {
            METADATA_TENANT: str(self.aggregate.tenant_id),
            METADATA_PAYMENT: str(self.stream),
            METADATA_TOURNAMENT: str(self.tournament),
            METADATA_STEP: self.step.name,
        }

    @property
    def may_be_old(self) -> bool:
        """Whether its key may be forgotten."""
        return now() - self.state.clock.real(self.step.since) > LOOK_FIRST_AFTER


class Desk(Generic[State, Command]):
    """Aggregates of one kind as everything about them is written down. ``kind``: of their streams; ``stream_of``:
    the id of an aggregate's stream."""

    def __init__(
        self,
        handler: StreamHandler[State, Command, Any, StreamAck[Any]],
        store: EventStore,
        *,
        kind: str,
        stream_of: Callable[[Aggregate], UUID],
    ) -> None:
        self._handler = handler
        self._store = store
        self._kind = kind
        self._stream_of = stream_of

    async def tell(self, aggregate: Aggregate, command: Command, *, begins: Clock | None = None) -> None:
        """Decided at the version it was found at; put again if something else came between. ``begins``: the clock
        of a stream that it may begin."""
        digest = blake2b(codec.encode_command(self._kind, command), digest_size=8).hexdigest()
        for _ in range(TRIES_AT_ONCE):
            try:
                version, clock = await self.read(aggregate, lambda state: (state.version, state.clock))
            except StreamNotFound:
                if begins is None:
                    raise
                version, clock = None, begins
            key = f"{type(command).__name__}:{digest}:{version}"
            try:
                return await self.execute(aggregate, command, key, clock.here(now()), version)
            except PreconditionFailed:
                continue
        raise ApplicationError(f"others are writing to this {self._kind}", type="too_contended")

    async def execute(
        self,
        aggregate: Aggregate,
        command: Command,
        key: str,
        at: datetime,
        version: int | None = None,
    ) -> None:
        """Put a command to the stream under a key of the aggregate's own."""
        await self._handler.execute(
            aggregate.tenant_id,
            self._stream_of(aggregate),
            (command,),
            idempotency_key=f"{workflow_id(aggregate)}:{key}",
            now=at,
            expected_version=version,
        )

    async def read(self, aggregate: Aggregate, render: Callable[[State], Any]) -> Any:
        """What ``render`` makes of the state now. Raises StreamNotFound."""
        return await self._handler.read(aggregate.tenant_id, self._stream_of(aggregate), render)

    async def to_book(self, aggregate: Aggregate, does: KeepBooks) -> Sequence[tuple[int, Any]]:
        """The events that are not in the books yet, with their versions."""
        stored = await self._store.load(
            aggregate.tenant_id, self._stream_of(aggregate), does.after, does.through - does.after
        )
        return [
            (each.version, codec.decode_of(self._kind, each.type, each.data, each.schema_version))
            for each in stored
        ]


def wait_until_found(failure: Exception) -> None:
    """Raises ``failure`` as long as a search may not find what came of the step. Only after that another key is
    used."""
    if now() - activity.info().scheduled_time < FOUND_AFTER:
        raise failure
