"""What the use cases of webhook endpoints are asked for and answer, and what they need of their rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contracts.events import NewEvent, StoredEvent
from contracts.webhook_endpoints import (
    REPLAYABLE,
    DeliveryStatus,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from handlers.request import Caller

MOST_REPLAYED = 1_000
"""By one request; the next one goes on after the last of them."""


class WebhookRefused(Exception):
    """It is not done. ``code`` never changes; ``field`` of the request is at fault, if one is."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


class TooManyEndpoints(Exception):
    """The league has as many as it may."""


class Seals(Protocol):
    """Encrypts what must be read again; ``about`` binds a secret to what it belongs to."""

    def seal(self, secret: bytes, about: str) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants of an endpoint; None: as it is."""

    url: str | None = None
    description: str | None = None
    event_types: tuple[str, ...] | None = None
    tournaments: tuple[UUID, ...] | None = None
    matches: tuple[UUID, ...] | None = None
    ordered: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What becomes of a row, beside what is wanted. ``secret`` is sealed."""

    wanted: Wanted = Wanted()
    status: str | None = None
    because: str | None = None
    secret: bytes | None = None
    previous_until: datetime | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Which deliveries to send again: one, or those recorded in a time that stand at one of ``statuses``."""

    delivery: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    statuses: tuple[DeliveryStatus, ...] = REPLAYABLE
    after: UUID | None = None
    limit: int = MOST_REPLAYED


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many are sent again. ``last``: after which the next request goes on; None: these were all."""

    count: int
    last: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The endpoint as it is now. ``secret`` is shown this once; ``delivery`` of a test."""

    endpoint: WebhookEndpoint
    repeated: bool = False
    secret: str | None = None
    delivery: WebhookDelivery | None = None


class WebhookEndpointStore(Protocol):
    """Rows of endpoints with their events, and the log. Every method may raise StoreUnavailable; those that write
    VersionConflict and DuplicateEvent."""

    async def page(
        self, tenant_id: UUID, *, id_: UUID | None = None, after: UUID | None = None, limit: int = 1
    ) -> list[WebhookEndpoint]:
        """Endpoints by id, or one; none that was deleted."""
        ...

    async def write(
        self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent, row: Written
    ) -> WebhookEndpoint:
        """Raises TooManyEndpoints besides."""
        ...

    async def test(self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent) -> WebhookDelivery:
        """Append the event, and have it delivered to the endpoint."""
        ...

    async def replay(
        self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent, asked: Replay
    ) -> Replayed:
        """Have deliveries sent again; the event is told how many."""
        ...

    async def deliveries(
        self,
        tenant_id: UUID,
        endpoint: UUID,
        *,
        id_: UUID | None = None,
        status: str | None = None,
        event_type: str | None = None,
        before: UUID | None = None,
        limit: int = 1,
    ) -> list[WebhookDelivery]:
        """The log of an endpoint, newest first."""
        ...

    async def attempts(self, tenant_id: UUID, delivery: UUID, limit: int) -> list[WebhookAttempt]:
        """The attempts of a delivery, newest first."""
        ...

    async def event(self, tenant_id: UUID, event_id: UUID) -> StoredEvent | None:
        """The event with this id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, and by which key the request is known if it is repeated."""

    tenant_id: UUID
    key: str
    caller: Caller
    expected: int | None = None
