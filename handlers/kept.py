"""The kinds of stream that a workflow keeps. Each is in a phase, and its answers name it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from contracts import codec
from handlers.errors import StreamNotFound
from handlers.stream import AggregateKind, StreamAck


class InPhase(Protocol):
    """A state that a workflow carries through phases."""

    @property
    def version(self) -> int: ...

    @property
    def phase(self) -> Any: ...


State = TypeVar("State", bound=InPhase)
Command = TypeVar("Command")
Event = TypeVar("Event")


def kept_kind(
    name: str,
    events: codec.EventCodec,
    *,
    initial: Callable[[], State],
    decide: Callable[[State, Command, datetime], list[Event]],
    evolve: Callable[[State, Event], State],
    created_by: type[Command],
    not_found: Callable[[UUID], StreamNotFound],
) -> AggregateKind[State, Command, Event, StreamAck[Any]]:
    """Such a kind; an answer's summary is the phase after the command."""
    return AggregateKind(
        name=name,
        initial=initial,
        decide=decide,
        evolve=evolve,
        encode=events.encode,
        decode=events.decode,
        schema_versions=events.schema_versions,
        answer=_ack,
        encode_command=partial(codec.encode_command, name),
        created_by=(created_by,),
        not_found=not_found,
    )


def _ack(stream_id: UUID, first: int, names: Sequence[str], state: InPhase, repeated: bool) -> StreamAck[Any]:
    return StreamAck(
        stream_id=stream_id,
        version=state.version,
        first_version=first,
        events=tuple(names),
        summary=state.phase,
        repeated=repeated,
    )
