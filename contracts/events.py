"""The envelope of an event: as it goes into the store (NewEvent) and as it comes out (StoredEvent)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event about to be appended. ``data`` is the JSON text of the event (see ``contracts.codec``)."""

    event_id: UUID
    type: str
    schema_version: int
    data: str
    metadata: str
    """JSON text of :class:`EventMetadata`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event as stored. ``position`` orders the whole store, ``version`` its stream (from 1)."""

    position: int
    tenant_id: UUID
    stream_kind: str
    stream_id: UUID
    version: int
    event_id: UUID
    type: str
    schema_version: int
    data: str
    metadata: dict[str, Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMetadata:
    """What is known about how an event came to be, beside what happened.

    One request may append several events: they share ``idempotency_key`` and ``fingerprint`` (of the
    operation and its body), run from version ``first`` to ``last``, and are found again by them when the
    request is repeated.
    """

    actor: str | None = None
    request_id: str | None = None
    idempotency_key: str | None = None
    fingerprint: str | None = None
    first: int = 0
    last: int = 0
