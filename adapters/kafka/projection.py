"""What the consumer runtime asks of those who run on it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from aiokafka import ConsumerRecord

Write = Callable[[Any], Awaitable[None]]
"""Writes an effect on the connection it is given, within that connection's transaction."""


class Projection(Protocol):
    """What a consumer does with its events."""

    name: str
    """The consumer group; names the position and the dead-letter topic too."""

    @property
    def topics(self) -> Sequence[str]: ...

    async def project(self, records: Sequence[ConsumerRecord]) -> Write:
        """Work out the effect of the records, in order, outside of any transaction.

        Records may come again after a crash of Kafka's producer side: whoever has applied a version ignores
        it. Raises for records it can't handle, and then remembers nothing more about their keys.
        """
        ...

    def forget(self) -> None:
        """Drop everything remembered: a write was rolled back, partitions or tables were exchanged."""
        ...
