"""Whole streams out of the event store, for those who fold them. Never through the relay's barrier."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

_TAILS = """
  select e.tenant_id, e.stream_id, e.version, e.type, e.schema_version, convert_to(e.data::text, 'UTF8') as data,
    e.recorded_at
  from unnest($1::uuid[], $2::int[], $3::int[]) as asked(stream_id, after, until)
  join event e on e.stream_id = asked.stream_id and e.version > asked.after
    and (asked.until is null or e.version <= asked.until)
  order by e.stream_id, e.version
"""


class StreamEvent(NamedTuple):
    """An event of a stream, as far as a fold needs it."""

    tenant_id: UUID
    stream_id: UUID
    version: int
    type: str
    schema_version: int
    data: bytes
    recorded_at: datetime


async def read_tails(
    connection: Any, after: Mapping[UUID, int], until: Mapping[UUID, int] | None = None
) -> Sequence[StreamEvent]:
    """The events of many streams, each after the version given for it and up to its version in ``until``, or to its
    end; streams together, versions in order."""
    last = [(until or {}).get(stream) for stream in after]
    rows = await connection.fetch(_TAILS, list(after), list(after.values()), last)
    return [StreamEvent(*row) for row in rows]
