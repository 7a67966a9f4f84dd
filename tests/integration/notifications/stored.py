"""Events as those who decide them append them, where a test needs what happened and not how."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from contracts.codec import SCHEMA_VERSIONS_OF, encode_of


async def append(owner: Any, tenant: UUID, kind: str, stream: UUID, events: Sequence[Any]) -> None:
    """Add events to the end of a stream."""
    known = await owner.fetchval("select count(*) from event where stream_id = $1", stream)
    await owner.executemany(
        "insert into event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, '{}')",
        [
            (
                *(tenant, kind, stream, version, uuid4()),
                name := type(event).__name__,
                SCHEMA_VERSIONS_OF[kind][name],
                encode_of(kind, event).decode(),
            )
            for version, event in enumerate(events, known + 1)
        ],
    )
