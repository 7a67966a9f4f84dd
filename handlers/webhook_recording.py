"""Events of webhook endpoints about to be appended, and what they tell of them."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from contracts import codec
from contracts.codec import WEBHOOK
from contracts.events import EventMetadata, NewEvent
from contracts.ids import first_event_id
from domain.webhook import events as e
from handlers.request import fingerprint_of
from handlers.webhook_ports import Asking, Wanted

Event = e.WebhookEndpointEvent
_encoder = msgspec.json.Encoder()


def about_secret(endpoint: UUID) -> str:
    """What a sealed secret of an endpoint is bound to."""
    return f"webhook-endpoint/{endpoint}"


def asked_event(asking: Asking, scope: str, event: Event, version: int, asked: Any) -> NewEvent:
    """What a request has appended: by its key it is known again if it is repeated."""
    metadata = EventMetadata(
        actor=asking.caller.subject,
        request_id=asking.caller.request_id,
        idempotency_key=asking.key,
        fingerprint=fingerprint_of([asked], scope),
        first=version,
        last=version,
    )
    return new_event(first_event_id(asking.tenant_id, scope, asking.key), event, metadata)


def new_event(event_id: UUID, event: Event, metadata: EventMetadata) -> NewEvent:
    """An event of an endpoint about to be appended."""
    name = codec.type_name(event)
    return NewEvent(
        event_id=event_id,
        type=name,
        schema_version=codec.SCHEMA_VERSIONS_OF[WEBHOOK][name],
        data=codec.encode_of(WEBHOOK, event).decode(),
        metadata=_encoder.encode(metadata).decode(),
    )


def shown(wanted: Wanted) -> dict[str, Any]:
    """What events tell of an endpoint."""
    return {
        "origin": origin_of(wanted.url or ""),
        "event_types": wanted.event_types,
        "tournaments": wanted.tournaments,
        "matches": wanted.matches,
        "ordered": wanted.ordered,
    }


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
