"""What is asked and answered about webhook endpoints."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.strict import LONGEST_STRING, checked
from contracts.webhook_endpoints import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from domain.outgoing import LONGEST_URL
from handlers.webhook_endpoints import LONGEST_OVERLAP, OVERLAP
from handlers.webhook_ports import MOST_REPLAYED, Done, Replay, Replayed, Wanted

Url = Annotated[str, Meta(min_length=1, max_length=LONGEST_URL)]
Text = Annotated[str, Meta(max_length=LONGEST_STRING)]
Types = Annotated[tuple[Annotated[str, Meta(max_length=80)], ...], Meta(max_length=100)]
Ids = Annotated[tuple[UUID, ...], Meta(max_length=100)]
ReplayStatus = Literal["delivered", "failed", "missed"]


class CreateWebhookEndpointBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Empty lists let everything through. `ordered`: the events of a match (a tournament, a payment) one after the
    other, each after the one before has arrived or was given up."""

    url: Url
    description: Text = ""
    event_types: Types = ()
    tournaments: Ids = ()
    matches: Ids = ()
    ordered: bool = False


class ChangeWebhookEndpointBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is left out stays."""

    url: Url | None = None
    description: Text | None = None
    event_types: Types | None = None
    tournaments: Ids | None = None
    matches: Ids | None = None
    ordered: bool | None = None


class RotateWebhookSecretBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How long what is sent is signed with the secret before, too."""

    overlap_seconds: Annotated[int, Meta(ge=0, le=int(LONGEST_OVERLAP.total_seconds()))] = int(
        OVERLAP.total_seconds()
    )


class ReplayWebhooksBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Deliveries recorded from `since` until before `until`, of these statuses; after the one that the answer before
    named as `next`."""

    since: datetime
    until: datetime | None = None
    statuses: Annotated[tuple[ReplayStatus, ...], Meta(min_length=1, max_length=3)] = ("failed", "missed")
    after: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST_REPLAYED)] = MOST_REPLAYED


class WebhookEndpointBody(msgspec.Struct):
    """`failing_since`: nothing has arrived since. `previous_secret_until`: the secrets before sign until
    then at the latest."""

    id: UUID
    url: str
    description: str
    event_types: tuple[str, ...]
    tournaments: tuple[UUID, ...]
    matches: tuple[UUID, ...]
    ordered: bool
    status: Literal["enabled", "disabled"]
    disabled_because: str | None
    failing_since: datetime | None
    previous_secret_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class WebhookSecretBody(msgspec.Struct):
    """`secret` (`whsec_…`) is shown this once."""

    endpoint: WebhookEndpointBody
    secret: str


class WebhookAttemptBody(msgspec.Struct):
    """`status` and how the answer begins; or `error`, a code, where nothing was answered."""

    number: int
    at: datetime
    milliseconds: int
    status: int | None
    error: str | None
    answer: str | None


class WebhookDeliveryBody(msgspec.Struct):
    """`event_id` is the `webhook-id` it is sent with. `due_at`: of the next attempt, while it is pending."""

    id: UUID
    event_id: UUID
    event_type: str
    subject: UUID
    subject_version: int
    status: Literal["pending", "delivered", "failed", "missed"]
    attempts: int
    due_at: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime
    settled_at: datetime | None


class TestedWebhookBody(msgspec.Struct):
    """The delivery of the test; null for a repeat whose log is gone."""

    delivery: WebhookDeliveryBody | None


class ReplayedWebhooksBody(msgspec.Struct):
    """`next`: to be sent as `after`, where there may be more."""

    replayed: int
    next: UUID | None


STRUCTS: list[type[Any]] = [
    CreateWebhookEndpointBody,
    ChangeWebhookEndpointBody,
    RotateWebhookSecretBody,
    ReplayWebhooksBody,
    WebhookEndpointBody,
    WebhookSecretBody,
    WebhookAttemptBody,
    WebhookDeliveryBody,
    TestedWebhookBody,
    ReplayedWebhooksBody,
]
_create = msgspec.json.Decoder(CreateWebhookEndpointBody)
_change = msgspec.json.Decoder(ChangeWebhookEndpointBody)
_rotate = msgspec.json.Decoder(RotateWebhookSecretBody)
_replay = msgspec.json.Decoder(ReplayWebhooksBody)


def read_create(raw: bytes) -> Wanted:
    """Raises Problem, as the others."""
    return _wanted(checked(_create.decode, raw))


def read_change(raw: bytes) -> Wanted:
    return _wanted(checked(_change.decode, raw))


def read_rotate(raw: bytes) -> RotateWebhookSecretBody:
    return checked(_rotate.decode, raw)


def read_replay(raw: bytes) -> ReplayWebhooksBody:
    return checked(_replay.decode, raw)


def replay_of(body: ReplayWebhooksBody) -> Replay:
    return Replay(
        since=body.since, until=body.until, statuses=body.statuses, after=body.after, limit=body.limit
    )


def _wanted(body: CreateWebhookEndpointBody | ChangeWebhookEndpointBody) -> Wanted:
    return Wanted(**{name: getattr(body, name) for name in body.__struct_fields__})


def endpoint_body(known: WebhookEndpoint) -> WebhookEndpointBody:
    return WebhookEndpointBody(
        id=known.id,
        url=known.url,
        description=known.description,
        event_types=known.event_types,
        tournaments=known.tournaments,
        matches=known.matches,
        ordered=known.ordered,
        status="enabled" if known.status == "enabled" else "disabled",
        disabled_because=known.disabled_because,
        failing_since=known.failing_since,
        previous_secret_until=known.previous_until,
        version=known.version,
        created_at=known.created_at,
        updated_at=known.updated_at,
    )


def secret_body(done: Done) -> WebhookSecretBody:
    return WebhookSecretBody(endpoint_body(done.endpoint), done.secret or "")


def delivery_body(row: WebhookDelivery) -> WebhookDeliveryBody:
    return WebhookDeliveryBody(
        id=row.id,
        event_id=row.event_id,
        event_type=row.event_type,
        subject=row.stream_id,
        subject_version=row.stream_version,
        status=row.status,
        attempts=row.attempts,
        due_at=row.due_at if row.status == "pending" else None,
        last_status=row.last_status,
        last_error=row.last_error,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def attempt_body(row: WebhookAttempt) -> WebhookAttemptBody:
    return WebhookAttemptBody(row.number, row.at, row.milliseconds, row.status, row.error, row.answer)


def replayed_body(done: Replayed) -> ReplayedWebhooksBody:
    return ReplayedWebhooksBody(done.count, done.last)
