"""What live reading needs from outside, and why it turns somebody away."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from contracts.events import StoredEvent

State = TypeVar("State", bound=Any)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event that was appended to some stream. ``data`` is its JSON."""

    tenant_id: UUID
    stream_id: UUID
    version: int
    type: str
    schema_version: int
    data: bytes | str
    recorded_at: datetime


def heard(stored: StoredEvent) -> Heard:
    """An event as the store has it."""
    return Heard(
        tenant_id=stored.tenant_id,
        stream_id=stored.stream_id,
        version=stored.version,
        type=stored.type,
        schema_version=stored.schema_version,
        data=stored.data,
        recorded_at=stored.recorded_at,
    )


class Broadcaster(Protocol):
    """Says what is being appended, as soon as may be.

    It owes nothing: what it says twice is known by its version, and what it leaves out is read from the store.
    """

    @property
    def following(self) -> bool:
        """Is it in a position to say what is appended from now on?"""
        ...

    async def follow(self, wanted: Container[bytes], hear: Callable[[Heard], None]) -> None:
        """Say to ``hear`` what is appended to the streams of ``wanted`` (which changes), until cancelled."""
        ...


class StreamTails(Protocol):
    """The ends of many streams at once. May raise StoreUnavailable."""

    async def tails(self, tenant_id: UUID, after: Mapping[UUID, int]) -> list[StoredEvent]:
        """The events of a tenant's streams, each after the version given for it; in order within a stream. Of one that
        has more than some hundred, the first of those."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKind(Generic[State]):
    """A kind of stream that can be listened to: its fold, and what is told of it as JSON.

    ``stream`` is what the store calls it. ``tell`` is given the state after the event. ``over``: nothing more is to be told. ``within`` and ``known``
    are the streams that belong to this one: those told along with it now, and all there may ever have been.
    """

    stream: str
    initial: Callable[[], State]
    evolve: Callable[[State, Any], State]
    decode: Callable[[str, bytes | str, int], Any]
    tell: Callable[[UUID, State, Any, Heard], bytes]
    snapshot: Callable[[UUID, State], bytes]
    ending: Callable[[UUID, State], bytes]
    over: Callable[[State], bool]
    not_found: Callable[[UUID], Exception]
    within: Callable[[UUID, State], tuple[UUID, ...]] = lambda stream_id, state: ()
    known: Callable[[UUID, State], frozenset[UUID]] = lambda stream_id, state: frozenset()


class SseWriter(Protocol):
    """Writes one server-sent event."""

    def __call__(self, *, event: str, id: str, data: bytes) -> bytes: ...


class TooManyListeners(Exception):
    """The process has no place for another listener."""


class MalformedPlace(Exception):
    """What a client says it has heard is no place in this stream."""
