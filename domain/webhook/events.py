"""What happens to webhook endpoints. ``at`` is when.

Of an address only its ``origin`` is told (``https://hooks.example.org``): what follows often is a secret of the
receiver's. The signing secret is nowhere.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

Because = Literal["by_hand", "gone", "failing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointCreated:
    origin: str
    event_types: tuple[str, ...]
    tournaments: tuple[UUID, ...]
    matches: tuple[UUID, ...]
    ordered: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointChanged:
    """It is now this."""

    origin: str
    event_types: tuple[str, ...]
    tournaments: tuple[UUID, ...]
    matches: tuple[UUID, ...]
    ordered: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointDisabled:
    """Nothing is sent there any more. ``because``: ``gone`` (it answered 410), ``failing`` (since
    ``failing_since`` nothing has arrived), or ``by_hand``."""

    origin: str
    because: Because
    failing_since: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointEnabled:
    origin: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointDeleted:
    origin: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecretRotated:
    """What is sent is signed with the secret before, too, until ``previous_until``."""

    previous_until: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointTested:
    """Somebody had a test sent: this event."""

    origin: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDeliveriesReplayed:
    """Somebody had deliveries sent again: one, or those recorded from ``since`` until before ``until`` that
    stood at one of ``statuses``; ``count`` of them, up to ``last``."""

    delivery: UUID | None
    since: datetime | None
    until: datetime | None
    statuses: tuple[str, ...]
    at: datetime
    count: int = 0
    last: UUID | None = None


WebhookEndpointEvent = (
    WebhookEndpointCreated
    | WebhookEndpointChanged
    | WebhookEndpointDisabled
    | WebhookEndpointEnabled
    | WebhookEndpointDeleted
    | WebhookSecretRotated
    | WebhookEndpointTested
    | WebhookDeliveriesReplayed
)
EVENT_TYPES: dict[str, type[WebhookEndpointEvent]] = {
    kind.__name__: kind for kind in get_args(WebhookEndpointEvent)
}
"""Every event by its type name."""
