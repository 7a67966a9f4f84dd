"""Endpoints of webhooks, and what became of what was sent to them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.webhook_events import Sent
from domain.webhook.filters import Filters
from domain.webhook.schedule import DisabledBecause

EndpointStatus = Literal["enabled", "disabled", "deleted"]
DeliveryStatus = Literal["pending", "delivered", "failed", "missed"]
"""``failed``: given up; ``missed``: its endpoint was disabled, so it was never tried."""
REPLAYABLE: tuple[DeliveryStatus, ...] = ("delivered", "failed", "missed")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """Where a league wants to hear of events. ``version`` is that of its stream. Secrets are not part of it."""

    tenant_id: UUID
    id: UUID
    version: int
    url: str
    description: str
    event_types: tuple[str, ...]
    tournaments: tuple[UUID, ...]
    matches: tuple[UUID, ...]
    ordered: bool
    status: EndpointStatus
    disabled_because: DisabledBecause | None
    previous_until: datetime | None
    failing_since: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def filters(self) -> Filters:
        return Filters(
            types=frozenset(self.event_types),
            tournaments=frozenset(self.tournaments),
            matches=frozenset(self.matches),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """One event on its way to one endpoint. ``attempts``: how often it was sent, in all."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    stream_id: UUID
    stream_version: int
    status: DeliveryStatus
    attempts: int
    due_at: datetime
    last_status: int | None
    last_error: str | None
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAttempt:
    """One time that it was sent: the status of the answer and how it begins, or why there was none."""

    number: int
    at: datetime
    milliseconds: int
    status: int | None
    error: str | None
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """An event that an endpoint wants."""

    tenant_id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    stream_id: UUID
    stream_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A delivery that was claimed. ``attempt`` is its number in all, ``tries`` that in this round of the schedule;
    ``sealed`` the endpoint's secrets, the newest first."""

    tenant_id: UUID
    id: UUID
    endpoint_id: UUID
    attempt: int
    tries: int
    url: str
    failing_since: datetime | None
    sealed: tuple[bytes, ...] = field(repr=False)
    event: Sent = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt. ``due_at``: of the next, None if there is none; ``quiet_until``: until when nothing
    is to be sent to the endpoint. ``ours``: nothing was sent, by a fault of this house. That is no try of the
    schedule, no attempt in the log, and says nothing about the endpoint."""

    id: UUID
    attempt: int
    at: datetime
    milliseconds: int
    delivery: DeliveryStatus
    due_at: datetime | None = None
    quiet_until: datetime | None = None
    status: int | None = None
    error: str | None = None
    answer: str | None = None
    ours: bool = False
