"""Looking an archive over before it is believed: what was written is read back, and says the same as the store."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.parquet.archive import ArchivedFile, Manifest, read_file
from adapters.postgres.event_transfer import whole_stream
from contracts.events import StoredEvent
from handlers.match import MATCH
from handlers.payment import PAYMENT
from handlers.payout import PAYOUT
from handlers.session import SESSION
from handlers.stream import AggregateKind
from handlers.tournament import TOURNAMENT
from stack.errors import StackError

KINDS: dict[str, AggregateKind[Any, Any, Any, Any]] = {
    kind.name: kind for kind in (MATCH, TOURNAMENT, SESSION, PAYMENT, PAYOUT)
}
"""The kinds of streams that are folded to a state; the events of the others are compared alone."""


async def check_archive(connection: Any, folder: Path, manifest: Manifest) -> None:
    """Raises StackError for the first stream that differs, and ArchiveDamaged."""
    for file in manifest.files:
        for stream_id, archived in groupby(read_file(folder, file), key=lambda event: event.stream_id):
            await _check_stream(connection, file, stream_id, list(archived))


async def _check_stream(
    connection: Any, file: ArchivedFile, stream_id: UUID, archived: list[StoredEvent]
) -> None:
    stored = await whole_stream(connection, stream_id)
    if archived != stored:
        raise _differs(file, stream_id, f"{len(archived)} events are not the store's {len(stored)}")
    kind = KINDS.get(file.kind)
    if kind is not None and state_of(kind, archived) != state_of(kind, stored):
        raise _differs(file, stream_id, "its events fold to another state")


def state_of(kind: AggregateKind[Any, Any, Any, Any], stream: Iterable[StoredEvent]) -> Any:
    """The state after these events."""
    state = kind.initial()
    for event in stream:
        state = kind.evolve(state, kind.decode(event.type, event.data, event.schema_version))
    return state


def _differs(file: ArchivedFile, stream_id: UUID, what: str) -> StackError:
    return StackError(
        f"{file.name}, stream {stream_id}: {what}", "the archive is not to be used; write it anew"
    )
