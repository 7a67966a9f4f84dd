"""What the folds of payments and payouts have in common: a stream's state, and how far it stands in the read models."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID


class Versioned(Protocol):
    """The state of a stream."""

    @property
    def version(self) -> int: ...


State = TypeVar("State", bound=Versioned)


class StreamFold(Generic[State]):
    """One stream's state, when each of its events was recorded, and the version that was last written."""

    __slots__ = ("_evolve", "state", "stream_id", "tenant_id", "times", "written_version")

    def __init__(
        self, tenant_id: UUID, stream_id: UUID, initial: State, evolve: Callable[[State, Any], State]
    ) -> None:
        self.tenant_id = tenant_id
        self.stream_id = stream_id
        self.state = initial
        self.written_version = 0
        self.times: list[datetime] = []
        self._evolve = evolve

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self.state.version

    def apply(self, event: Any, recorded_at: datetime) -> None:
        """Fold in the event of the next version."""
        self.state = self._evolve(self.state, event)
        self.times.append(recorded_at)

    def keep(self) -> None:
        """What was last shown stands in the read models."""
        self.written_version = self.state.version
