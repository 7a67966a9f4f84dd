"""What a rebuild and a consumer need to know of one kind of read models."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from adapters.postgres.tables import Table


class Fold(Protocol):
    """A stream's state, and what of it stands in the read models."""

    written_version: int

    @property
    def version(self) -> int: ...

    def apply(self, event: Any, recorded_at: datetime) -> None:
        """Fold in the event of the next version."""
        ...

    def keep(self) -> None:
        """What has been folded so far stands in the read models."""
        ...

    def changes(self) -> Any:
        """The rows that are new or different since ``keep``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModel:
    """``kind`` of streams are folded into ``tables``, whose rows have the stream's id in the column ``key``.

    The first table has a row for each stream, with its version. ``rows`` sorts changes by table; ``write``
    writes them on a connection, and they are worked out as it asks for them. ``settle`` has what follows from the rows of many streams follow from them again, on
    a connection, after the tables were exchanged.
    """

    projection: str
    plural: str
    consumer: str
    topic: str
    kind: str
    key: str
    tables: tuple[Table, ...]
    fold: Callable[[UUID, UUID], Fold]
    write: Callable[[Any, Iterable[Any]], Awaitable[None]]
    rows: Callable[[Sequence[Any]], Mapping[Table, Sequence[tuple[Any, ...]]]]
    settle: Callable[[Any], Awaitable[None]] | None = None

    @property
    def head(self) -> Table:
        return self.tables[0]
